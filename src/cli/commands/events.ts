import type { Event } from '../../agent/events.ts'
import { pad } from '../columns.ts'
import type { Context } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'
import { lasting } from '../lasting-stream.ts'
import { pointInTime } from '../point-in-time.ts'
import { printLine } from '../print.ts'

/** Widths that hold for nearly all, since the lines of a stream cannot wait for one another. */
const WIDTHS = [5, 20, 8, 18, 28]

export async function run(context: Context): Promise<number> {
  const { io, client, options, json } = context
  const follow = options['follow'] === true
  let since: Since = sinceOf(options['since'], io.now())
  if (!json) io.out(`${line(['REV', 'TIME', 'TYPE', 'REASON', 'RESOURCE', 'MESSAGE'])}\n`)
  const open = () => client.stream<Event>('/v1/events', { query: { ...since, ...(follow ? { follow } : {}) } })
  for await (const event of follow ? lasting(io, open) : open()) {
    // Who follows goes on behind the last event he got.
    since = { since: event.rev }
    printLine(context, event, ({ rev, at, type, reason, key, message }) =>
      line([String(rev), at.replace(/\.\d+Z$/, 'Z'), type, reason, key ?? '-', message.replaceAll(/\s*\n\s*/g, ' ')])
    )
  }
  return 0
}

function line(cells: readonly string[]): string {
  return cells.map((cell, i) => (i === cells.length - 1 ? cell : pad(cell, WIDTHS[i] ?? 0))).join('  ')
}

interface Since {
  readonly since?: number
  readonly from?: string
}

/** `--since`: an event's number, a time ago (5m), or a point in time. */
function sinceOf(given: string | true | undefined, now: number): Since {
  if (given === undefined || given === true) return {}
  if (/^\d+$/.test(given)) return { since: Number(given) }
  const at = pointInTime(given, now)
  if (at !== null) return { from: at }
  const known = 'the number of an event, a time ago like 5m, or a time like 2026-01-31T12:00:00Z'
  throw new Failure(EXIT.usage, `--since is ${known}, not '${given}'`)
}
