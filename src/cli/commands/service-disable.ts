import type { Offered } from '../../agent/offered.ts'
import { suggest } from '../../document/suggest.ts'
import { changeConfig } from '../change-config.ts'
import type { Context } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'

/** service disable and delete: `false` is remembered, what is deleted is not. */
export async function run(context: Context): Promise<number> {
  const { client, command, args } = context
  const { items } = await client.call<{ readonly items: readonly Offered[] }>('/v1/catalogue')
  const names = items.flatMap(({ section, name }) => (section === 'services' ? [name] : []))
  for (const name of args) {
    if (names.includes(name)) continue
    const near = suggest(name, names)
    throw new Failure(EXIT.failed, `${name} is not a valid service${near === null ? '' : `, did you mean '${near}'?`}`)
  }
  const value = command.words[1] === 'delete' ? null : false
  const body = { rancher: { services_include: Object.fromEntries(args.map((name) => [name, value])) } }
  return changeConfig(context, { body, type: 'application/merge-patch+json' })
}
