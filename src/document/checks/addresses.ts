import { type Cidr, isAddress, networkOf, parseCidr, showAddress } from '../../core/cidr.ts'
import type { Path } from '../shape.ts'
import type { CloudConfig } from '../types.gen.ts'
import { doubtful, type Finding, quoted, wrong } from './finding.ts'
import type { Configured } from './interfaces.ts'

const EXPECTED = 'an address with the length of its network, for instance 192.168.1.10/24 or fd00::10/64'

/** Static addresses: each one in itself, and each given once. */
export function* addresses(interfaces: readonly Configured[]): Iterable<Finding> {
  const taken = { 4: new Map<string, string>(), 6: new Map<string, string>() }
  for (const { addresses: all, key, path } of interfaces) {
    for (const { text, at, cidr: read } of all) {
      const where = () => (at === null ? [...path, 'address'] : [...path, 'addresses', at])
      if (read === null) {
        yield unreadable(where(), text)
        continue
      }
      if (isOdd(read)) yield odd(where(), text, read)
      const { family, bits } = read
      // As text: V8 hashes a bigint by its lowest 64 bits alone, which all networks of a plan may share.
      const number = bits.toString(16)
      const other = taken[family].get(number)
      if (other === undefined) taken[family].set(number, key)
      else if (bits !== 0n) yield given(where(), showAddress(read), key, other)
    }
  }
}

function given(path: Path, address: string, key: string, other: string): Finding {
  const same = other === key
  const message = same ? `${address} is listed twice` : `interface ${quoted(other)} has the address ${address} too`
  const finding = doubtful('ROS_DOC_DUPLICATE', path, message, 'each address once', 'take one of the two out')
  return same ? { ...finding, severity: 'note' } : finding
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
  else if (isOdd(read)) yield odd(path, text, read)
}

/** Against a text that should be an address without a prefix. */
export function noAddress(path: Path, text: string, example: string): Finding {
  return wrong(
    'ROS_DOC_ADDRESS',
    path,
    `${quoted(text)} is no address${because(text)}`,
    `an address, for instance ${example}`,
    'correct the address'
  )
}

function unreadable(path: Path, text: string): Finding {
  return wrong(
    'ROS_DOC_ADDRESS',
    path,
    `${quoted(text)} is no address${because(text)}`,
    EXPECTED,
    'correct the address'
  )
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
function isOdd(read: Cidr): boolean {
  return isNetwork(read) || isMulticast(read)
}

function isNetwork(read: Cidr): boolean {
  return read.length < (read.family === 6 ? 127 : 31) && networkOf(read).bits === read.bits
}

function isMulticast({ family, bits }: Cidr): boolean {
  return family === 6 ? bits >> 120n === 0xffn : bits >> 28n === 0xen
}

function odd(path: Path, text: string, read: Cidr): Finding {
  const many = isMulticast(read)
  return (many && read.family === 6 ? wrong : doubtful)(
    'ROS_DOC_ADDRESS',
    path,
    many
      ? `${quoted(text)} is an address of many, not of one interface`
      : `${quoted(text)} is a network, not an address in it`,
    EXPECTED,
    many ? 'give it an address of its own' : 'give the address of the interface in this network'
  )
}
