// A machine as a document leaves it: for every want, what a look would find. For tests of what the pure halves decide together.
import { type Action, plan, showPlan, type World } from '../../src/core/plan.ts'
import {
  type Key,
  type Kind,
  kindOf,
  nameOf,
  type Owned,
  type Seen,
  type Spec,
  type Want
} from '../../src/core/resource.ts'
import { PROTOCOL } from '../../src/core/route.ts'
import { buildDocument } from '../../src/document/build.ts'
import { showProblems } from '../../src/document/problem.ts'
import { effectOf } from '../../src/core/effect.ts'
import { kinds } from '../../src/kinds/index.ts'
import { desiredOf } from './desired.ts'
import { linkSeen } from './links.ts'

type Mirrors = { readonly [K in Kind]: (spec: Spec<K>, key: Key<K>) => Seen<K> | null }

/** What a machine that is as `spec` says shows of it. */
const MIRRORS: Mirrors = {
  module: () => ({ builtin: false }),
  sysctl: ({ value }) => ({ value, wrote: null, before: null }),
  hostname: ({ name }) => ({ name, file: name, hosts: name.includes('.') ? `${name} ${name.split('.')[0]}` : name }),
  hosts: ({ lines }) => ({ lines }),
  mount: ({ source, type, options }) => ({
    id: 1,
    sources: [source],
    type: type === 'bind' || type === 'auto' ? 'ext4' : type,
    options: ['rw', ...options.filter((option) => !option.includes('='))],
    superOptions: ['rw', ...options.filter((option) => option.includes('='))],
    given: { source, type, options }
  }),
  swap: ({ priority }, key) => ({ device: nameOf(key), priority: priority ?? -2 }),
  file: ({ sha256, mode, user, group }) => ({
    sha256,
    mode,
    uid: Number(user) || 0,
    gid: Number(group) || 0,
    users: [user],
    groups: [group],
    content: ''
  }),
  'ssh-key': ({ keys, uid, gid }) => ({ keys, mode: 0o600, uid, gid }),
  command: () => ({ state: 'done', message: '' }),
  hook: ({ of }) => ({ of, state: 'done', message: '' }),
  link: ({ make, mtu, mac, alias, txqueuelen, master, port, up }) =>
    linkSeen({
      mtu: mtu ?? 1500,
      up,
      kind: make?.kind ?? '',
      on: make?.on ?? make?.peer ?? '',
      options: make?.options ?? {},
      master: master ?? '',
      port: master === null ? null : port,
      ...(mac === null ? {} : { mac }),
      ...(alias === null ? {} : { alias }),
      ...(txqueuelen === null ? {} : { txqueuelen })
    }),
  ethtool: ({ offloads, wake }) => ({
    offloads: Object.fromEntries(Object.entries(offloads).map(([name, on]) => [name, { on, fixed: false }])),
    wake: wake ?? 'd',
    supports: 'g'
  }),
  rule: ({ family, words }) => ({ family, words, ours: true }),
  'bridge-vlan': ({ vlans }) => ({ vlans, self: false }),
  wireguard: ({ digest, peers }) => ({ digest, anyPort: digest, peers }),
  address: (spec) =>
    'only' in spec
      ? { dev: spec.dev, strangers: [] }
      : {
          dev: spec.dev,
          cidr: spec.cidr,
          origin: 'ours',
          state: 'usable',
          lifetimes: { valid: spec.valid ?? null, preferred: spec.preferred ?? spec.valid ?? null }
        },
  route: ({ broken: _broken, ...spec }) => ({ ...spec, protocol: PROTOCOL }),
  dhcp: ({ args, config }) => ({ pid: 9, args, config, lost: false }),
  wifi: ({ networks, config }) => ({
    state: 'COMPLETED',
    network: networks[0] ?? '',
    bssid: '02:00:00:00:00:00',
    frequency: 2412,
    keyManagement: 'WPA2-PSK',
    pid: 1,
    config,
    open: false,
    refused: [],
    inReach: [],
    fresh: false
  }),
  resolver: (spec) => ({ ...spec, text: textOf(spec) }),
  firewall: ({ text }) => ({ printed: text, loaded: { text, printed: text } }),
  engine: ({ argv, environment }) => ({ pid: 5, argv, environment, version: '26', hung: false }),
  preload: () => ({ fresh: [], loaded: 0, bad: [] }),
  image: ({ id }) => ({ id: id ?? 'sha256:1' }),
  container: ({ name, hash, image, labels, run, resources, alone, create: { HostConfig, ...config } }) => ({
    id: name,
    name,
    leftovers: [],
    hash,
    resources,
    alone,
    definition: () => ({ config, host: (HostConfig ?? {}) as Record<string, unknown> }), // an object where there is one
    image,
    labels,
    state: run === 'volumes' || run === 'scheduled' ? 'created' : run === 'once' ? 'exited' : 'running',
    exitCode: 0,
    health: 'none',
    ranThisBoot: true,
    times: null
  }),
  probe: (spec) => ({ spec, state: 'passes', message: 'it answers' })
}

/** What there is before rosd does anything; null: nothing. */
const PRISTINE: { readonly [K in Kind]?: Seen<K> } = {
  sysctl: { value: '0', wrote: null, before: null },
  hostname: { name: 'localhost', file: null, hosts: null },
  link: linkSeen({ up: false })
}

/** What the image itself says: the services that others hang on. */
const SYSTEM = `rancher:
  services:
    network: {image: s, labels: {io.rancher.os.scope: system}}
    console: {image: s, labels: {io.rancher.os.scope: system}}
    docker: {image: s, labels: {io.rancher.os.scope: system}}
`

export interface Transition {
  readonly before: string
  readonly after: string
  readonly links?: readonly string[]
  /** What somebody else did to the machine since `before` was settled; null: it is gone. */
  readonly drift?: { readonly [key: string]: object | null }
}

/** The actions that lead from one document, settled, to another. */
export function transition({ before, after, links = ['eth0', 'eth1'], drift = {} }: Transition): readonly Action[] {
  return plan(kinds, worldOf({ before, after, links, drift })).actions
}

/** One line for each action, without its place but with what it disturbs and what can not be undone. */
export function transitionLines(change: Transition): readonly string[] {
  return transition(change).map((action) => {
    const { disturbs, irreversible } = effectOf(kinds, action)
    const line = showPlan([{ ...action, place: '' }]).trimEnd()
    return [line, disturbs.what, irreversible ?? ''].filter((part) => part !== '').join('; ')
  })
}

function worldOf({ before, after, links = [], drift = {} }: Transition): World {
  const old = wantsOf(before, links)
  const wants = wantsOf(after, links)
  const seen = new Map<Key, Seen>()
  for (const key of wants.keys()) put(seen, key, PRISTINE[kindOf(key)] ?? null)
  for (const { key, spec } of old.values()) put(seen, key, mirror(kindOf(key), spec, key))
  for (const [key, change] of Object.entries(drift)) {
    const known = seen.get(key as Key) // a row names keys as they are
    put(seen, key as Key, change === null ? null : ({ ...known, ...change } as Seen))
  }
  const owned = new Map<Key, Owned>()
  for (const { key, spec, needs } of old.values()) {
    const claim = kinds.get(kindOf(key))?.claims
    const entry = claim === undefined ? { key, spec, needs, before: PRISTINE[kindOf(key)] ?? null } : null
    const value = seen.get(key)
    const claimed = value === undefined ? null : (claim?.(key, value) ?? null)
    const known = entry ?? claimed
    if (known !== null) owned.set(key, known)
  }
  return { wants, seen, owned }
}

function wantsOf(text: string, links: readonly string[]): ReadonlyMap<Key, Want> {
  const built = buildDocument([
    { name: 'os.yml', file: '/os.yml', kind: 'image', text: SYSTEM },
    { name: 'doc.yml', file: '/doc.yml', kind: 'user', text }
  ])
  if (!built.ok) throw new Error(showProblems(built.problems))
  const desired = desiredOf(built.document.data, links)
  return new Map([...kinds.values()].flatMap((kind) => [...kind.want(desired)]).map((want) => [want.key, want]))
}

function mirror<K extends Kind>(kind: K, spec: Spec<K>, key: Key<K>): Seen<K> | null {
  const mirrors: { readonly [P in Kind]: unknown } = MIRRORS
  return (mirrors[kind] as (spec: Spec<K>, key: Key<K>) => Seen<K> | null)(spec, key) // each entry is its own kind's
}

function put(seen: Map<Key, Seen>, key: Key, value: Seen | null): void {
  if (value === null) seen.delete(key)
  else seen.set(key, value)
}

function textOf({ nameservers, search, options }: Spec<'resolver'>): string {
  const lines = nameservers.map(({ address, from }, at) =>
    at > 2
      ? `# more than three are not asked: ${address} (${from})\n`
      : `${nameservers[at - 1]?.from === from ? '' : `# from ${from}\n`}nameserver ${address}\n`
  )
  const more = options.length === 0 ? '' : `options ${options.join(' ')}\n`
  const head = '# Written by rosd from rancher.network.dns; what is changed here is undone.\n'
  return `${head}${search.length === 0 ? '' : `search ${search.join(' ')}\n`}${more}${lines.join('')}`
}
