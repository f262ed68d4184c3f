// What comes after others whatever becomes of those (`follows` of a want): not before they are settled, not never because one of
// them failed. Pure.
import { put } from './multimap.ts'
import type { Waiting, World } from './plan.ts'
import type { Key, Want } from './resource.ts'

export interface Followed {
  /** Followers for which something is still to come. */
  readonly waiting: readonly Waiting[]
  /** Keys whose actions have ended first, well or badly, by follower. */
  readonly behind: ReadonlyMap<Key, readonly Key[]>
}

/** `drafts`: keys that get an action; `waiting`: those that get none now. */
export function follow(
  { wants, seen, held, resting }: World,
  drafts: ReadonlySet<Key>,
  waiting: readonly Waiting[]
): Followed {
  const followers = [...drafts].flatMap((key) => {
    const want = wants.get(key)
    return want?.follows === undefined || want.follows.length === 0 ? [] : [want]
  })
  if (followers.length === 0) return { waiting: [], behind: new Map() }
  const hanging = new Map<Key, Key[]>()
  for (const { key, needs } of wants.values()) for (const need of needs) put(hanging, need, key)
  const ahead = new Map(followers.map((want) => [want.key, aheadOf(want, hanging)]))
  const waits = new Map(waiting.map((wait) => [wait.key, wait]))

  /** Nothing can come of it but from outside: what holds it up has failed, or is not there and nobody makes it. */
  const hopeless = (key: Key): boolean => {
    const passed = new Set<Key>()
    let root = key
    for (let wait = waits.get(root); wait !== undefined && !passed.has(root); wait = waits.get(root)) {
      passed.add(root)
      root = wait.on
    }
    if (resting?.has(root) === true) return true
    return !drafts.has(root) && held?.has(root) !== true && !seen.has(root)
  }

  const found: Waiting[] = []
  for (let more = true; more; ) {
    more = false
    for (const { key } of followers) {
      const on = waits.has(key) ? undefined : ahead.get(key)?.find((other) => waits.has(other) && !hopeless(other))
      if (on === undefined) continue
      const wait = { key, on, message: `comes after ${on}, which ${waits.get(on)?.message ?? ''}` }
      waits.set(key, wait)
      found.push(wait)
      more = true
    }
  }
  return { waiting: found, behind: ahead }
}

/** What it follows, and what hangs on that. */
function aheadOf({ key, follows = [] }: Want, hanging: ReadonlyMap<Key, readonly Key[]>): readonly Key[] {
  const all = new Set(follows.flatMap((one) => [one, ...(hanging.get(one) ?? [])]))
  all.delete(key)
  return [...all]
}
