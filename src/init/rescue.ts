// The whole of PID 1 when there is no machine to run: a reaper, and a shell for whoever comes to look.
import { firstValueFrom, map, merge, timer } from 'rxjs'
import { consoleEnds, openBootLog } from './boot-log.ts'
import { mountEarly } from './mounts.ts'
import { startReaper } from './reap.ts'
import { recoveryShell } from './recovery.ts'
import { shutdown } from './shutdown.ts'
import { type PowerRequest, powerSignals } from './signals.ts'

/** Time to read the screen of a machine on which no shell can be had. */
const UNATTENDED_MS = 60_000
const SHUTDOWN_MS = 20_000

/** Gives a recovery shell with the reason on the consoles, and ends the machine when it is left or a signal says so. */
export async function rescue(reason: string, inNamespaces: boolean): Promise<never> {
  const log = openBootLog(consoleEnds(inNamespaces))
  await log.try('prepared the recovery shell', () => mountEarly(inNamespaces))
  startReaper()
  const left: PowerRequest = { action: 'reboot', reason: 'the recovery shell was left' }
  let ending: PowerRequest
  try {
    const shell = recoveryShell({ reason, exitMeans: 'reboots', inNamespaces }).then(() => left)
    ending = await firstValueFrom(merge(powerSignals(), shell))
  } catch (thrown) {
    log.say(`no recovery shell: ${(thrown as Error).message}; reboot in ${UNATTENDED_MS / 1000} s`)
    const nobody: PowerRequest = { action: 'reboot', reason: 'nobody can help' }
    ending = await firstValueFrom(merge(powerSignals(), timer(UNATTENDED_MS).pipe(map(() => nobody))))
  }
  log.say(`${ending.action}: ${ending.reason}`)
  return shutdown({ action: ending.action, deadlineMs: SHUTDOWN_MS, steps: [], inNamespaces, log })
}
