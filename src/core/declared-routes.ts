// The routes of a document, in the kernel's words: gateways and `routes` of the interfaces, and those of the network as a whole.
import type { Route } from '../document/types.gen.ts'
import { covers, parseCidr, showAddress } from './cidr.ts'
import { hooksBeforeAddresses } from './hooks.ts'
import { type ConfiguredLink, configuredLinks, staticAddresses } from './interfaces.ts'
import type { Desired } from './kind.ts'
import type { Key, Kinds, Nexthop, RouteSpec, Want } from './resource.ts'
import { defaultScope, destination, familyOf, metricOf, tableNumber } from './route.ts'

type Spec = Kinds['route']['spec']

export interface DeclaredRoute {
  readonly spec: Spec
  readonly path: readonly (string | number)[]
  /** The links with the hooks before them, and the addresses through which its gateways are reached. */
  readonly needs: Want['needs']
}

/** A static address of a link, and what it covers. */
interface Own {
  readonly dev: string
  readonly cidr: string
  readonly parsed: ReturnType<typeof parseCidr>
}

/** Every route of the document, those of interfaces first. */
export function declaredRoutes(desired: Pick<Desired, 'data' | 'facts'>): readonly DeclaredRoute[] {
  const links = configuredLinks(desired)
  const wide = desired.data.rancher?.network?.routes ?? []
  const known = new Map(links.map((link) => [link.name, hooksBeforeAddresses(link)]))
  const own = new Map(links.map((link) => [link.name, addressesOf(link)]))
  const all = wide.length === 0 ? [] : [...own.values()].flat()
  const place = (route: Route, dev: string, path: DeclaredRoute['path'], near: readonly Own[]): DeclaredRoute => {
    const spec = specOf(route, dev, near)
    return { spec, path, needs: needsOf(spec, known, near) }
  }
  return [
    ...links.flatMap((link) =>
      routesOf(link).map(({ route, path }) => place(route, link.name, path, own.get(link.name) ?? []))
    ),
    ...wide.map((route, at) => place(route, route.dev ?? '', ['rancher', 'network', 'routes', at], all))
  ]
}

function routesOf({ entry, path }: ConfiguredLink): readonly Pick<Placed, 'route' | 'path'>[] {
  const standard = entry.metric === undefined ? {} : { metric: entry.metric }
  const gateways = (['gateway', 'gateway_ipv6'] as const).flatMap((gateway) => {
    const via = entry[gateway]
    return via === undefined ? [] : [{ route: { via, ...standard }, path: [...path, gateway] }]
  })
  const routes = (entry.routes ?? []).map((given, at) => {
    const to = given.to ?? 'default'
    return { route: { ...(to === 'default' ? standard : {}), ...given, to }, path: [...path, 'routes', at] }
  })
  return [...gateways, ...routes]
}

interface Placed {
  readonly route: Route
  readonly path: DeclaredRoute['path']
}

function addressesOf(link: ConfiguredLink): readonly Own[] {
  return staticAddresses(link).map(({ cidr }) => ({ dev: link.name, cidr, parsed: parseCidr(cidr) }))
}

function specOf(route: Route, dev: string, near: readonly Own[]): Spec {
  const { to = 'default', via, metric, table = 'main', onlink = false, type = 'unicast', nexthops = [] } = route
  const family = [to, via, route.source, ...nexthops.map((hop) => hop.via)].some((text) => text?.includes(':')) ? 6 : 4
  const known = destination(to, family)
  const number = tableNumber(table)
  const single = type === 'unicast' && nexthops.length === 0
  const shape = {
    via: via === undefined ? null : canonical(via),
    nexthops: nexthops.map((hop) => nexthopOf(hop, dev, near))
  }
  return {
    to: known ?? to,
    ...shape,
    dev: single ? dev || bridgeTo(via, near)?.dev || '' : '',
    metric: metricOf(metric, family),
    table: number ?? 0,
    onlink: onlink && via !== undefined,
    type,
    scope: family === 6 ? null : (route.scope ?? defaultScope({ ...shape, type })),
    source: route.source === undefined ? null : canonical(route.source),
    mtu: route.mtu ?? null,
    broken:
      known === null
        ? `'${to}' is no destination: expected 10.0.0.0/8, fd00::/8, a single address or default`
        : (gatewayFault(via, known) ??
          nexthops.map((hop) => gatewayFault(hop.via, known)).find((fault) => fault !== null) ??
          (number === null ? `there is no routing table '${table}': expected a number, main, local or default` : null))
  }
}

function gatewayFault(via: string | undefined, to: string): string | null {
  const gateway = via === undefined ? null : parseCidr(via)
  if (via !== undefined && gateway === null) return `'${via}' is no address of a gateway`
  return gateway !== null && gateway.family !== familyOf(to)
    ? `the gateway ${via} and the destination ${to} are not of one family`
    : null
}

function nexthopOf(
  { via, dev, weight = 1, onlink = false }: NonNullable<Route['nexthops']>[number],
  own: string,
  near: readonly Own[]
): Nexthop {
  return {
    via: via === undefined ? null : canonical(via),
    dev: dev ?? (own || bridgeTo(via, near)?.dev || ''),
    weight,
    onlink: onlink && via !== undefined
  }
}

function canonical(address: string): string {
  const parsed = parseCidr(address)
  return parsed === null ? address : showAddress(parsed)
}

/** The address that reaches a gateway. */
function bridgeTo(via: string | undefined | null, near: readonly Own[]): Own | undefined {
  const gateway = via === undefined || via === null ? null : parseCidr(via)
  if (gateway === null) return undefined
  return near.find(({ parsed }) => parsed !== null && covers(parsed, gateway))
}

/** A link only where the document configures it: any other may never come. */
function needsOf(
  { dev, via, source, nexthops }: RouteSpec,
  known: ReadonlyMap<string, Want['needs']>,
  near: readonly Own[]
): Want['needs'] {
  const ways = [{ dev, via }, ...nexthops]
  const links = ways.flatMap(({ dev: name }): readonly Key[] => {
    const hooks = known.get(name)
    return hooks === undefined ? [] : [`link/${name}`, ...hooks]
  })
  const bridges = ways.map((way) =>
    bridgeTo(
      way.via,
      near.filter((own) => own.dev === way.dev)
    )
  )
  const sources = source === null ? [] : near.filter(({ cidr }) => cidr.startsWith(`${source}/`))
  const addresses = [...bridges, ...sources].flatMap((own): readonly Key[] =>
    own === undefined ? [] : [`address/${own.dev}:${own.cidr}`]
  )
  return [...new Set<Key>([...links, ...addresses])]
}
