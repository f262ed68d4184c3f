// What comes of a document: whether what was changed for is there, or why it will not be.
import { filter, firstValueFrom, takeUntil, timer } from 'rxjs'
import { holds } from '../core/condition.ts'
import type { Key } from '../core/resource.ts'
import type { State, Store } from './store.ts'
import { messageOf } from './troubles.ts'

/** What decides it. */
export interface Decisive {
  /** All of them are to be ready. */
  readonly ready: readonly Key[]
  /** None of them may be beyond help. */
  readonly sound: readonly Key[]
}

/** null: the document with `hash` is in force and has come true. Else what keeps it from that, or that time (ms) is up. */
export async function documentOutcome(
  store: Pick<Store, 'value' | 'changes'>,
  hash: string,
  decisive: () => Decisive,
  limit: number
): Promise<string | null> {
  const verdicts = store.changes.pipe(
    filter((state) => verdict(state, hash, decisive()) !== undefined),
    takeUntil(timer(limit))
  )
  const state = await firstValueFrom(verdicts, { defaultValue: store.value })
  const found = verdict(state, hash, decisive())
  return found === undefined ? `it was not ready within ${limit / 1000} s` : found
}

/** undefined: it is not known yet. */
function verdict(state: State, hash: string, { ready, sound }: Decisive): string | null | undefined {
  if (state.document.hash !== hash || state.observedGeneration !== state.generation) return undefined
  for (const key of sound) {
    const status = state.resources.get(key)
    if (status !== undefined && holds(status, 'Degraded')) return messageOf(status)
  }
  const there = ready.every((key) => {
    const status = state.resources.get(key)
    return status !== undefined && holds(status, 'Ready')
  })
  return there ? null : undefined
}
