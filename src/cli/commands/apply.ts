import type { Applied } from '../../api/view.ts'
import { printApplied } from '../applied.ts'
import { Refused } from '../client.ts'
import type { Context } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'
import { readInput } from '../input.ts'
import { confirmOption, numberOption } from '../number.ts'
import { planText } from '../plan-text.ts'
import { withProgress } from '../with-progress.ts'

export async function run(context: Context): Promise<number> {
  const { client, io, options, json } = context
  const file = options['file']
  if (file === undefined) throw new Failure(EXIT.usage, 'name the document with -f FILE')
  const { text: body } = await readInput(context, file)
  const wait = numberOption(context, 'wait')
  const query = { plan: options['plan'], confirm: confirmOption(context), wait }
  const send = () => client.call<Applied>('/v1/apply', { method: 'POST', body, type: 'application/yaml', query })
  try {
    return printApplied(context, wait === undefined ? await send() : await withProgress(context, send))
  } catch (error) {
    if (!(error instanceof Refused) || error.body.plan === undefined) throw error
    io.out(json ? `${JSON.stringify(error.body, null, 2)}\n` : planText(error.body.plan))
    throw error
  }
}
