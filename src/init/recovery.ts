// The recovery shell: what is left when the machine cannot go on (or when the kernel line asks for it). PID 1 stays what it
// is: it reaps, hears signals, and starts the shell anew if it is killed.
import { closeSync, constants, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import { setTimeout as sleep } from 'node:timers/promises'
import { startOn } from '../host/linux/spawn.ts'
import { consoles } from './boot-log.ts'

export interface Recovery {
  /** Why there is a shell instead of a machine. */
  readonly reason: string
  /** What `exit` does, for the text on the screen: `reboots`, `goes on booting`. */
  readonly exitMeans: string
  readonly inNamespaces: boolean
}

const PROFILE = '/run/ros/recovery.profile'
const AGAIN_MS = 1000

/**
 * The commands go to PID 1 as signals (SIGTERM reboots, SIGUSR2 powers off), which whoever calls hears: the agent's socket
 * may not be there. A shell that
 * is left exits with 0, whatever its last command did; with anything above 128 it was killed.
 */
const profile = `PS1='recovery# '
trap 'exit 0' EXIT
reboot() { kill -TERM 1; }
poweroff() { kill -USR2 1; }
`

/** What is shown before the prompt. */
export function banner(recovery: Pick<Recovery, 'reason' | 'exitMeans'>): string {
  const reason = recovery.reason
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`)
  return [
    '',
    'rosd recovery shell. Why:',
    ...reason,
    `'exit' ${recovery.exitMeans}; 'reboot' and 'poweroff' work.`,
    '',
    ''
  ].join('\r\n')
}

/** The consoles; tty0 is whichever virtual terminal is in front, tty1 one of them. In namespaces our own stdin. */
function terminalPaths(inNamespaces: boolean): readonly string[] {
  if (inNamespaces) return ['/proc/self/fd/0']
  return consoles(false).map((path) => (path === '/dev/tty0' ? '/dev/tty1' : path))
}

/** Opens what can be opened and is a terminal. */
function openTerminals(paths: readonly string[]): readonly number[] {
  return paths.flatMap((path) => {
    try {
      const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY)
      if (isatty(fd)) return [fd]
      closeSync(fd)
    } catch {
      // No such hardware.
    }
    return []
  })
}

/** One shell on one terminal, as often as it is killed; resolves when somebody leaves it. */
async function shellOn(terminal: number, recovery: Recovery): Promise<void> {
  for (;;) {
    writeSync(terminal, banner(recovery))
    // setsid -c makes the terminal the shell's controlling one: job control and ctrl-C work.
    const shell = startOn(terminal, ['setsid', '-c', '/bin/sh', '-i'], { ENV: PROFILE, TERM: 'linux' })
    if ((await shell.exited) < 128) return
    await sleep(AGAIN_MS)
  }
}

/**
 * Gives a root shell on every console and resolves when one of them is left with `exit`. Throws when there is no console or
 * no shell: then there is nobody to help.
 */
export async function recoveryShell(recovery: Recovery): Promise<void> {
  const { inNamespaces } = recovery
  const paths = terminalPaths(inNamespaces)
  const terminals = openTerminals(paths)
  if (terminals.length === 0) throw new Error(`no terminal for a recovery shell: tried ${paths.join(', ') || 'none'}`)
  mkdirSync('/run/ros', { recursive: true })
  writeFileSync(PROFILE, profile)
  await Promise.any(terminals.map((terminal) => shellOn(terminal, recovery)))
}
