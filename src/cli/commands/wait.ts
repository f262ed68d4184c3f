import type { StatusView } from '../../api/view.ts'
import type { Context } from '../command.ts'
import { durationOption } from '../duration.ts'
import { EXIT } from '../failure.ts'
import { print } from '../print.ts'
import { type Reconciled, settledText } from '../settled.ts'
import { withProgress } from '../with-progress.ts'

/** What GET /v1/wait-for answers. */
interface Waited {
  readonly met: boolean
  readonly open: readonly string[]
  readonly status: StatusView
}

export async function run(context: Context): Promise<number> {
  const { client, io, options } = context
  const seconds = durationOption(context, 'timeout') ?? 60
  const goals = options['for']
  if (typeof goals === 'string') return waitFor(context, goals, seconds)
  const reached = await withProgress(context, () => client.call<Reconciled>('/v1/wait', { query: { seconds } }))
  print(context, reached, () => settledText(reached, io.now(), io.columns))
  return reached.settled ? EXIT.done : EXIT.unconverged
}

async function waitFor(context: Context, text: string, seconds: number): Promise<number> {
  const goals = text.split(/,(?=condition=|delete=)/)
  const query = { for: goals.join('\n'), seconds }
  const waited = await withProgress(context, () => context.client.call<Waited>('/v1/wait-for', { query }))
  print(context, waited, ({ met, open }) =>
    met ? `${goals.join(', ')}\n` : `not in time:\n${open.map((line) => `  ${line}\n`).join('')}`
  )
  return waited.met ? EXIT.done : EXIT.unconverged
}
