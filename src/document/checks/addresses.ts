import { type Cidr, isAddress, networkOf, parseCidr, showAddress } from '../../core/cidr.ts'
import type { Path } from '../shape.ts'
import type { CloudConfig } from '../types.gen.ts'
import { doubtful, type Finding, quoted, wrong } from './finding.ts'
import type { Configured } from './interfaces.ts'

const EXPECTED = 'an address with the length of its network, for instance 192.168.1.10/24 or fd00::10/64'

export interface Static {
  readonly text: string
  readonly path: Path
  readonly cidr: Cidr
}

/** The static addresses of an entry that can be read. */
export function staticOf({ entry, path }: Configured): readonly Static[] {
  return written(entry, path).flatMap(([where, text]) => {
    const cidr = parseCidr(text)
    return cidr === null ? [] : [{ text, path: where, cidr }]
  })
}

function written(
  entry: { readonly address?: string; readonly addresses?: readonly string[] },
  path: Path
): readonly (readonly [Path, string])[] {
  const { address, addresses = [] } = entry
  return [
    ...(address === undefined ? [] : [[[...path, 'address'], address] as const]),
    ...addresses.map((text, at) => [[...path, 'addresses', at], text] as const)
  ]
}

/** Static addresses: each one in itself, and each given once. */
export function* addresses(interfaces: readonly Configured[]): Iterable<Finding> {
  const taken = new Map<string, string>()
  for (const { entry, path, key } of interfaces) {
    for (const [where, text] of written(entry, path)) {
      const cidr = parseCidr(text)
      if (cidr === null) yield unreadable(where, text)
      else yield* odd(where, text, cidr)
      if (cidr === null) continue
      const address = showAddress(cidr)
      const other = taken.get(address)
      taken.set(address, other ?? key)
      if (other === undefined || cidr.bits === 0n) continue
      const finding = doubtful(
        'ROS_DOC_DUPLICATE',
        where,
        other === key ? `${address} is listed twice` : `interface ${quoted(other)} has the address ${address} too`,
        'each address once',
        'take one of the two out'
      )
      yield other === key ? { ...finding, severity: 'note' } : finding
    }
  }
}

/** Addresses of wireless networks and of the machine's name servers. */
export function* networkAddresses(data: CloudConfig): Iterable<Finding> {
  const { network, defaults, ssh } = data.rancher ?? {}
  for (const [name, { address, gateway }] of Object.entries(network?.wifi_networks ?? {})) {
    const path = ['rancher', 'network', 'wifi_networks', name]
    if (address !== undefined) yield* cidr([...path, 'address'], address)
    if (gateway !== undefined && !isAddress(gateway)) yield noAddress([...path, 'gateway'], gateway, '192.168.1.1')
  }
  for (const [path, servers] of [
    [['rancher', 'network', 'dns', 'nameservers'], network?.dns?.nameservers],
    [['rancher', 'defaults', 'network', 'dns', 'nameservers'], defaults?.network?.dns?.nameservers]
  ] as const) {
    for (const [at, server] of (servers ?? []).entries())
      if (!isAddress(server)) yield { ...noAddress([...path, at], server, '9.9.9.9'), severity: 'warning' }
  }
  const listens = ssh?.listen_address ?? ''
  if (listens !== '' && !isAddress(listens))
    yield noAddress(['rancher', 'ssh', 'listen_address'], listens, '192.168.1.10')
}

/** A single address with its prefix. */
export function* cidr(path: Path, text: string): Iterable<Finding> {
  const read = parseCidr(text)
  if (read === null) yield unreadable(path, text)
  else yield* odd(path, text, read)
}

/** Against a text that should be an address without a prefix. */
export function noAddress(path: Path, text: string, example: string): Finding {
  return wrong(
    'ROS_DOC_ADDRESS',
    path,
    `${quoted(text)} is no address${because(text)}`,
    `an address, for instance ${example}`,
    'correct it'
  )
}

function unreadable(path: Path, text: string): Finding {
  return wrong('ROS_DOC_ADDRESS', path, `${quoted(text)} is no address${because(text)}`, EXPECTED, 'correct it')
}

/** `: 256 is more than 255`, or nothing where the fault is plain to see. */
function because(text: string): string {
  const [address = '', length] = text.split('/')
  const parts = address.split('.')
  const full = address.includes(':') ? 128 : 32
  const large = parts.find((part) => /^\d+$/.test(part) && Number(part) > 255)
  if (length !== undefined && Number(length) > full) return `: its network has at most ${full} bits`
  if (address.includes(':')) return ''
  if (large !== undefined) return `: ${large} is more than 255`
  if (parts.some((part) => /^0\d/.test(part))) return ': a leading zero means octal to some'
  return parts.length === 4 ? '' : ': it has not four numbers'
}

/** What the kernel takes, and what is hardly ever meant. */
function* odd(path: Path, text: string, read: Cidr): Iterable<Finding> {
  const full = read.family === 6 ? 128 : 32
  const multicast = read.family === 6 ? read.bits >> 120n === 0xffn : read.bits >> 28n === 0xen
  const network = read.length < full - 1 && networkOf(read).bits === read.bits
  if (!multicast && !network) return
  yield doubtful(
    'ROS_DOC_ADDRESS',
    path,
    multicast
      ? `${quoted(text)} is an address of many, not of one interface`
      : `${quoted(text)} is a network, not an address in it`,
    EXPECTED,
    multicast ? 'give it an address of its own' : 'give the address of the interface in this network'
  )
}
