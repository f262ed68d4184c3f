// System Docker as a process: what /proc tells of it.
import type { Files } from '../host/ports.ts'

export const PROGRAM = 'dockerd'
export const PID_FILE = '/run/system-docker.pid'

interface Look {
  readonly files: Pick<Files, 'read'>
}

/** A running System Docker. */
export interface Daemon {
  readonly pid: number
  readonly argv: readonly string[]
  readonly environment: readonly string[]
}

/** null: it does not run. */
export async function systemDaemon(host: Look): Promise<Daemon | null> {
  const pid = Number((await host.files.read(PID_FILE))?.trim() ?? '')
  return Number.isInteger(pid) && pid > 0 ? daemonOf(host, pid) : null
}

/** null: there is no such process, or the number now belongs to something else. */
export async function daemonOf(host: Look, pid: number): Promise<Daemon | null> {
  const [line, environment] = await Promise.all(
    ['cmdline', 'environ'].map((file) => host.files.read(`/proc/${pid}/${file}`))
  )
  const [program, ...flags] = words(line ?? '')
  if (program?.endsWith(PROGRAM) !== true) return null
  return { pid, argv: [PROGRAM, ...flags], environment: words(environment ?? '') }
}

/** What /proc has of a process's arguments or environment. */
function words(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\0$/, '').split('\0')
}
