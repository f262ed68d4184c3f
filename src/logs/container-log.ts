// A service's log as its engine keeps it, over new starts of its container and new containers in its place.
import { filter, firstValueFrom, fromEvent, merge, take, timer } from 'rxjs'
import { demux } from '../core/docker-log.ts'
import type { Docker } from '../host/ports.ts'
import { byTime, type LogEntry, type LogOptions, type LogStream } from './entry.ts'
import { containerLine } from './line.ts'

/** Milliseconds after which it is looked whether there is one, whatever was heard. */
const LOOK_AGAIN = 5_000

/** Of a service that has no container, or whose engine does not answer, there is nothing yet. */
export async function* containerLog(docker: Docker, name: string, options: LogOptions): LogStream {
  const { tail, follow, signal } = options
  const began = new Date().toISOString()
  let told: string | null = null
  /** The two streams of a container's log are not in order: a line may be older than the one before it. */
  const tell = ({ at }: LogEntry) => {
    if (at !== null && (told === null || byTime({ at }, { at: told }) > 0)) told = at
  }
  for await (const entry of linesOf(docker, name, { ...options, follow: false })) {
    tell(entry)
    yield entry
  }
  yield null
  // Who wants only the last lines does not get all those of an engine that was away for a moment.
  const since = options.since ?? (tail === Number.POSITIVE_INFINITY ? null : began)
  while (follow && !signal.aborted) {
    const before: string | null = told
    const rest = { since: before ?? since, tail: Number.POSITIVE_INFINITY, follow, signal }
    for await (const entry of linesOf(docker, name, rest)) {
      // The engine counts from a time on, and the line of that time has been told.
      if (entry.at === null || (before !== null && byTime(entry, { at: before }) <= 0)) continue
      tell(entry)
      yield entry
    }
    await started(docker, name, signal)
  }
}

async function* linesOf(
  docker: Docker,
  name: string,
  { since, tail, follow, signal }: LogOptions
): AsyncGenerator<LogEntry, void, undefined> {
  if (signal.aborted) return
  let close = () => {}
  try {
    const found = await docker.container(name)
    if (found === null) return
    const from = since === null ? {} : { since: secondsOf(since) }
    const stream = await docker.logs(found.id, { follow, tail, timestamps: true, ...from })
    close = () => (stream as NodeJS.ReadableStream & { destroy?: () => void }).destroy?.()
    signal.addEventListener('abort', close, { once: true })
    for await (const text of demux(stream)) yield { source: name, ...containerLine(text) }
  } catch {
    // An engine that goes away, or a container that is removed, ends its log; it goes on with the next.
  } finally {
    signal.removeEventListener('abort', close)
    close()
  }
}

/** Resolves when a container of the name has been started, or it is time to look. */
async function started(docker: Docker, name: string, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const heard = docker
    .events()
    .pipe(filter((event) => event.type === 'connection' || (event.action === 'start' && event.name === name)))
  await firstValueFrom(merge(heard, timer(LOOK_AGAIN), fromEvent(signal, 'abort')).pipe(take(1)))
}

/** `1769860800.000000001`, as the engine takes times. */
function secondsOf(at: string): string {
  const [, fraction = ''] = /\.(\d+)Z$/.exec(at) ?? []
  return `${Math.floor(Date.parse(at) / 1000)}.${fraction.padEnd(9, '0')}`
}
