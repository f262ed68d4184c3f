// A stream that goes on over a new start of the agent, or a boot: either ends it.
import { setTimeout } from 'node:timers/promises'
import { EXIT, Failure } from './failure.ts'
import type { Io } from './io.ts'

/** Milliseconds between two tries to reach an agent that went. */
const AGAIN = 500

/**
 * What `open` gives, opened anew whenever the agent went and came back, until the person has enough. Rejects as `open` does where the
 * agent was never reached, or says no.
 */
export async function* lasting<T>(
  { signal, err }: Pick<Io, 'signal' | 'err'>,
  open: () => AsyncIterable<T>
): AsyncGenerator<T, void, undefined> {
  for (let reached = false, told = false; ; ) {
    try {
      for await (const item of open()) {
        reached = true
        told = false
        yield item
      }
    } catch (thrown) {
      if (!signal.aborted && !(reached && thrown instanceof Failure && thrown.exit === EXIT.unreachable)) throw thrown
    }
    if (signal.aborted) return
    if (!told) err('ros: the agent is away; what comes next is told when it is back\n')
    told = true
    await setTimeout(AGAIN, undefined, { signal }).catch(() => undefined)
  }
}
