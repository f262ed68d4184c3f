// IP addresses and prefixes as values, in one spelling each, whatever the document or the kernel wrote.

/** An address with the length of its network; a plain address has the full length. */
export interface Cidr {
  readonly family: 4 | 6
  readonly bits: bigint
  readonly length: number
}

/** Reads `10.0.0.1`, `10.0.0.1/24`, `fd00::1/64`; null for anything else. */
export function parseCidr(text: string): Cidr | null {
  const slash = text.indexOf('/')
  const address = slash === -1 ? text : text.slice(0, slash)
  const family = address.includes(':') ? 6 : 4
  const full = family === 6 ? 128 : 32
  const length = slash === -1 ? full : /^\d{1,3}$/.test(text.slice(slash + 1)) ? Number(text.slice(slash + 1)) : 999
  if (length > full) return null
  const bits = family === 6 ? parse6(address) : parse4(address)
  return bits === null ? null : { family, bits, length }
}

/** Whether it is an address, without the length of a network. */
export function isAddress(text: string): boolean {
  return !text.includes('/') && parseCidr(text) !== null
}

// A leading zero means octal to some programs and decimal to others: neither is meant.
const FOUR = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/

function parse4(text: string): bigint | null {
  const [, ...parts] = FOUR.exec(text) ?? []
  if (parts.length === 0) return null
  let bits = 0
  for (const part of parts) {
    const number = Number(part)
    if (number > 255) return null
    bits = bits * 256 + number
  }
  return BigInt(bits)
}

function parse6(text: string): bigint | null {
  const [head = '', tail, ...more] = text.split('::')
  if (more.length > 0) return null
  const left = groupsOf(head)
  const right = tail === undefined ? '' : groupsOf(tail)
  if (left === null || right === null) return null
  const missing = 32 - left.length - right.length
  // `::` stands for at least one group of four digits.
  if (tail === undefined ? missing !== 0 : missing < 4) return null
  return BigInt(`0x${left}${'0'.repeat(missing)}${right}`)
}

/** Groups of an IPv6 address as four hexadecimal digits each; the last two may be written as an IPv4 address. */
function groupsOf(text: string): string | null {
  if (text === '') return ''
  const groups = text.split(':')
  let digits = ''
  for (const [at, group] of groups.entries()) {
    const four = at === groups.length - 1 && group.includes('.') ? parse4(group) : null
    if (four === null && !/^[0-9a-f]{1,4}$/i.test(group)) return null
    digits += four === null ? group.padStart(4, '0') : four.toString(16).padStart(8, '0')
  }
  return digits
}

/** The address alone, in its shortest spelling (RFC 5952 for IPv6). */
export function showAddress({ family, bits }: Cidr): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 255n)).join('.')
  const groups = [...Array(8).keys()].map((at) => ((bits >> BigInt(112 - 16 * at)) & 65535n).toString(16))
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1)
}

/** `address/length`. */
export function showCidr(cidr: Cidr): string {
  return `${showAddress(cidr)}/${cidr.length}`
}

/** The same with the host part cleared: what a route leads to. */
export function networkOf(cidr: Cidr): Cidr {
  const host = BigInt((cidr.family === 6 ? 128 : 32) - cidr.length)
  return { ...cidr, bits: (cidr.bits >> host) << host }
}

/** Whether `address` lies in the network of `cidr`. */
export function covers(cidr: Cidr, address: Cidr): boolean {
  return cidr.family === address.family && networkOf({ ...address, length: cidr.length }).bits === networkOf(cidr).bits
}

/** Canonical `address/length` of what can be read; anything else as it stands, for the kernel to refuse in its own words. */
export function canonicalCidr(text: string): string {
  const cidr = parseCidr(text)
  return cidr === null ? text : showCidr(cidr)
}
