// Signals that ask PID 1 for an end: what busybox's reboot and poweroff send, ctrl-alt-del, a failing power supply.
import { Observable } from 'rxjs'
import type { PowerAction } from '../host/linux/power.ts'

export interface PowerRequest {
  readonly action: PowerAction
  /** Who asked, for the log. */
  readonly reason: string
}

/**
 * SIGUSR1 (busybox halt) is missing: Node opens its inspector on it unless started with --disable-sigusr1, and with that
 * flag the signal is blocked.
 */
export const requests: Readonly<Partial<Record<NodeJS.Signals, PowerRequest>>> = {
  SIGTERM: { action: 'reboot', reason: 'SIGTERM' },
  SIGINT: { action: 'reboot', reason: 'ctrl-alt-del' },
  SIGUSR2: { action: 'poweroff', reason: 'SIGUSR2' },
  SIGPWR: { action: 'poweroff', reason: 'power failure (SIGPWR)' }
}

/** What the signals of this process ask for, from the subscription on. SIGHUP, which a closing console sends, is ignored. */
export function powerSignals(): Observable<PowerRequest> {
  return new Observable((subscriber) => {
    const ignore = (): void => {}
    process.on('SIGHUP', ignore)
    subscriber.add(() => process.off('SIGHUP', ignore))
    for (const [name, request] of Object.entries(requests)) {
      const heard = (): void => subscriber.next(request)
      process.on(name, heard)
      subscriber.add(() => process.off(name, heard))
    }
  })
}
