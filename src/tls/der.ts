// DER (X.690), as far as a certificate needs it. Node.js reads certificates and makes none. Pure.

/** An element: its tag, the length of its content, its content. */
export function element(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.from([tag, ...lengthOf(body.length)]), body])
}

export const sequence = (...content: readonly Buffer[]) => element(0x30, ...content)
export const set = (...content: readonly Buffer[]) => element(0x31, ...content)
export const octets = (content: Buffer) => element(0x04, content)
export const utf8 = (text: string) => element(0x0c, Buffer.from(text))
export const yes = element(0x01, Buffer.from([0xff]))
export const nothing = element(0x05)
/** `[n]` around elements. */
export const within = (n: number, ...content: readonly Buffer[]) => element(0xa0 + n, ...content)
/** `[n]` in the place of a plain element's tag. */
export const inPlace = (n: number, content: Buffer) => element(0x80 + n, content)

/** A number from 0, its bytes from the most significant one. */
export function integer(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  const short = first === -1 ? Buffer.from([0]) : bytes.subarray(first)
  // A first bit of 1 would make it negative.
  return element(0x02, (short[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.from([0]), short]) : short)
}

/** The last byte has so many bits that do not count. */
export function bits(content: Buffer, unused = 0): Buffer {
  return element(0x03, Buffer.from([unused]), content)
}

/** `1.2.840.10045.4.3.2` */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

/** UTCTime until 2049, GeneralizedTime after it, as RFC 5280, 4.1.2.5 asks for; seconds are the smallest. */
export function time(at: Date): Buffer {
  const digits = `${at.toISOString().replaceAll(/[-:T]|\..*/g, '')}Z`
  return at.getUTCFullYear() < 2050 ? element(0x17, Buffer.from(digits.slice(2))) : element(0x18, Buffer.from(digits))
}

/** The elements that an element's content is made of, each with its tag and length; throws where the bytes end too early. */
export function partsOf(bytes: Buffer): readonly Buffer[] {
  const { start, end } = extent(bytes, 0)
  const parts: Buffer[] = []
  for (let at = start; at < end; ) {
    const next = extent(bytes, at).end
    parts.push(bytes.subarray(at, next))
    at = next
  }
  return parts
}

/** An element's content. */
export function contentOf(bytes: Buffer): Buffer {
  const { start, end } = extent(bytes, 0)
  return bytes.subarray(start, end)
}

function extent(bytes: Buffer, at: number): { readonly start: number; readonly end: number } {
  const first = bytes.readUInt8(at + 1)
  const count = first > 0x7f ? first - 0x80 : 0
  const length = count === 0 ? first : bytes.readUIntBE(at + 2, count)
  const start = at + 2 + count
  if (start + length > bytes.length) throw new RangeError('an element is longer than the bytes it lies in')
  return { start, end: start + length }
}

function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length]
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
}

function base128(number: number): readonly number[] {
  const digits = [number & 0x7f]
  for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128))
    digits.unshift((rest & 0x7f) | 0x80)
  return digits
}
