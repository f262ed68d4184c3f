// What survives a reboot: directories of the state filesystem that are seen at their usual places.
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MS, mount } from '../host/linux/libc.ts'
import { mountAt } from './mountinfo.ts'

export interface StateDirectory {
  /** Where it is seen; below the state filesystem it has the same path. */
  readonly path: string
  readonly mode: number
  readonly uid?: number
  readonly gid?: number
  /** The image has files here, which the state gets; see `seed`. */
  readonly seeded?: true
}

const RANCHER = 1100
const DOCKER = 1101

/** Each is bind-mounted at its path. */
export const stateDirectories: readonly StateDirectory[] = [
  { path: '/var/lib/rancher', mode: 0o755 },
  { path: '/var/lib/system-docker', mode: 0o710 },
  { path: '/var/lib/user-docker', mode: 0o710 },
  { path: '/var/lib/m-user-docker', mode: 0o710 },
  { path: '/var/lib/kubelet', mode: 0o755 },
  { path: '/var/log', mode: 0o755 },
  { path: '/home', mode: 0o755 },
  { path: '/opt', mode: 0o755 },
  { path: '/etc/docker', mode: 0o755, seeded: true },
  { path: '/etc/logrotate.d', mode: 0o755, seeded: true }
]

/** Made inside those above when missing; never touched again, for they are their owners' from then on. */
export const madeInside: readonly StateDirectory[] = [
  { path: '/var/lib/rancher/conf', mode: 0o700 },
  { path: '/var/lib/rancher/conf/cloud-config.d', mode: 0o700 },
  { path: '/var/lib/rancher/state', mode: 0o700 },
  { path: '/var/lib/rancher/preload/docker', mode: 0o755 },
  { path: '/var/lib/rancher/preload/system-docker', mode: 0o755 },
  { path: '/home/rancher', mode: 0o755, uid: RANCHER, gid: RANCHER },
  { path: '/home/docker', mode: 0o755, uid: DOCKER, gid: DOCKER }
]

/** Makes a directory as the table says unless it is there. */
function ensureDirectory(path: string, entry: StateDirectory): void {
  if (existsSync(path)) return
  mkdirSync(path, { recursive: true })
  // mkdir's mode is cut by the umask.
  chmodSync(path, entry.mode)
  chownSync(path, entry.uid ?? 0, entry.gid ?? 0)
}

/** Copies of what the image had, to tell what somebody has changed since. */
const SEEDS = '.image'

function same(one: string, other: string): boolean {
  return existsSync(one) && existsSync(other) && readFileSync(one).equals(readFileSync(other))
}

/**
 * Gives the state the image's files of one directory: those it lacks, and, after an upgrade, those that nobody has changed
 * since they came from the image before.
 */
export function seed(image: string, state: string, seeds: string): void {
  if (!existsSync(image)) return
  mkdirSync(seeds, { recursive: true })
  for (const entry of readdirSync(image, { withFileTypes: true })) {
    if (!entry.isFile()) continue
    const [from, to, copy] = [join(image, entry.name), join(state, entry.name), join(seeds, entry.name)]
    if (!existsSync(to) || same(to, copy)) copyFileSync(from, to)
    copyFileSync(from, copy)
  }
}

/**
 * Shows the state's directories at their places. `base` is where they lie: the state's mount point or a directory in it.
 * The mount that holds `base` must be private, so that each bind becomes a peer group of its own: otherwise whatever is
 * mounted below one of them would be mounted again below `base`.
 */
export function bindStateDirectories(base: string, root = '/'): readonly string[] {
  const bound: string[] = []
  for (const entry of stateDirectories) {
    const target = join(root, entry.path)
    if (mountAt(target) !== null) continue
    const source = join(base, entry.path)
    ensureDirectory(source, entry)
    if (entry.seeded === true) seed(target, source, join(base, SEEDS, entry.path))
    mkdirSync(target, { recursive: true })
    mount(source, target, 'none', MS.BIND)
    mount('none', target, 'none', MS.SHARED)
    bound.push(entry.path)
  }
  for (const entry of madeInside) ensureDirectory(join(root, entry.path), entry)
  return bound
}
