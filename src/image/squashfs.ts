import { rmSync } from 'node:fs'
import { start } from './command.ts'

/** How hard to compress. */
export type Packing = keyof typeof packings

const packings = {
  /** Not at all: half a second instead of half a minute, for tests. */
  none: ['-noI', '-noD', '-noF', '-noX'],
  /** Small blocks: most reads are small, and unpacking more than asked for costs an emulated machine much. */
  usual: ['-Xcompression-level', '15', '-b', '256K'],
  /** 7 MB less than usual; takes three times as long to build and a sixth longer to boot. */
  dense: ['-Xcompression-level', '18', '-b', '1M']
} as const

/** How a root tree becomes a squashfs. */
export interface SquashOptions {
  readonly packing: Packing
  /** Seconds since 1970 for every file and the image itself. */
  readonly time: number
}

/**
 * Packs `root` read-only: owner root, no extended attributes, one time for everything, so the same tree gives the same bytes.
 * Modes are kept, setuid included.
 */
export async function writeSquashfs(root: string, out: string, options: SquashOptions): Promise<void> {
  rmSync(out, { force: true })
  const fixed = ['-all-root', '-no-xattrs', '-noappend', '-no-progress', '-all-time', String(options.time)]
  await start(
    [
      'mksquashfs',
      root,
      out,
      '-comp',
      'zstd',
      ...packings[options.packing],
      ...fixed,
      '-mkfs-time',
      String(options.time)
    ],
    // The options above and this variable together are refused.
    { env: { SOURCE_DATE_EPOCH: undefined } }
  )
}
