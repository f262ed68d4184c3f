// Drafts that a killed agent left beside the files it was about to write.
import { posix } from 'node:path'
import { draftOf } from '../core/draft.ts'
import { put } from '../core/multimap.ts'
import type { Registry } from '../core/plan.ts'
import { type Key, kindOf } from '../core/resource.ts'
import type { Files } from '../host/ports.ts'

/** Here every file is the agent's own. */
const OWN = ['/run/ros', '/var/lib/rancher/state'] as const

/**
 * Removes them: in the agent's own folders all, elsewhere those of the files that `keys` stand for. To be called while nothing is
 * being written. Returns what was removed; a folder that can not be swept is passed over.
 */
export async function sweepDrafts(files: Files, kinds: Registry, keys: Iterable<Key>): Promise<readonly string[]> {
  const wanted = new Map<string, string[]>()
  for (const key of keys)
    for (const path of kinds.get(kindOf(key))?.writes?.(key) ?? [])
      put(wanted, posix.dirname(path), posix.basename(path))
  const removed: string[] = []
  const sweep = async (folder: string, ours: (name: string) => boolean) => {
    for (const entry of await files.list(folder).catch(() => [])) {
      const name = draftOf(entry)
      if (name === null || !ours(name)) continue
      const path = posix.join(folder, entry)
      await files.remove(path).then(
        () => removed.push(path),
        () => undefined
      )
    }
  }
  for (const folder of OWN) {
    await sweep(folder, () => true)
    for (const inner of await files.list(folder).catch(() => [])) await sweep(`${folder}/${inner}`, () => true)
  }
  for (const [folder, names] of wanted) await sweep(folder, (name) => names.includes(name))
  return removed
}
