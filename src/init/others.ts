// All processes of the machine but PID 1, at its end.
import { readdirSync, readFileSync } from 'node:fs'
import { onlyPid1 } from '../host/linux/power.ts'

export interface Living {
  readonly pid: number
  readonly name: string
  /** It has a controlling terminal: an interactive shell, which ignores SIGTERM but not a hang-up. */
  readonly onTerminal: boolean
}

/** A flag of threads of the kernel, <linux/sched.h>. They take no signals and end with it. */
const PF_KTHREAD = 0x200000

/** The process that a line of /proc/PID/stat describes; null for the dead and for threads of the kernel. */
export function livingOf(stat: string): Living | null {
  const end = stat.lastIndexOf(')')
  const [state = 'Z', , , , terminal = '0', , flags = '0'] = stat.slice(end + 2).split(' ')
  if (['', 'Z', 'X'].includes(state) || (Number(flags) & PF_KTHREAD) !== 0) return null
  const name = stat.slice(stat.indexOf('(') + 1, end)
  return { pid: Number.parseInt(stat, 10), name, onTerminal: terminal !== '0' }
}

/** All that live but this one. */
export function others(): readonly Living[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        return livingOf(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
      } catch {
        return []
      }
    })
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (thrown) {
    // It has ended by itself, or there is nobody left.
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown
  }
}

/** Asks every process to end. */
export function askOthers(): void {
  onlyPid1('SIGTERM to every process')
  send(-1, 'SIGTERM')
  for (const { pid, onTerminal } of others()) if (onTerminal) send(pid, 'SIGHUP')
  // What is stopped hears nothing before it goes on.
  send(-1, 'SIGCONT')
}

/** Ends every process. */
export function killOthers(): void {
  onlyPid1('SIGKILL to every process')
  send(-1, 'SIGKILL')
}
