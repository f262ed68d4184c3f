// What came of a document that was applied, or gone back to.
import type { Applied } from '../api/view.ts'
import type { Context } from './command.ts'
import { EXIT } from './failure.ts'
import { planText } from './plan-text.ts'
import { print } from './print.ts'
import { trialText } from './trial-text.ts'
import { settledText } from './settled.ts'

/** Prints it; the exit code. */
export function printApplied(context: Context, applied: Applied): number {
  const { io } = context
  const { generation, to, plan, trial, settled, status } = applied
  print(context, applied, () =>
    [
      to === undefined ? `generation ${generation}\n` : `generation ${generation}, as ${to} was\n`,
      planText(plan),
      trialText(trial),
      status === undefined ? '' : settledText({ settled: settled === true, status }, io.now(), io.columns)
    ].join('')
  )
  return settled === false ? EXIT.unconverged : EXIT.done
}
