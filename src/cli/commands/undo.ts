import type { Applied } from '../../api/view.ts'
import { printApplied } from '../applied.ts'
import type { Context } from '../command.ts'
import { generationOf } from '../generation.ts'
import { confirmOption, numberOption } from '../number.ts'
import { withProgress } from '../with-progress.ts'

export async function run(context: Context): Promise<number> {
  const { client, args } = context
  const generation = args[0] === undefined ? undefined : generationOf(args[0])
  const wait = numberOption(context, 'wait')
  const query = { generation, confirm: confirmOption(context), wait }
  const send = () => client.call<Applied>('/v1/undo', { method: 'POST', query })
  return printApplied(context, wait === undefined ? await send() : await withProgress(context, send))
}
