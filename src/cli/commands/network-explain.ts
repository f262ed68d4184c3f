import type { LinkExplained } from '../../api/network.ts'
import type { Context } from '../command.ts'
import { EXIT } from '../failure.ts'
import { explainedText } from '../network-text.ts'
import { print } from '../print.ts'

export async function run(context: Context): Promise<number> {
  const { client, io, args } = context
  const found = await client.call<LinkExplained>(`/v1/network/${encodeURIComponent(args[0] ?? '')}`)
  print(context, found, (one) => explainedText(one, io.columns))
  return EXIT.done
}
