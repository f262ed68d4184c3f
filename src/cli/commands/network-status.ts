import type { NetworkView } from '../../api/network.ts'
import type { Context } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'
import { networkText, onlyOf } from '../network-text.ts'
import { print } from '../print.ts'

export async function run(context: Context): Promise<number> {
  const { client, io, args } = context
  const all = await client.call<NetworkView>('/v1/network')
  const [name] = args
  const view = name === undefined ? all : onlyOf(all, name)
  if (name !== undefined && view.links.length === 0 && view.notReady.length === 0) {
    const known = all.links.map((link) => link.name).join(', ')
    throw new Failure(EXIT.failed, `there is no link ${name}${known === '' ? '' : `; there are: ${known}`}`)
  }
  print(context, view, (one) => networkText(one, io.now(), io.columns))
  return EXIT.done
}
