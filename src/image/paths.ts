import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Flavour } from './kernel-rules.ts'

/** The checkout. */
export const top = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** What `npm run image` writes. */
export interface ImagePaths {
  readonly vmlinuz: string
  readonly initrd: string
  readonly squashfs: string
  readonly manifest: string
  /** The unpacked root tree the squashfs was made from. Never write into it: overlay it. */
  readonly root: string
}

/** Where a build keeps what it can use again, and where it writes. */
export interface Places {
  /** Package lists and downloads; may be shared by places that share nothing else. */
  readonly apt: string
  readonly cache: string
  readonly out: string
  readonly bundle: string
}

/** Where the image of `kernel` lies, built or not. */
export function imagePaths(kernel: Flavour = 'cloud', places: Places = usualPlaces): ImagePaths {
  return {
    vmlinuz: join(places.out, 'vmlinuz'),
    initrd: join(places.out, 'initrd'),
    squashfs: join(places.out, 'rootfs.squashfs'),
    manifest: join(places.out, 'manifest.json'),
    root: rootTree(kernel, places)
  }
}

/** The unpacked root tree of `kernel`. */
export function rootTree(kernel: Flavour = 'cloud', places: Places = usualPlaces): string {
  return join(places.cache, 'image', kernel, 'root')
}

/** In the checkout. */
export const usualPlaces: Places = {
  apt: join(top, '.cache/apt'),
  cache: join(top, '.cache'),
  out: join(top, 'dist/image'),
  bundle: join(top, 'dist/bundle')
}
