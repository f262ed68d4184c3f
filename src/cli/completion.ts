// A bash completion script, made from the table.
import type { Command, Group } from './command.ts'
import { members } from './help.ts'
import { optionsOf } from './parse.ts'

export function bashCompletion(commands: readonly Command[], groups: readonly Group[]): string {
  const single = commands.filter((command) => command.words.length === 1)
  const first = [...groups.map(({ word }) => word), ...single.map(({ words }) => words[0] ?? ''), 'help']
  const cases = groups.map((group) => {
    const words = members(group, commands).map((command) => command.words[1] ?? '')
    const names = group.short === undefined ? group.word : `${group.word}|${group.short}`
    return `    ${names}) words="${words.join(' ')}" ;;`
  })
  const options = commands.map((command) => {
    const names = Object.keys(optionsOf(command)).map((name) => `--${name}`)
    return `    "${command.words.join(' ')}"*) words="${names.join(' ')}" ;;`
  })
  return `_ros() {
  local cur=\${COMP_WORDS[COMP_CWORD]} line="\${COMP_WORDS[*]:1:COMP_CWORD-1}" words=""
  if [[ $cur == -* ]]; then
    case "$line" in
${options.join('\n')}
    esac
  elif (( COMP_CWORD == 1 )); then
    words="${first.join(' ')}"
  elif (( COMP_CWORD == 2 )); then
    case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  (( \${#COMPREPLY[@]} > 0 )) || COMPREPLY=($(compgen -f -- "$cur"))
}
complete -F _ros ros
`
}
