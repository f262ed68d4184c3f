import { portVlans } from '../../core/bridge-vlans.ts'
import { LINK_KINDS } from '../../core/link-kinds.ts'
import { BOND_OPTIONS, isBridge, mastersOf } from '../../core/made-links.ts'
import type { NetworkInterface } from '../types.gen.ts'
import { doubtful, type Finding, meant, quoted, wrong } from './finding.ts'
import { atSelector, badName, type Configured } from './interfaces.ts'

/** Links that the document makes: of one kind each, under a name, on something else, with options that there are. */
export function* madeLinks(interfaces: readonly Configured[]): Iterable<Finding> {
  for (const one of interfaces) {
    const kinds = kindsOf(one.entry)
    yield* kindOf(one, kinds)
    yield* bond(one)
    yield* port(one)
    yield* masters(one)
    for (const key of kinds) {
      yield* halves(one, key)
      yield* below(one, key)
    }
  }
  yield* circles(interfaces)
}

/** Keys that make a link. */
const KEYS = ['vlan', 'macvlan', 'ipvlan', 'vxlan', 'veth', 'tun', 'wireguard'] as const
type Key = 'bridge' | 'bond_opts' | 'dummy' | 'vrf_table' | (typeof KEYS)[number]

/** The keys of an entry that make its link. */
export function kindsOf(entry: NetworkInterface): readonly Key[] {
  return [
    ...(isBridge(entry) ? (['bridge'] as const) : []),
    ...(Object.keys(entry.bond_opts ?? {}).length > 0 ? (['bond_opts'] as const) : []),
    ...(entry.dummy === true ? (['dummy'] as const) : []),
    ...(entry.vrf_table === undefined ? [] : (['vrf_table'] as const)),
    ...KEYS.filter((key) => entry[key] !== undefined)
  ]
}

function* kindOf(one: Configured, [first, second]: readonly Key[]): Iterable<Finding> {
  const { path, key, name } = one
  if (first === undefined) return
  if (name === null) {
    yield atSelector(
      one,
      wrong(
        'ROS_DOC_CONFLICT',
        [],
        `${quoted(key)} is for whatever has that address or name, and \`${first}\` makes one interface`,
        'the name of the interface that is to be made',
        `give it an entry of its own, as \`${first === 'bridge' ? 'br0' : 'link0'}\``
      )
    )
  }
  if (second !== undefined)
    yield {
      ...wrong(
        'ROS_DOC_CONFLICT',
        [...path, second],
        `${quoted(key)} can not be made by \`${first}\` and by \`${second}\``,
        'one of the two',
        'take one out, or make two interfaces'
      ),
      at: 'key'
    }
}

/** Without these nothing can be made. */
const NEEDED: Readonly<Partial<Record<Key, readonly string[]>>> = {
  vlan: ['id', 'link'],
  macvlan: ['link'],
  ipvlan: ['link'],
  vxlan: ['id'],
  veth: ['peer'],
  wireguard: ['private_key']
}

function* halves({ entry, path }: Configured, key: Key): Iterable<Finding> {
  const settings: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(Object(entry[key])))
  for (const part of NEEDED[key] ?? [])
    if (settings[part] === undefined)
      yield {
        ...wrong(
          'ROS_DOC_MISSING_KEY',
          [...path, key],
          `\`${part}\` is missing`,
          'the key to be there',
          `add \`${part}:\``
        ),
        at: 'key'
      }
}

function* bond({ entry, path }: Configured): Iterable<Finding> {
  const options = entry.bond_opts ?? {}
  for (const [key, value] of Object.entries(options)) {
    if (!BOND_OPTIONS.includes(key)) {
      yield {
        ...doubtful(
          'ROS_DOC_UNKNOWN_KEY',
          [...path, 'bond_opts', key],
          `bonds have no option ${quoted(key)}${meant(key, BOND_OPTIONS)}`,
          'an option of the kernel’s bonds, for instance `mode`, `miimon` or `lacp_rate`',
          'correct the name, or take it out'
        ),
        at: 'key'
      }
      continue
    }
    const names = LINK_KINDS['bond']?.find(({ word }) => word === key)?.names
    const words = Object.values(names ?? {})
    const given = String(value).toLowerCase()
    if (names !== undefined && !words.includes(given) && names[Number(given)] === undefined)
      yield wrong(
        'ROS_DOC_VALUE',
        [...path, 'bond_opts', key],
        `${quoted(String(value))} is no ${key} of a bond${meant(given, words)}`,
        `${words.join(', ')}, or their numbers from 0`,
        'correct it'
      )
  }
  if (truthy(options['miimon']) && truthy(options['arp_interval']))
    yield wrong(
      'ROS_DOC_CONFLICT',
      [...path, 'bond_opts', 'arp_interval'],
      'a bond watches its links by `miimon` or by `arp_interval`, not by both',
      'one of the two',
      'take one out'
    )
}

function truthy(value: string | number | boolean | undefined): boolean {
  return value !== undefined && Number(value) !== 0
}

function* port({ entry, path }: Configured): Iterable<Finding> {
  const { bridge_port: settings, bridge } = entry
  if (settings === undefined) return
  if ((bridge === undefined || bridge === '' || bridge === 'false') && !isBridge(entry))
    yield {
      ...doubtful(
        'ROS_DOC_CONFLICT',
        [...path, 'bridge_port'],
        'the interface belongs to no bridge',
        '`bridge` with the name of one',
        'add `bridge`, or take `bridge_port` out'
      ),
      at: 'key'
    }
  for (const [at, vlan] of (settings.vlans ?? []).entries())
    if (portVlans(String(vlan)) === null)
      yield wrong(
        'ROS_DOC_VLAN',
        [...path, 'bridge_port', 'vlans', at],
        `${quoted(String(vlan))} is no VLAN of a port`,
        'ID or ID-ID with ids from 1 to 4094, then `pvid` (one only), `untagged` or both: `1 pvid untagged`',
        'correct it'
      )
}

/** RancherOS took a document with several; here `bond` counts before `bridge`, and that before `vrf`. */
function* masters({ entry, path, key }: Configured): Iterable<Finding> {
  const [first, ...others] = mastersOf(entry)
  for (const other of others)
    yield {
      ...doubtful(
        'ROS_DOC_CONFLICT',
        [...path, other],
        `${quoted(key)} belongs to ${quoted(String(entry[first ?? other]))} by \`${first}\`, and an interface belongs to one only`,
        'one of the two',
        'take one out'
      ),
      at: 'key'
    }
}

/** What it stands on, and where a second end may be. */
function* below({ entry, path, name }: Configured, key: Key): Iterable<Finding> {
  const settings = key === 'vlan' || key === 'macvlan' || key === 'ipvlan' || key === 'vxlan' ? entry[key] : undefined
  const [field, other] = key === 'veth' ? (['peer', entry.veth?.peer] as const) : (['link', settings?.link] as const)
  if (other === undefined) return
  const why = other === name ? 'is the interface itself' : badName(other)
  if (why !== null)
    yield wrong(
      'ROS_DOC_TARGET',
      [...path, key, field],
      `${quoted(other)} ${why}`,
      field === 'peer' ? 'the name of the other end' : 'the name of the interface below',
      'correct the name'
    )
}

/** Links that stand on each other, or belong to each other. */
function* circles(interfaces: readonly Configured[]): Iterable<Finding> {
  const on = new Map<string, { readonly to: readonly string[]; readonly one: Configured }>()
  for (const one of interfaces) {
    const { name, entry } = one
    if (name === null) continue
    const { vlan, macvlan, ipvlan, vxlan, bridge, bond, vrf } = entry
    const to = [vlan?.link, macvlan?.link, ipvlan?.link, vxlan?.link, bridge, bond, vrf]
    on.set(name, { one, to: to.filter((other) => other !== undefined && other !== name) as string[] }) // what is undefined is out
  }
  const safe = new Set<string>()
  for (const start of on.keys()) {
    const way: string[] = []
    const leads = (name: string): boolean => {
      if (safe.has(name) || !on.has(name)) return false
      if (way.includes(name)) return true
      way.push(name)
      const found = on.get(name)?.to.some(leads) === true
      if (!found) {
        way.pop()
        safe.add(name)
      }
      return found
    }
    const known = leads(start) ? on.get(start) : undefined
    if (known === undefined) continue
    for (const name of way) safe.add(name)
    yield atSelector(
      known.one,
      wrong(
        'ROS_DOC_CYCLE',
        [],
        `interfaces stand on each other in a circle: ${[...way, way[0]].join(', ')}`,
        'each on one that is there without it',
        'correct what one of them stands on'
      )
    )
  }
}
