import type { Context } from '../command.ts'
import { EXIT } from '../failure.ts'
import { numberOption } from '../number.ts'
import { print } from '../print.ts'
import { type Reconciled, settledText } from '../settled.ts'
import { withProgress } from '../with-progress.ts'

export async function run(context: Context): Promise<number> {
  const { client, io } = context
  const seconds = numberOption(context, 'timeout') ?? 60
  const reached = await withProgress(context, () => client.call<Reconciled>('/v1/wait', { query: { seconds } }))
  print(context, reached, () => settledText(reached, io.now(), io.columns))
  return reached.settled ? EXIT.done : EXIT.unconverged
}
