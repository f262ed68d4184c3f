import type { Paused } from '../../agent/store.ts'
import type { Context } from '../command.ts'
import { durationOption } from '../duration.ts'
import { print } from '../print.ts'
import { pausedLine } from '../status-text.ts'

export async function run(context: Context): Promise<number> {
  const { client, args } = context
  const seconds = durationOption(context, 'for')
  const body = { reason: args.join(' '), ...(seconds === undefined ? {} : { seconds }) }
  const answer = await client.call<{ readonly paused: Paused }>('/v1/pause', { method: 'POST', body })
  print(context, answer, ({ paused }) => `paused: ${pausedLine(paused)}\n`)
  return 0
}
