// Routes as the kernel's messages tell them, in the words of ports.ts.
import { destination, metricOf, typeOf } from '../../core/route.ts'
import type { Nexthop } from '../../core/resource.ts'
import type { IpRoute } from '../ports.ts'
import { ANYWHERE, familyOf, showBytes } from './inet.ts'
import { PROTOCOLS, scopeOf } from './ip.ts'
import { attributesOf } from './netlink.ts'

/** <linux/rtnetlink.h> */
const RTA = {
  DST: 1,
  OIF: 4,
  GATEWAY: 5,
  PRIORITY: 6,
  PREFSRC: 7,
  METRICS: 8,
  MULTIPATH: 9,
  TABLE: 15,
  VIA: 18
} as const
const ASKED = new Set<number>(Object.values(RTA))
const OF_NEXTHOP = new Set<number>([RTA.GATEWAY, RTA.VIA])
const RTAX_MTU = 2
const OF_METRICS = new Set<number>([RTAX_MTU])
const RTNH_F_ONLINK = 4
const RTM_F_CLONED = 0x200
/** `struct rtnexthop` without its attributes. */
const NEXTHOP = 8

/** The route of one message; none where it is of a type or family that is not looked at. `names`: of links, by index. */
export function routeOf(body: Buffer, names: ReadonlyMap<number, string>): readonly IpRoute[] {
  const family = familyOf(body.readUInt8(0))
  const type = typeOf(body.readUInt8(7))
  const flags = body.readUInt32LE(8)
  if (family === null || (flags & RTM_F_CLONED) !== 0 || type === null) return []
  const attributes = attributesOf(body, 12, ASKED)
  const number = (name: number) => attributes.get(name)?.readUInt32LE(0)
  const to = attributes.get(RTA.DST)
  const source = attributes.get(RTA.PREFSRC)
  const metrics = attributes.get(RTA.METRICS)
  const several = attributes.get(RTA.MULTIPATH)
  const protocol = String(body.readUInt8(5))
  return [
    {
      family,
      to: to === undefined ? ANYWHERE[family] : (destination(`${showBytes(to)}/${body.readUInt8(1)}`, family) ?? ''),
      via: gatewayOf(attributes),
      dev: type === 'unicast' && several === undefined ? (names.get(number(RTA.OIF) ?? 0) ?? '') : '',
      metric: metricOf(number(RTA.PRIORITY), family),
      table: number(RTA.TABLE) ?? body.readUInt8(4),
      onlink: (flags & RTNH_F_ONLINK) !== 0,
      type,
      scope: family === 6 ? null : scopeOf(body.readUInt8(6)),
      source: source === undefined ? null : showBytes(source),
      mtu: metrics === undefined ? null : (attributesOf(metrics, 0, OF_METRICS).get(RTAX_MTU)?.readUInt32LE(0) ?? null),
      nexthops: several === undefined ? [] : nexthopsOf(several, names),
      protocol: PROTOCOLS[protocol] ?? protocol
    }
  ]
}

/** VIA is a gateway of the other family: two bytes of family first. */
function gatewayOf(attributes: ReadonlyMap<number, Buffer>): string | null {
  const via = attributes.get(RTA.GATEWAY) ?? attributes.get(RTA.VIA)?.subarray(2)
  return via === undefined ? null : showBytes(via)
}

function nexthopsOf(list: Buffer, names: ReadonlyMap<number, string>): readonly Nexthop[] {
  const found: Nexthop[] = []
  for (let at = 0; at + NEXTHOP <= list.length; ) {
    const length = list.readUInt16LE(at)
    if (length < NEXTHOP) break
    found.push({
      via: gatewayOf(attributesOf(list.subarray(at, at + length), NEXTHOP, OF_NEXTHOP)),
      dev: names.get(list.readInt32LE(at + 4)) ?? '',
      // A weight is told less one.
      weight: list.readUInt8(at + 3) + 1,
      onlink: (list.readUInt8(at + 2) & RTNH_F_ONLINK) !== 0
    })
    at += (length + 3) & ~3
  }
  return found
}
