import type { Beside } from '../../agent/created-engines.ts'
import type { Engine } from '../../agent/engines.ts'
import type { Context } from '../command.ts'
import { print } from '../print.ts'
import { withProgress } from '../with-progress.ts'

/** RancherOS's form, two spaces after `current` and `enabled`, for scripts that read it. */
export async function run(context: Context): Promise<number> {
  const { client, options } = context
  if (options['update'] === true)
    await withProgress(context, () => client.call('/v1/catalogue/refresh', { method: 'POST' }))
  const engines = await client.call<{ readonly items: readonly Engine[]; readonly beside: readonly Beside[] }>(
    '/v1/engines'
  )
  print(context, engines, ({ items, beside }) =>
    [...items, ...beside].map(({ name, state }) => `${state.padEnd(8)} ${name}\n`).join('')
  )
  return 0
}
