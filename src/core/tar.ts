// Tar archives (POSIX.1-1988 ustar, and the pax headers of POSIX.1-2001 for long names), only as far as we need them. Pure.

/** One entry: a directory (path ends in `/`), a link (`link` set) or a file (`body`). Paths without leading slash. */
export interface TarEntry {
  readonly path: string
  readonly mode: number
  readonly uid?: number
  readonly gid?: number
  readonly body?: Buffer
  readonly link?: string
}

/**
 * Writes an archive without user names and with one time for all, so the same entries always give the same bytes.
 * @param time seconds since 1970
 */
export function writeTar(entries: readonly TarEntry[], time: number): Buffer {
  const parts = entries.flatMap((entry) => {
    const body = entry.body ?? Buffer.alloc(0)
    return [tarHeader(entry, body.length, time), body, Buffer.alloc(padding(body.length))]
  })
  return Buffer.concat([...parts, tarEnd])
}

/** What stands before the `size` bytes of an entry's body: one block, more for a path or link of over 100 bytes. */
export function tarHeader(entry: Omit<TarEntry, 'body'>, size: number, time: number): Buffer {
  const { path, link = '' } = entry
  const type = link !== '' ? '2' : path.endsWith('/') ? '5' : '0'
  const records = paxRecord('path', path) + paxRecord('linkpath', link)
  if (records === '') return block(entry, type, size, time)
  const body = Buffer.from(records)
  return Buffer.concat([
    block({ path: 'pax', mode: 0o644 }, 'x', body.length, time),
    body,
    Buffer.alloc(padding(body.length)),
    block(entry, type, size, time)
  ])
}

export interface TarHeader {
  readonly path: string
  /** `0` file, `2` link, `5` directory, `x` pax header … */
  readonly type: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
}

export const BLOCK = 512

/** The two blocks after the last entry. */
export const tarEnd = Buffer.alloc(2 * BLOCK)

/** The header in the first 512 bytes; null at the end of an archive (a block of zeroes). */
export function readHeader(block: Buffer): TarHeader | null {
  if (block.length < BLOCK || block.every((byte) => byte === 0)) return null
  const text = (at: number, length: number) => block.toString('utf8', at, at + length).replace(/\0.*$/s, '')
  const octal = (at: number, length: number) => Number.parseInt(text(at, length).trim() || '0', 8)
  const prefix = text(345, 155)
  return {
    path: prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`,
    type: text(156, 1) || '0',
    mode: octal(100, 8),
    uid: octal(108, 8),
    gid: octal(116, 8),
    size: octal(124, 12)
  }
}

/** Bytes from the end of a body to the next header. */
export function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK
}

// `LENGTH key=value\n`, where LENGTH counts itself (pax(1)). Nothing for what fits into the plain header.
function paxRecord(key: string, value: string): string {
  if (Buffer.byteLength(value) <= 100) return ''
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + String(rest).length
  if (rest + String(length).length > length) length += 1
  return `${length} ${key}=${value}\n`
}

function block(entry: Omit<TarEntry, 'body'>, type: string, size: number, time: number): Buffer {
  const head = Buffer.alloc(BLOCK)
  head.write(entry.path, 0, 100)
  number(head, 100, 8, entry.mode)
  number(head, 108, 8, entry.uid ?? 0)
  number(head, 116, 8, entry.gid ?? 0)
  number(head, 124, 12, size)
  number(head, 136, 12, time)
  head.fill(' ', 148, 156) // the sum is taken with its own field blank
  head.write(type, 156)
  head.write(entry.link ?? '', 157, 100)
  head.write('ustar\x0000', 257, 'latin1')
  let sum = 0
  for (const byte of head) sum += byte
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return head
}

function number(head: Buffer, at: number, width: number, value: number): void {
  head.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at, 'latin1')
}
