import type { Status } from '../../core/condition.ts'
import type { Context } from '../command.ts'
import { print } from '../print.ts'
import type { StatusView } from '../../api/view.ts'
import { conditionTable, resourceTable } from '../status-text.ts'
import { resourcePath, splitKey } from '../resource-path.ts'

export async function run(context: Context): Promise<number> {
  const { io, client, args } = context
  const [wanted = ''] = args
  if (wanted === 'machine') {
    const status = await client.call<StatusView>('/v1/status')
    print(context, status, ({ conditions }) => conditionTable(conditions, io.now(), io.columns))
    return 0
  }
  const { kind, name } = splitKey(wanted)
  if (name !== '') {
    const one = await client.call<Status>(resourcePath(kind, name))
    print(context, one, () => resourceTable([one], io.now(), io.columns))
    return 0
  }
  const query = kind === '' ? {} : { kind }
  const found = await client.call<{ readonly items: readonly Status[] }>('/v1/resources', { query })
  print(context, found, ({ items }) => {
    if (items.length > 0) return resourceTable(items, io.now(), io.columns)
    return kind === '' ? 'the document asks for nothing\n' : `the document asks for no ${kind}\n`
  })
  return 0
}
