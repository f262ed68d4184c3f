// What may stand at the end of a command line that is being typed. The shells' scripts ask for it by `ros complete`.
import { KIND_ORDER } from '../core/condition.ts'
import type { Command, Group } from './command.ts'
import { keysLike, valuesOf } from './complete-key.ts'
import { members } from './help.ts'
import { COMMON, optionsOf } from './parse.ts'

export interface Candidate {
  readonly word: string
  readonly about: string
}

/** What only the machine, or the schema's file, can tell; empty where it does not. */
export interface Sources {
  about(key: string): Promise<string>
  services(): Promise<readonly Candidate[]>
  /** Services that can be enabled or are. */
  offered(): Promise<readonly Candidate[]>
  /** Names of the resources of one kind. */
  resources(kind: string): Promise<readonly Candidate[]>
  logs(): Promise<readonly Candidate[]>
  /** Links of the machine. */
  links(): Promise<readonly Candidate[]>
  generations(): Promise<readonly Candidate[]>
}

/** The shell completes names of files by itself. */
export const FILES = 'files'

/** Candidates for the last of the words after `ros`; it may be empty. */
export async function candidates(
  words: readonly string[],
  commands: readonly Command[],
  groups: readonly Group[],
  sources: Sources
): Promise<readonly Candidate[] | typeof FILES> {
  // bash takes `--key=x` apart at the equals sign.
  const typed = words.filter((word, i) => word !== '=' || words[i - 1]?.startsWith('--') !== true)
  const current = words.at(-1) === '=' ? '' : (typed.at(-1) ?? '')
  const found = await offers(typed.slice(0, words.at(-1) === '=' ? undefined : -1), current, commands, groups, sources)
  return found === FILES ? FILES : found.filter(({ word }) => word.startsWith(current))
}

async function offers(
  before: readonly string[],
  current: string,
  commands: readonly Command[],
  groups: readonly Group[],
  sources: Sources
): Promise<readonly Candidate[] | typeof FILES> {
  const words = withoutLeading(before)
  if (words[0] === 'help') return offers(words.slice(1), current, commands, groups, sources)
  const [first, second] = words
  if (first === undefined) {
    if (before.at(-1) === '--socket') return FILES
    return current.startsWith('-') ? optionsAs(COMMON, before) : firstWords(commands, groups)
  }
  const group = groups.find(({ word, short }) => word === first || short === first)
  if (group !== undefined && second === undefined)
    return members(group, commands).map(({ words: [, word = ''], about }) => ({ word, about }))
  const command = commands.find(({ words: own }) =>
    group === undefined ? own.length === 1 && own[0] === first : own[0] === group.word && own[1] === second
  )
  return command === undefined ? [] : within(command, words.slice(command.words.length), current, sources)
}

function withoutLeading(words: readonly string[]): readonly string[] {
  const [first] = words
  if (first === undefined || !first.startsWith('-')) return words
  return withoutLeading(words.slice(first === '--socket' ? 2 : 1))
}

function firstWords(commands: readonly Command[], groups: readonly Group[]): readonly Candidate[] {
  return [
    ...groups.map(({ word, about }) => ({ word, about })),
    ...commands.flatMap(({ words, about }) => (words.length === 1 ? [{ word: words[0] ?? '', about }] : [])),
    { word: 'help', about: 'help of a command' }
  ]
}

/** After the words of a command: its options, their values, its arguments. */
async function within(
  command: Command,
  words: readonly string[],
  current: string,
  sources: Sources
): Promise<readonly Candidate[] | typeof FILES> {
  const options = optionsOf(command)
  const valueOf = (word: string): string | undefined =>
    Object.entries(options).find(([name, { short }]) => word === `--${name}` || word === `-${short}`)?.[1].value
  const ended = words.indexOf('--')
  const args = words.filter((word, i) => {
    if (ended !== -1 && i >= ended) return i > ended
    return !word.startsWith('-') && valueOf(words[i - 1] ?? '') === undefined
  })
  if (command.passes === true && args.length > 0) return FILES
  if (ended === -1) {
    const value = valueOf(words.at(-1) ?? '')
    if (value !== undefined) return argument(value, command, args, current, sources)
    if (current.startsWith('-')) return optionsAs(options, words)
  }
  const names = (command.args ?? '').replaceAll(/\[(?=[A-Za-z])|\](?=$|[. ])/g, '').split(' ')
  const name = names[args.length] ?? (names.at(-1)?.endsWith('...') === true ? names.at(-1) : undefined)
  return name === undefined ? [] : argument(name.replace('...', ''), command, args, current, sources)
}

function optionsAs(
  options: Readonly<Record<string, { readonly about: string }>>,
  given: readonly string[]
): readonly Candidate[] {
  return Object.entries(options).flatMap(([name, { about }]) =>
    given.includes(`--${name}`) ? [] : [{ word: `--${name}`, about }]
  )
}

/** Words of `ros service` for names of repositories. */
const ASKED: ReadonlySet<string> = new Set(['enable', 'disable', 'delete'])

/** By what arguments and values of options are called in help. */
async function argument(
  name: string,
  { words }: Command,
  args: readonly string[],
  current: string,
  sources: Sources
): Promise<readonly Candidate[] | typeof FILES> {
  switch (name) {
    case 'KEY':
      return Promise.all(keysLike(current).map(async (word) => ({ word, about: await sources.about(word) })))
    case 'VALUE':
      return plain(valuesOf(args[0] ?? ''))
    case 'NAME':
      if (words[0] !== 'service') return []
      return (await (ASKED.has(words[1] ?? '') ? sources.offered() : sources.services())).filter(
        ({ word }) => !args.includes(word)
      )
    case 'LOG':
      return (await sources.logs()).filter(({ word }) => !args.includes(word))
    case 'KIND[/NAME]':
    case 'KIND/NAME': {
      const [kind = '', rest] = current.split('/', 2)
      if (rest !== undefined) return sources.resources(kind)
      return plain(name === 'KIND/NAME' ? KIND_ORDER.map((one) => `${one}/`) : KIND_ORDER)
    }
    case 'GENERATION':
    case 'OTHER':
      return sources.generations()
    case 'show|diff':
      return plain(['show', 'diff'])
    case 'LINK':
      return sources.links()
    case 'SHELL':
      return plain(['bash', 'fish', 'zsh'])
    case 'TIME':
      return plain(['now', '+0'])
    case 'FILE':
    case 'PATH':
    case 'COMMAND':
      return FILES
    default:
      return []
  }
}

function plain(words: readonly string[]): readonly Candidate[] {
  return words.map((word) => ({ word, about: '' }))
}
