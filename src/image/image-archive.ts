import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, readFileSync, renameSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { padding, tarEnd, tarHeader } from '../core/tar.ts'
import type { Layer, LayerEntry } from './layer.ts'
import { configuration } from './service-image.ts'

/** What was written. */
export interface ImageArchive {
  /** `sha256:…` as the engine names the image. */
  readonly id: string
  /** Bytes of the archive. */
  readonly size: number
}

/**
 * Writes an image of one layer as `docker save` does and `docker load` reads, in one go: the layer is never on the disk
 * by itself. The same layer and configuration give the same bytes.
 * @param to path of the archive; it appears when it is whole
 * @param time seconds since 1970 for everything in it
 */
export async function writeImageArchive(
  to: string,
  image: { readonly tag: string; readonly config: Readonly<Record<string, unknown>> },
  layer: Layer,
  time: number
): Promise<ImageArchive> {
  let id = ''
  let size = 0
  const parts = async function* (): AsyncGenerator<Buffer> {
    const hash = createHash('sha256')
    const headers = [...layer].map(([path, entry]) => layerHeader(path, entry, time))
    const bodies = [...layer.values()].map(bodySize)
    const whole = headers.reduce((sum, head, i) => sum + head.length + padded(bodies[i] ?? 0), tarEnd.length)
    yield tarHeader({ path: 'layer.tar', mode: 0o644 }, whole, time)
    for await (const bytes of layerBytes(layer, headers)) {
      hash.update(bytes)
      yield bytes
    }
    const config = configuration(image.config, [hash.digest('hex')], time)
    id = createHash('sha256').update(config).digest('hex')
    const manifest = [{ Config: `${id}.json`, RepoTags: [image.tag], Layers: ['layer.tar'] }]
    yield file(`${id}.json`, config, time)
    yield file('manifest.json', Buffer.from(JSON.stringify(manifest)), time)
    yield tarEnd
  }
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const bytes of parts()) {
      size += bytes.length
      yield bytes
    }
  }
  await pipeline(Readable.from(counted()), createWriteStream(`${to}.partial`))
  renameSync(`${to}.partial`, to)
  return { id: `sha256:${id}`, size }
}

async function* layerBytes(layer: Layer, headers: readonly Buffer[]): AsyncGenerator<Buffer> {
  let at = 0
  for (const entry of layer.values()) {
    yield headers[at++] ?? tarEnd
    if ('body' in entry) yield entry.body
    else if ('from' in entry) yield* contents(entry.from, entry.size)
    yield Buffer.alloc(padding(bodySize(entry)))
  }
  yield tarEnd
}

/** At least so many bytes are read in pieces. */
const LARGE = 1 << 20

async function* contents(path: string, size: number): AsyncGenerator<Buffer> {
  let read = 0
  for await (const chunk of size < LARGE ? [readFileSync(path)] : createReadStream(path, { highWaterMark: LARGE })) {
    const bytes = chunk as Buffer // a stream without an encoding gives nothing else
    read += bytes.length
    yield bytes
  }
  if (read !== size) throw new Error(`${path} has ${read} bytes and had ${size}: it changed while it was read`)
}

function layerHeader(path: string, entry: LayerEntry, time: number): Buffer {
  if ('directory' in entry) return tarHeader({ path: `${path}/`, mode: entry.directory }, 0, time)
  if ('link' in entry) return tarHeader({ path, mode: 0o777, link: entry.link }, 0, time)
  return tarHeader({ path, mode: entry.mode }, bodySize(entry), time)
}

function bodySize(entry: LayerEntry): number {
  if ('body' in entry) return entry.body.length
  return 'from' in entry ? entry.size : 0
}

function padded(size: number): number {
  return size + padding(size)
}

function file(path: string, body: Buffer, time: number): Buffer {
  return Buffer.concat([tarHeader({ path, mode: 0o644 }, body.length, time), body, Buffer.alloc(padding(body.length))])
}
