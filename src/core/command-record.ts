// What is kept of the commands of a boot, in /run, so that none of them runs twice in it; and how they go to a log. Pure.

export interface CommandRecord {
  readonly state: 'running' | 'done' | 'failed'
  /** For people: what failed and how, or how many ran. */
  readonly message: string
  /** What they belonged to when they ran; only of hooks. */
  readonly of?: string
}

/** Sends all that a command says to a log as it comes. $1: the log, $2: the line above it, then the command. */
const LOGGED = 'exec >>"$1" 2>&1; printf "%s\\n" "$2"; shift 2; exec "$@"'

/** A command that says everything to a log, below a line with its time (milliseconds since 1970): `ros logs` reads these. */
export function logged(argv: readonly string[], log: string, line: string, now: number): readonly string[] {
  return ['sh', '-c', LOGGED, 'sh', log, `${new Date(now).toISOString()} ${line}`, ...argv]
}

/** One line, short enough for a message. */
export function oneLine(line: string | readonly string[]): string {
  const text = (typeof line === 'string' ? line : line.join(' ')).trim().replace(/\s+/g, ' ')
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`
}

export function recordPath(name: string): string {
  return `/run/ros/commands/${name}.json`
}

/** A record that can not be read still says that the commands were started. */
export function parseRecord(text: string): CommandRecord {
  try {
    const { state, message, of }: Partial<CommandRecord> = JSON.parse(text)
    if ((state === 'running' || state === 'done' || state === 'failed') && typeof message === 'string')
      return { state, message, ...(typeof of === 'string' ? { of } : {}) }
  } catch {
    // falls through
  }
  return { state: 'failed', message: 'what became of the commands is not known: their record is damaged' }
}
