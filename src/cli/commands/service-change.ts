import type { Service } from '../../api/agent.ts'
import type { Context } from '../command.ts'
import { EXIT } from '../failure.ts'
import { numberOption } from '../number.ts'
import { print } from '../print.ts'
import { named } from '../services.ts'
import { type Reconciled, settledText } from '../settled.ts'
import { withProgress } from '../with-progress.ts'

const SAID: Readonly<Record<string, string>> = { start: 'started', stop: 'stopped', restart: 'restarted' }

/** service start, stop and restart; every name is checked before the first is touched. */
export async function run(context: Context): Promise<number> {
  const { client, command, args, io, json } = context
  const word = command.words[1] ?? ''
  const timeout = numberOption(context, 'timeout', true)
  const seconds = numberOption(context, 'wait')
  const { items } = await client.call<{ readonly items: readonly Service[] }>('/v1/services')
  const changed: Service[] = []
  await withProgress(context, async () => {
    for (const { name } of named(items, args)) {
      const path = `/v1/services/${encodeURIComponent(name)}/${word}`
      changed.push(await client.call<Service>(path, { method: 'POST', query: { timeout } }))
      if (!json) io.out(`${name} ${SAID[word]}\n`)
    }
  })
  if (seconds === undefined) {
    if (json) print(context, { items: changed }, () => '')
    return EXIT.done
  }
  const reached = await withProgress(context, () =>
    client.call<Reconciled>('/v1/reconcile', { method: 'POST', query: { wait: seconds } })
  )
  print(context, { items: changed, ...reached }, () => settledText(reached, io.now(), io.columns))
  return reached.settled ? EXIT.done : EXIT.unconverged
}
