// docs/cli.md, made from the table.
import type { Command } from './command.ts'
import { EXIT_MEANINGS } from './failure.ts'
import { members, optionRows, usageOf } from './help.ts'
import { COMMON, optionsOf } from './parse.ts'
import { commands, groups } from './table.ts'

export function cliPage(): string {
  const single = commands.filter((command) => command.words.length === 1)
  const sections = groups.flatMap((group) => [
    `## ros ${group.word}\n\n${sentence(group.about)}${group.short === undefined ? '' : ` Short: \`ros ${group.short}\`.`}\n`,
    ...members(group, commands).map((command) => section(command, '###'))
  ])
  return [
    '# The `ros` command\n',
    '<!-- Made from src/cli/table.ts by src/cli/docs.ts. Do not edit. -->\n',
    'On a machine `ros` talks to the agent through its socket, so it needs root. From a checkout it is `npm run -s ros -- ARGS`;',
    '`config validate`, `explain`, `schema` and `generate`, `config export -i FILE`, `config images -i FILE` and `plan -f FILE` work there',
    'without an agent and without root.\n',
    'Results go to standard output, everything else to standard error. With `--json` the result is the answer of the',
    '[API](api.md), unchanged; streams are one value per line.\n',
    `## Options of every command\n\n${table(['option', 'meaning'], codes(optionRows(COMMON)))}`,
    `## Exit codes\n\n${table(
      ['code', 'meaning'],
      EXIT_MEANINGS.map(([code, meaning]) => [String(code), meaning])
    )}`,
    '`ros status` has codes of its own, below. `ros env` ends with the code of its command.\n',
    '## Other names\n',
    '`reboot`, `poweroff`, `halt`, `shutdown` and `wait-for-docker` are commands by themselves, too: `ros` under one of these names',
    'is that command.\n',
    ...single.map((command) => section(command, '##')),
    ...sections
  ]
    .join('\n')
    .replace(/\n+$/, '\n')
}

function section(command: Command, mark: string): string {
  const { words, about, details, examples = [] } = command
  const own = Object.fromEntries(Object.entries(optionsOf(command)).filter(([name]) => !Object.hasOwn(COMMON, name)))
  const parts = [`${mark} ros ${words.join(' ')}\n`, `${sentence(about)}\n`, `\`\`\`\n${usageOf(command)}\n\`\`\`\n`]
  if (details !== undefined) parts.push(`${details}\n`)
  if (Object.keys(own).length > 0) parts.push(table(['option', 'meaning'], codes(optionRows(own))))
  for (const { line, about: what } of examples) parts.push(`${sentence(what)}\n\n\`\`\`\n${line}\n\`\`\`\n`)
  return parts.join('\n')
}

function codes(rows: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  return rows.map(([name, about]) => [`\`${name}\``, about])
}

/** A table of Markdown, followed by an empty line. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`
  return `${line(heads)}${line(heads.map(() => '---'))}${rows.map(line).join('')}`
}

function sentence(text: string): string {
  const upper = text.replace(/^./, (letter) => letter.toUpperCase())
  return /[.?!]$/.test(upper) ? upper : `${upper}.`
}
