import type { Event } from '../../agent/events.ts'
import { pad } from '../columns.ts'
import type { Context } from '../command.ts'
import { numberOption } from '../number.ts'
import { printLine } from '../print.ts'

/** Widths that hold for nearly all, since the lines of a stream cannot wait for one another. */
const WIDTHS = [5, 20, 8, 18, 28]

export async function run(context: Context): Promise<number> {
  const { io, client, options, json } = context
  const since = numberOption(context, 'since', true)
  const follow = options['follow'] === true ? true : undefined
  if (!json) io.out(`${line(['REV', 'TIME', 'TYPE', 'REASON', 'RESOURCE', 'MESSAGE'])}\n`)
  for await (const event of client.stream<Event>('/v1/events', { query: { since, follow } })) {
    printLine(context, event, ({ rev, at, type, reason, key, message }) =>
      line([String(rev), at.replace(/\.\d+Z$/, 'Z'), type, reason, key ?? '-', message.replaceAll(/\s*\n\s*/g, ' ')])
    )
  }
  return 0
}

function line(cells: readonly string[]): string {
  return cells.map((cell, i) => (i === cells.length - 1 ? cell : pad(cell, WIDTHS[i] ?? 0))).join('  ')
}
