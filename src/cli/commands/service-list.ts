import type { Service } from '../../api/agent.ts'
import type { Offered } from '../../agent/offered.ts'
import type { RepositoryState } from '../../agent/store.ts'
import type { Context } from '../command.ts'
import { print } from '../print.ts'
import { runText } from '../services.ts'
import { withProgress } from '../with-progress.ts'

interface Catalogue {
  readonly items: readonly Offered[]
  readonly repositories: readonly RepositoryState[]
}

/** RancherOS's form, two spaces after `enabled`, for scripts that read it. What repositories offer is among them. */
export async function run(context: Context): Promise<number> {
  const { client, options, io, json } = context
  const { items, repositories } =
    options['update'] === true
      ? await withProgress(context, () => client.call<Catalogue>('/v1/catalogue/refresh', { method: 'POST' }))
      : await client.call<Catalogue>('/v1/catalogue')
  const services = await client.call<{ readonly items: readonly Service[] }>('/v1/services')
  const shown = services.items.filter((service) => options['all'] === true || !service.builtIn)
  const known = new Set(services.items.map(({ name }) => name))
  const offered = items.filter(({ section, name }) => section === 'services' && !known.has(name))
  for (const { name, error } of json ? [] : repositories)
    if (error !== null) io.err(`repository ${name} can not be read: ${error}\n`)
  const newer = new Set(items.flatMap(({ name, newer: yes }) => (yes ? [name] : [])))
  print(context, { items: shown, offered, repositories }, () =>
    [...shown, ...offered.map((one) => ({ ...one, run: null }))]
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ enabled, name, run }) => {
        const more = newer.has(name) ? `  (there is a newer definition: ros service enable ${name})` : ''
        return `${enabled ? 'enabled ' : 'disabled'} ${name}${runText(run)}${more}\n`
      })
      .join('')
  )
  return 0
}
