import { changeConfig } from '../change-config.ts'
import type { Context } from '../command.ts'

export function run(context: Context): Promise<number> {
  const [name = ''] = context.args
  const first = { text: `${name} is the console of the next boot; the one that runs goes on until then\n`, json: {} }
  return changeConfig(context, { method: 'POST', query: { name } }, first, '/v1/consoles/enable')
}
