/** One entry: a directory (path ends in `/`), a link (`link` set) or a file (`body`). Paths without leading slash. */
export interface TarEntry {
  readonly path: string
  readonly mode: number
  readonly body?: Buffer
  readonly link?: string
}

/**
 * Writes a ustar archive (POSIX.1-1988): owner 0:0 without names and one time for all, so the same entries always give the
 * same bytes.
 * @param time seconds since 1970
 * @throws if a path is longer than 100 or a link target longer than 100 bytes
 */
export function writeTar(entries: readonly TarEntry[], time: number): Buffer {
  const parts = entries.flatMap((entry) => {
    const body = entry.body ?? Buffer.alloc(0)
    return [header(entry, body.length, time), body, Buffer.alloc((512 - (body.length % 512)) % 512)]
  })
  return Buffer.concat([...parts, Buffer.alloc(1024)])
}

function header(entry: TarEntry, size: number, time: number): Buffer {
  const link = entry.link ?? ''
  for (const word of [entry.path, link]) {
    if (Buffer.byteLength(word) > 100) throw new Error(`${word}: longer than the 100 bytes a plain tar header holds`)
  }
  const head = Buffer.alloc(512)
  head.write(entry.path, 0)
  number(head, 100, 8, entry.mode)
  number(head, 108, 8, 0)
  number(head, 116, 8, 0)
  number(head, 124, 12, size)
  number(head, 136, 12, time)
  head.fill(' ', 148, 156) // the sum is taken with its own field blank
  head.write(link !== '' ? '2' : entry.path.endsWith('/') ? '5' : '0', 156)
  head.write(link, 157)
  head.write('ustar\x0000', 257, 'latin1')
  let sum = 0
  for (const byte of head) sum += byte
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return head
}

function number(head: Buffer, at: number, width: number, value: number): void {
  head.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at, 'latin1')
}
