// Who uses this command, for the history of the machine.
import type { Command } from './command.ts'
import type { Io } from './io.ts'

/** The value of the header in which the agent reads it. Values of arguments may be secret; keys and names are not. */
export function callerOf({ env, tty }: Io, { words, args }: Command, given: readonly string[]): string {
  const [first] = /^\[?(KEY|NAME|GENERATION)\b/.test(args ?? '') ? given : []
  const said = {
    user: env['SUDO_USER'] ?? env['USER'] ?? env['LOGNAME'] ?? '',
    tty: tty(),
    from: env['SSH_CONNECTION']?.split(' ')[0] ?? '',
    words: ['ros', ...words, ...(first === undefined ? [] : [first])].join(' ')
  }
  return encodeURIComponent(JSON.stringify(said))
}
