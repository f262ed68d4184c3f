import type { StatusView } from '../api/view.ts'
import { statusText } from './status-text.ts'

/** What POST /v1/reconcile and GET /v1/wait answer. */
export interface Reconciled {
  readonly settled: boolean
  readonly status: StatusView
}

export function settledText({ settled, status }: Reconciled, now: number, width: number): string {
  if (settled)
    return `settled: generation ${status.generation}, ${status.counts.ready} of ${status.counts.resources} ready\n`
  return `not settled in time\n${statusText(status, now, width)}`
}
