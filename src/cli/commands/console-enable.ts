import { changeConfig } from '../change-config.ts'
import type { Context } from '../command.ts'

export function run(context: Context): Promise<number> {
  const [name = ''] = context.args
  return changeConfig(context, { method: 'POST', query: { name } }, undefined, '/v1/consoles/enable')
}
