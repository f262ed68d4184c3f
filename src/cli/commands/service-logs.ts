import type { Service } from '../../api/agent.ts'
import type { Context } from '../command.ts'
import { numberOption } from '../number.ts'
import { printLine } from '../print.ts'
import { named } from '../services.ts'

interface LogLine {
  readonly service: string
  readonly line: string
}

/** `name_1 | line`, as docker-compose and RancherOS write it. */
export async function run(context: Context): Promise<number> {
  const { client, args, options } = context
  const tail = numberOption(context, 'lines', true)
  const { items } = await client.call<{ readonly items: readonly Service[] }>('/v1/services')
  const shown = args.length === 0 ? named(items, []).filter(({ id }) => id !== '') : named(items, args)
  const follow = options['follow'] === true ? true : undefined
  const width = Math.max(0, ...shown.map(({ name }) => name.length)) + 2
  const read = async ({ name }: Service) => {
    for await (const entry of client.stream<LogLine>(`/v1/services/${encodeURIComponent(name)}/logs`, {
      query: { follow, tail }
    })) {
      printLine(context, entry, ({ service, line }) => `${`${service}_1`.padEnd(width)} | ${line}`)
    }
  }
  if (follow === true) await Promise.all(shown.map(read))
  else for (const service of shown) await read(service)
  return 0
}
