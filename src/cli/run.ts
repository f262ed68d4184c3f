// A command line from its words to its exit code.
import { callerOf } from './caller.ts'
import { createClient, Refused, SOCKET } from './client.ts'
import type { Command, Group } from './command.ts'
import { EXIT, Failure } from './failure.ts'
import { commandHelp, groupHelp, overview } from './help.ts'
import type { Io } from './io.ts'
import { optionsOf, parse } from './parse.ts'
import { commands, groups, hidden } from './table.ts'
import { VERSION } from './version.ts'

const PERSONALITIES = ['reboot', 'poweroff', 'halt', 'shutdown', 'wait-for-docker']

/** The words to run for a program name: `/usr/sbin/reboot -f` is `ros reboot -f`. */
export function personality(program: string, words: readonly string[]): readonly string[] {
  const name = program.slice(program.lastIndexOf('/') + 1)
  return PERSONALITIES.includes(name) ? [name, ...words] : words
}

/** Runs one command line; resolves with its exit code. Rejects only for faults of ours. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    if (argv.length === 1 && (argv[0] === '-v' || argv[0] === '--version')) {
      io.out(`ros version v${VERSION} from os image rosd/os:v${VERSION}\n`)
      return EXIT.done
    }
    const parsed = parse([...commands, ...hidden], groups, argv)
    if (parsed.is === 'help') {
      io.out(helpOf(parsed.about))
      return EXIT.done
    }
    const { command, args, options } = parsed
    const socket = options['socket'] === undefined ? (io.env['ROS_SOCKET'] ?? SOCKET) : String(options['socket'])
    const { run: carryOut } = await command.load()
    return await carryOut({
      io,
      command,
      args,
      options,
      json: options['json'] === true,
      client: createClient(socket, io.signal, () => callerOf(io, command, args))
    })
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    if (error.message !== '') io.err(`ros: ${error.message}\n${await problemsOf(error)}`)
    return error.exit
  }
}

function helpOf(about: Command | Group | null): string {
  if (about === null) return overview(commands, groups, `v${VERSION}`)
  return 'load' in about ? commandHelp(about, optionsOf(about)) : groupHelp(about, commands)
}

/** The problems of a refused document, with their carets. */
async function problemsOf(failure: Failure): Promise<string> {
  if (!(failure instanceof Refused) || failure.body.errors === undefined) return ''
  const { showProblems } = await import('../document/problem.ts')
  return `${showProblems(failure.body.errors)}\n`
}
