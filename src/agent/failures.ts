// What failed, how often, and until when it rests. The only memory the loop has of the past.
import type { Retry, RosError } from '../core/errors.ts'
import type { Action } from '../core/plan.ts'
import type { Key } from '../core/resource.ts'
import { delay, type Rest } from './backoff.ts'
import type { Hint } from './witness.ts'

/** The same action succeeding this often in a row without ever settling is a fight with somebody. */
const FIGHT = 3
/** Milliseconds a thing must stay as wanted before its past successes are forgotten: a crashing container starts well, too. */
const STABLE = 5_000
/** Failures that are counted before the first of what is tried `slowly`: it rests for half a minute at least. */
const SLOW = 6

export interface Failures {
  failed(action: Action, error: RosError): Rest
  /** Null, or the rest it must take because its success never lasts. */
  succeeded(action: Action): Rest | null
  /** It was seen as wanted; its past counts no more once that has lasted. */
  settled(key: Key): void
  /** A new document or a person's word: everything may try again at once. */
  forgive(): void
  rest(key: Key): Rest | null
  /** Keys that must rest at this moment, with the reason. */
  resting(): ReadonlyMap<Key, string>
  /** Milliseconds until the next of the keys that still rested at `since` may try again; null when none did. */
  nextIn(since: number): number | null
}

/** `now` is monotonic milliseconds; `random` gives 0..1; `hint` tells who changed a key, where that is known. */
export function createFailures(
  now: () => number,
  random: () => number,
  hint: (key: Key) => Hint | null = () => null
): Failures {
  const rests = new Map<Key, Rest>()
  const streaks = new Map<Key, { readonly what: string; readonly times: number; readonly at: number }>()

  const put = (key: Key, code: string, message: string, retry: Retry): Rest => {
    const failures = (rests.get(key)?.failures ?? 0) + 1
    const rest = {
      failures,
      until:
        retry === 'never'
          ? Number.POSITIVE_INFINITY
          : now() + delay(failures + (retry === 'slowly' ? SLOW : 0), random()),
      code,
      message
    }
    rests.set(key, rest)
    return rest
  }

  return {
    failed: (action, error) => put(action.key, error.code, error.message, error.retry),
    succeeded(action) {
      const what = `${action.id}: ${action.why}`
      const streak = streaks.get(action.key)
      const times = streak?.what === what ? streak.times + 1 : 1
      streaks.set(action.key, { what, times, at: now() })
      if (times <= FIGHT) return null
      const message = `done ${times} times in a row and needed again (${what}): ${undoing(hint(action.key))}`
      return put(action.key, 'ROS_NOT_CONVERGING', message, 'soon')
    },
    settled(key) {
      const streak = streaks.get(key)
      const lasted = streak === undefined || now() - streak.at >= STABLE
      if (lasted) streaks.delete(key)
      if (lasted || rests.get(key)?.code !== 'ROS_NOT_CONVERGING') rests.delete(key)
    },
    forgive() {
      rests.clear()
      streaks.clear()
    },
    rest: (key) => rests.get(key) ?? null,
    resting: () =>
      new Map([...rests].filter(([, rest]) => rest.until > now()).map(([key, rest]) => [key, rest.message])),
    nextIn(since) {
      const ends = [...rests.values()]
        .map((rest) => rest.until)
        .filter((until) => until > since && Number.isFinite(until))
      return ends.length === 0 ? null : Math.max(0, Math.min(...ends) - now())
    }
  }
}

/** What a thing does by itself is nobody's doing. */
function undoing(hint: Hint | null): string {
  if (hint === null) return 'something else keeps undoing it'
  return hint.by === null ? hint.how : `${hint.by} keeps undoing it`
}
