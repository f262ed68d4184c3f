// A machine whose console never came up can not be reached: no login, no ssh. Then there is a recovery shell with the reason,
// while the loop goes on trying.
import { exhaustMap, filter, firstValueFrom, map, race, timer } from 'rxjs'
import { holds } from '../core/condition.ts'
import type { Key } from '../core/resource.ts'
import type { State, Store } from './store.ts'

const CONSOLE: Key = 'container/system/console'
/** What a console stands on, beside its image. */
const NEEDED: readonly Key[] = ['engine/system', CONSOLE]

/** Milliseconds in which a second try may succeed: on a slow machine the engine gives its own parts up too soon. */
const GRACE = 30_000

/**
 * The reason why there is no console, when something it needs has failed before it ever was ready and did not become ready in
 * the time that follows; null once it is. `needs` are those of the console, as far as they are known.
 */
export function noConsole(store: Store, needs: () => readonly Key[], grace = GRACE): Promise<string | null> {
  const up = store.changes.pipe(
    filter((state) => ready(state, CONSOLE)),
    map(() => null)
  )
  const failed = store.changes.pipe(
    map((state) => failure(state, [...NEEDED, ...needs().filter((key) => key.startsWith('image/'))])),
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

function failure(state: State, needed: readonly Key[]): { readonly key: Key; readonly reason: string } | null {
  for (const status of state.resources.values()) {
    if (!needed.includes(status.key)) continue
    const degraded = status.conditions.find((condition) => condition.type === 'Degraded' && condition.status === 'True')
    if (degraded !== undefined)
      return { key: status.key, reason: `there is no console: ${status.key}: ${degraded.message}` }
  }
  return null
}
