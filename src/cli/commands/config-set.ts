import { changeConfig } from '../change-config.ts'
import type { Context } from '../command.ts'

export function run(context: Context): Promise<number> {
  const [key, value] = context.args
  return changeConfig(context, { body: value ?? '', type: 'application/yaml', query: { key } })
}
