// Which lines of logs have been told, so that a stream that is opened anew tells none twice.
import { byTime, type LogEntry } from './entry.ts'

/** Milliseconds: a line may come so much later than one of another log with a later time. */
const LATE = 10_000

export interface ToldLines {
  /** From which time on a new stream has to tell; null: nothing was told yet. */
  from(): string | null
  /** A new stream begins. */
  again(): void
  /** Whether an earlier stream told the line; if not, it counts as told from now on. */
  known(entry: LogEntry): boolean
}

interface Newest {
  readonly at: string
  /** Lines of that very time; logs whose times are seconds have several. */
  readonly count: number
  /** How many of these the present stream has still to repeat. */
  readonly left: number
}

/** Remembers of each log its newest time and how many lines had it. */
export function toldLines(): ToldLines {
  const told = new Map<string, Newest>()
  let newest: number | null = null
  /** The present stream repeats nothing older. */
  let since = Number.NEGATIVE_INFINITY
  return {
    from: () => (newest === null ? null : new Date(newest - LATE).toISOString()),
    again() {
      for (const [source, one] of told) told.set(source, { ...one, left: one.count })
      if (newest !== null) since = newest - LATE
    },
    known(entry) {
      const { source, at } = entry
      const one = told.get(source)
      if (at === null) return false
      const time = Date.parse(at)
      const order = one === undefined ? 1 : byTime(entry, one)
      // Of a command that goes on, all lines have the time it began, and are repeated.
      if (time < since && order !== 0) {
        // Told for the first time, so all is repeated; most likely the clock was set back, and lines of its time are new again.
        for (const [other, its] of told) told.set(other, { ...its, left: 0 })
        told.set(source, { at, count: order === 0 ? (one?.count ?? 0) + 1 : 1, left: 0 })
        newest = time
        return false
      }
      if (one !== undefined && order <= 0 && one.left > 0) {
        if (order === 0) told.set(source, { ...one, left: one.left - 1 })
        return true
      }
      if (one !== undefined && order === 0) told.set(source, { ...one, count: one.count + 1 })
      if (order > 0) told.set(source, { at, count: 1, left: 0 })
      newest = Math.max(newest ?? 0, time)
      return false
    }
  }
}
