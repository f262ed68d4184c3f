import type { BuildLine, Service } from '../../api/agent.ts'
import type { Context } from '../command.ts'
import { EXIT } from '../failure.ts'
import { printLine } from '../print.ts'
import { named } from '../services.ts'

/** One after the other; every name is checked before the first is built. */
export async function run(context: Context): Promise<number> {
  const { client, args, options } = context
  const { items } = await client.call<{ readonly items: readonly Service[] }>('/v1/services')
  const given = (name: string) => (options[name] === true ? true : undefined)
  const query = { no_cache: given('no-cache'), force_rm: given('force-rm'), pull: given('pull') }
  let failures = 0
  for (const { name } of named(items, args)) {
    const path = `/v1/services/${encodeURIComponent(name)}/build`
    for await (const entry of client.stream<BuildLine>(path, { method: 'POST', query })) {
      if (entry.failed) failures += 1
      printLine(context, entry, ({ service, line, failed }) => `${service}: ${failed ? 'failed: ' : ''}${line}`)
    }
  }
  return failures === 0 ? EXIT.done : EXIT.failed
}
