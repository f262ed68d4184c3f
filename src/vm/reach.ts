import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Machine } from './machine.ts'
import { defaults } from './options.ts'
import { ssh, waitForSsh } from './ssh.ts'

/** The half of a Machine that is the same for every kind: the way in by ssh, and the console's log. */
export type Reach = Pick<
  Machine,
  'host' | 'port' | 'user' | 'identity' | 'logFile' | 'ssh' | 'log' | 'logged' | 'answers'
>

export interface ReachSetup {
  readonly host: string
  readonly port: number
  readonly identity: string
  readonly logFile: string
  readonly exited: Promise<number>
}

/** Builds it. Every wait in it ends when the machine does. */
export function reach(setup: ReachSetup): Reach {
  const { host, port, identity, logFile } = setup
  const target = { host, port, identity, user: defaults.user }
  const ended = new AbortController()
  void setup.exited.then(() => ended.abort())
  const log = (): string => readFileSync(logFile, 'utf8')
  return {
    ...target,
    logFile,
    log,
    ssh: (command, options) => ssh(target, command, options),
    answers: (seconds = defaults.sshTimeout) => waitForSsh(target, seconds, ended.signal),
    async logged(pattern, seconds) {
      const found = (): boolean => (typeof pattern === 'string' ? log().includes(pattern) : pattern.test(log()))
      const deadline = Date.now() + seconds * 1000
      while (!found()) {
        const why = ended.signal.aborted ? 'the machine ended' : Date.now() > deadline ? `${seconds} s are over` : null
        // The last words may have come between the look and the end.
        if (why !== null && !found()) throw new Error(`${why} and ${logFile} does not say ${pattern}`)
        if (why === null) await delay(100, undefined, { signal: ended.signal }).catch(() => {})
      }
    }
  }
}
