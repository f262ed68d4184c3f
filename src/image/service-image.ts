import { createHash } from 'node:crypto'
import { parse } from 'yaml'
import { list, mapping, only } from './package-list.ts'
import { type TarEntry, writeTar } from '../core/tar.ts'

/** One layer: nothing but directories and links. */
export interface Layer {
  readonly directories: ReadonlyMap<string, number>
  readonly links: ReadonlyMap<string, string>
}

/** One image as `service-images.yml` describes it. */
export interface ServiceImage {
  /** `rosd/base:0.1.0` */
  readonly tag: string
  readonly layers: readonly Layer[]
  readonly config: Readonly<Record<string, unknown>>
}

/** @throws naming file and key of what is not as the head of `service-images.yml` describes */
export function parseServiceImages(text: string, version: string, file = 'service-images.yml'): ServiceImage[] {
  const said = mapping(parse(text, { merge: true }), file)
  only(said, ['repository', 'layers', 'images'], file)
  const layers = new Map(
    Object.entries(mapping(said.layers, `${file}: layers`)).map(([name, value]) => [
      name,
      parseLayer(value, file, name)
    ])
  )
  return Object.entries(mapping(said.images, `${file}: images`)).map(([name, value]) => {
    const at = `${file}: images.${name}`
    const image = mapping(value, at)
    only(image, ['layers', 'config'], at)
    return {
      tag: `${String(said.repository)}/${name}:${version}`,
      layers: list(image.layers, `${at}.layers`).map((one) => {
        const layer = layers.get(one)
        if (layer === undefined) throw new Error(`${at}.layers: no layer is called ${one}`)
        return layer
      }),
      config: mapping(image.config, `${at}.config`)
    }
  })
}

/**
 * Writes all images into one archive as `docker save` does and `docker load` reads (Docker Image Specification v1.2):
 * `manifest.json`, a configuration per image named by its sha256, and each distinct layer once.
 * @param time seconds since 1970 for everything in it
 */
export function writeServiceImages(images: readonly ServiceImage[], time: number): Buffer {
  const files = new Map<string, Buffer>()
  const manifest = images.map((image) => {
    const blobs = image.layers.map((layer) => writeTar(layerEntries(layer), time))
    const ids = blobs.map(sha256)
    const layerFiles = ids.map((id) => `${id}/layer.tar`)
    blobs.forEach((blob, i) => files.set(layerFiles[i] ?? '', blob))
    const config = configuration(image.config, ids, time)
    const configFile = `${sha256(config)}.json`
    files.set(configFile, config)
    return { Config: configFile, RepoTags: [image.tag], Layers: layerFiles }
  })
  files.set('manifest.json', Buffer.from(JSON.stringify(manifest)))
  const folders = [...files.keys()].filter((path) => path.includes('/')).map((path) => path.replace(/[^/]*$/, ''))
  const entries: TarEntry[] = [
    ...[...new Set(folders)].map((path) => ({ path, mode: 0o755 })),
    ...[...files].map(([path, body]) => ({ path, mode: 0o644, body }))
  ]
  return writeTar(entries.toSorted(byPath), time)
}

function layerEntries(layer: Layer): TarEntry[] {
  return [
    ...[...layer.directories].map(([path, mode]) => ({ path: `${path}/`, mode })),
    ...[...layer.links].map(([path, link]) => ({ path, mode: 0o777, link }))
  ].toSorted(byPath)
}

/**
 * The configuration of an image; its sha256 is the image's id.
 * @param ids sha256 of each layer, from the bottom
 */
export function configuration(config: ServiceImage['config'], ids: readonly string[], time: number): Buffer {
  const created = new Date(time * 1000).toISOString()
  const said = {
    architecture: 'amd64',
    os: 'linux',
    created,
    config,
    rootfs: { type: 'layers', diff_ids: ids.map((id) => `sha256:${id}`) },
    history: ids.map(() => ({ created, created_by: 'rosd image build' }))
  }
  return Buffer.from(JSON.stringify(said))
}

function parseLayer(value: unknown, file: string, name: string): Layer {
  const at = `${file}: layers.${name}`
  const said = mapping(value, at)
  only(said, ['directories', 'links'], at)
  const directories = Object.entries(mapping(said.directories, at)).map(([path, mode]): [string, number] => [
    path,
    typeof mode === 'string' ? Number.parseInt(mode, 8) : 0o755
  ])
  const links = Object.entries(mapping(said.links, at)).map(([path, target]): [string, string] => [
    path,
    String(target)
  ])
  return { directories: new Map(directories), links: new Map(links) }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1
}
