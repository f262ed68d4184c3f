// IP addresses and prefixes as values, in one spelling each, whatever the document or the kernel wrote.

/** An address with the length of its network; a plain address has the full length. */
export interface Cidr {
  readonly family: 4 | 6
  readonly bits: bigint
  readonly length: number
}

/** Reads `10.0.0.1`, `10.0.0.1/24`, `fd00::1/64`; null for anything else. */
export function parseCidr(text: string): Cidr | null {
  const [address = '', length, ...rest] = text.split('/')
  if (rest.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return null
  const family = address.includes(':') ? 6 : 4
  const bits = family === 6 ? parse6(address) : parse4(address)
  const full = family === 6 ? 128 : 32
  const given = length === undefined ? full : Number(length)
  return bits === null || given > full ? null : { family, bits, length: given }
}

/** Whether it is an address, without the length of a network. */
export function isAddress(text: string): boolean {
  return !text.includes('/') && parseCidr(text) !== null
}

function parse4(text: string): bigint | null {
  const parts = text.split('.')
  // A leading zero means octal to some programs and decimal to others: neither is meant.
  if (parts.length !== 4 || parts.some((part) => !/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255)) return null
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n)
}

function parse6(text: string): bigint | null {
  const url = `http://[${text}]/`
  if (!/^[0-9a-f:.]+$/i.test(text) || !URL.canParse(url)) return null
  const [head = '', tail] = new URL(url).hostname.slice(1, -1).split('::')
  const groups = (part: string) => part.split(':').filter((group) => group !== '')
  const right = groups(tail ?? '')
  const left = groups(head)
  const middle = Array<string>(8 - left.length - right.length).fill('0')
  return [...left, ...middle, ...right].reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n)
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
