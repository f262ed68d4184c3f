import type { Context } from '../command.ts'
import { print } from '../print.ts'

export async function run(context: Context): Promise<number> {
  const found = await context.client.call<{ readonly version: string; readonly image: string }>('/v1/version')
  print(context, found, ({ version }) => `${version}\n`)
  return 0
}
