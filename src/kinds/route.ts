// Static routes: gateways and `routes` of the interfaces. Ours carry our protocol number and are known by it, whatever
// the ledger remembers; routes of others (kernel, DHCP, by hand) are left alone unless the document names their very place.
import { declaredRoutes } from '../core/declared-routes.ts'
import { RosError } from '../core/errors.ts'
import type { KindDef } from '../core/kind.ts'
import type { Key, Kinds, RouteSpec, Seen } from '../core/resource.ts'
import { defaultScope, familyOf, PROTOCOL, routeKey, wayOf } from '../core/route.ts'
import { adoptRoute } from './adopt/network.ts'

type Spec = Kinds['route']['spec']

export const route: KindDef<'route'> = {
  kind: 'route',
  resync: 60_000,
  // All that is done at once goes in one process (host/linux/ip-batch.ts).
  width: 1_000,
  deadline: 30_000,
  // Two routes in one place are one key. With another metric the machine is not without a route in between.
  makeFirst: true,

  *want(desired) {
    const taken = new Map<Key, Spec>()
    const clashing = new Set<Key<'route'>>()
    for (const { spec, path, needs } of declaredRoutes(desired)) {
      const key = routeKey(spec)
      const holder = taken.get(key)
      if (JSON.stringify(holder) === JSON.stringify(spec)) continue
      const from = desired.from(path)
      taken.set(key, holder ?? spec)
      if (holder === undefined) {
        yield { key, spec, needs, from }
        continue
      }
      // One complaint of a link about a place is enough.
      const other: Key<'route'> = `${key}/${spec.dev === '' ? 'routes' : spec.dev}`
      if (!clashing.has(other)) yield { key: other, spec: { ...spec, broken: clash(spec, holder) }, needs, from }
      clashing.add(other)
    }
  },

  judge(want, seen, owned) {
    if (want === null) return seen === null || owned === null ? null : { verb: 'delete', why: 'no longer wanted' }
    if (want.spec.broken !== null) return { verb: 'create', why: want.spec.broken }
    if (seen === null) return { verb: 'create', why: 'not there' }
    const [is, shall] = [wayOf(seen), wayOf(filled(want.spec, seen))]
    return is === shall ? null : { verb: 'update', why: `${is} -> ${shall}` }
  },

  claims(key, seen) {
    return seen.protocol === PROTOCOL
      ? { key, spec: { ...seen, broken: null }, before: null, needs: linksOf(seen) }
      : null
  },

  adopt: (question) =>
    adoptRoute(
      question,
      declaredRoutes(question.desired).map(({ spec, path }) => ({ key: routeKey(spec), spec, path }))
    ),

  watch: (host) => host.kernel.network,

  async observe(host, keys) {
    const { routes } = await host.network.look()
    const asked = new Set(keys)
    const seen = new Map<Key<'route'>, Seen<'route'>>()
    for (const { family, ...found } of routes) {
      const key = routeKey(found)
      const ours = found.protocol === PROTOCOL
      // IPv6 may have several routes in one place: ours speaks, and a router's or the kernel's stays beside it.
      const apart = family === 6 && (found.protocol === 'ra' || found.protocol === 'kernel')
      if (ours || (asked.has(key) && !seen.has(key) && !apart)) seen.set(key, found)
    }
    return seen
  },

  async act(host, { key, from, to }) {
    if (to !== null && to.broken !== null) throw new RosError('ROS_ROUTE', `${key}: ${to.broken}`, 'never')
    const spec = to ?? from
    if (spec === null) return
    // In place of nothing of IPv6 it would replace what a router told.
    const beside = from === null && familyOf(spec.to) === 6
    const verb = to === null ? 'delete' : beside ? 'append' : 'replace'
    const change = ['route', verb, ...(to === null ? place(spec) : words(spec))]
    try {
      await host.network.change(change)
    } catch (cause) {
      const said = cause instanceof Error ? cause.message : String(cause)
      if (to === null && /No such process|Cannot find device/.test(said)) return
      if (beside && /File exists/.test(said)) return
      throw new RosError(
        'ROS_ROUTE',
        `${key} could not be ${to === null ? 'removed' : 'set'}: ${said}${hintOf(said, spec)}`,
        'soon',
        cause
      )
    }
  }
}

/** What the kernel's words mean for whoever wrote the document. */
function hintOf(said: string, { dev, source }: RouteSpec): string {
  if (source !== null && /invalid source|prefsrc|Invalid argument/i.test(said))
    return `; ${source} has to be an address of this machine that is not being checked for duplicates`
  if (!/invalid gateway|unreachable|No route to host/i.test(said)) return ''
  return `; no address of ${dev === '' ? 'this machine' : dev} reaches the gateway`
}

function linksOf({ dev, nexthops }: RouteSpec): readonly Key[] {
  return [dev, ...nexthops.map((hop) => hop.dev)].filter((name) => name !== '').map((name): Key => `link/${name}`)
}

function clash(spec: RouteSpec, holder: RouteSpec): string {
  const metric = spec.metric === null ? 'no metric' : `metric ${spec.metric}`
  const lead =
    holder.dev === ''
      ? `is ${wayOf(holder)}`
      : `leads over ${holder.dev}${holder.via === null ? '' : ` by ${holder.via}`}`
  return `${spec.to} ${lead} already; both have ${metric}, give one of them another`
}

/** The same with the links that the document leaves to the kernel. */
function filled(spec: RouteSpec, seen: RouteSpec): RouteSpec {
  const single = spec.type === 'unicast' && spec.nexthops.length === 0
  // Of two ways by one gateway one may say its link.
  const said = new Set(spec.nexthops.flatMap(({ via, dev }) => (dev === '' ? [] : [`${via} ${dev}`])))
  const devOf = (gateway: string | null) => {
    const found = seen.nexthops.filter(({ via }) => via === gateway)
    return (found.find(({ via, dev }) => !said.has(`${via} ${dev}`)) ?? found[0])?.dev ?? ''
  }
  return {
    ...spec,
    dev: spec.dev === '' && single ? seen.dev : spec.dev,
    nexthops: spec.nexthops.map((hop) => (hop.dev === '' ? { ...hop, dev: devOf(hop.via) } : hop))
  }
}

function words(route: RouteSpec): readonly string[] {
  const { to, metric, table, type, scope, source, mtu, nexthops } = route
  return [
    ...(type === 'unicast' ? [] : [type]),
    to,
    ...way(route),
    'proto',
    PROTOCOL,
    'table',
    String(table),
    ...(metric === null ? [] : ['metric', String(metric)]),
    ...(scope === null || scope === defaultScope(route) ? [] : ['scope', scope]),
    ...(source === null ? [] : ['src', source]),
    ...(mtu === null ? [] : ['mtu', String(mtu)]),
    ...nexthops.flatMap((hop) => ['nexthop', ...way(hop), 'weight', String(hop.weight)])
  ]
}

function way({ via, dev, onlink }: Pick<RouteSpec, 'via' | 'dev' | 'onlink'>): readonly string[] {
  return [...(via === null ? [] : ['via', via]), ...(dev === '' ? [] : ['dev', dev]), ...(onlink ? ['onlink'] : [])]
}

/** What takes it away: its place, for the kernel compares all that is named besides. */
function place({ to, via, dev, metric, table, type }: RouteSpec): readonly string[] {
  return words({ to, via, dev, metric, table, type, onlink: false, scope: null, source: null, mtu: null, nexthops: [] })
}
