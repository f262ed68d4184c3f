// What happened, oldest first: a bounded ring, with a number per event so that a reader can go on where it stopped.
import { Observable, Subject } from 'rxjs'
import type { Key } from '../core/resource.ts'

export interface Event {
  /** Rises by one per event, across starts of the agent and boots for as long as the log of events is kept. */
  readonly rev: number
  /** ISO time. */
  readonly at: string
  readonly type: 'Normal' | 'Warning'
  /** CamelCase: `Created`, `Drifted`, `ActionFailed`, `DocumentAccepted` … */
  readonly reason: string
  readonly message: string
  /** The resource it is about; null: the machine. */
  readonly key: Key | null
}

export interface Events {
  /** Number of the newest; 0: there was none yet. */
  readonly last: number
  add(event: Omit<Event, 'rev' | 'at'>): Event
  /** Those kept with a number above `since`. */
  since(rev: number): readonly Event[]
  /** Those kept above `since`, then each new one. */
  follow(since: number): Observable<Event>
  /** Why a reader whose newest is `since` can not get all that came after it; null: it can. */
  gap(since: number): string | null
}

/** Where events are kept beyond the life of an agent. */
export interface EventLog {
  /** The newest that were kept, oldest first. */
  readonly kept: readonly Event[]
  append(event: Event): void
}

export const NO_LOG: EventLog = { kept: [], append: () => {} }

export function createEvents(now: () => string, log: EventLog = NO_LOG, limit = 1024): Events {
  const ring: Event[] = log.kept.slice(-limit)
  const added = new Subject<Event>()
  let last = ring.at(-1)?.rev ?? 0
  const since = (rev: number) => ring.filter((event) => event.rev > rev)
  return {
    get last() {
      return last
    },
    add(event) {
      last += 1
      const full: Event = { rev: last, at: now(), ...event }
      ring.push(full)
      if (ring.length > limit) ring.shift()
      log.append(full)
      added.next(full)
      return full
    },
    since,
    follow: (rev) =>
      new Observable((subscriber) => {
        for (const event of since(rev)) subscriber.next(event)
        return added.subscribe(subscriber)
      }),
    gap(rev) {
      const oldest = ring[0]?.rev ?? last + 1
      if (rev > last) return `there is no event ${rev} yet, the newest is ${last}: the numbers began anew`
      return rev >= oldest - 1 ? null : `those from ${rev + 1} to ${oldest - 1} are not kept any more`
    }
  }
}
