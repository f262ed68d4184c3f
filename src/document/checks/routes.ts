import { type Cidr, parseCidr } from '../../core/cidr.ts'
import { destination, familyOf, tableNumber } from '../../core/route.ts'
import type { Path } from '../shape.ts'
import type { Route } from '../types.gen.ts'
import { noAddress } from './addresses.ts'
import { doubtful, type Finding, quoted, wrong } from './finding.ts'

/** A route of the document, or a gateway as one. */
export interface Way {
  readonly path: Path
  readonly route: Route
  readonly from: 'gateway' | 'gateway_ipv6' | 'routes' | 'network'
  /** Null where there is none that can be read. */
  readonly gateway: Cidr | null
  readonly family: 4 | 6
}

export function wayOf(path: Path, route: Route, from: Way['from']): Way {
  const gateway = route.via === undefined ? null : parseCidr(route.via)
  const addresses = [route.to, route.via, route.source, ...(route.nexthops ?? []).map(({ via }) => via)]
  return { path, route, from, gateway, family: addresses.some((text) => text?.includes(':')) ? 6 : 4 }
}

/** Place of a key of a route; a gateway has no keys. */
export function at({ path, from }: Way, ...keys: Path): Path {
  return from === 'gateway' || from === 'gateway_ipv6' ? path : [...path, ...keys]
}

/** What is wrong with a route whatever stands around it. */
export function* form(way: Way): Iterable<Finding> {
  const { gateway, family } = way
  const { to = 'default', table = 'main', source, via } = way.route
  const known = destination(to, family)
  if (known === null)
    yield wrong(
      'ROS_DOC_ADDRESS',
      at(way, 'to'),
      `${quoted(to)} is no destination`,
      'a network such as 10.0.0.0/8, a single address, or default',
      'correct it'
    )
  yield* hop(way, known, via, ['via'])
  for (const [index, next] of (way.route.nexthops ?? []).entries())
    yield* hop(way, known, next.via, ['nexthops', index, 'via'])
  if (source !== undefined) yield* sourceOf(way, source, known === null ? family : familyOf(known))
  yield* lead(way)
  yield* scope(way)
  if (tableNumber(table) === null)
    yield wrong(
      'ROS_DOC_VALUE',
      at(way, 'table'),
      `there is no routing table ${quoted(table)}`,
      'a number, or main, local or default',
      'give the number of the table'
    )
  const wanted = way.from === 'gateway_ipv6' ? 6 : 4
  if (way.from.startsWith('gateway') && gateway !== null && gateway.family !== wanted)
    yield doubtful(
      'ROS_DOC_GATEWAY',
      way.path,
      `${via} is an address of IPv${gateway.family}`,
      `an address of IPv${wanted}`,
      `write it under \`${way.from === 'gateway' ? 'gateway_ipv6' : 'gateway'}\``
    )
}

function* hop(way: Way, to: string | null, via: string | undefined, key: Path): Iterable<Finding> {
  if (via === undefined) return
  const gateway = parseCidr(via)
  if (gateway === null) yield noAddress(at(way, ...key), via, '192.168.1.1')
  else if (to !== null && gateway.family !== familyOf(to))
    yield wrong(
      'ROS_DOC_GATEWAY',
      at(way, ...key),
      `the gateway ${via} and the destination ${way.route.to ?? 'default'} are not of one family`,
      'both IPv4 or both IPv6',
      'correct one of them'
    )
}

function* sourceOf(way: Way, source: string, family: 4 | 6): Iterable<Finding> {
  const read = parseCidr(source)
  if (read === null) yield noAddress(at(way, 'source'), source, '192.168.1.10')
  else if (read.family !== family)
    yield wrong(
      'ROS_DOC_ADDRESS',
      at(way, 'source'),
      `${source} is an address of IPv${read.family}, and the route is one of IPv${family}`,
      `an address of IPv${family}`,
      'give an address of this machine of that family'
    )
}

/** Over which ways it leads: one, several or none, as its type says. */
function* lead(way: Way): Iterable<Finding> {
  const { type = 'unicast', via, dev, nexthops = [] } = way.route
  const conflict = (key: string, message: string, expected: string, fix: string): Finding => ({
    ...wrong('ROS_DOC_CONFLICT', at(way, key), message, expected, fix),
    at: 'key'
  })
  const given = via !== undefined ? 'via' : nexthops.length > 0 ? 'nexthops' : dev !== undefined ? 'dev' : null
  if (type !== 'unicast') {
    if (given !== null)
      yield conflict(
        given,
        `a route of type ${type} leads nowhere`,
        'a destination and no way to it',
        `take \`${given}\` or \`type\` out`
      )
    return
  }
  if (way.from === 'routes' && dev !== undefined)
    yield {
      ...conflict(
        'dev',
        'a route of an interface leads over that interface, whatever `dev` says',
        '`dev` in rancher.network.routes only',
        'take `dev` out, or move the route to rancher.network.routes'
      ),
      severity: 'warning'
    }
  if (nexthops.length > 0 && (via !== undefined || (dev !== undefined && way.from === 'network')))
    yield conflict(
      via === undefined ? 'dev' : 'via',
      'the ways of this route stand in `nexthops`',
      'either `nexthops`, or `via` and `dev`',
      `take \`${via === undefined ? 'dev' : 'via'}\` or \`nexthops\` out`
    )
  if (way.from === 'network' && given === null)
    yield wrong(
      'ROS_DOC_GATEWAY',
      way.path,
      'the route says no way to its destination',
      '`via`, `dev`, `nexthops`, or a `type` that leads nowhere',
      'add one of them'
    )
  for (const [index, next] of nexthops.entries())
    if (next.via === undefined && (way.family === 6 || (next.dev === undefined && way.from === 'network')))
      yield wrong(
        'ROS_DOC_GATEWAY',
        at(way, 'nexthops', index),
        way.family === 6 ? 'IPv6 spreads packets over gateways only' : 'the entry says no way',
        way.family === 6 ? 'a gateway in each entry' : '`via` or `dev`',
        'add `via`'
      )
}

function* scope(way: Way): Iterable<Finding> {
  const { scope: given, via, nexthops = [] } = way.route
  if (given === undefined) return
  if (way.family === 6)
    yield wrong(
      'ROS_DOC_VALUE',
      at(way, 'scope'),
      'routes of IPv6 have no scope',
      '`scope` at routes of IPv4 only',
      'take it out'
    )
  else if (given !== 'global' && (via !== undefined || nexthops.length > 0))
    yield wrong(
      'ROS_DOC_VALUE',
      at(way, 'scope'),
      `what lies behind a gateway is not of scope ${given}`,
      'global',
      'take `scope` out, or the gateway'
    )
}
