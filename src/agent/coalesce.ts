import { Observable, type OperatorFunction } from 'rxjs'

/**
 * Runs `work` once for what came in, and if anything came meanwhile, exactly once more with the union of it: nothing is lost,
 * nothing queues. (exhaustMap drops what comes during a run, concatMap queues it all, switchMap cancels half-way.)
 * Unsubscribing aborts the running work's signal. A rejection of `work` ends the stream with that error.
 */
export function coalesce<T, R>(
  merge: (earlier: T, later: T) => T,
  work: (value: T, signal: AbortSignal) => Promise<R>
): OperatorFunction<T, R> {
  return (source) =>
    new Observable<R>((subscriber) => {
      const abort = new AbortController()
      let pending: { readonly value: T } | null = null
      let running = false
      let ended = false

      const drain = async () => {
        if (running) return
        running = true
        try {
          while (pending !== null && !abort.signal.aborted) {
            const { value }: { readonly value: T } = pending
            pending = null
            const result = await work(value, abort.signal)
            if (!abort.signal.aborted) subscriber.next(result)
          }
          if (ended) subscriber.complete()
        } catch (error) {
          subscriber.error(error)
        } finally {
          running = false
        }
      }

      const subscription = source.subscribe({
        next: (value) => {
          pending = { value: pending === null ? value : merge(pending.value, value) }
          void drain()
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => {
          ended = true
          if (!running) subscriber.complete()
        }
      })
      return () => {
        abort.abort()
        subscription.unsubscribe()
      }
    })
}
