import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type DebianPackage, openApt } from './apt.ts'
import { assembleRoot } from './assemble.ts'
import { entriesOf, fillCompileCache, writeBundle } from './bundle.ts'
import { writeInitrd } from './initrd.ts'
import { allThere, hashInputs } from './inputs.ts'
import { findKernelPackage, takeKernel } from './kernel.ts'
import { compileKernel } from './kernel-source.ts'
import { type Flavour, parseKernelRules } from './kernel-rules.ts'
import { underLock } from './lock.ts'
import { describeFile, describeTree, type Manifest, readManifest } from './manifest.ts'
import { takeNode } from './node.ts'
import { parsePackages, parseRootRules, readData } from './package-list.ts'
import { type ImagePaths, imagePaths, type Places, top, usualPlaces } from './paths.ts'
import { type Progress, silent } from './progress.ts'
import { parseServiceImages } from './service-image.ts'
import { writeSquashfs } from './squashfs.ts'

/** What to build. */
export interface ImageOptions {
  /** Default `cloud`. */
  readonly kernel?: Flavour
  /** No compression: seconds instead of a minute. Left out: an up-to-date image of either sort will do, else compressed. */
  readonly fast?: boolean
  /** Fetch the package lists even if they are younger than a day. */
  readonly refresh?: boolean
  readonly places?: Partial<Places>
  readonly progress?: Progress
}

/** One time for everything in the image, in seconds since 1970: 2026-01-01T00:00:00Z. */
export const imageTime = 1_767_225_600

/**
 * Builds the image unless what is there was built from the same inputs; then it only looks (about a second). Builds that
 * share their downloads wait for one another.
 */
export async function buildImage(options: ImageOptions = {}): Promise<ImagePaths> {
  const places = { ...usualPlaces, ...options.places }
  const progress = options.progress ?? silent
  const waiting = (pid: number): void => progress.say(`another build (process ${pid}) is at work; waiting for it`)
  return underLock(join(places.apt, 'lock'), waiting, async () => {
    const mask = process.umask(0o022) // the modes of the image's directories
    try {
      return await buildAlone(options, places, progress)
    } finally {
      process.umask(mask)
    }
  })
}

async function buildAlone(options: ImageOptions, places: Places, progress: Progress): Promise<ImagePaths> {
  const flavour = options.kernel ?? 'cloud'
  const version = ownVersion()
  const paths = imagePaths(flavour, places)
  const rules = parseKernelRules(readData('modules.yml'), flavour)
  const taken = parsePackages(readData('packages.yml'))
  const node = takeNode(top, places.cache)
  const bundle = await writeBundle(top, entriesOf(top), places.bundle)
  const apt = openApt(places.apt, join(places.cache, 'unpacked'), (line) => progress.say(line))
  apt.refresh(options.refresh ?? false)
  const before = readManifest(paths.manifest)
  // Libraries come in by need: those used last time count as inputs, so that a newer one is noticed. All in one question.
  const lastTime = Object.keys(before?.packages ?? {})
  apt.show([...taken.map((one) => one.name), rules.package || rules.source, ...lastTime], true)
  const packages = apt.show(taken.map((one) => one.name))
  const kernelPackage = findKernelPackage(apt, rules)
  const known = apt.show(lastTime, true)
  const inputs = (compressed: boolean, more: readonly DebianPackage[]): string =>
    hashInputs({
      top,
      bundle,
      folders: ['src/image', 'rootfs', 'schemas', ...(rules.source === '' ? [] : ['buildroot/board'])],
      packages: [...new Map([...packages, kernelPackage, ...more].map((one) => [one.name, one])).values()].toSorted(
        byName
      ),
      words: [version, flavour, node.version, compressed ? 'compressed' : 'fast', String(imageTime)]
    })
  const compressed = !(options.fast ?? before?.compressed === false)
  if (before?.inputs === inputs(compressed, known) && allThere(Object.values(paths))) {
    progress.say('up to date')
    return paths
  }

  const warmed = await progress.step('fill the compile cache', () => fillCompileCache(bundle, node.path))
  const kernel = await progress.step(`kernel ${kernelPackage.version}`, () =>
    rules.source === ''
      ? takeKernel(apt, kernelPackage, rules, places.cache)
      : compileKernel(apt, kernelPackage, join(top, 'buildroot/board/rosd/linux.config'), places.cache, progress)
  )
  const partial = `${paths.root}.partial`
  rmSync(partial, { recursive: true, force: true })
  mkdirSync(partial, { recursive: true })
  const rootRules = parseRootRules(readData('rootfs.yml'))
  const libraries = await assembleRoot(
    partial,
    {
      apt,
      taken,
      packages,
      rules: rootRules,
      rootfs: join(top, 'rootfs'),
      node,
      bundle: { ...bundle, files: [...bundle.files, warmed] },
      kernel,
      serviceImages: parseServiceImages(readData('service-images.yml'), version),
      version,
      time: imageTime
    },
    progress
  )
  mkdirSync(places.out, { recursive: true })
  rmSync(paths.manifest, { force: true }) // from here on what lies there is no whole image
  copyFileSync(kernel.vmlinuz, paths.vmlinuz)
  await progress.step('pack the initrd', () =>
    writeInitrd(
      {
        busybox: join(partial, 'usr/bin/busybox'),
        scripts: join(import.meta.dirname, 'initrd'),
        kernel,
        modules: rules.initrd
      },
      paths.initrd,
      !compressed
    )
  )
  // Hashing the tree takes one processor, packing it the others.
  const description = describeTree(partial)
  await progress.step(compressed ? 'pack and compress the root' : 'pack the root', () =>
    writeSquashfs(partial, paths.squashfs, {
      packing: compressed ? (flavour === 'small' ? 'dense' : 'usual') : 'none',
      time: imageTime
    })
  )
  const used = [...packages, ...kernel.packages, ...libraries].toSorted(byName)
  await progress.step('describe everything', async () => {
    const manifest: Manifest = {
      version,
      inputs: inputs(compressed, used),
      kernel: { flavour, release: kernel.release },
      compressed,
      node: node.version,
      outputs: {
        vmlinuz: await describeFile(paths.vmlinuz),
        initrd: await describeFile(paths.initrd),
        'rootfs.squashfs': await describeFile(paths.squashfs)
      },
      packages: Object.fromEntries(used.map((one) => [one.name, { version: one.version, sha256: one.sha256 }])),
      npm: Object.fromEntries(bundle.packages),
      files: await description
    }
    writeFileSync(paths.manifest, `${JSON.stringify(manifest, null, 1)}\n`)
  })
  replace(partial, paths.root)
  return paths
}

// A machine in namespaces may be running on the tree of the last build; only the one before that goes.
function replace(partial: string, root: string): void {
  const old = `${root}.old`
  rmSync(old, { recursive: true, force: true })
  mkdirSync(dirname(root), { recursive: true })
  if (existsSync(root)) renameSync(root, old)
  renameSync(partial, root)
}

/** The version in package.json: that of the system and of every image's tag. */
export function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { version: string }
  return version
}

function byName(a: DebianPackage, b: DebianPackage): number {
  return a.name < b.name ? -1 : 1
}
