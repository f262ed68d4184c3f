// Several logs as one: what is there in the order of its times, what comes as it comes. Pure but for the clock.
import { setTimeout } from 'node:timers/promises'
import { byTime, type LogEntry, type LogOptions, type LogStream } from './entry.ts'

/** Milliseconds for which new lines are held, so that those of a file, which is looked at now and then, come in their order. */
const HOLD = 300
/** Lines that are held at most: a reader that is stopped must not grow the agent, and one of a flood must not be left behind. */
const MOST = 1000

/** The lines of all of them; each is read only as fast as the reader reads. `signal` has to end the streams, too. */
export async function* merged(
  streams: readonly LogStream[],
  { tail, follow, signal }: Pick<LogOptions, 'tail' | 'follow' | 'signal'>,
  hold = HOLD
): AsyncGenerator<LogEntry, void, undefined> {
  const open = streams.map((stream) => stream[Symbol.asyncIterator]())
  try {
    yield* last(inOrder(open), tail)
    if (follow) yield* asTheyCome(open, signal, hold)
  } finally {
    for (const one of open) void one.return?.().catch(() => undefined)
  }
}

/** The last so many; all for Infinity. */
export async function* last<T>(entries: AsyncIterable<T>, count: number): AsyncGenerator<T, void, undefined> {
  if (count === Number.POSITIVE_INFINITY) {
    yield* entries
    return
  }
  let kept: T[] = []
  for await (const entry of entries) {
    kept.push(entry)
    if (kept.length > 2 * count + MOST) kept = kept.slice(kept.length - count)
  }
  yield* kept.slice(Math.max(0, kept.length - count))
}

type Open = AsyncIterator<LogEntry | null>

/** Until each has told all that was there. */
async function* inOrder(open: readonly Open[]): AsyncGenerator<LogEntry, void, undefined> {
  const heads = await Promise.all(open.map(next))
  for (;;) {
    let first = -1
    for (const [at, head] of heads.entries()) {
      const best = heads[first] ?? null
      if (head !== null && (best === null || byTime(head, best) < 0)) first = at
    }
    const [head, from] = [heads[first] ?? null, open[first]]
    if (head === null || from === undefined) return
    yield head
    heads[first] = await next(from)
  }
}

async function next(from: Open): Promise<LogEntry | null> {
  const result = await from.next()
  return result.done === true ? null : result.value
}

async function* asTheyCome(
  open: readonly Open[],
  signal: AbortSignal,
  hold: number
): AsyncGenerator<LogEntry, void, undefined> {
  let held: LogEntry[] = []
  let over = false
  let wake = () => {}
  let room = Promise.withResolvers<void>()
  let full = new AbortController()
  const pump = async (from: Open) => {
    for (let result = await from.next(); result.done !== true; result = await from.next()) {
      if (result.value === null) continue
      held.push(result.value)
      wake()
      if (held.length < MOST) continue
      full.abort()
      await room.promise
    }
  }
  const ended = Promise.allSettled(open.map(pump)).then(() => {
    over = true
    wake()
  })
  while (!signal.aborted && !(over && held.length === 0)) {
    if (held.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
      continue
    }
    const ends = AbortSignal.any([signal, full.signal])
    if (!over) await setTimeout(hold, undefined, { signal: ends }).catch(() => undefined)
    const told = held.toSorted(byTime)
    held = []
    full = new AbortController()
    room.resolve()
    room = Promise.withResolvers()
    yield* told
  }
  // None is left waiting for room.
  room.resolve()
  await ended
}
