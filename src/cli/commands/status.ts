import type { Progress } from '../../api/agent.ts'
import type { StatusView } from '../../api/view.ts'
import type { Context } from '../command.ts'
import { lasting } from '../lasting-stream.ts'
import { print, printLine } from '../print.ts'
import { progressView } from '../progress.ts'
import { statusText } from '../status-text.ts'

const CODES = { Ready: 0, Progressing: 1, Degraded: 2 } as const

export async function run(context: Context): Promise<number> {
  if (context.options['watch'] === true) return watch(context)
  const { io, client } = context
  const status = await client.call<StatusView>('/v1/status')
  print(context, status, () => statusText(status, io.now(), io.columns))
  return exitOf(status)
}

/** A refused document is as bad as a degraded machine: what the person wrote is not what runs. */
function exitOf({ phase, document }: StatusView): number {
  return document.complaint === '' ? CODES[phase] : CODES.Degraded
}

async function watch(context: Context): Promise<number> {
  const { io, client, json } = context
  const view = progressView(io.err, io.errColumns)
  const stop = new AbortController()
  const silent = { signal: AbortSignal.any([io.signal, stop.signal]), err: () => undefined }
  const watching = (async () => {
    if (json) return
    const progress = () => client.stream<Progress>('/v1/progress', {}, stop.signal)
    for await (const one of lasting(silent, progress)) view.show(one)
  })()
  let last: StatusView | null = null
  try {
    const states = () => client.stream<StatusView>('/v1/status', { query: { follow: true } })
    for await (const status of lasting(io, states)) {
      view.clear()
      if (last !== null && !json) io.out('\n')
      printLine(context, status, () => statusText(status, io.now(), io.columns).trimEnd())
      last = status
    }
  } finally {
    stop.abort()
    await watching.catch(() => undefined)
    view.clear()
  }
  return last === null ? CODES.Progressing : exitOf(last)
}
