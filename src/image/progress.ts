/** Tells what a long piece of work is doing. */
export interface Progress {
  /** Runs one step and says how long it took. */
  step<T>(name: string, work: () => T | Promise<T>): Promise<T>
  /** Says one thing between steps. */
  say(line: string): void
}

/** @param write gets whole lines; usually standard error */
export function progressTo(write: (line: string) => void): Progress {
  return {
    async step(name, work) {
      const began = performance.now()
      const done = await work()
      write(`image: ${name.padEnd(34)} ${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s\n`)
      return done
    },
    say: (line) => write(`image: ${line}\n`)
  }
}

/** Says nothing. */
export const silent: Progress = {
  step: async (_name, work) => await work(),
  say: () => {}
}
