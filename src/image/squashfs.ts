import { rmSync } from 'node:fs'
import { start } from './command.ts'

/** How a root tree becomes a squashfs. */
export interface SquashOptions {
  /** No compression: half a second instead of half a minute, for tests. */
  readonly fast: boolean
  /** Seconds since 1970 for every file and the image itself. */
  readonly time: number
}

/**
 * Packs `root` read-only: owner root, no extended attributes, one time for everything, so the same tree gives the same bytes.
 * Modes are kept, setuid included.
 */
export async function writeSquashfs(root: string, out: string, options: SquashOptions): Promise<void> {
  rmSync(out, { force: true })
  // Blocks of 1 MB would be 7 MB smaller, but cost an emulated machine a sixth more time to boot: most reads are small.
  const packing = options.fast
    ? ['-comp', 'zstd', '-noI', '-noD', '-noF', '-noX']
    : ['-comp', 'zstd', '-Xcompression-level', '15', '-b', '256K']
  const fixed = ['-all-root', '-no-xattrs', '-noappend', '-no-progress', '-all-time', String(options.time)]
  await start(
    ['mksquashfs', root, out, ...packing, ...fixed, '-mkfs-time', String(options.time)],
    // The options above and this variable together are refused.
    { env: { SOURCE_DATE_EPOCH: undefined } }
  )
}
