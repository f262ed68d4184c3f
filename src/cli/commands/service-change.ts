import type { Service } from '../../api/agent.ts'
import type { Context } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'
import { numberOption } from '../number.ts'
import { print } from '../print.ts'
import { named } from '../services.ts'
import { type Reconciled, settledText } from '../settled.ts'
import { withProgress } from '../with-progress.ts'

/** What a word asks the agent for, and what it says of each service. */
interface Word {
  readonly route: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly said: (service: Service) => string
}

function wordOf(context: Context): Word {
  const { command, options } = context
  const timeout = numberOption(context, 'timeout', true)
  const word = command.words[1] ?? ''
  switch (word) {
    case 'up':
      if (options['force-recreate'] !== true) return { route: 'start', said: () => 'started' }
      if (options['no-recreate'] === true)
        throw new Failure(EXIT.usage, '--force-recreate and --no-recreate say opposite things: give one of them')
      return { route: 'recreate', query: { timeout }, said: () => 'made anew' }
    case 'kill': {
      const signal = options['signal'] ?? 'SIGKILL'
      return { route: 'kill', query: { signal }, said: () => `was sent ${signal}` }
    }
    case 'rm':
      return { route: 'remove', query: { force: options['force'] }, said: removed }
    default:
      return { route: word, query: { timeout }, said: () => SAID[word] ?? word }
  }
}

const SAID: Readonly<Record<string, string>> = {
  start: 'started',
  stop: 'stopped',
  restart: 'restarted',
  create: 'created',
  down: 'is down'
}

function removed({ name, enabled }: Service): string {
  return enabled ? `removed; it comes back, for it is wanted: \`ros service down ${name}\` keeps it away` : 'removed'
}

/** The words that start and stop; every name is checked before the first is touched. */
export async function run(context: Context): Promise<number> {
  const { client, args, io, json, options } = context
  const { route, query, said } = wordOf(context)
  const seconds = numberOption(context, 'wait')
  const { items } = await client.call<{ readonly items: readonly Service[] }>('/v1/services')
  const chosen = args.length > 0 ? named(items, args) : named(items, []).filter(({ builtIn }) => !builtIn)
  const changed: Service[] = []
  await withProgress(context, async () => {
    for (const { name } of chosen) {
      const path = `/v1/services/${encodeURIComponent(name)}/${route}`
      const service = await client.call<Service>(path, { method: 'POST', query: query ?? {} })
      changed.push(service)
      if (!json) io.out(`${name} ${said(service)}\n`)
    }
  })
  if (options['foreground'] === true) {
    const { run: follow } = await import('./service-logs.ts')
    return follow({ ...context, args: chosen.map(({ name }) => name), options: { follow: true } })
  }
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
