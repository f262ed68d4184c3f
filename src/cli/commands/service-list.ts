import type { Service } from '../../api/agent.ts'
import type { Context } from '../command.ts'
import { print } from '../print.ts'
import { runText } from '../services.ts'

/** RancherOS's form, two spaces after `enabled`, for scripts that read it. */
export async function run(context: Context): Promise<number> {
  const { client, options } = context
  const { items } = await client.call<{ readonly items: readonly Service[] }>('/v1/services')
  const shown = items
    .filter((service) => options['all'] === true || !service.builtIn)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  print(context, { items: shown }, () =>
    shown.map(({ enabled, name, run }) => `${enabled ? 'enabled ' : 'disabled'} ${name}${runText(run)}\n`).join('')
  )
  return 0
}
