// Whether a container that was just started is good enough to take over.
import { demux } from '../../core/docker-log.ts'
import type { ContainerSpec } from '../../core/container.ts'
import type { Docker } from '../../host/ports.ts'

/** Milliseconds a container without a health check has to stay up. */
const GRACE = 500
/** Milliseconds the engine has to come to a verdict where there is a health check; an action ends at 180 s. */
const LIMIT = 120_000
/** Milliseconds by which an engine may be late with its verdict. */
const SLACK = 10_000
/** Milliseconds between two looks. */
const STEP = 100

/** What is wrong with a new container. */
export interface Fault {
  readonly what: string
  /** True: it ran, and its health check said so. */
  readonly ill: boolean
}

/** Milliseconds after which an engine has come to a verdict about what is made from `create`, by its health check there. */
export function verdictLimit(create: ContainerSpec['create']): number {
  const check = (create.Healthcheck ?? {}) as Readonly<Record<string, number>> // as createBody makes it
  const { StartPeriod = 0, Interval = 30e9, Timeout = 30e9, Retries = 3 } = check
  const own = (StartPeriod + (Interval + Timeout) * (Retries === 0 ? 3 : Retries)) / 1e6
  return Math.min(LIMIT, own + SLACK)
}

/**
 * null: it runs, and its health check passes where it has one. Else what is wrong with it. `beside`: another one serves, so
 * this one has to show that it can; `instead`: nobody else does, so only what is known to be bad is bad. Throws when called off.
 */
export async function verdict(
  docker: Docker,
  id: string,
  spec: ContainerSpec,
  place: 'beside' | 'instead',
  signal: AbortSignal
): Promise<Fault | null> {
  const limit = verdictLimit(spec.create)
  const began = performance.now()
  for (;;) {
    const late = performance.now() - began
    const info = await docker.stateOf(id)
    if (info === null) return { what: 'is gone', ill: false }
    if (info.health === 'healthy') return null
    if (info.health === 'unhealthy') return { what: 'does not pass its health check', ill: true }
    if (info.health === 'none' && place === 'instead') return null
    if (info.state === 'exited' && info.exitCode === 0 && spec.again !== 'always') return null
    if (info.state !== 'running') return { what: `ended with code ${info.exitCode}`, ill: false }
    if (info.health === 'none' && late >= GRACE) return null
    // Nobody else serves: a check that takes longer than can be waited for is not known to fail.
    if (late >= LIMIT && place === 'instead') return null
    if (late >= limit)
      return { what: `has not passed its health check within ${Math.round(limit / 1000)} s`, ill: true }
    await pause(STEP, signal)
  }
}

/** What it said last, as the end of a sentence; empty when it said nothing. */
export async function lastWords(docker: Docker, id: string): Promise<string> {
  try {
    const lines: string[] = []
    for await (const text of demux(await docker.logs(id, { follow: false, tail: 5 }))) lines.push(...text.split('\n'))
    const said = lines.map((line) => line.trim().slice(0, 200)).filter((line) => line !== '')
    return said.length === 0 ? '' : `; it said last: ${said.slice(-5).join(' | ')}`
  } catch {
    return '' // a log driver without a way back
  }
}

/** Rejects when called off. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason instanceof Error ? signal.reason : new Error('called off'))
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal.addEventListener('abort', stop, { once: true })
  })
}
