import { type Cidr, covers, parseCidr, showAddress } from '../../core/cidr.ts'
import { destination, metricOf, routeKey, tableNumber } from '../../core/route.ts'
import type { Path } from '../shape.ts'
import type { Route } from '../types.gen.ts'
import { doubtful, type Finding, quoted, wrong } from './finding.ts'
import type { Configured } from './interfaces.ts'
import { at, form, type Way, wayOf } from './routes.ts'

interface Static {
  readonly text: string
  readonly cidr: Cidr
}

/** Gateways and static routes: such as the kernel would take, and each once. */
export function* gateways(interfaces: readonly Configured[], routes: readonly Route[] = []): Iterable<Finding> {
  const taken = new Map<string, Holder>()
  for (const configured of interfaces) {
    const ways = waysOf(configured)
    if (ways.length === 0) continue
    const own = configured.addresses.flatMap(({ text, cidr }) => (cidr === null ? [] : [{ text, cidr }]))
    for (const way of ways) {
      const faults = [...form(way)]
      yield* faults
      if (faults.some(({ severity }) => severity === undefined)) continue
      yield* reach(way, own, configured, ways)
      yield* once(way, configured, taken)
    }
  }
  for (const [index, route] of routes.entries()) {
    const way = wayOf(['rancher', 'network', 'routes', index], route, 'network')
    const faults = [...form(way)]
    yield* faults
    if (faults.length === 0) yield* once(way, { key: null, name: null }, taken)
  }
}

/** Who has a place in the tables; null: no interface. */
interface Holder {
  readonly key: string | null
  readonly path: Path
}

function waysOf({ entry, path }: Configured): readonly Way[] {
  const { metric, routes = [] } = entry
  const ways: Way[] = []
  for (const key of ['gateway', 'gateway_ipv6'] as const) {
    const via = entry[key]
    if (via !== undefined) ways.push(wayOf([...path, key], { ...(metric === undefined ? {} : { metric }), via }, key))
  }
  for (const [index, route] of routes.entries()) {
    const standard = metric !== undefined && (route.to ?? 'default') === 'default' ? { metric } : {}
    ways.push(wayOf([...path, 'routes', index], { ...standard, ...route }, 'routes'))
  }
  return ways
}

/** The kernel takes a gateway only where an address, or a route without a gateway, leads to it. */
function* reach(
  way: Way,
  own: readonly Static[],
  { entry, name }: Configured,
  ways: readonly Way[]
): Iterable<Finding> {
  const { gateway } = way
  const { via, onlink } = way.route
  if (via === undefined || gateway === null) return
  const mine = own.filter(({ cidr }) => cidr.family === gateway.family)
  const self = mine.find(({ cidr }) => cidr.bits === gateway.bits)
  if (self !== undefined) {
    // Of IPv4 the kernel takes it, and sends everything to itself.
    yield (gateway.family === 6 ? wrong : doubtful)(
      'ROS_DOC_GATEWAY',
      at(way, 'via'),
      `${via} is the address of the interface itself`,
      'the address of the next router',
      'give the address of the router'
    )
    return
  }
  if (onlink === true || isLinkLocal(gateway) || entry.dhcp === true) return
  // Without an address of its own it may get one from a router, or from whoever the entry leaves it to.
  if (mine.length === 0) {
    if (gateway.family === 4 && entry.ipv4ll !== true && own.length > 0) yield outside(way, via, own, doubtful)
    return
  }
  if (mine.some(({ cidr }) => covers(cidr, gateway))) return
  const led = ways.some(({ route: { via: next, to = 'default' } }) => {
    const net = next === undefined && to !== 'default' ? parseCidr(to) : null
    return net !== null && covers(net, gateway)
  })
  if (led) return
  const hooked = [...(entry.pre_up ?? []), ...(entry.post_up ?? [])].length > 0
  const point = mine.every(({ cidr }) => cidr.length === (cidr.family === 6 ? 128 : 32))
  yield outside(way, via, mine, hooked || point || name === null ? doubtful : wrong)
}

function outside(way: Way, via: string, own: readonly Static[], make: typeof wrong): Finding {
  const [first] = own
  const whose =
    first === undefined || own.length > 1 ? 'every network of the interface' : `the network of ${first.text}`
  return make(
    'ROS_DOC_GATEWAY',
    at(way, 'via'),
    `${via} is outside ${whose}`,
    'a gateway that an address of the interface reaches',
    way.from === 'routes'
      ? 'correct one of them, or add `onlink: true` if the router is on this link all the same'
      : `correct one of them, or write \`routes: [{to: default, via: ${quotedFlow(via)}, onlink: true}]\` in its place`
  )
}

/** In a flow map of YAML an address with colons wants quotes. */
function quotedFlow(address: string): string {
  return address.includes(':') ? `"${address}"` : address
}

function isLinkLocal({ family, bits }: Cidr): boolean {
  return family === 6 && bits >> 118n === 0x3fan
}

/** Table, destination and metric are the place of one route. What links nobody can name get is compared within the entry. */
function* once(
  way: Way,
  { key, name }: { readonly key: string | null; readonly name: string | null },
  taken: Map<string, Holder>
): Iterable<Finding> {
  const { family, gateway } = way
  const { to = 'default', metric, table = 'main' } = way.route
  const known = destination(to, family)
  const number = tableNumber(table)
  if (known === null || number === null) return
  const one = routeKey({ table: number, to: known, metric: metricOf(metric, family) })
  const place = name === null && key !== null ? `${key} ${one}` : one
  const other = taken.get(place)
  taken.set(place, other ?? { key, path: way.path })
  if (other === undefined || sameWay(way, other.path)) return
  const what = to === 'default' ? `a default gateway of IPv${family}` : `a route to ${known}`
  const metrics = metric === undefined ? 'both without a metric' : `both with metric ${metric}`
  yield doubtful(
    to === 'default' ? 'ROS_DOC_GATEWAY' : 'ROS_DOC_DUPLICATE',
    way.path,
    `${other.key === null ? 'rancher.network.routes' : `interface ${quoted(other.key)}`} has ${what} already, ${metrics}; only the first is set`,
    'routes to one destination that differ in their metric',
    `give ${gateway === null ? 'one of them' : showAddress(gateway)} another \`metric\`, or take it out`
  )
}

function sameWay({ path }: Way, other: Path): boolean {
  return path.length === other.length && path.every((key, i) => key === other[i])
}
