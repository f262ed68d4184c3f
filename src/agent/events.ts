// A bounded ring of what happened, oldest first, with a number per event so that a reader can go on where it stopped.
import { Observable, Subject } from 'rxjs'
import type { Key } from '../core/resource.ts'

export interface Event {
  /** Rises by one per event; starts at 1 with every boot. */
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
  add(event: Omit<Event, 'rev' | 'at'>): Event
  /** Those kept with a number above `since`. */
  since(rev: number): readonly Event[]
  /** Those kept above `since`, then each new one. */
  follow(since: number): Observable<Event>
}

export function createEvents(now: () => string, limit = 1024): Events {
  const ring: Event[] = []
  const added = new Subject<Event>()
  let last = 0
  const since = (rev: number) => ring.filter((event) => event.rev > rev)
  return {
    add(event) {
      last += 1
      const full: Event = { rev: last, at: now(), ...event }
      ring.push(full)
      if (ring.length > limit) ring.shift()
      added.next(full)
      return full
    },
    since,
    follow: (rev) =>
      new Observable((subscriber) => {
        for (const event of since(rev)) subscriber.next(event)
        return added.subscribe(subscriber)
      })
  }
}
