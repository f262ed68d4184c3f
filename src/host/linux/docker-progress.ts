// What an engine tells while it loads or pulls an image: lines of JSON, one of which may be its failure.
import type { PullProgress } from '../ports.ts'

interface ProgressLine {
  readonly status?: string
  readonly stream?: string
  readonly error?: string
  readonly id?: string
  readonly progressDetail?: { readonly current?: number; readonly total?: number }
}

/** Reads the stream to its end; an `error` line in it is the call's error. */
export async function follow(
  stream: NodeJS.ReadableStream,
  progress: (progress: PullProgress) => void,
  signal: AbortSignal
): Promise<void> {
  let rest = ''
  let failure: string | null = null
  const onAbort = () => (stream as NodeJS.ReadableStream & { destroy?: () => void }).destroy?.()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    for await (const chunk of stream) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (line.trim() === '') continue
        const entry = JSON.parse(line) as ProgressLine // the API's shape
        if (entry.error !== undefined) failure = entry.error
        const { current = 0, total = 0 } = entry.progressDetail ?? {}
        progress({ status: (entry.status ?? entry.stream ?? '').trim(), layer: entry.id ?? '', current, total })
      }
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
  signal.throwIfAborted()
  if (failure !== null) throw new Error(failure)
}
