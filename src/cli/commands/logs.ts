import type { LogEntry } from '../../logs/entry.ts'
import type { Context } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'
import { lasting } from '../lasting-stream.ts'
import { numberOption } from '../number.ts'
import { pointInTime } from '../point-in-time.ts'
import { printLine } from '../print.ts'
import { toldLines } from '../../logs/told-lines.ts'

/** Lines to begin with where they go on. */
const FEW = 10
/** `system-docker`; lines of a stream cannot wait for one another. */
const WIDTH = 13

export async function run(context: Context): Promise<number> {
  const { io, client, args, options } = context
  const follow = options['follow'] === true
  const since = sinceOf(options['since'], io.now())
  const lines = numberOption(context, 'lines', true) ?? (follow && since === null ? FEW : undefined)
  const told = toldLines()
  const open = () => {
    told.again()
    const again = told.from()
    const query = again === null ? { from: since ?? undefined, tail: lines } : { from: again }
    const sources = args.length === 0 ? undefined : args.join(',')
    return client.stream<LogEntry>('/v1/logs', { query: { sources, follow: follow || undefined, ...query } })
  }
  for await (const entry of follow ? lasting(io, open) : open()) {
    if (!told.known(entry)) printLine(context, entry, text)
  }
  return EXIT.done
}

/** Times of all logs to the millisecond, one below the other. */
function text({ at, source, line }: LogEntry): string {
  const time = at === null ? '-'.padEnd(24) : new Date(at).toISOString()
  return `${time}  ${source.padEnd(WIDTH)}  ${line}`
}

function sinceOf(given: string | true | undefined, now: number): string | null {
  if (given === undefined || given === true) return null
  const at = pointInTime(given, now)
  if (at !== null) return at
  throw new Failure(EXIT.usage, `--since is a time ago like 5m, or a time like 2026-01-31T12:00:00Z, not '${given}'`)
}
