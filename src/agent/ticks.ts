// What makes the loop look: a tick says where, never what happened there.
import { catchError, from, interval, map, merge, type Observable, repeat, tap, throttleTime } from 'rxjs'
import type { Author } from '../core/author.ts'
import { asRosError } from '../core/errors.ts'
import type { Desired, Facts, KindDef } from '../core/kind.ts'
import type { Plan, Registry } from '../core/plan.ts'
import type { Kind } from '../core/resource.ts'
import type { Layer } from '../document/layers.ts'
import type { Leaves, Pending } from '../document/pending.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Host } from '../host/ports.ts'

/** A validated document, able to answer for the facts of the moment. */
export interface Accepted {
  readonly hash: string
  readonly warnings: readonly unknown[]
  readonly data: CloudConfig
  /** What it was made of; absent: of what could be saved, which is no generation to go back to. */
  readonly layers?: readonly Layer[]
  /** What of it waits for a reboot, on a boot that began with these. */
  pending(boot: Leaves): readonly Pending[]
  desired(facts: Facts): Desired
}

/** What reading the document came to. A refused one leaves the last good one in force. */
export type Reading =
  | { readonly ok: true; readonly document: Accepted; readonly by?: Author }
  | { readonly ok: false; readonly problems: readonly unknown[]; readonly complaint: string }

/** A document that comes into force only if its plan is the one expected. */
export interface Offer {
  readonly document: Accepted
  readonly by: Author
  /** Hash of the plan it must have (`planHash`), or how it begins; null: any. */
  readonly expected: string | null
  /** Makes the document lasting, before anything is done. When it rejects, the document is not taken. */
  keep(): Promise<void>
  answer(answer: OfferAnswer): void
}

/** Taken: `plan` is what is being carried out. Not taken: what would be done now. */
export type OfferAnswer =
  | { readonly taken: true; readonly plan: Plan; readonly generation: number }
  | { readonly taken: false; readonly plan: Plan; readonly error: unknown }

export interface Tick {
  readonly dirty: ReadonlySet<Kind>
  /** Oldest first: a good document that a bad one follows at once still comes into force. */
  readonly readings: readonly Reading[]
  readonly offers: readonly Offer[]
  /** Monotonic ms at which the first part of it was heard; null: nothing was heard, it is time to look. */
  readonly heard: number | null
}

export function union(a: Tick, b: Tick): Tick {
  return {
    dirty: new Set([...a.dirty, ...b.dirty]),
    readings: [...a.readings, ...b.readings],
    offers: [...a.offers, ...b.offers],
    heard: a.heard ?? b.heard
  }
}

/** A look at some kinds, for no reason heard. */
export function lookTick(dirty: Iterable<Kind>): Tick {
  return { dirty: new Set(dirty), readings: [], offers: [], heard: null }
}

/** A reading concerns every kind. */
export function readTicks(readings: Observable<Reading>, every: ReadonlySet<Kind>): Observable<Tick> {
  return readings.pipe(map((reading) => ({ ...lookTick(every), readings: [reading] })))
}

/** Milliseconds: what comes thicker is one tick at the start and one at the end. */
const THROTTLE = 50
const WATCH_AGAIN = 5_000

/** One stream per kind: what its watch hears, and its resync with 10 % of chance so that kinds do not march in step. */
export function watchTicks(
  kinds: Registry,
  host: Host,
  { clock, random }: { readonly clock: () => number; readonly random: () => number }
): readonly Observable<Tick>[] {
  return [...kinds.values()].map((def: KindDef) => {
    let first: number | null = null
    const heard = def.watch(host).pipe(
      catchError((error: unknown) => {
        host.log('warn', { kind: def.kind, error: asRosError(error).message }, 'watch ended; it starts again')
        return from([undefined])
      }),
      repeat({ delay: WATCH_AGAIN }),
      tap(() => {
        first ??= clock()
      })
    )
    return merge(heard, interval(def.resync * (0.9 + random() * 0.2))).pipe(
      throttleTime(THROTTLE, undefined, { leading: true, trailing: true }),
      map(() => {
        const tick = { ...lookTick([def.kind]), heard: first }
        first = null
        return tick
      })
    )
  })
}
