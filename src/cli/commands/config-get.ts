import type { OriginView, ValueOf } from '../../api/config-files.ts'
import { showValue } from '../change-text.ts'
import { columns, cut } from '../columns.ts'
import type { Context } from '../command.ts'
import { EXIT } from '../failure.ts'
import { print } from '../print.ts'

export async function run(context: Context): Promise<number> {
  const { client, args, options } = context
  const found = await client.call<ValueOf>('/v1/config', { query: { key: args[0] } })
  print(context, found, () => (options['explain'] === true ? explained(found) : found.text))
  return EXIT.done
}

/** Characters of a value that are shown: a certificate is known by its begin. */
const longest = 60

function explained({ origins }: ValueOf): string {
  if (origins.length === 0) return 'nothing sets it\n'
  const several = new Set(origins.map(({ key }) => key)).size > 1
  const rows = origins.map((origin) => {
    const cells = [cut(origin.taken ? '-' : showValue(origin.value), longest), origin.place, standing(origin)]
    return several ? [origin.key, ...cells] : cells
  })
  return columns([...(several ? ['KEY'] : []), 'VALUE', 'FROM', 'STANDING'], rows)
}

function standing({ counts, taken }: OriginView): string {
  return taken ? 'takes it away' : counts ? 'counts' : 'overridden'
}
