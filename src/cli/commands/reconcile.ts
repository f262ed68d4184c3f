import type { Context } from '../command.ts'
import { EXIT } from '../failure.ts'
import { numberOption } from '../number.ts'
import { print } from '../print.ts'
import { type Reconciled, settledText } from '../settled.ts'
import { withProgress } from '../with-progress.ts'

export async function run(context: Context): Promise<number> {
  const { client, io } = context
  const wait = numberOption(context, 'wait')
  const ask = () => client.call<Reconciled>('/v1/reconcile', { method: 'POST', query: { wait } })
  const reached = wait === undefined ? await ask() : await withProgress(context, ask)
  print(context, reached, () =>
    wait === undefined ? 'looking at everything again\n' : settledText(reached, io.now(), io.columns)
  )
  return wait === undefined || reached.settled ? EXIT.done : EXIT.unconverged
}
