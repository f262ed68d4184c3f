import type { Progress } from '../api/agent.ts'
import type { Context } from './command.ts'
import { progressView } from './progress.ts'

/** Shows the progress of actions on standard error while `work` runs. */
export async function withProgress<T>({ io, client, json }: Context, work: () => Promise<T>): Promise<T> {
  if (json) return work()
  const stop = new AbortController()
  const view = progressView(io.err, io.errColumns)
  // The work's own error says all there is to say when the agent is gone.
  const watching = (async () => {
    for await (const progress of client.stream<Progress>('/v1/progress', {}, stop.signal)) view.show(progress)
  })().catch(() => undefined)
  try {
    return await work()
  } finally {
    stop.abort()
    await watching
    view.clear()
  }
}
