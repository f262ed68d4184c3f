// Archives of images, as `docker save` writes them: a tar with manifest.json in it, packed or not. What they hold, and whether all
// of it is there. Pure but for what it reads.
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { listedAs } from './image-reference.ts'
import { BLOCK, padding, readHeader, type TarHeader } from './tar.ts'

/** Reference, as an engine lists it -> image id. */
export type Holds = ReadonlyMap<string, string>

export type Packing = 'none' | 'gzip' | 'zstd' | 'xz' | 'bzip2'

/** Bytes of a manifest that are believed; a larger one is no image archive's. */
const MANIFEST_LIMIT = 1 << 20
/** Bytes by which an archive is known, at most. */
export const HEAD = 262 + 6

/** How an archive that begins with `head` is packed; null: it is no archive that engines take. */
export function packingOf(head: Buffer): Packing | null {
  const hex = head.toString('hex', 0, 6)
  if (hex.startsWith('1f8b')) return 'gzip'
  if (hex.startsWith('28b52ffd')) return 'zstd'
  if (hex === 'fd377a585a00') return 'xz'
  if (hex.startsWith('425a68')) return 'bzip2'
  return head.toString('latin1', 257, 262) === 'ustar' ? 'none' : null
}

/** What has been found of an archive so far. */
export interface Inventory {
  /** Tells of the next entry; true: its body is wanted. */
  entry(head: TarHeader): boolean
  manifest(body: Buffer): void
  /**
   * What the archive holds, at its end.
   * @throws a sentence without subject, where a part of it is missing
   */
  holds(): Holds
}

interface Manifest {
  readonly Config: string
  readonly RepoTags?: readonly string[] | null
  readonly Layers?: readonly string[]
}

export function inventory(): Inventory {
  const names = new Set<string>()
  let images: readonly Manifest[] | null = null
  return {
    entry({ path, size }) {
      if (!Number.isSafeInteger(size)) throw new Error('it is damaged: an entry of it has no size')
      // `tar -C folder -c .` writes it.
      const name = path.replace(/^\.\//, '')
      names.add(name)
      return name === 'manifest.json' && size <= MANIFEST_LIMIT
    },
    manifest(body) {
      images = JSON.parse(body.toString('utf8')) as readonly Manifest[] // docker save's form
    },
    holds() {
      if (images === null)
        throw new Error('it holds no manifest.json; `docker save` writes one, `docker export` does not')
      for (const part of images.flatMap(({ Config, Layers }) => [Config, ...(Layers ?? [])]))
        if (!names.has(part)) throw new Error(`${part}, which its manifest names, is missing in it`)
      return new Map(
        images.flatMap(({ Config, RepoTags }) => {
          // An image's configuration is named by its digest, which is the image's id.
          const id = `sha256:${/([0-9a-f]{64})/.exec(Config)?.[1] ?? ''}`
          return (RepoTags ?? []).map((tag) => [listedAs(tag), id] as const)
        })
      )
    }
  }
}

/** A stream of an archive's bytes as they were before they were packed. */
export function unpacked(source: NodeJS.ReadableStream, packing: 'none' | 'gzip' | 'zstd'): AsyncIterable<Buffer> {
  if (packing === 'none') return source as AsyncIterable<Buffer> // nobody set an encoding
  const sink = packing === 'gzip' ? createGunzip() : createZstdDecompress()
  source.on('error', (error: Error) => sink.destroy(error))
  return source.pipe(sink)
}

/**
 * Reads an archive through.
 * @throws a sentence without subject, where it is damaged or holds no images
 */
export async function readArchive(chunks: AsyncIterable<Buffer>): Promise<Holds> {
  const found = inventory()
  let buffer: Buffer = Buffer.alloc(0)
  let skip = 0
  let wanted = 0
  let ended = false
  for await (const chunk of chunks) {
    if (ended) continue
    buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk])
    while (!ended) {
      const dropped = Math.min(skip, buffer.length)
      buffer = buffer.subarray(dropped)
      skip -= dropped
      if (skip > 0 || buffer.length < Math.max(wanted, BLOCK)) break
      if (wanted > 0) {
        found.manifest(buffer.subarray(0, wanted))
        buffer = buffer.subarray(wanted)
        skip = padding(wanted)
        wanted = 0
        continue
      }
      const head = readHeader(buffer)
      ended = head === null
      buffer = buffer.subarray(BLOCK)
      if (head === null) continue
      if (found.entry(head)) wanted = head.size
      else skip = head.size + padding(head.size)
    }
  }
  if (!ended) throw new Error('it ends in its middle')
  return found.holds()
}
