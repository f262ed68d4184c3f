// The end of the line for errors nobody caught. PID 1 may not exit (the kernel would panic), and must not go on with what
// may be broken: it says what happened and starts itself anew; containers and engines do not notice.
import { writeFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { consoles, writeToConsoles } from './boot-log.ts'
import { isInNamespaces } from './namespaces.ts'
import { nextRestart, reexec, restartOf } from './reexec.ts'

/** On every console and, unless it is somebody's host's, in the kernel's log. */
function tell(text: string): void {
  const inNamespaces = isInNamespaces(process.env)
  writeToConsoles(consoles(inNamespaces), `${text}\n`)
  if (inNamespaces) return
  try {
    // <2>: critical. One record is one line.
    for (const line of text.split('\n').slice(0, 20)) writeFileSync('/dev/kmsg', `<2>rosd: ${line}`)
  } catch {
    // No /dev yet.
  }
}

/**
 * From now on an uncaught exception or unhandled rejection starts the agent anew; the third within a minute starts it as
 * recovery shell (see `restartOf`). A run that is the recovery shell already only says what happened. An ordinary process
 * (not PID 1) says it and exits with 1.
 */
export function installFatal(): void {
  const before = restartOf(process.env)
  process.on('uncaughtException', (thrown: unknown) => {
    const reason = thrown instanceof Error ? (thrown.stack ?? thrown.message) : `thrown: ${inspect(thrown)}`
    tell(`rosd: fatal: ${reason}`)
    if (process.pid !== 1) process.exit(1)
    if (before.why === 'recovery') return
    try {
      reexec(nextRestart(before, 'fatal', reason, Date.now()))
    } catch (failed) {
      tell(`rosd: cannot start anew, going on: ${(failed as Error).message}`)
    }
  })
}
