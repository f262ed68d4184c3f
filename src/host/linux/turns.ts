// Who may go now, where only so many may at once.

export interface Turns {
  /**
   * Runs `work` when its turn among those of one `name` comes; `waits` is called if that is not now.
   * @throws what `work` throws, or the reason of `signal` where it is called off before its turn
   */
  take<T>(name: string, work: () => Promise<T>, waits: () => void, signal: AbortSignal): Promise<T>
}

/** `width` at once of each name, in the order they came. */
export function createTurns(width: number): Turns {
  const busy = new Map<string, number>()
  const queues = new Map<string, Set<() => void>>()
  const pass = (name: string) => {
    const [next] = queues.get(name) ?? []
    if (next !== undefined) next()
    else busy.set(name, (busy.get(name) ?? 1) - 1)
  }
  const turn = (name: string, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const queue = queues.get(name) ?? new Set()
      queues.set(name, queue)
      const leave = () => {
        queue.delete(come)
        signal.removeEventListener('abort', giveUp)
      }
      const come = () => {
        leave()
        resolve()
      }
      const giveUp = () => {
        leave()
        reject(signal.reason)
      }
      queue.add(come)
      signal.addEventListener('abort', giveUp, { once: true })
    })
  return {
    async take(name, work, waits, signal) {
      signal.throwIfAborted()
      const now = busy.get(name) ?? 0
      if (now < width) busy.set(name, now + 1)
      else {
        waits()
        await turn(name, signal)
      }
      try {
        return await work()
      } finally {
        pass(name)
      }
    }
  }
}
