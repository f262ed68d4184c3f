// Links that the document makes, and what of them is written where: under a key of their own (`bridge: true`, `vlan: {…}`), or by the
// link they stand on (`vlans: 100,200:guests`), or by those that belong to them (`bond: bond0`).
import type { NetworkInterface } from '../document/types.gen.ts'
import { configuredLinks, type ConfiguredLink, selector } from './interfaces.ts'
import type { Desired } from './kind.ts'
import { LINK_KINDS, optionValue } from './link-kinds.ts'
import { perDocument } from './per-document.ts'
import type { Make } from './link.ts'
import { vlansOf } from './vlans.ts'

export interface MadeLink {
  readonly name: string
  readonly make: Make
  readonly path: readonly (string | number)[]
}

/** A link the document speaks of: what is configured of it, or made, or both. */
export interface DeclaredLink {
  readonly name: string
  readonly entry: NetworkInterface
  readonly made: MadeLink | null
  /** The link it is the other end of, with which it comes and goes; null: none the document makes. */
  readonly twin: string | null
  readonly path: readonly (string | number)[]
}

/** Every link the document speaks of, by name. */
export const declaredLinks = perDocument((desired): readonly DeclaredLink[] => {
  const configured = new Map(configuredLinks(desired).map((one) => [one.name, one]))
  const made = madeLinks(desired, [...configured.values()])
  const twins = new Map([...made.values()].flatMap(({ name, make: { peer } }) => (peer === null ? [] : [[peer, name]])))
  return [...new Set([...configured.keys(), ...made.keys()])].sort().map((name) => {
    const [one, by] = [configured.get(name), made.get(name) ?? null]
    const twin = by === null ? (twins.get(name) ?? null) : null
    return { name, entry: one?.entry ?? {}, made: by, twin, path: one?.path ?? by?.path ?? [] }
  })
})

/** A bridge, where `bridge` says so. */
export function isBridge({ bridge, bridge_opts: options }: NetworkInterface): boolean {
  return bridge === 'true' || (options !== undefined && (bridge === undefined || bridge === ''))
}

/** Keys that name what the link is to belong to. The kernel gives a link one master: the first counts. */
export function mastersOf(entry: NetworkInterface): readonly ('bond' | 'bridge' | 'vrf')[] {
  const none: readonly (string | undefined)[] = [undefined, '']
  const named = entry.bridge !== 'true' && entry.bridge !== 'false'
  return (['bond', 'bridge', 'vrf'] as const).filter((key) => !none.includes(entry[key]) && (key !== 'bridge' || named))
}

/** Name of the bridge, bond or VRF the link is to belong to; null: none is named. */
export function masterOf(entry: NetworkInterface): string | null {
  const [key] = mastersOf(entry)
  return key === undefined ? null : (entry[key] ?? null)
}

function madeLinks(
  { data }: Pick<Desired, 'data'>,
  configured: readonly ConfiguredLink[]
): ReadonlyMap<string, MadeLink> {
  const found = new Map<string, MadeLink>()
  const add = (name: string, make: Make, path: MadeLink['path']) => {
    if (!found.has(name)) found.set(name, { name, make, path })
  }
  for (const [key, entry] of Object.entries(data.rancher?.network?.interfaces ?? {})) {
    const { by, glob, text } = selector(key, entry)
    const own = by === 'name' && glob === null ? makeOf(entry) : null
    // Of two ends that both say so, the first makes both.
    if (own !== null && found.get(own.make.peer ?? '')?.make.peer !== text)
      add(text, own.make, ['rancher', 'network', 'interfaces', key, ...own.path])
  }
  for (const { name, entry, path } of configured) {
    // A VLAN that a pattern is for has no VLANs of its own by it: there would be no end to them.
    if (!isVlanByPattern(name, path, data)) {
      // What is no VLAN is the checks' to refuse.
      for (const { id, name: vlan } of vlansOf(name, entry.vlans))
        if (Number.isInteger(id) && vlan !== null)
          add(vlan, make('vlan', { on: name, options: { id: String(id), protocol: '802.1q' } }), [...path, 'vlans'])
    }
    // RancherOS made a bond of any name that something belongs to.
    if (entry.bond !== undefined && entry.bond !== '') add(entry.bond, make('bond', {}), [...path, 'bond'])
  }
  return found
}

function isVlanByPattern(name: string, path: ConfiguredLink['path'], data: Desired['data']): boolean {
  const key = String(path.at(-1))
  const entry = data.rancher?.network?.interfaces?.[key]
  if (entry === undefined || selector(key, entry).glob === null) return false
  const below = /^(.+)\.\d+$/.exec(name)?.[1]
  return below !== undefined && selector(key, entry).glob?.test(below) === true
}

/** What an entry makes of its name, and the key that says so; null: nothing. */
function makeOf(entry: NetworkInterface): { readonly make: Make; readonly path: readonly string[] } | null {
  const { vlan, macvlan, ipvlan, vxlan, veth, tun, bond_opts: bond } = entry
  if (isBridge(entry)) return said('bridge', make('bridge', { options: bridgeOptions(entry.bridge_opts ?? {}) }))
  if (bond !== undefined && Object.keys(bond).length > 0)
    return said('bond_opts', make('bond', { options: bondOptions(bond) }))
  // What lacks the half of it is made by nobody; the checks say so.
  if (vlan?.id !== undefined && vlan.link !== undefined) {
    const { id, link, protocol = '802.1q' } = vlan
    return said('vlan', make('vlan', { on: link, options: { id: String(id), protocol } }))
  }
  if (macvlan?.link !== undefined)
    return said('macvlan', make('macvlan', { on: macvlan.link, options: { mode: macvlan.mode ?? 'bridge' } }))
  if (ipvlan?.link !== undefined)
    return said('ipvlan', make('ipvlan', { on: ipvlan.link, options: { mode: ipvlan.mode ?? 'l3' } }))
  if (vxlan?.id !== undefined) return said('vxlan', vxlanMake({ ...vxlan, id: vxlan.id }))
  if (entry.dummy === true) return said('dummy', make('dummy', {}))
  if (veth?.peer !== undefined) return said('veth', make('veth', { peer: veth.peer }))
  if (entry.wireguard?.private_key !== undefined) return said('wireguard', make('wireguard', {}))
  if (entry.vrf_table !== undefined)
    return said('vrf_table', make('vrf', { options: { table: String(entry.vrf_table) } }))
  if (tun !== undefined) {
    const { mode = 'tun', user, group, multi_queue: queues = false } = tun
    const owners = {
      ...(user === undefined ? {} : { user: String(user) }),
      ...(group === undefined ? {} : { group: String(group) })
    }
    return said('tun', make('tun', { options: { mode, ...owners, multi_queue: queues ? '1' : '0' } }))
  }
  return null
}

function said(key: string, how: Make) {
  return { make: how, path: [key] }
}

function make(kind: string, { on = null, peer = null, options = {} }: Partial<Make>): Make {
  return { kind, on, peer, options }
}

/** Keys in the kernel's own word that differ from ours, and how many of the kernel's units one of ours is. */
const BRIDGE_WORDS: Readonly<Record<string, readonly [word: string, times: number]>> = {
  stp: ['stp_state', 1],
  forward_delay: ['forward_delay', 100],
  hello_time: ['hello_time', 100],
  max_age: ['max_age', 100],
  ageing_time: ['ageing_time', 100],
  multicast_snooping: ['mcast_snooping', 1],
  multicast_querier: ['mcast_querier', 1]
}

function bridgeOptions(given: NonNullable<NetworkInterface['bridge_opts']>): Make['options'] {
  return options('bridge', (key, value) => {
    const [word, times] = BRIDGE_WORDS[key] ?? [key, 1]
    return [word, typeof value === 'number' ? value * times : value]
  })({ ...given })
}

/** sysfs has names of its own for some. */
const BOND_WORDS: Readonly<Record<string, string>> = {
  num_unsol_na: 'num_grat_arp',
  ad_lacp_rate: 'lacp_rate',
  peer_notif_delay: 'peer_notify_delay'
}

function bondOptions(given: NonNullable<NetworkInterface['bond_opts']>): Make['options'] {
  return options('bond', (key, value) => [BOND_WORDS[key] ?? key, value])(given)
}

type Value = string | number | boolean

function options(kind: string, said: (key: string, value: Value) => readonly [word: string, value: Value]) {
  return (given: Readonly<Record<string, Value | undefined>>): Make['options'] => {
    const found: Record<string, string> = {}
    for (const [key, value] of Object.entries(given)) {
      if (value === undefined) continue
      const [word, meant] = said(key, value)
      const option = LINK_KINDS[kind]?.find((one) => one.word === word)
      if (option !== undefined) found[word] = optionValue(option, meant)
    }
    return found
  }
}

/** The words `bond_opts` may have. */
export const BOND_OPTIONS: readonly string[] = [
  ...(LINK_KINDS['bond'] ?? []).map(({ word }) => word),
  ...Object.keys(BOND_WORDS)
]

function vxlanMake({
  id,
  link,
  local,
  remote,
  port = 4789,
  ttl,
  learning
}: NonNullable<NetworkInterface['vxlan']> & { readonly id: number }): Make {
  return make('vxlan', {
    options: {
      id: String(id),
      dstport: String(port),
      ...(link === undefined ? {} : { dev: link }),
      ...(local === undefined ? {} : { local }),
      ...(remote === undefined ? {} : { remote }),
      ...(ttl === undefined ? {} : { ttl: String(ttl) }),
      ...(learning === undefined ? {} : { learning: learning ? '1' : '0' })
    }
  })
}
