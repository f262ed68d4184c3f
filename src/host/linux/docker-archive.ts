// Single files in and out of containers: the engine speaks tar.
import { Readable } from 'node:stream'
import { BLOCK, padding, readHeader, writeTar } from '../../core/tar.ts'

export interface ArchivedFile {
  readonly bytes: Buffer
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** The first regular file of a tar stream; null when it holds none. */
export async function firstFile(stream: NodeJS.ReadableStream): Promise<ArchivedFile | null> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array)) // an engine's body is bytes
  const archive = Buffer.concat(chunks)
  for (let at = 0; ; ) {
    const head = readHeader(archive.subarray(at, at + BLOCK))
    if (head === null) return null
    const { type, size, mode, uid, gid } = head
    // Go writes the file type into the mode; ours are permissions.
    if (type === '0') return { bytes: archive.subarray(at + BLOCK, at + BLOCK + size), mode: mode & 0o7777, uid, gid }
    at += BLOCK + size + padding(size)
  }
}

/** A tar archive of one file. */
export function oneFile(
  name: string,
  body: Buffer,
  attributes: { mode: number; uid: number; gid: number }
): NodeJS.ReadableStream {
  return Readable.from([writeTar([{ path: name, body, ...attributes }], 0)])
}
