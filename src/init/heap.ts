// The heap watchdog. When V8 runs out of heap it aborts the process: for PID 1, a kernel panic. Long before that the agent
// starts itself anew, at a moment when nothing is under way.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { nextRestart, reexec, restartOf } from './reexec.ts'

/** Above this share of the limit. */
const SHARE = 0.75
/** Above this there is no time left to wait for a good moment: V8 gives up at nine tenths when collections free little. */
const LAST_SHARE = 0.85
const EVERY_MS = 5000
const MB = 1024 * 1024

/**
 * The flag --max-old-space-size in MB; null without it. V8's own heap_size_limit is no measure: it says 256 MB when the
 * flag says 64.
 */
export function heapLimitMb(flags: readonly string[]): number | null {
  const at = flags.findLast((flag) => /^--max[-_]old[-_]space[-_]size=\d+$/.test(flag))
  return at === undefined ? null : Number(at.split('=')[1])
}

/** Bytes in use after a full collection: only those count that nothing can free. */
function usedForSure(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  setFlagsFromString('--no-expose-gc')
  collect()
  return process.memoryUsage().heapUsed
}

export interface HeapWatch {
  /** Resolves when nothing is under way that a restart would cut off; called once, when the heap is too full. */
  readonly idle: () => Promise<void>
  readonly log: (text: string) => void
  /** Milliseconds between looks. */
  readonly everyMs?: number
}

function startAnew(reason: string): never {
  return reexec(nextRestart(restartOf(process.env), 'heap', reason, Date.now()))
}

/** Starts watching; returns what stops it. Without a limit on the command line there is nothing to compare with. */
export function watchHeap(watch: HeapWatch): () => void {
  const limit = heapLimitMb(process.execArgv)
  if (limit === null) return () => {}
  const everyMs = watch.everyMs ?? EVERY_MS
  const above = (share: number): boolean => process.memoryUsage().heapUsed > limit * MB * share
  let timer = setInterval(() => {
    if (!above(SHARE)) return
    const used = usedForSure()
    if (!above(SHARE)) return
    clearInterval(timer)
    const reason = `${Math.round(used / MB)} MB of ${limit} MB heap in use`
    watch.log(`${reason}: starting anew when idle`)
    // An error in idle is a fault like any other: the fatal path restarts as well.
    void watch.idle().then(() => startAnew(reason))
    timer = setInterval(() => above(LAST_SHARE) && startAnew(`${reason}, and it did not wait to be idle`), everyMs / 10)
  }, everyMs)
  return () => clearInterval(timer)
}
