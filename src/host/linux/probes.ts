// Tries what has to answer, each at its interval, and keeps what came of the last tries.
import { connect } from 'node:net'
import { Subject } from 'rxjs'
import type { Seen, Spec } from '../../core/resource.ts'
import type { Host, Probes } from '../ports.ts'

type Target = Spec<'probe'>['target']

interface Running {
  readonly spec: Spec<'probe'>
  readonly stop: AbortController
  seen: Seen<'probe'>
  /** In a row. */
  failures: number
  timer: NodeJS.Timeout | null
  /** Tries begun; what comes of an earlier one than the last does not count. */
  turn: number
}

export function createProbes(host: Pick<Host, 'runner' | 'docker'>): Probes {
  const running = new Map<string, Running>()
  const changes = new Subject<void>()

  const attempt = async (one: Running) => {
    one.turn += 1
    const { turn, spec } = one
    if (one.timer !== null) clearTimeout(one.timer)
    one.timer = null
    const trouble = await tryOnce(host, spec, one.stop.signal)
    if (one.stop.signal.aborted || turn !== one.turn) return
    const before = one.seen
    one.failures = trouble === null ? 0 : one.failures + 1
    one.seen = after(one, trouble)
    one.timer = setTimeout(() => void attempt(one), spec.intervalMs).unref()
    if (before.state !== one.seen.state || before.message !== one.seen.message) changes.next()
  }

  const stop = (name: string) => {
    const one = running.get(name)
    if (one === undefined) return
    one.stop.abort()
    if (one.timer !== null) clearTimeout(one.timer)
    running.delete(name)
    changes.next()
  }

  return {
    changes,
    start(name, spec) {
      stop(name)
      const one: Running = { spec, stop: new AbortController(), seen: fresh(spec), failures: 0, timer: null, turn: 0 }
      running.set(name, one)
      void attempt(one)
    },
    stop,
    again() {
      for (const one of running.values()) {
        one.seen = fresh(one.spec)
        one.failures = 0
        void attempt(one)
      }
      changes.next()
    },
    list: () => new Map([...running].map(([name, { seen }]) => [name, seen]))
  }
}

function fresh(spec: Spec<'probe'>): Seen<'probe'> {
  return { spec, state: 'new', message: 'it has not answered yet' }
}

/** A few failures in a row are forgiven to one that passed, and leave one that never did where it was. */
function after({ spec, seen, failures }: Running, trouble: string | null): Seen<'probe'> {
  if (trouble === null) return { spec, state: 'passes', message: 'it answers' }
  if (failures >= spec.retries) return { spec, state: 'fails', message: trouble }
  return seen.state === 'new' ? { spec, state: 'new', message: trouble } : seen
}

/** What is wrong; null: nothing. */
async function tryOnce(
  host: Pick<Host, 'runner' | 'docker'>,
  { target, timeoutMs }: Spec<'probe'>,
  stop: AbortSignal
): Promise<string | null> {
  const late = AbortSignal.timeout(timeoutMs)
  const signal = AbortSignal.any([stop, late])
  try {
    if (target.is === 'tcp') await dial(target.host, target.port, signal)
    else if (target.is === 'http') return await fetchStatus(target, signal)
    else return await runCommand(host, target, signal)
    return null
  } catch (thrown) {
    if (late.aborted) return `no answer within ${timeoutMs / 1000} s`
    return thrown instanceof Error ? thrown.message : String(thrown)
  }
}

function dial(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal })
    socket.once('connect', () => {
      socket.destroy()
      resolve()
    })
    socket.once('error', reject)
  })
}

async function fetchStatus({ url, status }: Extract<Target, { is: 'http' }>, signal: AbortSignal) {
  // Loaded when the first is tried: most machines have none.
  const { get } = await (url.startsWith('https:') ? import('node:https') : import('node:http'))
  const got = await new Promise<number>((resolve, reject) => {
    const outgoing = get(url, { agent: false, signal }, (answer) => {
      answer.destroy()
      resolve(answer.statusCode ?? 0)
    })
    outgoing.on('error', reject)
  })
  if (status === null ? got >= 200 && got < 400 : got === status) return null
  return `it answers with status ${got}${status === null ? '' : `, not ${status}`}`
}

async function runCommand(
  { runner, docker }: Pick<Host, 'runner' | 'docker'>,
  { argv, in: where }: Extract<Target, { is: 'command' }>,
  signal: AbortSignal
): Promise<string | null> {
  if (where === null) {
    const { code, stderr } = await runner.run(argv, { signal, check: false })
    return failed(code, stderr)
  }
  const { code, output } = await docker[where.scope].exec(where.name, argv, { signal })
  return failed(code, output)
}

function failed(code: number, said: string): string | null {
  if (code === 0) return null
  const last = said.trim().split('\n').at(-1) ?? ''
  return `the command ended with code ${code}${last === '' ? '' : `: ${last.slice(0, 200)}`}`
}
