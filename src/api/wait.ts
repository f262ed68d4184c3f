// Waiting for the machine to be as the document says.
import { filter, firstValueFrom, map, timer, takeUntil } from 'rxjs'
import type { State, Store } from '../agent/store.ts'

/**
 * Resolves with the state once the document with `hash` (null: whichever is in force) is taken in and the machine has settled
 * on it, or once a newer text is refused; with the state at the time limit (ms) otherwise.
 */
export function converged(store: Store, hash: string | null, limit: number): Promise<State> {
  const there = store.changes.pipe(
    filter((state) => (hash !== null && state.document.complaint !== '') || isSettled(state, hash)),
    takeUntil(timer(limit).pipe(map(() => undefined)))
  )
  return firstValueFrom(there, { defaultValue: store.value })
}

export function isSettled(state: State, hash: string | null): boolean {
  const taken = hash === null || state.document.hash === hash
  return taken && state.settled && state.observedGeneration === state.generation
}
