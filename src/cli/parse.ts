// Words of a command line -> the command of the table and its arguments.
import { parseArgs } from 'node:util'
import { suggest } from '../document/suggest.ts'
import type { Command, Group, Option } from './command.ts'
import { EXIT, Failure } from './failure.ts'
import { usageOf } from './help.ts'

/** Options of every command. */
export const COMMON: Readonly<Record<string, Option>> = {
  json: { about: "the API's answer as JSON, one value per line where it is a stream" },
  socket: { value: 'PATH', about: "the agent's socket (default /run/ros/agent.sock, or $ROS_SOCKET)" },
  help: { short: 'h', about: 'this text' }
}

/** The command's own options and those of every command; where it has a -h of its own, help is only --help. */
export function optionsOf({ options = {} }: Command): Readonly<Record<string, Option>> {
  const taken = Object.values(options).some(({ short }) => short === 'h')
  return { ...options, ...COMMON, ...(taken ? { help: { about: 'this text' } } : {}) }
}

export type Parsed =
  | { readonly is: 'command'; readonly command: Command; readonly args: readonly string[]; readonly options: Options }
  /** Help about a command, about a group of commands, or (null) about all. */
  | { readonly is: 'help'; readonly about: Command | Group | null }

export type Options = Readonly<Record<string, string | true | undefined>>

/** Finds the command and reads its options and arguments; throws a Failure of exit code 2 that says what is wrong. */
export function parse(commands: readonly Command[], groups: readonly Group[], argv: readonly string[]): Parsed {
  const { leading, words } = splitLeading(argv)
  const [first] = words
  if (first === undefined || (first === 'help' && words.length === 1)) return { is: 'help', about: null }
  if (first === 'help') return { is: 'help', about: lookUp(commands, groups, words.slice(1)).found }
  const { found, rest } = lookUp(commands, groups, words)
  if (!('load' in found)) return { is: 'help', about: found }
  return read(found, [...leading, ...rest])
}

/** `ros --json status` is `ros status --json`. */
function splitLeading(argv: readonly string[]): {
  readonly leading: readonly string[]
  readonly words: readonly string[]
} {
  let i = 0
  while (argv[i]?.startsWith('-') === true) i += argv[i] === '--socket' ? 2 : 1
  const leading = argv.slice(0, i)
  const help = leading.some((word) => word === '--help' || word === '-h')
  const strange = leading.find((word, at) => !isCommon(word) && !(leading[at - 1] === '--socket'))
  if (strange !== undefined) throw usage(`unknown option '${strange}'`, 'ros --help')
  return help ? { leading: [], words: ['help', ...argv.slice(i)] } : { leading, words: argv.slice(i) }
}

function isCommon(word: string): boolean {
  return word === '--json' || word === '--help' || word === '-h' || word === '--socket' || word.startsWith('--socket=')
}

function lookUp(
  commands: readonly Command[],
  groups: readonly Group[],
  words: readonly string[]
): { readonly found: Command | Group; readonly rest: readonly string[] } {
  const [first = '', second] = words
  const group = groups.find(({ word, short }) => word === first || short === first)
  if (group === undefined) {
    const command = commands.find((one) => one.words.length === 1 && one.words[0] === first)
    if (command !== undefined) return { found: command, rest: words.slice(1) }
    const known = [
      ...groups.map(({ word }) => word),
      ...commands.flatMap((one) => (one.words.length === 1 ? one.words : []))
    ]
    throw usage(`unknown command '${first}'${meant(first, known)}`, 'ros --help')
  }
  if (second === undefined || second === '--help' || second === '-h') return { found: group, rest: [] }
  const members = commands.filter((one) => one.words[0] === group.word)
  const command = members.find((one) => one.words[1] === second || one.short === second)
  if (command !== undefined) return { found: command, rest: words.slice(2) }
  const known = members.map((one) => one.words[1] ?? '')
  throw usage(`unknown command '${group.word} ${second}'${meant(second, known)}`, `ros ${group.word} --help`)
}

function meant(word: string, known: readonly string[]): string {
  const near = suggest(word, known)
  return near === null ? '' : `, did you mean '${near}'?`
}

function read(command: Command, words: readonly string[]): Parsed {
  const help = `ros ${command.words.join(' ')} --help`
  const all = optionsOf(command)
  const stop = command.passes === true ? words.findIndex((word) => !word.startsWith('-')) : -1
  const own = stop === -1 ? words : words.slice(0, stop)
  const types = Object.entries(all).map(([name, { value, short, many = false }]) => [
    name,
    {
      type: value === undefined ? 'boolean' : 'string',
      multiple: many,
      ...(short === undefined ? {} : { short })
    } as const
  ])
  let values: Record<string, unknown>
  let positionals: readonly string[]
  try {
    ;({ values, positionals } = parseArgs({
      args: [...own],
      options: Object.fromEntries(types),
      allowPositionals: true,
      strict: true
    }))
  } catch (error) {
    throw usage(complaint(error, all), help)
  }
  for (const [name, value] of Object.entries(values)) if (Array.isArray(value)) values[name] = value.join(',')
  if (values['help'] === true) return { is: 'help', about: command }
  const args = stop === -1 ? positionals : [...positionals, ...words.slice(stop)]
  const wrong = countProblem(command, args)
  if (wrong !== null) throw usage(`${wrong}\nusage: ${usageOf(command)}`, help)
  return { is: 'command', command, args, options: values as Options } // types of parseArgs, by the config above
}

/** parseArgs' complaint in our words, with a guess at what was meant. */
function complaint(error: unknown, all: Readonly<Record<string, Option>>): string {
  const message = error instanceof Error ? error.message : String(error)
  const option = /^Unknown option '(-+)([^']*)'/.exec(message)
  if (option === null) return message.replace(/\. .*/s, '').replace(/^./, (letter) => letter.toLowerCase())
  const [, dashes = '', name = ''] = option
  const near = dashes === '--' ? suggest(name, Object.keys(all)) : null
  return `unknown option '${dashes}${name}'${near === null ? '' : `, did you mean '--${near}'?`}`
}

/** What is wrong with the number of arguments, by the command's `args`. */
function countProblem({ args = '' }: Command, given: readonly string[]): string | null {
  const names = args === '' ? [] : args.split(' ')
  const needed = names.filter((name) => !name.startsWith('['))
  const most = names.some((name) => name.includes('...')) ? Number.POSITIVE_INFINITY : names.length
  if (given.length < needed.length) return `${needed[given.length]?.replace('...', '')} is missing`
  if (given.length > most) return `too many arguments: ${given.slice(most).join(' ')}`
  return null
}

export function usage(message: string, help: string): Failure {
  return new Failure(EXIT.usage, `${message}\n(${help} says more)`)
}
