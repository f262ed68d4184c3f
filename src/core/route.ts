// Routes as the kernel tells them apart: table, destination and metric. One spelling for each on both sides.
import { networkOf, parseCidr, showCidr } from './cidr.ts'
import type { Key, RouteSpec } from './resource.ts'

/** Our routing protocol number: the mark by which our routes are known. */
export const PROTOCOL = '82'

const TABLES: Readonly<Record<string, number>> = { default: 253, main: 254, local: 255 }
/** What the kernel takes when no metric is given. */
const DEFAULT_METRIC = { 4: 0, 6: 1024 } as const

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

/** `route/main/10.0.0.0/8@100`: the place in the kernel's tables that one route can have. */
export function routeKey({ table, to, metric }: Pick<RouteSpec, 'table' | 'to' | 'metric'>): Key<'route'> {
  const name = Object.keys(TABLES).find((known) => TABLES[known] === table) ?? table
  return `route/${name}/${to}${metric === null ? '' : `@${metric}`}`
}
