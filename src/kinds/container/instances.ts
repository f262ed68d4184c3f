// The containers of one service: the one that has its name, and those that have it with a suffix while it is replaced. Pure.
import { LABEL } from '../../compose/project.ts'
import type { Key } from '../../core/resource.ts'
import type { ContainerInfo } from '../../host/ports.ts'

/** What is made anew has this behind its name until it takes over. */
export const FRESH = '.new'
/** What is replaced has this behind its name until it is removed. */
export const OLD = '.old'

export interface Instances {
  readonly main: ContainerInfo | null
  readonly fresh: ContainerInfo | null
  readonly old: ContainerInfo | null
}

export const NOBODY: Instances = { main: null, fresh: null, old: null }

/** Containers with our mark by the key they are of; what somebody gave another name is no longer ours. */
export function instancesByKey(infos: readonly ContainerInfo[]): ReadonlyMap<Key<'container'>, Instances> {
  const found = new Map<Key<'container'>, Instances>()
  for (const info of infos) {
    const key = (info.labels[LABEL.key] ?? '') as Key<'container'> // we wrote the label
    const name = key.slice(key.indexOf('/', key.indexOf('/') + 1) + 1)
    const role = info.name === name ? 'main' : info.name === name + FRESH ? 'fresh' : 'old'
    if (role === 'old' && info.name !== name + OLD) continue
    found.set(key, { ...NOBODY, ...found.get(key), [role]: info })
  }
  return found
}

/**
 * The one to go on with: that of the name; without it (the agent ended between two renames) the new one when it runs, for it
 * was found good before, else the old one.
 */
export function bearer({ main, fresh, old }: Instances): ContainerInfo | null {
  return main ?? (fresh !== null && isRunning(fresh) ? fresh : (old ?? fresh))
}

export function isRunning({ state }: ContainerInfo): boolean {
  return state === 'running' || state === 'restarting' || state === 'paused'
}
