import { changeConfig } from '../change-config.ts'
import type { Context } from '../command.ts'
import { readInput } from '../input.ts'

export async function run(context: Context): Promise<number> {
  const { text } = await readInput(context, context.options['input'])
  return changeConfig(context, { body: text, type: 'application/yaml' })
}
