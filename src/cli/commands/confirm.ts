import type { Context } from '../command.ts'
import { EXIT } from '../failure.ts'
import { print } from '../print.ts'

export async function run(context: Context): Promise<number> {
  const confirmed = await context.client.call<{ readonly generation: number }>('/v1/confirm', { method: 'POST' })
  print(context, confirmed, ({ generation }) => `generation ${generation} stays\n`)
  return EXIT.done
}
