import { changeConfig } from '../change-config.ts'
import type { Context } from '../command.ts'

export function run(context: Context): Promise<number> {
  return changeConfig(context, { method: 'DELETE', query: { key: context.args[0] } })
}
