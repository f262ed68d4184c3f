// Links, addresses and routes as the kernel's messages tell them, in the same words as `ip` (ip.ts) would.
import { LINK_KINDS, type LinkOption, PORT_OPTIONS } from '../../core/link-kinds.ts'
import type { IpAddress, IpLink, IpRoute, NetworkLook } from '../ports.ts'
import { AF_INET, AF_INET6, familyOf, showBytes } from './inet.ts'
import { lifetimeOf, scopeOf } from './ip.ts'
import { attributesOf, type Message, RTM, tableReader } from './netlink.ts'
import { routeOf } from './route-look.ts'

/** Attribute numbers of <linux/if_link.h> and <linux/if_addr.h>. */
const IFLA = {
  ADDRESS: 1,
  IFNAME: 3,
  MTU: 4,
  LINK: 5,
  MASTER: 10,
  TXQLEN: 13,
  LINKINFO: 18,
  IFALIAS: 20,
  EXT_MASK: 29,
  LINK_NETNSID: 37
} as const
const IFLA_INFO = { KIND: 1, DATA: 2, SLAVE_KIND: 4, SLAVE_DATA: 5 } as const
const IFA = { ADDRESS: 1, LOCAL: 2, CACHEINFO: 6, FLAGS: 8, PROTO: 11 } as const

const ASKED = {
  link: new Set<number>(Object.values(IFLA)),
  kind: new Set<number>(Object.values(IFLA_INFO)),
  address: new Set<number>(Object.values(IFA))
}

const [IFF_UP, IFF_LOWER_UP] = [0x1, 0x10000]
const [IFA_F_NODAD, IFA_F_DADFAILED, IFA_F_TENTATIVE, IFA_F_PERMANENT] = [0x02, 0x08, 0x40, 0x80]
/** RTEXT_FILTER_SKIP_STATS: counters are most of a link's message. */
const SKIP_STATS = 8
/** ARPHRD_ of links whose own address is one of IPv4: ipip, sit, gre. */
const TUNNELS: ReadonlySet<number> = new Set([768, 776, 778])

/**
 * Makes a function that looks at this process' network namespace, at once, and throws when the kernel cannot be asked. What
 * the kernel says in the same words as the last time is not read again: most of a look is reading.
 */
export function networkLooker(): () => NetworkLook {
  let known = NOTHING
  const read = tableReader()
  return () => {
    const messages = read((dump) => [
      ...dump(RTM.GETLINK, linkRequest()),
      ...dump(RTM.GETADDR, Buffer.alloc(8)),
      ...[AF_INET, AF_INET6].flatMap((family) => dump(RTM.GETROUTE, routeRequest(family)))
    ])
    known = readingOf(messages, known)
    return known.look
  }
}

/** A look, and what each message of it was read as. */
export interface Known {
  readonly look: NetworkLook
  readonly links: Table<Told>
  readonly addresses: Table<IpAddress>
  readonly routes: Table<IpRoute>
}

/** What was read from each message of one table, in the kernel's order. */
type Table<T> = readonly { readonly body: Buffer; readonly entries: readonly T[] }[]

export const NOTHING: Known = {
  look: { links: [], addresses: [], routes: [] },
  links: [],
  addresses: [],
  routes: []
}

/** What the messages say. */
export function readingOf(messages: readonly Message[], before: Known): Known {
  const links = readings(messages, RTM.NEWLINK, before.links, (body) => [linkOf(body)])
  const told = links.flatMap(({ entries }) => entries)
  const names = new Map(told.map(({ link }) => [link.index, link.name]))
  const named = told.map((one) => withNames(one, names))
  // Addresses and routes name their links by number. A bridge says something new of itself each time: its timers.
  const olds = before.look.links
  const same =
    named.length === olds.length &&
    named.every(({ index, name }, at) => index === olds[at]?.index && name === olds[at]?.name)
  const old = same ? before : NOTHING
  const addresses = readings(messages, RTM.NEWADDR, old.addresses, (body) => addressOf(body, names))
  const routes = readings(messages, RTM.NEWROUTE, old.routes, (body) => routeOf(body, names))
  const look = {
    links: named,
    addresses:
      addresses === before.addresses && same
        ? before.look.addresses
        : byLink(
            named,
            addresses.flatMap(({ entries }) => entries)
          ),
    routes: routes === before.routes && same ? before.look.routes : routes.flatMap(({ entries }) => entries)
  }
  return { look, links, addresses, routes }
}

/** One table. The kernel keeps its order, so each message is compared with the one that came next the last time. */
function readings<T>(
  messages: readonly Message[],
  type: number,
  before: Table<T>,
  read: (body: Buffer) => readonly T[]
): Table<T> {
  const bodies = messages.filter((message) => message.type === type).map(({ body }) => body)
  if (bodies.length === before.length && bodies.every((body, at) => body === before[at]?.body)) return before
  const says = (body: Buffer | undefined, at: number) => body !== undefined && before[at]?.body.equals(body) === true
  let at = 0
  return bodies.map((body, index) => {
    if (!says(body, at) && says(body, at + 1)) at += 1 // one has gone
    const old = before[at]
    if (old !== undefined && says(body, at)) {
      at += 1
      return old
    }
    if (!says(bodies[index + 1], at)) at += 1 // else this one is new
    return { body, entries: read(body) }
  })
}

function byLink(links: readonly IpLink[], addresses: readonly IpAddress[]): readonly IpAddress[] {
  const of = Map.groupBy(addresses, ({ dev }) => dev)
  return links.flatMap(({ name }) => of.get(name) ?? [])
}

function linkRequest(): Buffer {
  const body = Buffer.alloc(16 + 8)
  body.writeUInt16LE(8, 16)
  body.writeUInt16LE(IFLA.EXT_MASK, 18)
  body.writeUInt32LE(SKIP_STATS, 20)
  return body
}

function routeRequest(family: number): Buffer {
  const body = Buffer.alloc(12)
  body.writeUInt8(family, 0)
  return body
}

/** A link as its message tells it: others by number. */
interface Told {
  readonly link: IpLink
  /** 0: none. */
  readonly on: number
  readonly master: number
  readonly others: readonly (readonly [word: string, index: number])[]
}

function linkOf(body: Buffer): Told {
  const attributes = attributesOf(body, 16, ASKED.link)
  const flags = body.readUInt32LE(8)
  const detail = attributes.get(IFLA.LINKINFO)
  const details = detail === undefined ? NONE : attributesOf(detail, 0, ASKED.kind)
  const text = (number: number) => textOf(attributes.get(number))
  const number = (name: number) => attributes.get(name)?.readUInt32LE(0) ?? 0
  const kind = textOf(details.get(IFLA_INFO.KIND))
  const { options, others } = optionsOf(LINK_KINDS[kind] ?? [], details.get(IFLA_INFO.DATA))
  const isPort = textOf(details.get(IFLA_INFO.SLAVE_KIND)) === 'bridge'
  const link = {
    index: body.readInt32LE(4),
    name: text(IFLA.IFNAME),
    mac: macOf(attributes.get(IFLA.ADDRESS), body.readUInt16LE(2)),
    mtu: number(IFLA.MTU),
    up: (flags & IFF_UP) !== 0,
    carrier: (flags & IFF_LOWER_UP) !== 0,
    kind,
    alias: text(IFLA.IFALIAS),
    txqueuelen: number(IFLA.TXQLEN),
    on: '',
    master: '',
    options,
    port: isPort ? optionsOf(PORT_OPTIONS, details.get(IFLA_INFO.SLAVE_DATA)).options : null
  }
  // The number of a link in another namespace means another link here.
  const on = attributes.has(IFLA.LINK_NETNSID) ? 0 : number(IFLA.LINK)
  return { link, on: on === link.index ? 0 : on, master: number(IFLA.MASTER), others }
}

const NONE: ReadonlyMap<number, Buffer> = new Map()

function withNames({ link, on, master, others }: Told, names: ReadonlyMap<number, string>): IpLink {
  if (on === 0 && master === 0 && others.length === 0) return link
  const known = others.flatMap(([word, index]) => (names.has(index) ? [[word, names.get(index) ?? ''] as const] : []))
  return {
    ...link,
    on: names.get(on) ?? '',
    master: names.get(master) ?? '',
    ...(known.length === 0 ? {} : { options: { ...link.options, ...Object.fromEntries(known) } })
  }
}

function optionsOf(
  known: readonly LinkOption[],
  bytes: Buffer | undefined
): { readonly options: Readonly<Record<string, string>>; readonly others: readonly (readonly [string, number])[] } {
  const options: Record<string, string> = {}
  const others: (readonly [string, number])[] = []
  if (bytes === undefined || known.length === 0) return { options, others }
  const attributes = attributesOf(bytes, 0, numbersOf(known))
  for (const option of known) {
    const value = attributes.get(option.attribute)
    if (value === undefined) continue
    if (option.type === 'link') others.push([option.word, value.readUInt32LE(0)])
    else if (option.type !== 'ip' || value.some((byte) => byte !== 0)) options[option.word] = valueOf(option, value)
  }
  return { options, others }
}

const numbers = new Map<readonly LinkOption[], ReadonlySet<number>>()

function numbersOf(known: readonly LinkOption[]): ReadonlySet<number> {
  const found = numbers.get(known) ?? new Set(known.map(({ attribute }) => attribute))
  numbers.set(known, found)
  return found
}

function valueOf({ type, names }: LinkOption, bytes: Buffer): string {
  if (type === 'ip') return showBytes(bytes)
  if (type === 'mac') return macOf(bytes, 0)
  const number =
    type === 'u8'
      ? bytes.readUInt8(0)
      : type === 'u16'
        ? bytes.readUInt16LE(0)
        : type === 'be16'
          ? bytes.readUInt16BE(0)
          : bytes.readUInt32LE(0)
  return names?.[number] ?? String(number)
}

function addressOf(body: Buffer, names: ReadonlyMap<number, string>): readonly IpAddress[] {
  const family = familyOf(body.readUInt8(0))
  const dev = names.get(body.readUInt32LE(4))
  const attributes = attributesOf(body, 8, ASKED.address)
  // Of a link between two points ADDRESS is the other end.
  const local = attributes.get(IFA.LOCAL) ?? attributes.get(IFA.ADDRESS)
  if (family === null || dev === undefined || local === undefined) return []
  const flags = attributes.get(IFA.FLAGS)?.readUInt32LE(0) ?? body.readUInt8(2)
  const protocol = attributes.get(IFA.PROTO)?.readUInt8(0)
  const other = attributes.get(IFA.ADDRESS)
  const times = attributes.get(IFA.CACHEINFO)
  return [
    {
      dev,
      cidr: `${showBytes(local)}/${body.readUInt8(1)}`,
      family,
      protocol: protocol === undefined ? '' : String(protocol),
      dynamic: (flags & IFA_F_PERMANENT) === 0,
      scope: scopeOf(body.readUInt8(3)),
      peer: other === undefined || other.equals(local) ? null : showBytes(other),
      // In the message the preferred one comes first.
      valid: lifetimeOf(times?.readUInt32LE(4)),
      preferred: lifetimeOf(times?.readUInt32LE(0)),
      dad: (flags & IFA_F_NODAD) === 0 || family === 4,
      state: (flags & IFA_F_DADFAILED) !== 0 ? 'duplicate' : (flags & IFA_F_TENTATIVE) !== 0 ? 'tentative' : 'usable'
    }
  ]
}

function macOf(bytes: Buffer | undefined, type: number): string {
  if (bytes === undefined) return ''
  if (bytes.length === 4 && TUNNELS.has(type)) return showBytes(bytes)
  return bytes.toString('hex').replace(/..(?!$)/g, '$&:')
}

/** Ends with a zero byte. */
function textOf(bytes: Buffer | undefined): string {
  return bytes === undefined ? '' : bytes.toString('utf8').replace(/\0.*$/s, '')
}
