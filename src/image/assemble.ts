import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Apt, DebianPackage } from './apt.ts'
import { becomeRootPath, makeBecomeRoot } from './become-root.ts'
import { type Bundle, copyBundle } from './bundle.ts'
import { run } from './command.ts'
import type { Kernel } from './kernel.ts'
import { closeLibraries } from './libraries.ts'
import type { NodeBinary } from './node.ts'
import type { RootRules, Taken } from './package-list.ts'
import type { Progress } from './progress.ts'
import { layApplets, layFile, layPackage, layRootfs } from './root-tree.ts'
import { type ServiceImage, writeServiceImages } from './service-image.ts'

/** All that goes into a root tree. */
export interface RootParts {
  readonly apt: Apt
  readonly taken: readonly Taken[]
  /** In the order of `taken`. */
  readonly packages: readonly DebianPackage[]
  readonly rules: RootRules
  /** Our own files as they lie in the image. */
  readonly rootfs: string
  readonly node: NodeBinary
  readonly bundle: Bundle
  readonly kernel: Kernel
  readonly serviceImages: readonly ServiceImage[]
  readonly version: string
  /** Seconds since 1970. */
  readonly time: number
}

/** Where the service images lie in the image. */
export const serviceImagesPath = 'usr/share/ros/images-system.tar'

/**
 * Puts the root tree together in `root`, an empty directory.
 * @returns the packages that shared libraries were taken from beyond those listed
 */
export async function assembleRoot(root: string, parts: RootParts, progress: Progress): Promise<DebianPackage[]> {
  const dirs = await progress.step(`unpack ${parts.packages.length} packages`, () => parts.apt.unpack(parts.packages))
  const owners = new Map<string, string>()
  await progress.step('take files', () => {
    parts.taken.forEach((taken, i) => {
      for (const path of layPackage(root, dirs[i] ?? '', taken)) owners.set(path, taken.name)
    })
    layFile(root, parts.node.path, 'usr/bin/node', 0o755)
    copyBundle(parts.bundle, join(root, 'usr/lib/rosd'))
    owners.set('usr/bin/node', 'libstdc++6')
    if (parts.bundle.files.includes('koffi.node')) owners.set('usr/lib/rosd/koffi.node', 'libstdc++6')
  })
  const libraries = await progress.step('find shared libraries', () => closeLibraries(root, owners, parts.apt))
  await progress.step('add our files', () => {
    layRootfs(root, parts.rootfs, parts.rules)
    makeBecomeRoot(join(root, becomeRootPath))
    writeFileSync(join(root, 'usr/lib/os-release'), osRelease(parts.version))
    mkdirSync(join(root, 'usr/share/ros'), { recursive: true })
    writeFileSync(join(root, serviceImagesPath), writeServiceImages(parts.serviceImages, parts.time))
    const applets = run([join(root, 'usr/bin/busybox'), '--list-full']).split('\n')
    layApplets(root, applets, parts.rules.busyboxWithout)
    cpSync(join(parts.kernel.usr, 'lib/modules'), join(root, 'usr/lib/modules'), { recursive: true })
  })
  return libraries
}

/** The text of /usr/lib/os-release: os-release(5). */
export function osRelease(version: string): string {
  const fields = {
    NAME: 'rosd',
    ID: 'rosd',
    ID_LIKE: 'debian',
    VERSION: version,
    VERSION_ID: version,
    PRETTY_NAME: `rosd ${version}`,
    ANSI_COLOR: '1;36'
  }
  return Object.entries(fields)
    .map(([key, value]) => `${key}="${value}"\n`)
    .join('')
}
