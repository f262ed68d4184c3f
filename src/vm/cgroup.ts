import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** One tree of control groups on this host. */
export interface Hierarchy {
  /** 1 has a tree for each controller, 2 one for all; hosts in between have both. */
  readonly version: 1 | 2
  readonly mount: string
  /** Our own group in it, below `mount`. */
  readonly own: string
  readonly controllers: readonly string[]
}

/**
 * The hierarchies this host has mounted, from /proc/self/mounts and /proc/self/cgroup (cgroups(7)). For version 2 the
 * controllers are in a file, which is not looked at: the list is empty.
 */
export function hierarchies(mounts: string, selfCgroup: string): readonly Hierarchy[] {
  const rows = mounts.split('\n').map((line) => line.split(' '))
  const found: Hierarchy[] = []
  for (const line of selfCgroup.split('\n')) {
    const [, id, names, own] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? []
    if (id === undefined || names === undefined || own === undefined) continue
    const controllers = names.split(',').filter((name) => name !== '')
    const version = id === '0' ? 2 : 1
    const row = rows.find(([, , type, options]) =>
      version === 2
        ? type === 'cgroup2'
        : type === 'cgroup' && controllers.every((name) => (options ?? '').split(',').includes(name))
    )
    if (row?.[1] !== undefined) found.push({ version, mount: row[1], own, controllers })
  }
  return found
}

export async function hostHierarchies(): Promise<readonly Hierarchy[]> {
  return hierarchies(await readFile('/proc/self/mounts', 'utf8'), await readFile('/proc/self/cgroup', 'utf8'))
}

/**
 * Makes the groups that hold everything of one machine, one in each hierarchy.
 * @returns their paths; a process that enters all of them and then unshares its cgroup namespace sees nothing else
 */
export async function makeCgroups(name: string): Promise<readonly string[]> {
  const made: string[] = []
  for (const { version, mount, own, controllers } of await hostHierarchies()) {
    // Version 2: at the top, for a group with processes in it, as ours is, may pass no controllers on.
    const parent = version === 2 ? mount : join(mount, own)
    const path = join(parent, name)
    await mkdir(path)
    made.push(path)
    if (version === 2) await passOn(mount)
    if (controllers.includes('cpuset')) {
      // A new cpuset is empty, and no process can enter it then.
      for (const file of ['cpuset.cpus', 'cpuset.mems']) await copyInto(join(parent, file), join(path, file))
      await writeFile(join(path, 'cgroup.clone_children'), '1')
    }
  }
  return made
}

/** Moves a process out of a machine's groups: in version 2 it would keep the machine from passing controllers on. */
export async function moveOut(cgroups: readonly string[], pid: number): Promise<void> {
  for (const path of cgroups) await writeFile(join(dirname(path), 'cgroup.procs'), String(pid))
}

/** Removes what a machine left below its groups; they themselves stay. The processes in them must be dead. */
export async function emptyCgroups(cgroups: readonly string[]): Promise<void> {
  for (const cgroup of cgroups) {
    for (const entry of await readdir(cgroup, { withFileTypes: true })) {
      if (entry.isDirectory()) await remove(join(cgroup, entry.name))
    }
  }
}

/** Refused one by one where another manager of the host keeps a controller for itself. */
async function passOn(mount: string): Promise<void> {
  const controllers = (await readFile(join(mount, 'cgroup.controllers'), 'utf8')).split(/\s+/)
  for (const controller of controllers.filter((word) => word !== '')) {
    await writeFile(join(mount, 'cgroup.subtree_control'), `+${controller}`).catch(() => {})
  }
}

async function copyInto(from: string, to: string): Promise<void> {
  await writeFile(to, await readFile(from, 'utf8'))
}

async function remove(cgroup: string): Promise<void> {
  await emptyCgroups([cgroup])
  // A process that has just died still holds its group for a moment.
  for (let tries = 50; ; tries--) {
    try {
      return await rmdir(cgroup)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
      if (tries === 0) throw error
      await delay(20)
    }
  }
}
