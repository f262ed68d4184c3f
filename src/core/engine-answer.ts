// What an engine tells, if it is there.
interface Engine {
  ping(): Promise<string | null>
}

/**
 * What was asked of `engine`; null when it is away. Rejects when it is there and does not tell: then nothing is known, which is
 * something else than that it has nothing. Asked beside the ping and not after it, which would take twice as long.
 */
export async function ifAnswers<T>(engine: Engine, asked: Promise<T>): Promise<T | null> {
  // Of an engine that is away nobody waits for what it was asked.
  asked.catch(() => undefined)
  return (await engine.ping()) === null ? null : asked
}
