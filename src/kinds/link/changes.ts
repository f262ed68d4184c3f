// What has to change about a link, as words for people and as arguments of ip(8). Pure.
import { LINK_KINDS, type LinkOption, PORT_OPTIONS } from '../../core/link-kinds.ts'
import type { LinkSeen, LinkSpec } from '../../core/link.ts'
import type { Owned } from '../../core/resource.ts'

/** One difference between a link and what is wanted of it. */
export interface Change {
  readonly field: string
  readonly from: string
  readonly to: string
  /** Behind `ip link set dev NAME`; several with the same `of` go in one call. */
  readonly words: readonly string[]
  readonly of: 'link' | 'kind' | 'port' | 'state'
  /** The link has to be down for it. */
  readonly resting?: true
}

type Plain = 'mtu' | 'mac' | 'txqueuelen' | 'alias'

const PLAIN: Readonly<Record<Plain, string>> = { mtu: 'mtu', mac: 'address', txqueuelen: 'txqueuelen', alias: 'alias' }

/** What is to be set of a link that is there; `spec` null: what we set is given back. */
export function changesOf(spec: LinkSpec | null, seen: LinkSeen, owned: Owned<'link'> | null): readonly Change[] {
  const up = spec?.up ?? upBefore(seen, owned)
  const state = up === seen.up ? [] : [stateChange(seen.up, up)]
  const master = masterChange(spec, seen, owned)
  // What leaves its bridge leaves what the bridge kept of it.
  const isPort = master.length === 0 ? seen.port !== null : master[0]?.to !== 'none'
  return [
    ...plainChanges(spec, seen, owned),
    ...master,
    ...optionChanges('kind', LINK_KINDS[seen.kind] ?? [], {
      want: spec?.make?.options ?? {},
      seen: seen.options,
      gave: { ...owned?.spec.make?.options, ...owned?.next?.make?.options },
      before: beforeOf(seen, owned)?.options ?? null
    }),
    ...optionChanges('port', isPort ? PORT_OPTIONS : [], {
      want: spec?.port ?? {},
      seen: seen.port ?? {},
      gave: { ...owned?.spec.port, ...owned?.next?.port },
      before: beforeOf(seen, owned)?.port ?? null
    }),
    ...state
  ]
}

/** Why a link that is there can not become what is wanted but by being made anew; null: it can, or it is. */
export function mismatch({ make }: LinkSpec, seen: LinkSeen): string | null {
  if (make === null) return null
  if (make.kind !== seen.kind) return `${seen.kind === '' ? 'a card' : seen.kind} -> ${make.kind}`
  const below = make.on ?? make.peer
  if (below !== null && below !== seen.on) return `on ${seen.on === '' ? 'nothing' : seen.on} -> ${below}`
  for (const { word, fixed } of LINK_KINDS[make.kind] ?? []) {
    const want = make.options[word]
    if (fixed === true && want !== undefined && want !== seen.options[word])
      return `${word} ${seen.options[word] ?? 'unset'} -> ${want}`
  }
  return null
}

/** The arguments of each `ip` that makes a link as wanted. */
export function making(name: string, spec: LinkSpec): readonly (readonly string[])[] {
  const { make } = spec
  if (make === null) return []
  const { mtu, mac, txqueuelen, alias, master, bonded, port, up } = spec
  const first = [
    ...(mac === null ? [] : ['address', mac]),
    ...(mtu === null || make.kind === 'bridge' ? [] : ['mtu', String(mtu)]),
    ...(txqueuelen === null ? [] : ['txqueuelen', String(txqueuelen)])
  ]
  const rest = [
    // A bridge takes the MTU of its ports until one is set; the one it is made with does not count as set.
    ...(mtu !== null && make.kind === 'bridge' ? ['mtu', String(mtu)] : []),
    ...(alias === null ? [] : ['alias', alias]),
    ...(master === null ? [] : ['master', master]),
    ...(make.kind === 'tun' ? first : [])
  ]
  const set = (words: readonly string[]) => (words.length === 0 ? [] : [['link', 'set', 'dev', name, ...words]])
  const portWords = Object.entries(port).flat()
  const born =
    make.kind === 'tun'
      ? ['tuntap', 'add', 'dev', name, ...tunWords(make.options)]
      : [
          'link',
          'add',
          ...(make.on === null ? [] : ['link', make.on]),
          'name',
          name,
          ...first,
          'type',
          make.kind,
          ...kindWords(make.kind, make.options),
          ...(make.peer === null ? [] : ['peer', 'name', make.peer])
        ]
  return [
    born,
    // A bond takes only what is down.
    ...(bonded ? [...set(rest), ...set(up ? ['up'] : [])] : set([...rest, ...(up ? ['up'] : [])])),
    ...set(portWords.length === 0 ? [] : ['type', 'bridge_slave', ...portWords])
  ]
}

/** What is known of a link that is changed. */
interface Setting {
  readonly kind: string
  /** Its master is a bond, or was one. */
  readonly bonded: boolean
  readonly up: boolean
}

/** The arguments of each `ip` that makes these changes. A bond takes only what is down, and leaves it down. */
export function setting(
  name: string,
  changes: readonly Change[],
  { kind, bonded, up }: Setting
): readonly (readonly string[])[] {
  const set = (words: readonly string[]) => (words.length === 0 ? [] : [['link', 'set', 'dev', name, ...words]])
  const words = (of: Change['of']) => changes.filter((change) => change.of === of).flatMap((change) => change.words)
  const moves = bonded ? changes.find(({ field }) => field === 'master') : undefined
  const rests = changes.some(({ resting }) => resting === true)
  const [own, ofKind, ofPort] = [words('link'), words('kind'), words('port')]
  const kindLines = set(ofKind.length === 0 ? [] : ['type', kind, ...ofKind])
  return [
    ...set(rests || (moves !== undefined && moves.to !== 'none') ? ['down'] : []),
    ...(rests ? kindLines : []),
    ...set(moves === undefined && !rests ? [...own, ...words('state')] : own),
    ...set((moves !== undefined || rests) && up ? ['up'] : []),
    ...(rests ? [] : kindLines),
    ...set(ofPort.length === 0 ? [] : ['type', 'bridge_slave', ...ofPort])
  ]
}

/** Whether it is to be up in the end. One we brought up goes down again, and the other way round. */
export function upBefore(seen: LinkSeen, owned: Owned<'link'> | null): boolean {
  const before = beforeOf(seen, owned)?.up ?? seen.up
  return owned === null || owned.spec.up === before ? seen.up : before
}

function stateChange(from: boolean, to: boolean): Change {
  const word = (up: boolean) => (up ? 'up' : 'down')
  return { field: 'state', from: word(from), to: word(to), words: [word(to)], of: 'state' }
}

/** What stood there before us, if it is still the same link: not another card that came under the same name. */
function beforeOf(seen: LinkSeen, owned: Owned<'link'> | null): LinkSeen | null {
  return owned?.before?.index === seen.index ? owned.before : null
}

function plainChanges(spec: LinkSpec | null, seen: LinkSeen, owned: Owned<'link'> | null): readonly Change[] {
  const before = beforeOf(seen, owned)
  const names: readonly Plain[] = ['mtu', 'mac', 'txqueuelen', 'alias']
  return names.flatMap((field): readonly Change[] => {
    const gave = (owned?.spec[field] ?? owned?.next?.[field] ?? null) !== null
    const back = gave ? (before?.[field] ?? (field === 'alias' ? '' : null)) : null
    const to = spec?.[field] ?? back
    if (to === null || to === seen[field]) return []
    return [{ field, from: shown(seen[field]), to: shown(to), words: [PLAIN[field], String(to)], of: 'link' }]
  })
}

function masterChange(spec: LinkSpec | null, seen: LinkSeen, owned: Owned<'link'> | null): readonly Change[] {
  const gave = owned?.spec.master ?? owned?.next?.master ?? null
  // Who else took it meanwhile keeps it.
  const back = gave === null || seen.master !== gave ? null : (beforeOf(seen, owned)?.master ?? '')
  const to = spec?.master ?? back
  if (to === null || to === seen.master) return []
  const words = to === '' ? ['nomaster'] : ['master', to]
  return [
    { field: 'master', from: seen.master === '' ? 'none' : seen.master, to: to === '' ? 'none' : to, words, of: 'link' }
  ]
}

type Options = Readonly<Record<string, string>>

function optionChanges(
  of: 'kind' | 'port',
  known: readonly LinkOption[],
  { want, seen, gave, before }: { want: Options; seen: Options; gave: Options; before: Options | null }
): readonly Change[] {
  return known.flatMap(({ word, fixed, resting, usual }): readonly Change[] => {
    if (fixed === true) return []
    const back = gave[word] === undefined ? undefined : (before?.[word] ?? usual)
    const to = want[word] ?? back
    if (
      to === undefined ||
      to === seen[word] ||
      (of === 'port' && seen[word] === undefined && want[word] === undefined)
    )
      return []
    const change = { field: word, from: seen[word] ?? 'unset', to, words: [word, to], of }
    return [resting === true ? { ...change, resting } : change]
  })
}

function shown(value: string | number): string {
  return value === '' ? 'none' : String(value)
}

function kindWords(kind: string, options: Options): readonly string[] {
  return Object.entries(options).flatMap(([word, value]) => {
    // Its links are not there yet; the next pass sets it.
    if (kind === 'bond' && word === 'primary') return []
    if (kind !== 'vxlan') return [word, value]
    if (word === 'learning') return [value === '1' ? 'learning' : 'nolearning']
    return [word === 'remote' && isMulticast(value) ? 'group' : word, value]
  })
}

/** 224.0.0.0/4 and ff00::/8 */
function isMulticast(address: string): boolean {
  const first = Number(/^(\d+)\./.exec(address)?.[1] ?? 0)
  return (first >= 224 && first < 240) || /^ff/i.test(address)
}

function tunWords({ mode = 'tun', user, group, multi_queue: queues }: Options): readonly string[] {
  return [
    'mode',
    mode,
    ...(user === undefined ? [] : ['user', user]),
    ...(group === undefined ? [] : ['group', group]),
    ...(queues === '1' ? ['multi_queue'] : [])
  ]
}
