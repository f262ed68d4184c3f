import type { Context } from '../command.ts'
import { print } from '../print.ts'

export async function run(context: Context): Promise<number> {
  const answer = await context.client.call<{ readonly resumed: boolean }>('/v1/resume', { method: 'POST' })
  print(context, answer, ({ resumed }) => (resumed ? 'resumed\n' : 'it was not paused\n'))
  return 0
}
