// The network kinds on a real kernel: a network namespace of its own, held by a sleeping process, and the loop's own
// pieces (look, plan, ledger) run one kind of action at a time.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { openLedger } from '../../src/agent/ledger.ts'
import { askedKeys, type Look, look, ownership } from '../../src/agent/look.ts'
import type { KindDef } from '../../src/core/kind.ts'
import { type Action, plan, type Registry, showPlan } from '../../src/core/plan.ts'
import { type Key, kindOf, type Want } from '../../src/core/resource.ts'
import type { CloudConfig, NetworkInterface } from '../../src/document/types.gen.ts'
import { linuxNetwork } from '../../src/host/linux/ip.ts'
import { run, type RunOptions } from '../../src/host/linux/spawn.ts'
import type { Host, NetworkLook } from '../../src/host/ports.ts'
import { address } from '../../src/kinds/address.ts'
import { bridgeVlan } from '../../src/kinds/bridge-vlan.ts'
import { ethtool } from '../../src/kinds/ethtool.ts'
import { firewall } from '../../src/kinds/firewall.ts'
import { hook } from '../../src/kinds/hook.ts'
import { hosts } from '../../src/kinds/hosts.ts'
import { link } from '../../src/kinds/link.ts'
import { resolver } from '../../src/kinds/resolver.ts'
import { route } from '../../src/kinds/route.ts'
import { rule } from '../../src/kinds/rule.ts'
import { sysctl } from '../../src/kinds/sysctl.ts'
import { wireguard } from '../../src/kinds/wireguard.ts'
import { desiredOf } from './desired.ts'
import { memory } from './loop.ts'
import { filesInside, namespaceBeside, type NetworkPlace } from './network-place.ts'

/** Why no namespace can be made here; null when one can. */
export async function whyNoNamespace(): Promise<string | null> {
  const { code, stderr } = await run(['unshare', '--net', 'ip', 'link', 'show'], { check: false })
  return code === 0 ? null : `a network namespace can not be made here: ${stderr.trim()}`
}

// Each definition is only ever given keys of its own kind.
const kinds: Registry = new Map(
  [link, address, route, sysctl, hook, bridgeVlan, ethtool, rule, wireguard, firewall, resolver, hosts].map((def) => [
    def.kind,
    def as unknown as KindDef
  ])
)

/** `rancher.network` of a document. */
export type Network = NonNullable<NonNullable<CloudConfig['rancher']>['network']>

export interface NetworkMachine {
  readonly host: Host
  /** Runs `ip` with these words in the namespace; what it prints. */
  ip(words: string): Promise<string>
  /** Runs any program in the namespace; what it prints. */
  inside(argv: readonly string[], input?: string): Promise<string>
  /** What `ip -details -batch` told the last look; null: the kernel was asked without it. */
  looked(): string | null
  /** Value of a kernel parameter of the namespace. */
  sysctl(name: string): Promise<string>
  /** Looks, plans and acts once for these interfaces; the plan as text. */
  pass(interfaces: Readonly<Record<string, NetworkInterface>>): Promise<string>
  /** The same for all of `rancher.network`. */
  apply(network: Network): Promise<string>
  /** What hooks said since it was last asked, by lines. */
  said(): readonly string[]
  /** What waits and why, after the last pass. */
  waiting(): readonly string[]
  /** Everything of links, addresses and routes, but for what the kernel alone decides. */
  state(): Promise<NetworkLook>
  /** Argument lists of all changes since it was last asked. */
  changes(): readonly string[]
  /** How often `ip` was started since it was last asked. */
  starts(): number
  /** Forgets the ledger, as an agent does that lost /run. */
  forget(): Promise<void>
  stop(): void
}

/** `program`: the `ip` to use, where it is not the machine's own. */
export async function networkMachine(
  program: readonly string[] = ['ip'],
  place?: NetworkPlace
): Promise<NetworkMachine> {
  const { run: runThere, look: ask, parameters, stop } = place ?? (await namespaceBeside())
  let changed: string[] = []
  let started = 0
  let looked: string | null = null
  const network = linuxNetwork(async ([, ...words], options) => {
    started += 1
    const result = await runThere([...program, ...words], options)
    if (words.includes('-details')) looked = result.stdout
    return result
  }, ask)
  const log = join(tmpdir(), `rosd-hooks-${process.pid}-${performance.now()}`)
  const host = {
    wall: { now: Date.now },
    network: {
      ...network,
      change(...all: readonly (readonly string[])[]) {
        changed.push(...all.map((argv) => argv.join(' ')))
        return network.change(...all)
      }
    },
    files: filesInside(runThere, parameters),
    runner: {
      run(argv: readonly string[], options: RunOptions) {
        // Lines of a batch say what is changed.
        if (argv.includes('-batch')) {
          const lines = (options.input ?? '').trim().split('\n')
          changed.push(...lines.map((line) => `${argv[0]} ${line}`))
        }
        return runThere(
          argv.map((word) => word.replace(/^\/var\/log\/.*/, log)),
          options
        )
      }
    },
    progress: () => {}
  } as unknown as Host // these kinds ask for nothing else
  await host.files.writeInPlace('/etc/hosts', '127.0.0.1 localhost\n')
  const files = { brief: memory(), lasting: memory() }
  let ledger = await openLedger(kinds, files)
  let last: Look = { seen: new Map(), unknown: new Map() }
  let waits: readonly string[] = []

  const wantsOf = async (data: CloudConfig): Promise<ReadonlyMap<Key, Want>> => {
    const { links } = await host.network.look()
    const desired = desiredOf(
      data,
      links.map(({ name, mac, kind }) => ({ name, mac, kind }))
    )
    return new Map([...kinds.values()].flatMap((def) => [...def.want(desired)]).map((want) => [want.key, want]))
  }

  const act = async (actions: readonly Action[], wants: ReadonlyMap<Key, Want>) => {
    for (const { key, from } of actions) {
      const want = wants.get(key)
      if (want !== undefined) await ledger.claim([{ want, seen: from }])
    }
    const ends = await Promise.allSettled(
      actions.map(async (action) => kinds.get(kindOf(action.key))?.act(host, action, AbortSignal.timeout(10_000)))
    )
    for (const [at, { key, verb }] of actions.entries()) {
      const end = ends[at]
      if (end?.status === 'rejected') throw end.reason
      if (verb === 'delete') await ledger.release([key])
    }
  }

  const apply = async (found: Network): Promise<string> => {
    const wants = await wantsOf({ rancher: { network: found } })
    const asked = askedKeys(wants, ownership(kinds, ledger.owned, last.seen))
    last = await look(kinds, host, new Set(kinds.keys()), asked, last, AbortSignal.timeout(10_000))
    for (const [kind, why] of last.unknown) throw new Error(`${kind} could not be looked at: ${why}`)
    const owned = ownership(kinds, ledger.owned, last.seen)
    const { actions, waiting } = plan(kinds, { wants, seen: last.seen, owned })
    const busy = new Set<Key>([...actions, ...waiting].map(({ key }) => key))
    const settled = [...wants.values()].filter(({ key }) => !busy.has(key) && last.seen.has(key))
    await ledger.claim(settled.map((want) => ({ want, seen: last.seen.get(want.key) ?? null })))
    await ledger.release([...ledger.owned.keys()].filter((key) => !wants.has(key) && !busy.has(key)))
    waits = waiting.map(({ key, message }) => `${key}: ${message}`)
    for (const some of atOnce(actions)) await act(some, wants)
    return showPlan(actions).replaceAll(/ +\([^()]*\)$/gm, '')
  }

  return {
    host,
    async ip(words) {
      return (await runThere(['ip', ...words.split(' ')])).stdout
    },
    async inside(argv, input) {
      return (await runThere(argv, input === undefined ? {} : { input })).stdout
    },
    looked: () => looked,
    async sysctl(name) {
      return (await runThere(['sysctl', '-n', name])).stdout.trim()
    },
    pass: (interfaces) => apply({ interfaces }),
    apply,
    waiting: () => waits,
    async state() {
      const found = await network.look()
      const settled = <T extends object>(things: readonly T[]) =>
        things.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      const addresses = found.addresses.map((one) => (one.valid === null ? one : { ...one, valid: 0, preferred: 0 }))
      return { links: found.links, addresses: settled(addresses), routes: settled(found.routes) }
    },
    changes() {
      const list = changed
      changed = []
      return list
    },
    said() {
      const text = existsSync(log) ? readFileSync(log, 'utf8') : ''
      rmSync(log, { force: true })
      return text.split('\n').filter((line) => line !== '')
    },
    starts() {
      const count = started
      started = 0
      return count
    },
    async forget() {
      await files.brief.write('[]')
      ledger = await openLedger(kinds, files)
    },
    stop() {
      stop()
      rmSync(log, { force: true })
    }
  }
}

/** What the loop would start together: neighbours of one kind whose changes one `ip` makes, in their order. */
function atOnce(actions: readonly Action[]): readonly (readonly Action[])[] {
  const groups: Action[][] = []
  const classOf = ({ key, verb }: Action) => `${kindOf(key)} ${verb === 'delete'}`
  for (const action of actions) {
    const last = groups.at(-1)
    const batches = (kinds.get(kindOf(action.key))?.width ?? 1) >= 1_000
    if (batches && last?.[0] !== undefined && classOf(last[0]) === classOf(action)) last.push(action)
    else groups.push([action])
  }
  return groups
}

/** Two cables, eth0 and eth1, whose other ends (p0, p1) are up. */
export async function cabledMachine(
  t: Test,
  program?: readonly string[],
  place?: NetworkPlace
): Promise<NetworkMachine> {
  const made = await networkMachine(program, place)
  t.teardown(() => made.stop())
  // No link-local addresses and no look for duplicates: the state that is compared is what the tests make it. An address stays
  // when another of its network goes, as in the image.
  const settings = ['addr_gen_mode=1', 'accept_dad=0'].map((setting) => `net.ipv6.conf.default.${setting}`)
  settings.push('net.ipv4.conf.all.promote_secondaries=1')
  await made.inside(['sysctl', '-q', '-w', ...settings])
  await made.ip('link set lo up')
  for (const [card, peer] of [
    ['eth0', 'p0'],
    ['eth1', 'p1']
  ]) {
    await made.ip(`link add name ${card} type veth peer name ${peer}`)
    await made.ip(`link set ${peer} up`)
  }
  return made
}
