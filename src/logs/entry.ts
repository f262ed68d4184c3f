// A line of a log of this machine, and the order such lines are told in.

export interface LogEntry {
  /** ISO time in UTC, as exact as the log has it; null: neither the line nor one before it says when. */
  readonly at: string | null
  /** One of SYSTEM_LOGS (`agent`, `kernel` and so on), or a service's name. */
  readonly source: string
  /** Facility and severity as RFC 5424 (6.2.1) puts them into one number; 30, a daemon's information, where the log says none. */
  readonly priority: number
  readonly line: string
}

/** What a log gives: its lines, oldest first, and null once, where what was there ends and what comes begins. */
export type LogStream = AsyncIterable<LogEntry | null>

export interface LogOptions {
  /** ISO time: none that are older. null: all there are. */
  readonly since: string | null
  /** Lines from the end of what is there; Infinity: all. */
  readonly tail: number
  /** Goes on with each new line until `signal` aborts. */
  readonly follow: boolean
  readonly signal: AbortSignal
}

/** Negative, 0 or positive, by time; what has none comes first. Times of other exactness compare as well. */
export function byTime(a: Pick<LogEntry, 'at'>, b: Pick<LogEntry, 'at'>): number {
  // The Z of a shorter fraction would stand behind the digits of a longer one.
  const [left, right] = [a.at?.slice(0, -1) ?? '', b.at?.slice(0, -1) ?? '']
  return left < right ? -1 : left > right ? 1 : 0
}

/** Whether a line is not older than this time; one without a time is. */
export function isSince(entry: LogEntry, since: string | null): boolean {
  return since === null || (entry.at !== null && byTime(entry, { at: since }) >= 0)
}
