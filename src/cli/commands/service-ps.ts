import type { Service } from '../../api/agent.ts'
import { columns } from '../columns.ts'
import type { Context } from '../command.ts'
import { print } from '../print.ts'
import { named, runText } from '../services.ts'

export async function run(context: Context): Promise<number> {
  const { io, client, args, options } = context
  const { items } = await client.call<{ readonly items: readonly Service[] }>('/v1/services')
  const shown = named(items, args)
  print(context, { items: shown }, () => {
    if (options['quiet'] === true) return shown.map(({ id }) => (id === '' ? '' : `${id.slice(0, 12)}\n`)).join('')
    const rows = shown.map(({ name, scope, state, id, image, status, run }) => [
      name,
      scope,
      state,
      id.slice(0, 12) || '-',
      image,
      `${status || '-'}${runText(run)}`
    ])
    return columns(['NAME', 'SCOPE', 'STATE', 'CONTAINER', 'IMAGE', 'STATUS'], rows, io.columns)
  })
  return 0
}
