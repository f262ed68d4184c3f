import type { Problem } from '../document/problem.ts'
import type { StatusView } from '../api/view.ts'
import type { Request } from './client.ts'
import type { Context } from './command.ts'
import { EXIT } from './failure.ts'
import { numberOption } from './number.ts'
import { print } from './print.ts'
import { settledText } from './settled.ts'
import { withProgress } from './with-progress.ts'

interface Changed {
  readonly hash: string
  readonly changes: readonly {
    readonly op: 'add' | 'replace' | 'remove'
    readonly path: string
    readonly from?: unknown
    readonly to?: unknown
  }[]
  readonly warnings: readonly Problem[]
  readonly settled?: boolean
  readonly status?: StatusView
}

const SIGNS = { add: '+', replace: '~', remove: '-' } as const

/** Sends a change of the user document and says what it came to. */
export async function changeConfig(context: Context, request: Request): Promise<number> {
  const { client, io } = context
  const wait = numberOption(context, 'wait')
  const send = () =>
    client.call<Changed>('/v1/config', { method: 'PATCH', ...request, query: { ...request.query, wait } })
  const changed = wait === undefined ? await send() : await withProgress(context, send)
  const { changes, warnings, settled, status } = changed
  if (warnings.length > 0 && !context.json) {
    const { showProblems } = await import('../document/problem.ts')
    io.err(`${showProblems(warnings)}\n`)
  }
  print(context, changed, () => {
    const lines = changes.length === 0 ? 'nothing changes\n' : changes.map((change) => `${lineOf(change)}\n`).join('')
    return (
      lines + (status === undefined ? '' : settledText({ settled: settled === true, status }, io.now(), io.columns))
    )
  })
  if (status?.document.complaint) return EXIT.failed
  return settled === false ? EXIT.unconverged : EXIT.done
}

function lineOf({ op, path, from, to }: Changed['changes'][number]): string {
  const what = op === 'add' ? show(to) : op === 'remove' ? `was ${show(from)}` : `${show(from)} -> ${show(to)}`
  return `${SIGNS[op]} ${path}: ${what}`
}

function show(value: unknown): string {
  return typeof value === 'string' && /^[\w./:@ -]+$/.test(value) ? value : JSON.stringify(value)
}
