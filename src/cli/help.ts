// Help texts, made from the table.
import { pad } from './columns.ts'
import type { Command, Group, Option } from './command.ts'

/** `ros config set [options] KEY VALUE`. */
export function usageOf({ words, args, options }: Command): string {
  return ['ros', ...words, ...(options === undefined ? [] : ['[OPTIONS]']), ...(args === undefined ? [] : [args])].join(
    ' '
  )
}

/** `all`: its own options and those of every command. */
export function commandHelp(command: Command, all: Readonly<Record<string, Option>>): string {
  const { about, details, examples = [] } = command
  const parts = [`${sentence(about)}\n`, `Usage: ${usageOf(command)}\n`]
  if (details !== undefined) parts.push(`${details}\n`)
  parts.push(`Options:\n${list(optionRows(all))}`)
  if (examples.length > 0) parts.push(`Examples:\n${list(examples.map(({ line, about: what }) => [line, what]))}`)
  return parts.join('\n')
}

export function groupHelp(group: Group, commands: readonly Command[]): string {
  const rows = members(group, commands).map((command) => [nameOf(command), command.about] as const)
  return `${sentence(group.about)}\n\nUsage: ros ${group.word} COMMAND\n\nCommands:\n${list(rows)}`
}

export function overview(commands: readonly Command[], groups: readonly Group[], version: string): string {
  const single = commands.filter((command) => command.words.length === 1)
  const rows = single.map((command) => [nameOf(command), command.about] as const)
  const sections = groups.map((group) => {
    const own = members(group, commands).map((command) => [nameOf(command), command.about] as const)
    return `${group.word}${group.short === undefined ? '' : `, ${group.short}`}: ${group.about}\n${list(own)}`
  })
  return [
    `ros ${version}: controls a rosd machine\n`,
    'Usage: ros COMMAND [OPTIONS] [ARGS]\n',
    `Commands:\n${list(rows)}`,
    ...sections,
    'Every command has --help and --json.\n'
  ].join('\n')
}

export function members(group: Group, commands: readonly Command[]): readonly Command[] {
  return commands.filter((command) => command.words.length === 2 && command.words[0] === group.word)
}

export function optionRows(options: Readonly<Record<string, Option>>): readonly (readonly [string, string])[] {
  return Object.entries(options).map(([name, { short, value, about }]) => [
    `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
    about
  ])
}

function nameOf({ words, args }: Command): string {
  return [...words, ...(args === undefined ? [] : [args])].join(' ')
}

function sentence(text: string): string {
  return `${text.replace(/^./, (letter) => letter.toUpperCase())}.`
}

function list(rows: readonly (readonly [string, string])[]): string {
  const width = Math.min(36, Math.max(0, ...rows.map(([name]) => name.length)))
  return rows.map(([name, about]) => `  ${pad(name, width)}  ${about}\n`).join('')
}
