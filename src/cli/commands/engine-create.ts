import type { Beside } from '../../agent/created-engines.ts'
import type { Context } from '../command.ts'
import { print } from '../print.ts'
import { withProgress } from '../with-progress.ts'

export async function run(context: Context): Promise<number> {
  const { client, args, options } = context
  const wanted = {
    name: args[0],
    engine: options['version'],
    network: options['network'],
    address: options['fixed-ip']
  }
  const engine = await withProgress(context, () => client.call<Beside>('/v1/engines', { method: 'POST', body: wanted }))
  print(
    context,
    engine,
    ({ name, version, address, network }) => `docker-${name} is docker ${version} at ${address} in ${network}\n`
  )
  return 0
}
