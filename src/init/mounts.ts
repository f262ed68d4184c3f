// The filesystems of the kernel that every machine needs, as a table, and how PID 1 mounts them. Safe to run again: what
// is mounted stays as it is.
import { mkdirSync, symlinkSync } from 'node:fs'
import { MS, mount } from '../host/linux/libc.ts'
import type { BootLog } from './boot-log.ts'
import { mountAt, mounted } from './mountinfo.ts'

const { NOSUID, NODEV, NOEXEC } = MS
const kernelOnly = NOSUID | NODEV | NOEXEC

export interface SystemMount {
  readonly target: string
  readonly type: string
  readonly flags: number
  readonly options: string | null
  /** A machine without it still works. */
  readonly optional?: true
  /** Belongs to the kernel, not to a namespace: in namespaces it would be the host's. */
  readonly machineOnly?: true
}

/** In the order they are mounted. /run allows execution: User Docker's containers start programs from it. */
export const systemMounts: readonly SystemMount[] = [
  { target: '/proc', type: 'proc', flags: kernelOnly, options: null },
  { target: '/sys', type: 'sysfs', flags: kernelOnly, options: null },
  { target: '/dev', type: 'devtmpfs', flags: NOSUID, options: 'mode=755', machineOnly: true },
  { target: '/dev/pts', type: 'devpts', flags: NOSUID | NOEXEC, options: 'ptmxmode=666,gid=5,mode=620' },
  { target: '/dev/shm', type: 'tmpfs', flags: NOSUID | NODEV, options: 'mode=1777' },
  { target: '/dev/mqueue', type: 'mqueue', flags: kernelOnly, options: null, optional: true },
  { target: '/run', type: 'tmpfs', flags: NOSUID | NODEV, options: 'mode=755' },
  { target: '/tmp', type: 'tmpfs', flags: NOSUID | NODEV, options: 'mode=1777' },
  {
    target: '/sys/kernel/security',
    type: 'securityfs',
    flags: kernelOnly,
    options: null,
    optional: true,
    machineOnly: true
  },
  { target: '/sys/fs/bpf', type: 'bpf', flags: kernelOnly, options: 'mode=700', optional: true, machineOnly: true }
]

/** Links that programs expect: path -> what it says. */
const links: readonly (readonly [string, string])[] = [
  ['/dev/fd', '/proc/self/fd'],
  ['/dev/stdin', '/proc/self/fd/0'],
  ['/dev/stdout', '/proc/self/fd/1'],
  ['/dev/stderr', '/proc/self/fd/2'],
  ['/dev/core', '/proc/kcore'],
  ['/dev/ptmx', 'pts/ptmx'],
  ['/etc/mtab', '/proc/self/mounts']
]

/** Mounts one thing unless something is mounted there. Returns whether it had to. */
export function ensureMounted(entry: SystemMount): boolean {
  if (mountAt(entry.target) !== null) return false
  mkdirSync(entry.target, { recursive: true })
  mount(entry.type, entry.target, entry.type, entry.flags, entry.options)
  return true
}

/** Makes a symbolic link where nothing is. */
function ensureLink(path: string, says: string): void {
  try {
    symlinkSync(says, path)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown
  }
}

/** /proc, /sys, /dev and /run: enough to read the kernel command line and to write to a console. Throws if one fails. */
export function mountEarly(inNamespaces: boolean): void {
  for (const entry of systemMounts.filter((each) => ['/proc', '/sys', '/dev', '/run'].includes(each.target))) {
    if (!(inNamespaces && entry.machineOnly === true)) ensureMounted(entry)
  }
}

/** Everything of the table, the links, and shared propagation from the root down. */
export async function mountSystem(inNamespaces: boolean, log: BootLog): Promise<void> {
  await log.step(
    'mounted the system filesystems',
    () => {
      const skipped: string[] = []
      for (const entry of systemMounts) {
        if (inNamespaces && entry.machineOnly === true) continue
        try {
          ensureMounted(entry)
        } catch (thrown) {
          if (entry.optional !== true) throw thrown
          log.say(`no ${entry.target}: ${(thrown as Error).message}`)
          skipped.push(entry.target)
        }
      }
      for (const [path, says] of links) ensureLink(path, says)
      // What a privileged container mounts below a shared bind shows up here, and the other way round.
      mount('none', '/', '', MS.REC | MS.SHARED)
    },
    () => `${mounted().length} mounts`
  )
}
