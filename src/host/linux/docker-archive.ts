// Single files in and out of containers: the engine speaks tar.
import { posix } from 'node:path'
import { Readable } from 'node:stream'
import type Dockerode from 'dockerode'
import { BLOCK, padding, readHeader, writeTar } from '../../core/tar.ts'
import { statusOf } from './docker-status.ts'

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

/** A tar archive of one file; the folders in its path are in it, too (root's, 0755), and there are none that need not be made. */
export function oneFile(
  path: string,
  body: Buffer,
  attributes: { mode: number; uid: number; gid: number }
): NodeJS.ReadableStream {
  const names = path.split('/')
  const folders = names.slice(1).map((_, at) => ({ path: `${names.slice(0, at + 1).join('/')}/`, mode: 0o755 }))
  return Readable.from([writeTar([...folders, { path, body, ...attributes }], 0)])
}

/** Writes a file into a container; folders that are missing there are made, those that are there stay as they are. */
export async function putFile(
  container: Pick<Dockerode.Container, 'putArchive' | 'infoArchive'>,
  path: string,
  bytes: Buffer,
  attributes: { mode: number; uid: number; gid: number }
): Promise<void> {
  const put = (folder: string) =>
    container.putArchive(oneFile(posix.relative(folder, path), bytes, attributes), { path: folder })
  let folder = posix.dirname(path)
  try {
    await put(folder)
    return
  } catch (error) {
    if (statusOf(error) !== 404 || folder === '/') throw error
  }
  do folder = posix.dirname(folder)
  while (folder !== '/' && !(await isThere(container, folder)))
  await put(folder)
}

async function isThere(container: Pick<Dockerode.Container, 'infoArchive'>, path: string): Promise<boolean> {
  try {
    await container.infoArchive({ path })
    return true
  } catch (error) {
    if (statusOf(error) === 404) return false
    throw error
  }
}
