// When a job is due, ran and runs next, from what its engine keeps of its container: there is no other memory of it, so it
// counts across boots, and a clock that is set can not make it wrong for long. Pure but for loading the library.
import type { Life, Timetable } from '../core/container.ts'
import { readSchedule } from './schedule.ts'

/** The first time after `after`, in milliseconds since 1970; null: never again. */
export type NextTime = (after: number) => number | null

/** Milliseconds for which a time that was missed is made up for: a day, so that what is daily never leaves one out. */
const WINDOW = 86_400_000
/** Milliseconds by which a clock may be set back and runs still count as the newest. */
const SLACK = 600_000
/** Milliseconds: where nothing can be told from the past, what was due this long ago counts. Looks are not further apart. */
const RECENT = 60_000

/**
 * The times of a schedule, in the time zone of the machine. Those of `@every` are counted from `anchor`.
 * @throws when it is none
 */
export async function timesOf(text: string, anchor: number): Promise<NextTime> {
  const schedule = readSchedule(text)
  if (typeof schedule === 'string') throw new Error(schedule)
  if (schedule.is === 'every') {
    const { ms } = schedule
    return (after) => anchor + (Math.floor((after - anchor) / ms) + 1) * ms
  }
  const { pattern, bothDays } = schedule
  const known = patterns.get(pattern)
  if (known !== undefined) return known
  // Only who has a schedule pays for it.
  const { Cron } = await import('croner')
  const times = new Cron(pattern, { domAndDow: bothDays, fixedTimeRule: 'no-wildcard' })
  const next: NextTime = (after) => times.nextRun(new Date(after))?.getTime() ?? null
  if (patterns.size >= KEPT) patterns.clear()
  patterns.set(pattern, next)
  return next
}

/** Each holds a list of ten thousand years, so they are not made anew at every look. */
const patterns = new Map<string, NextTime>()
const KEPT = 64

/** `@every` goes on from the newest start. */
export function anchorOf({ created, started }: Life): number {
  return started ?? created
}

/** How a job stands at `now`. At most one run is ever due: what is older than the newest run is over. */
export function timetable(next: NextTime, life: Life, now: number): Timetable {
  const { created, started, ended, exitCode } = life
  const runs = started !== null && ended === null
  // What lies ahead was written under a clock that has been set back; were it believed, the job would wait for as long.
  const past = [created, started, ended].filter((at): at is number => at !== null && at <= now + SLACK)
  const since = past.length === 0 ? now - RECENT : Math.max(...past)
  const due = next(Math.max(since, now - WINDOW))
  const during = runs ? next(started) : null
  return {
    last:
      started === null ? null : { started: iso(started), ended: isoOrNull(ended), exitCode: runs ? null : exitCode },
    due: runs || due === null || due > now ? null : iso(due),
    skipped: during === null || during > now ? null : iso(during),
    next: isoOrNull(next(now))
  }
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at)
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
