// Pulls of one engine: so many at once from each registry, none that hangs for ever. Layers of a pull that is cut off are asked
// for again by the engine itself, from where they stopped; when it gives the pull up, it drops what it had of it.
import type Dockerode from 'dockerode'
import { parseReference } from '../../core/image-reference.ts'
import type { Docker } from '../ports.ts'
import { follow } from './docker-progress.ts'
import { createTurns } from './turns.ts'

/** At once from one registry; the engine takes three layers at a time from all. */
const WIDTH = 3
/** Milliseconds without a word of any pull after which those under way are called off. */
const SILENCE = 300_000

export function createPulls(engine: Dockerode, silence = SILENCE): Docker['pull'] {
  const turns = createTurns(WIDTH)
  const timers = new Set<NodeJS.Timeout>()
  // A layer that waits for others to come down says nothing either.
  const heard = () => {
    for (const timer of timers) timer.refresh()
  }

  /** An engine waits for ever for a registry that takes a connection and says nothing. */
  const unlessSilent = async (signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>) => {
    const silent = new AbortController()
    const timer = setTimeout(() => silent.abort(), silence)
    timers.add(timer)
    try {
      await work(AbortSignal.any([signal, silent.signal]))
    } catch (thrown) {
      signal.throwIfAborted()
      if (!silent.signal.aborted) throw thrown
      throw new Error(`the registry has sent nothing for ${silence / 1000} s`, { cause: thrown })
    } finally {
      clearTimeout(timer)
      timers.delete(timer)
      heard()
    }
  }

  return (ref, auth, progress, signal) => {
    const { registry, path, tag, digest } = parseReference(ref)
    // Beside a digest a tag says nothing, and the engine takes the one or the other.
    const [fromImage, version] = [`${registry}/${path}`, digest || tag || 'latest']
    const pull = () =>
      unlessSilent(signal, async (abortSignal) => {
        // Credentials among the options would stand in the address of the call, and so in logs.
        const stream = await engine.createImage(auth ?? undefined, { fromImage, tag: version, abortSignal })
        const tell: typeof progress = (line) => {
          heard()
          progress(line)
        }
        await follow(stream, tell, abortSignal)
      })
    const waits = () => progress({ status: `waits for its turn at ${registry}`, layer: '', current: 0, total: 0 })
    return turns.take(registry, pull, waits, signal)
  }
}
