// What is mounted, as /proc/self/mountinfo tells it (proc_pid_mountinfo(5)).
import { readFileSync } from 'node:fs'

export interface Mounted {
  readonly target: string
  readonly type: string
  readonly source: string
  /** Root of the mount within its filesystem: `/dir` for a bind mount of /dir. */
  readonly root: string
  /** `major:minor`: equal for two views of one filesystem. */
  readonly device: string
  readonly options: readonly string[]
  /** True when mounts below it spread to a peer group. */
  readonly shared: boolean
}

/** The kernel writes space, tab, newline and backslash as three octal digits. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}

/** All mounts, in the order they were made (oldest first; a later one on the same target hides the earlier). */
export function parseMountinfo(text: string): readonly Mounted[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      // The number of optional fields varies; a lone dash ends them.
      const [left = '', right = ''] = line.split(' - ', 2)
      const [, , device = '', root = '', target = '', options = '', ...optional] = left.split(' ')
      const [type = '', source = ''] = right.split(' ')
      return {
        target: unescape(target),
        type,
        source: unescape(source),
        root: unescape(root),
        device,
        options: options.split(','),
        shared: optional.some((field) => field.startsWith('shared:'))
      }
    })
}

/** Mounts of this process now. Empty when /proc is not there yet. */
export function mounted(): readonly Mounted[] {
  try {
    return parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8'))
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw thrown
  }
}

/** The mount that one sees at a path: the last one made there; null when it is no mount point. */
export function mountAt(path: string, mounts: readonly Mounted[] = mounted()): Mounted | null {
  return mounts.findLast((mount) => mount.target === path) ?? null
}
