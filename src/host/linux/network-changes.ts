// What the kernel says of a change of addresses and routes besides that there was one: the place, and whose socket asked for it.
// Of links it does not say who (their changes are told by the device, without the asker's port).
import { destination, metricOf } from '../../core/route.ts'
import type { NetworkPlace } from '../ports.ts'
import { ANYWHERE, familyOf, showBytes } from './inet.ts'
import { attributesOf } from './netlink.ts'

const HEADER = 16
/** <linux/rtnetlink.h> */
const [NEWADDR, DELADDR, NEWROUTE, DELROUTE] = [20, 21, 24, 25]
const IFA = { ADDRESS: 1, LOCAL: 2, LABEL: 3 } as const
const RTA = { DST: 1, PRIORITY: 6, TABLE: 15 } as const
const OF_ADDRESSES = new Set<number>(Object.values(IFA))
const OF_ROUTES = new Set<number>(Object.values(RTA))

export interface Asked {
  readonly place: NetworkPlace
  /** Port of the netlink socket that asked; never 0, which is the kernel itself. */
  readonly port: number
}

/** The changes in one datagram that somebody asked for. A message cut short is left out. */
export function askedIn(datagram: Buffer): readonly Asked[] {
  const found: Asked[] = []
  for (let at = 0; at + HEADER <= datagram.length; ) {
    const length = datagram.readUInt32LE(at)
    if (length < HEADER || at + length > datagram.length) return found
    const port = datagram.readUInt32LE(at + 12)
    const place =
      port === 0 ? null : placeOf(datagram.readUInt16LE(at + 4), datagram.subarray(at + HEADER, at + length))
    if (place !== null) found.push({ place, port })
    at += (length + 3) & ~3
  }
  return found
}

function placeOf(type: number, body: Buffer): NetworkPlace | null {
  const family = body.length < 8 ? null : familyOf(body.readUInt8(0))
  if (family === null) return null
  if (type === NEWADDR || type === DELADDR) return addressOf(body)
  return (type === NEWROUTE || type === DELROUTE) && body.length >= 12 ? routeOf(body, family) : null
}

function addressOf(body: Buffer): NetworkPlace | null {
  const attributes = attributesOf(body, 8, OF_ADDRESSES)
  const local = attributes.get(IFA.LOCAL) ?? attributes.get(IFA.ADDRESS)
  if (local === undefined) return null
  const label = attributes
    .get(IFA.LABEL)
    ?.toString('utf8')
    .replace(/[\0:].*$/s, '')
  return { is: 'address', cidr: `${showBytes(local)}/${body.readUInt8(1)}`, dev: label ?? null }
}

function routeOf(body: Buffer, family: 4 | 6): NetworkPlace | null {
  const attributes = attributesOf(body, 12, OF_ROUTES)
  const to = attributes.get(RTA.DST)
  const prefix = to === undefined ? ANYWHERE[family] : destination(`${showBytes(to)}/${body.readUInt8(1)}`, family)
  if (prefix === null) return null
  return {
    is: 'route',
    to: prefix,
    metric: metricOf(attributes.get(RTA.PRIORITY)?.readUInt32LE(0), family),
    table: attributes.get(RTA.TABLE)?.readUInt32LE(0) ?? body.readUInt8(4)
  }
}
