import type { Context } from '../command.ts'
import { EXIT } from '../failure.ts'
import { print } from '../print.ts'

export async function run(context: Context): Promise<number> {
  const body = { fault: context.options['fault'] === true }
  await context.client.call('/v1/restart', { method: 'POST', body })
  print(context, body, () => 'the agent starts anew\n')
  return EXIT.done
}
