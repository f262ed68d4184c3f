// The control group tree. One cgroup2 mount with every controller switched on; where the host of our namespaces has bound
// its controllers to version 1, those one by one, because a controller can only be in one of the two.
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MS, mount } from '../host/linux/libc.ts'
import { mountAt } from './mountinfo.ts'

export const CGROUPS = '/sys/fs/cgroup'
const flags = MS.NOSUID | MS.NODEV | MS.NOEXEC

/** Version-1 hierarchies with controllers, from /proc/self/cgroup: `['cpu,cpuacct', 'memory']`. */
export function legacyHierarchies(selfCgroup: string): readonly string[] {
  return selfCgroup
    .split('\n')
    .map((line) => line.split(':')[1] ?? '')
    .filter((controllers) => controllers !== '' && !controllers.startsWith('name='))
}

function mountLegacy(hierarchies: readonly string[]): string {
  mount('tmpfs', CGROUPS, 'tmpfs', flags, 'mode=755')
  for (const controllers of hierarchies) {
    const target = join(CGROUPS, controllers)
    mkdirSync(target)
    mount('cgroup', target, 'cgroup', flags, controllers)
    const names = controllers.split(',')
    if (names.length > 1) for (const name of names) symlinkSync(controllers, join(CGROUPS, name))
  }
  return `version 1 of the host: ${hierarchies.join(' ')}`
}

/**
 * Lets every controller be used below `root`. In a namespace `root` is an ordinary group to the kernel, and one that holds
 * processes may not pass controllers on (EBUSY): they move to a leaf first.
 */
export function enableControllers(root = CGROUPS): readonly string[] {
  const controllers = readFileSync(join(root, 'cgroup.controllers'), 'utf8').split(/\s+/).filter(Boolean)
  const enable = (name: string): void => writeFileSync(join(root, 'cgroup.subtree_control'), `+${name}`)
  const enabled: string[] = []
  for (const name of controllers) {
    try {
      enable(name)
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EBUSY') continue
      moveToLeaf(root)
      enable(name)
    }
    enabled.push(name)
  }
  return enabled
}

function moveToLeaf(root: string): void {
  const leaf = join(root, 'init')
  mkdirSync(leaf, { recursive: true })
  for (const pid of readFileSync(join(root, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)) {
    try {
      writeFileSync(join(leaf, 'cgroup.procs'), pid)
    } catch {
      // It ended meanwhile.
    }
  }
}

/** Mounts the tree unless it is there. Returns what it is, in words. */
export function mountCgroups(inNamespaces: boolean): string {
  if (mountAt(CGROUPS) === null) {
    const legacy = inNamespaces ? legacyHierarchies(readFileSync('/proc/self/cgroup', 'utf8')) : []
    if (legacy.length > 0) return mountLegacy(legacy)
    mount('cgroup2', CGROUPS, 'cgroup2', flags, 'nsdelegate')
  }
  if (mountAt(CGROUPS)?.type !== 'cgroup2') return `version 1: ${readdirSync(CGROUPS).join(' ')}`
  return `version 2: ${enableControllers().join(' ')}`
}
