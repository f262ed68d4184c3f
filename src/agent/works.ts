// Actions under way, and what has to be looked at anew because one of them has ended.
import type { Action } from '../core/action.ts'
import type { Key, Want } from '../core/resource.ts'

export interface Works {
  readonly size: number
  begin(action: Action): void
  /** What an action says of itself from now on. */
  note(key: string, message: string): void
  /** It is over: what was last seen of its key is no longer so. */
  end(key: Key): void
  /** `signal`, or the calling off of the work on this key. */
  signal(key: Key, signal: AbortSignal): AbortSignal
  /** Calls off work on things that are now wanted differently. */
  compare(before: ReadonlyMap<Key, Want>, after: ReadonlyMap<Key, Want>): void
  callOff(): void
  /** Keys that must rest, with the reason: under way, or ended and not looked at since. */
  held(): ReadonlyMap<Key, string>
  /** Keys under way, with what their actions last said. */
  notes(): ReadonlyMap<Key, string>
  /** Keys to be looked at again; asking empties the list. */
  takeStale(): readonly Key[]
}

export function createWorks(): Works {
  const running = new Map<Key, { readonly note: string; readonly abort: AbortController }>()
  const stale = new Set<Key>()
  return {
    get size() {
      return running.size
    },
    begin({ key, verb, why }) {
      running.set(key, { note: `${verb}: ${why}`, abort: new AbortController() })
    },
    note(key, message) {
      const work = running.get(key as Key) // kinds report under their action's key
      if (work !== undefined) running.set(key as Key, { ...work, note: message })
    },
    end(key) {
      running.delete(key)
      stale.add(key)
    },
    signal(key, signal) {
      const work = running.get(key)
      return work === undefined ? signal : AbortSignal.any([signal, work.abort.signal])
    },
    compare(before, after) {
      for (const [key, { abort }] of running) {
        if (JSON.stringify(after.get(key)?.spec) !== JSON.stringify(before.get(key)?.spec)) abort.abort()
      }
    },
    callOff() {
      for (const { abort } of running.values()) abort.abort()
    },
    held: () =>
      new Map([
        ...[...stale].map((key) => [key, 'to be looked at again'] as const),
        ...[...running].map(([key, { note }]) => [key, note] as const)
      ]),
    notes: () => new Map([...running].map(([key, { note }]) => [key, note] as const)),
    takeStale() {
      const keys = [...stale]
      stale.clear()
      return keys
    }
  }
}
