// Streams of JSON lines.
import { Readable } from 'node:stream'
import type { Observable } from 'rxjs'

export const NDJSON = 'application/x-ndjson'

/** Bytes a reader may lag behind before it is cut off: a stopped `ros events -f` must not grow the agent. */
const LAG = 4_000_000

/** One line per value. The subscription ends with the reader, the stream with the observable. */
export function lines(values: Observable<unknown>): Readable {
  const stream = new Readable({ read: () => undefined })
  // An empty line is no value; it sends the headers, so that a follower knows at once that it is heard.
  stream.push('\n')
  const subscription = values.subscribe({
    next: (value) => {
      stream.push(`${JSON.stringify(value)}\n`)
      if (stream.readableLength > LAG) stream.destroy(new Error('the reader does not keep up'))
    },
    complete: () => stream.push(null),
    error: (error: unknown) => stream.destroy(error instanceof Error ? error : new Error(String(error)))
  })
  stream.on('close', () => subscription.unsubscribe())
  return stream
}

/** The same from an async iterable, which is read only as fast as the reader reads. */
export function linesOf(values: AsyncIterable<unknown>): Readable {
  async function* written() {
    yield '\n'
    for await (const value of values) yield `${JSON.stringify(value)}\n`
  }
  return Readable.from(written(), { objectMode: false })
}
