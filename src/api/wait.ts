// Waiting for the machine to be as the document says.
import { filter, firstValueFrom, takeUntil, timer } from 'rxjs'
import type { State, Store } from '../agent/store.ts'
import { type Goal, missing } from './goal.ts'

/**
 * Resolves with the state once the document with `hash` (null: whichever is in force) is taken in and the machine has settled
 * on it, or once a text newer than that is refused; with the state at the time limit (ms) otherwise.
 */
export async function converged(store: Store, hash: string | null, limit: number): Promise<State> {
  // A complaint from before is about a text that is no more.
  const { complaint: old } = store.value.document
  const refused = ({ document: { complaint } }: State) => hash !== null && complaint !== '' && complaint !== old
  const there = store.changes.pipe(
    filter((state) => refused(state) || isSettled(state, hash)),
    takeUntil(timer(limit))
  )
  return (await firstValueFrom(there, { defaultValue: null })) ?? store.value
}

/** Resolves with the state once every goal is reached at the same time, or at the time limit (ms). */
export async function reached(store: Store, goals: readonly Goal[], limit: number): Promise<State> {
  const there = store.changes.pipe(
    filter((state) => goals.every((goal) => missing(state, goal) === null)),
    takeUntil(timer(limit))
  )
  return (await firstValueFrom(there, { defaultValue: null })) ?? store.value
}

export function isSettled({ document, settled, generation, observedGeneration }: State, hash: string | null): boolean {
  const taken = hash === null || (document.hash === hash && document.complaint === '')
  return taken && settled && observedGeneration === generation
}
