import type { Context } from '../command.ts'
import { print } from '../print.ts'

interface Value {
  readonly key: string
  readonly value: unknown
  readonly text: string
  readonly place: string
}

export async function run(context: Context): Promise<number> {
  const { client, io, args, options, json } = context
  const found = await client.call<Value>('/v1/config', { query: { key: args[0] } })
  print(context, found, ({ text }) => text)
  if (options['explain'] === true && !json) io.err(found.place === '' ? 'nothing sets it\n' : `${found.place}\n`)
  return 0
}
