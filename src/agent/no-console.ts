// A machine whose console never came up can not be reached: no login, no ssh. Then there is a recovery shell with the reason,
// while the loop goes on trying.
import { exhaustMap, filter, firstValueFrom, map, race, timer } from 'rxjs'
import { holds } from '../core/condition.ts'
import type { Key } from '../core/resource.ts'
import type { State, Store } from './store.ts'

/** What a console stands on. */
const NEEDED: readonly Key[] = ['engine/system', 'container/system/console']
const CONSOLE: Key = 'container/system/console'
/** Images of the console fail under their own key. */
const IMAGE = 'image/system/rosd/console:'

/** Milliseconds in which a second try may succeed: on a slow machine the engine gives its own parts up too soon. */
const GRACE = 30_000

/**
 * The reason why there is no console, when something it needs has failed before it ever was ready and did not become ready in
 * the time that follows; null once it is.
 */
export function noConsole(store: Store, grace = GRACE): Promise<string | null> {
  const up = store.changes.pipe(
    filter((state) => ready(state, CONSOLE)),
    map(() => null)
  )
  const failed = store.changes.pipe(
    map(failure),
    filter((found) => found !== null),
    exhaustMap((found) => timer(grace).pipe(map(() => (ready(store.value, found.key) ? null : found.reason)))),
    filter((reason) => reason !== null)
  )
  return firstValueFrom(race(up, failed))
}

function ready(state: State, key: Key): boolean {
  const status = state.resources.get(key)
  return status !== undefined && holds(status, 'Ready')
}

function failure(state: State): { readonly key: Key; readonly reason: string } | null {
  for (const status of state.resources.values()) {
    if (!NEEDED.includes(status.key) && !status.key.startsWith(IMAGE)) continue
    const degraded = status.conditions.find((condition) => condition.type === 'Degraded' && condition.status === 'True')
    if (degraded !== undefined)
      return { key: status.key, reason: `there is no console: ${status.key}: ${degraded.message}` }
  }
  return null
}
