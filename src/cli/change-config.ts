import type { Changed as Written, OriginView } from '../api/config-files.ts'
import type { StatusView, TrialView } from '../api/view.ts'
import { changeText, showValue } from './change-text.ts'
import type { Request } from './client.ts'
import type { Context } from './command.ts'
import { EXIT } from './failure.ts'
import { confirmOption, numberOption } from './number.ts'
import { print } from './print.ts'
import { settledText } from './settled.ts'
import { trialText } from './trial-text.ts'
import { withProgress } from './with-progress.ts'

interface Changed extends Omit<Written, 'documentHash' | 'confirmSeconds'> {
  readonly trial: TrialView | null
  readonly settled?: boolean
  readonly status?: StatusView
}

/** What was done before the document was changed, and is told with it. */
export interface First {
  readonly text: string
  readonly json: Readonly<Record<string, unknown>>
}

const NOTHING_FIRST: First = { text: '', json: {} }

/** Sends a change of the user document and says what it came to. */
export async function changeConfig(
  context: Context,
  request: Request,
  first: First = NOTHING_FIRST,
  route = '/v1/config'
): Promise<number> {
  const { client, io } = context
  const wait = numberOption(context, 'wait')
  const confirm = confirmOption(context)
  const send = () =>
    client.call<Changed>(route, { method: 'PATCH', ...request, query: { ...request.query, confirm, wait } })
  const changed = wait === undefined ? await send() : await withProgress(context, send)
  const { changes, warnings, beneath, trial, settled, status } = changed
  if (warnings.length > 0 && !context.json) {
    const { showProblems } = await import('../document/problem.ts')
    io.err(`${showProblems(warnings)}\n`)
  }
  print(context, { ...changed, ...first.json }, () =>
    [
      first.text,
      changes.length === 0 ? 'nothing changes\n' : changeText(changes),
      beneath === undefined || beneath === null ? '' : beneathText(String(request.query?.['key']), beneath),
      trialText(trial),
      status === undefined ? '' : settledText({ settled: settled === true, status }, io.now(), io.columns)
    ].join('')
  )
  if (status?.document.complaint) return EXIT.failed
  return settled === false ? EXIT.unconverged : EXIT.done
}

/** What shows through where a key was unset. */
function beneathText(key: string, { place, value, taken }: OriginView): string {
  return taken ? `${place} takes ${key} away\n` : `${key} is now ${showValue(value)}, by ${place}\n`
}
