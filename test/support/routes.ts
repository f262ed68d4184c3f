// Routes and addresses as a look finds them, said in what is special of each.
import type { RouteSpec, Seen } from '../../src/core/resource.ts'

/** A route to everything by nothing in the main table, but for what is given. */
export function routeSpec(special: Partial<RouteSpec>): RouteSpec {
  return {
    to: 'default',
    via: null,
    dev: 'eth0',
    metric: null,
    table: 254,
    onlink: false,
    type: 'unicast',
    scope: 'global',
    source: null,
    mtu: null,
    nexthops: [],
    ...special
  }
}

/** The same as it is seen, ours where nothing else is said. */
export function seenRoute({ protocol = '82', ...special }: Partial<Seen<'route'>>): Seen<'route'> {
  return { ...routeSpec(special), protocol }
}
