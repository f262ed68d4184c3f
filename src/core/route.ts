// Routes as the kernel tells them apart: table, destination and metric. One spelling for each on both sides.
import { networkOf, parseCidr, showCidr } from './cidr.ts'
import type { Key, RouteSpec, RouteType } from './resource.ts'

/** Our routing protocol number: the mark by which our routes are known. */
export const PROTOCOL = '82'

const TABLES: Readonly<Record<string, number>> = { default: 253, main: 254, local: 255 }
/** RTN_* of <linux/rtnetlink.h>: those that lead somewhere, and those that lead nowhere but hold their place. */
const TYPES: Readonly<Record<number, RouteType>> = { 1: 'unicast', 6: 'blackhole', 7: 'unreachable', 8: 'prohibit' }
/** What the kernel takes when no metric is given. */
const DEFAULT_METRIC = { 4: 0, 6: 1024 } as const

/** The type of a number; null: one that the kernel makes for itself (local, broadcast, multicast). */
export function typeOf(number: number): RouteType | null {
  return TYPES[number] ?? null
}

/** Number of a routing table by name or number; null for a name the kernel does not know. */
export function tableNumber(table: string): number | null {
  if (/^\d{1,10}$/.test(table)) return Number(table) < 2 ** 32 ? Number(table) : null
  return TABLES[table] ?? null
}

/** Canonical prefix of a destination in `family`: `default` for all of IPv4, `::/0` for all of IPv6; null when unreadable. */
export function destination(text: string, family: 4 | 6): string | null {
  if (text === 'default') return family === 6 ? '::/0' : 'default'
  const cidr = parseCidr(text)
  if (cidr === null) return null
  const prefix = showCidr(networkOf(cidr))
  return prefix === '0.0.0.0/0' ? 'default' : prefix
}

/** The family of a canonical destination. */
export function familyOf(to: string): 4 | 6 {
  return to.includes(':') ? 6 : 4
}

/** A metric with the kernel's default as null. */
export function metricOf(metric: number | undefined, family: 4 | 6): number | null {
  return metric === undefined || metric === 0 || metric === DEFAULT_METRIC[family] ? null : metric
}

/** The scope an IPv4 route has where nobody names one: what has no gateway is on the link. */
export function defaultScope({ type, via, nexthops }: Pick<RouteSpec, 'type' | 'via' | 'nexthops'>): string {
  return type === 'unicast' && via === null && nexthops.length === 0 ? 'link' : 'global'
}

/** Where it leads, in the words of ip(8): `via 10.0.0.1 dev eth0 mtu 1400`. */
export function wayOf(route: RouteSpec): string {
  const { type, dev, scope, source, mtu, nexthops } = route
  const lead =
    type !== 'unicast'
      ? type
      : nexthops.length > 0
        ? nexthops
            .map((hop) => `${hopOf(hop)} weight ${hop.weight}`)
            .toSorted()
            .join(', ')
        : `${hopOf(route)}${dev === '' && route.via === null ? 'not over one link' : ''}`
  return [
    lead,
    scope === null || scope === defaultScope(route) ? '' : `scope ${scope}`,
    source === null ? '' : `src ${source}`,
    mtu === null ? '' : `mtu ${mtu}`
  ]
    .filter((word) => word !== '')
    .join(' ')
}

function hopOf({ via, dev, onlink }: Pick<RouteSpec, 'via' | 'dev' | 'onlink'>): string {
  const words = [via === null ? '' : `via ${via}`, dev === '' ? '' : `dev ${dev}`, onlink ? 'onlink' : '']
  return words.filter((word) => word !== '').join(' ')
}

/** `route/main/10.0.0.0/8@100`: the place in the kernel's tables that one route can have. */
export function routeKey({ table, to, metric }: Pick<RouteSpec, 'table' | 'to' | 'metric'>): Key<'route'> {
  const name = Object.keys(TABLES).find((known) => TABLES[known] === table) ?? table
  return `route/${name}/${to}${metric === null ? '' : `@${metric}`}`
}
