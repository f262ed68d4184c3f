// What makes the loop look: a tick says where, never what happened there.
import { catchError, from, interval, map, merge, type Observable, repeat, throttleTime } from 'rxjs'
import { asRosError } from '../core/errors.ts'
import type { Desired, Facts, KindDef } from '../core/kind.ts'
import type { Registry } from '../core/plan.ts'
import type { Kind } from '../core/resource.ts'
import type { Leaves, Pending } from '../document/pending.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Host } from '../host/ports.ts'

/** A validated document, able to answer for the facts of the moment. */
export interface Accepted {
  readonly hash: string
  readonly warnings: readonly unknown[]
  readonly data: CloudConfig
  /** What of it waits for a reboot, on a boot that began with these. */
  pending(boot: Leaves): readonly Pending[]
  desired(facts: Facts): Desired
}

/** What reading the document came to. A refused one leaves the last good one in force. */
export type Reading =
  | { readonly ok: true; readonly document: Accepted }
  | { readonly ok: false; readonly problems: readonly unknown[]; readonly complaint: string }

export interface Tick {
  readonly dirty: ReadonlySet<Kind>
  /** Oldest first: a good document that a bad one follows at once still comes into force. */
  readonly readings: readonly Reading[]
}

export function union(a: Tick, b: Tick): Tick {
  return { dirty: new Set([...a.dirty, ...b.dirty]), readings: [...a.readings, ...b.readings] }
}

/** A reading concerns every kind. */
export function readTicks(readings: Observable<Reading>, every: ReadonlySet<Kind>): Observable<Tick> {
  return readings.pipe(map((reading) => ({ dirty: every, readings: [reading] })))
}

/** Milliseconds: what comes thicker is one tick at the start and one at the end. */
const THROTTLE = 50
const WATCH_AGAIN = 5_000

/** One stream per kind: what its watch hears, and its resync with 10 % of chance so that kinds do not march in step. */
export function watchTicks(kinds: Registry, host: Host, random: () => number): readonly Observable<Tick>[] {
  return [...kinds.values()].map((def: KindDef) => {
    const heard = def.watch(host).pipe(
      catchError((error: unknown) => {
        host.log('warn', { kind: def.kind, error: asRosError(error).message }, 'watch ended; it starts again')
        return from([undefined])
      }),
      repeat({ delay: WATCH_AGAIN })
    )
    return merge(heard, interval(def.resync * (0.9 + random() * 0.2))).pipe(
      throttleTime(THROTTLE, undefined, { leading: true, trailing: true }),
      map(() => ({ dirty: new Set([def.kind]), readings: [] }))
    )
  })
}
