// What is mounted in this process' namespace.
import { readFileSync } from 'node:fs'
import { parseMountinfo } from '../core/mountinfo.ts'
import type { MountEntry } from '../host/ports.ts'

/** All mounts, in the order they were made. Empty when /proc is not there yet. */
export function mounted(): readonly MountEntry[] {
  try {
    return parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8'))
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw thrown
  }
}

/** The mount that one sees at a path: the last one made there; null when it is no mount point. */
export function mountAt(path: string, mounts: readonly MountEntry[] = mounted()): MountEntry | null {
  return mounts.findLast((mount) => mount.target === path) ?? null
}
