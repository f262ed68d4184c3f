// In which order a machine goes down: user containers, User Docker, system services against their needs. Pure.
import type { ContainerSpec } from '../core/container.ts'
import { type Key, nameOf, type Want } from '../core/resource.ts'

export interface StopGroup {
  readonly name: string
  readonly containers: readonly { readonly name: string; readonly seconds: number }[]
}

const RUNS: ReadonlySet<ContainerSpec['run']> = new Set(['service', 'scheduled'])

/**
 * System services in groups that may stop at the same time: nothing in a group is needed by anything in a later one.
 * `docker` (User Docker) comes first: what hangs on it are other people's containers. Volume containers never run.
 */
export function stopGroups(wants: ReadonlyMap<Key, Want>): readonly StopGroup[] {
  const left = new Map<Key, Want<'container'>>()
  for (const want of wants.values()) {
    if (want.key.startsWith('container/system/') && isContainer(want) && RUNS.has(want.spec.run))
      left.set(want.key, want)
  }
  const groups: StopGroup[] = []
  const docker = left.get('container/system/docker')
  if (docker !== undefined) {
    groups.push(groupOf([docker]))
    left.delete(docker.key)
  }
  while (left.size > 0) {
    const needed = new Set([...left.values()].flatMap((want) => want.needs))
    const free = [...left.values()].filter((want) => !needed.has(want.key))
    // A circle can not get here (documents with one are refused); if it did, all of it stops at once.
    const next = free.length > 0 ? free : [...left.values()]
    groups.push(groupOf(next))
    for (const want of next) left.delete(want.key)
  }
  return groups
}

function groupOf(wants: readonly Want<'container'>[]): StopGroup {
  const containers = wants.map((want) => ({ name: want.spec.name, seconds: want.spec.stopSeconds }))
  return { name: wants.map((want) => nameOf(want.key).slice('system/'.length)).join(', '), containers }
}

function isContainer(want: Want): want is Want<'container'> {
  return want.key.startsWith('container/')
}
