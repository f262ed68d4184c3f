import type { Console } from '../../agent/consoles.ts'
import type { Context } from '../command.ts'
import { EXIT } from '../failure.ts'
import { print } from '../print.ts'

/** RancherOS's form, two spaces after `current` and `enabled`, for scripts that read it. */
export async function run(context: Context): Promise<number> {
  const { client, options } = context
  if (options['update'] === true) await client.call('/v1/catalogue/refresh', { method: 'POST' })
  const { items } = await client.call<{ readonly items: readonly Console[] }>('/v1/consoles')
  print(context, { items }, () => items.map(({ state, name }) => `${state.padEnd(8)} ${name}\n`).join(''))
  return EXIT.done
}
