// /proc/self/mountinfo and /proc/swaps (proc_pid_mountinfo(5), proc_swaps(5)) as data. Pure.
import type { MountEntry, SwapEntry } from '../host/ports.ts'

/** The kernel writes space, tab, newline, backslash and `#` as three octal digits. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}

/** All mounts in the order of the table; lines that are no mount are left out. */
export function parseMountinfo(text: string): readonly MountEntry[] {
  return text.split('\n').flatMap((line) => {
    // The number of optional fields varies; a lone dash ends them.
    const [left, right] = line.split(' - ', 2)
    const [id, , device, root, target, options] = left?.split(' ') ?? []
    const [type, source, superOptions = ''] = right?.split(' ') ?? []
    if (id === undefined || device === undefined || root === undefined || target === undefined) return []
    if (options === undefined || type === undefined || source === undefined) return []
    return {
      id: Number(id),
      target: unescape(target),
      source: unescape(source),
      type,
      device,
      options: options.split(','),
      superOptions: superOptions.split(',').map(unescape),
      root: unescape(root)
    }
  })
}

/** Swap areas in use: the first line is a heading. */
export function parseSwaps(text: string): readonly SwapEntry[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [device = '', , , , priority = '0'] = line.split(/\s+/)
      return device === '' ? [] : { device: unescape(device), priority: Number(priority) }
    })
}

/**
 * Paths at which the filesystem of `entry` is seen elsewhere: what a bind mount may have been made of. A bind of /mnt/data/x
 * has the device of /mnt/data and the root /x, and nothing else tells where it came from.
 */
export function otherPaths(entry: MountEntry, all: readonly MountEntry[]): readonly string[] {
  return all.flatMap((other) => {
    if (other.device !== entry.device || other.id === entry.id || other.target === entry.target) return []
    const base = other.root === '/' ? '' : other.root
    if (entry.root !== base && !entry.root.startsWith(`${base}/`)) return []
    const rest = entry.root.slice(base.length).replace(/\/$/, '')
    const path = other.target === '/' ? rest : `${other.target}${rest}`
    return path === '' ? '/' : path
  })
}
