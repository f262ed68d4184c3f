import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Apt, type DebianPackage, openApt } from './apt.ts'
import { imageTime, ownVersion } from './build.ts'
import { type ContainerImage, parseContainerImages } from './container-image.ts'
import { writeImageArchive } from './image-archive.ts'
import { layLayer } from './layer.ts'
import { underLock } from './lock.ts'
import { readData } from './package-list.ts'
import { type Places, top, usualPlaces } from './paths.ts'
import { type Progress, silent } from './progress.ts'
import { filesBelow } from './root-tree.ts'

export interface RepositoryOptions {
  /** The directory to write; what is in it is used again where its inputs are the same. */
  readonly to: string
  /** Which images; none given: all. */
  readonly names?: readonly string[]
  /** Fetch the package lists even if they are younger than a day. */
  readonly refresh?: boolean
  readonly places?: Pick<Places, 'apt' | 'cache'>
  readonly progress?: Progress
}

/** One image of the directory, as `manifest.json` there tells of it. */
export interface BuiltImage {
  readonly tag: string
  /** Path in the directory. */
  readonly archive: string
  /** Bytes. */
  readonly size: number
  readonly id: string
  readonly suite: string
  /** Debian package -> version. */
  readonly packages: Readonly<Record<string, string>>
  /** Hash of the question put to apt, its package lists included. */
  readonly asked: string
  /** Hash of everything that decides the bytes. */
  readonly inputs: string
}

const definitions = 'rootfs/usr/share/ros/repository'
// What makes an archive out of packages.
const makers = ['src/image/layer.ts', 'src/image/image-archive.ts', 'src/image/service-image.ts', 'src/core/tar.ts']

/**
 * Makes a repository: `index.yml` and the definitions of the offline repository, the images of `container-images.yml` as
 * `images/NAME.tar`, and `manifest.json`.
 * @returns the images asked for, by name
 * @throws if there is no image of such a name, or Debian lacks a package
 */
export async function buildRepository(options: RepositoryOptions): Promise<Map<string, BuiltImage>> {
  const places = { ...usualPlaces, ...options.places }
  const progress = options.progress ?? silent
  const version = ownVersion()
  const images = chosen(parseContainerImages(readData('container-images.yml'), version), options.names ?? [])
  const waiting = (pid: number): void => progress.say(`another build (process ${pid}) is at work; waiting for it`)
  return underLock(join(places.apt, 'lock'), waiting, async () => {
    mkdirSync(join(options.to, 'images'), { recursive: true })
    writeDefinitions(options.to, version)
    const suites = new Map<string, Apt>()
    const aptOf = (suite: string): Apt => {
      const there = suites.get(suite)
      if (there !== undefined) return there
      const apt = openApt(places.apt, join(places.cache, 'unpacked'), (line) => progress.say(line), suite)
      apt.refresh(options.refresh ?? false)
      suites.set(suite, apt)
      return apt
    }
    const manifest = join(options.to, 'manifest.json')
    const all = readBuilt(manifest)
    const built = new Map<string, BuiltImage>()
    for (const image of images) {
      const apt = aptOf(image.suite)
      const before = stillThere(options.to, all[image.name])
      const one = await buildOne(image, apt, before, options.to, progress)
      built.set(image.name, one)
      all[image.name] = one
      const sorted = Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      writeFileSync(manifest, `${JSON.stringify({ version, images: sorted }, null, 1)}\n`)
    }
    return built
  })
}

async function buildOne(
  image: ContainerImage,
  apt: Apt,
  before: BuiltImage | null,
  to: string,
  progress: Progress
): Promise<BuiltImage> {
  const own = join(import.meta.dirname, 'containers', image.name)
  const described = hash([
    JSON.stringify(image, (_key, value: unknown) => (value instanceof Map ? [...value] : value)),
    String(imageTime),
    ...filesBelow(own).flatMap((path) => [
      path,
      readFileSync(join(own, path)),
      String(statSync(join(own, path)).mode & 0o100)
    ]),
    ...makers.map((path) => readFileSync(join(top, path)))
  ])
  const asked = hash([described, apt.lists()])
  if (before?.asked === asked) return before
  const packages = apt.resolve(image.packages, image.without)
  const inputs = hash([described, ...packages.map((one) => `${one.name} ${one.version} ${one.sha256}`)])
  if (before?.inputs === inputs) return { ...before, asked }
  const archive = `images/${image.name}.tar`
  const written = await progress.step(image.name, async () =>
    writeImageArchive(join(to, archive), image, layLayer(image, await apt.unpack(packages), own), imageTime)
  )
  return {
    tag: image.tag,
    archive,
    ...written,
    suite: image.suite,
    packages: Object.fromEntries(packages.map((one: DebianPackage) => [one.name, one.version])),
    asked,
    inputs
  }
}

function chosen(images: readonly ContainerImage[], names: readonly string[]): readonly ContainerImage[] {
  const known = new Set(images.map((image) => image.name))
  const unknown = names.filter((name) => !known.has(name))
  if (unknown.length > 0) {
    throw new Error(`container-images.yml has no ${unknown.join(', ')}; there are ${[...known].join(', ')}`)
  }
  return names.length === 0 ? images : images.filter((image) => names.includes(image.name))
}

/** The version of definitions that leave the system is written out: elsewhere `${VERSION}` would be another one. */
function writeDefinitions(to: string, version: string): void {
  for (const path of filesBelow(join(top, definitions))) {
    mkdirSync(dirname(join(to, path)), { recursive: true })
    const text = readFileSync(join(top, definitions, path), 'utf8')
    writeFileSync(join(to, path), text.replaceAll('${VERSION}', version))
  }
}

function readBuilt(path: string): Record<string, BuiltImage> {
  if (!existsSync(path)) return {}
  // Written by ourselves; one that is cut off is a reason to build, not to stop.
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { readonly images: Record<string, BuiltImage> }).images
  } catch {
    return {}
  }
}

function stillThere(to: string, built: BuiltImage | undefined): BuiltImage | null {
  if (built === undefined) return null
  const stat = statSync(join(to, built.archive), { throwIfNoEntry: false })
  return stat?.size === built.size ? built : null
}

function hash(parts: readonly (string | Buffer)[]): string {
  const sum = createHash('sha256')
  for (const part of parts) sum.update(part).update('\0')
  return sum.digest('hex')
}
