// Static routes: gateways and `routes` of the interfaces. Ours carry our protocol number and are known by it, whatever
// the ledger remembers; routes of others (kernel, DHCP, by hand) are left alone unless the document names their very place.
import { covers, parseCidr, showAddress } from '../core/cidr.ts'
import { RosError } from '../core/errors.ts'
import { hooksBeforeAddresses } from '../core/hooks.ts'
import { type ConfiguredLink, configuredLinks, staticAddresses } from '../core/interfaces.ts'
import type { KindDef } from '../core/kind.ts'
import type { Key, Kinds, RouteSpec, Seen, Want } from '../core/resource.ts'
import { destination, familyOf, metricOf, PROTOCOL, routeKey, tableNumber } from '../core/route.ts'
import type { Route } from '../document/types.gen.ts'
import { adoptRoute } from './adopt/network.ts'

type Spec = Kinds['route']['spec']

export const route: KindDef<'route'> = {
  kind: 'route',
  resync: 60_000,
  width: 4,
  deadline: 30_000,
  // Two routes in one place are one key. With another metric the machine is not without a route in between.
  makeFirst: true,

  *want(desired) {
    const taken = new Map<Key, Spec>()
    const clashing = new Set<Key<'route'>>()
    for (const configured of configuredLinks(desired)) {
      for (const { spec, path } of routesOf(configured)) {
        const key = routeKey(spec)
        const holder = taken.get(key)
        if (JSON.stringify(holder) === JSON.stringify(spec)) continue
        const needs = needsOf(configured, spec)
        const from = desired.from(path)
        taken.set(key, holder ?? spec)
        if (holder === undefined) {
          yield { key, spec, needs, from }
          continue
        }
        // One complaint of a link about a place is enough.
        const other: Key<'route'> = `${key}/${spec.dev}`
        if (!clashing.has(other)) yield { key: other, spec: { ...spec, broken: clash(spec, holder) }, needs, from }
        clashing.add(other)
      }
    }
  },

  judge(want, seen, owned) {
    if (want === null) return seen === null || owned === null ? null : { verb: 'delete', why: 'no longer wanted' }
    if (want.spec.broken !== null) return { verb: 'create', why: want.spec.broken }
    if (seen === null) return { verb: 'create', why: 'not there' }
    const [is, shall] = [way(seen), way(want.spec)]
    return is === shall ? null : { verb: 'update', why: `${is} -> ${shall}` }
  },

  claims(key, seen) {
    return seen.protocol === PROTOCOL
      ? { key, spec: { ...seen, broken: null }, before: null, needs: seen.dev === '' ? [] : [`link/${seen.dev}`] }
      : null
  },

  adopt: (question) => {
    const all = configuredLinks(question.desired).flatMap((configured) => [...routesOf(configured)])
    return adoptRoute(
      question,
      all.map(({ spec, path }) => ({ key: routeKey(spec), spec, path }))
    )
  },

  watch: (host) => host.kernel.network,

  async observe(host, keys) {
    const { routes } = await host.network.look()
    const asked = new Set(keys)
    const seen = new Map<Key<'route'>, Seen<'route'>>()
    for (const { family: _family, ...found } of routes) {
      const key = routeKey(found)
      const ours = found.protocol === PROTOCOL
      // IPv6 may have several routes in one place (a router's beside ours): ours speaks.
      if (ours || (asked.has(key) && !seen.has(key))) seen.set(key, found)
    }
    return seen
  },

  async act(host, { key, from, to }) {
    if (to !== null && to.broken !== null) throw new RosError('ROS_ROUTE', `${key}: ${to.broken}`, 'never')
    const spec = to ?? from
    if (spec === null) return
    const change = ['route', to === null ? 'delete' : 'replace', ...words(spec)]
    try {
      await host.network.change(change)
    } catch (cause) {
      const said = cause instanceof Error ? cause.message : String(cause)
      if (to === null && /No such process|Cannot find device/.test(said)) return
      const hint = /invalid gateway|unreachable|No route to host/i.test(said)
        ? `; no address of ${spec.dev} reaches the gateway`
        : ''
      throw new RosError(
        'ROS_ROUTE',
        `${key} could not be ${to === null ? 'removed' : 'set'}: ${said}${hint}`,
        'soon',
        cause
      )
    }
  }
}

interface Placed {
  readonly spec: Spec
  readonly path: readonly (string | number)[]
}

function* routesOf({ name: dev, entry, path }: ConfiguredLink): Iterable<Placed> {
  const standard = entry.metric === undefined ? {} : { metric: entry.metric }
  for (const gateway of ['gateway', 'gateway_ipv6'] as const) {
    const via = entry[gateway]
    if (via !== undefined) yield { spec: specOf(dev, { via, ...standard }), path: [...path, gateway] }
  }
  for (const [at, given] of (entry.routes ?? []).entries()) {
    const to = given.to ?? 'default'
    yield { spec: specOf(dev, { ...(to === 'default' ? standard : {}), ...given, to }), path: [...path, 'routes', at] }
  }
}

function specOf(dev: string, { to = 'default', via, metric, table = 'main', onlink = false }: Route): Spec {
  const gateway = via === undefined ? null : parseCidr(via)
  const family = to.includes(':') || gateway?.family === 6 ? 6 : 4
  const known = destination(to, family)
  const number = tableNumber(table)
  const broken =
    known === null
      ? `'${to}' is no destination: expected 10.0.0.0/8, fd00::/8, a single address or default`
      : via !== undefined && gateway === null
        ? `'${via}' is no address of a gateway`
        : gateway !== null && gateway.family !== familyOf(known)
          ? `the gateway ${via} and the destination ${to} are not of one family`
          : number === null
            ? `there is no routing table '${table}': expected a number, main, local or default`
            : null
  return {
    to: known ?? to,
    via: gateway === null ? (via ?? null) : showAddress(gateway),
    dev,
    metric: metricOf(metric, family),
    table: number ?? 0,
    onlink: onlink && via !== undefined,
    broken
  }
}

/** The link, and the address through which the gateway is reached. */
function needsOf(configured: ConfiguredLink, { dev, via }: RouteSpec): Want['needs'] {
  const gateway = via === null ? null : parseCidr(via)
  const bridge = staticAddresses(configured).find(({ cidr }) => {
    const own = parseCidr(cidr)
    return own !== null && gateway !== null && covers(own, gateway)
  })
  const first: Want['needs'] = [`link/${dev}`, ...hooksBeforeAddresses(configured)]
  return bridge === undefined ? first : [...first, `address/${dev}:${bridge.cidr}`]
}

function clash(spec: RouteSpec, holder: RouteSpec): string {
  const metric = spec.metric === null ? 'no metric' : `metric ${spec.metric}`
  return `${spec.to} leads over ${holder.dev}${holder.via === null ? '' : ` by ${holder.via}`} already; both have ${metric}, give one of them another`
}

function way({ via, dev, onlink }: RouteSpec): string {
  return `${via === null ? '' : `via ${via} `}${dev === '' ? 'not over one link' : `dev ${dev}`}${onlink ? ' onlink' : ''}`
}

function words({ to, via, dev, metric, table, onlink }: RouteSpec): readonly string[] {
  return [
    to,
    ...(via === null ? [] : ['via', via]),
    ...(dev === '' ? [] : ['dev', dev]),
    ...(onlink ? ['onlink'] : []),
    'proto',
    PROTOCOL,
    'table',
    String(table),
    ...(metric === null ? [] : ['metric', String(metric)])
  ]
}
