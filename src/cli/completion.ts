// Completion scripts of the shells. They know nothing themselves: `ros complete -- WORDS` tells what may stand at the end, a
// candidate and what it is about on each line, a tab between, or `:files`.

const bash = `_ros() {
  local line
  local -a said
  mapfile -t said < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  COMPREPLY=()
  for line in "\${said[@]}"; do
    if [[ $line == :files ]]; then
      compopt -o default
      return
    fi
    COMPREPLY+=("\${line%%$'\\t'*}")
  done
  if [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *[./] ]]; then compopt -o nospace; fi
}
# \`sudo ros\`, where nobody else completes what sudo runs
_ros_by_sudo() {
  if (( COMP_CWORD == 1 )); then
    mapfile -t COMPREPLY < <(compgen -c -- "\${COMP_WORDS[1]}")
  elif [[ \${COMP_WORDS[1]} == ros ]]; then
    COMP_WORDS=("\${COMP_WORDS[@]:1}")
    (( COMP_CWORD -= 1 ))
    _ros
  else
    compopt -o default
  fi
}
complete -F _ros ros
complete -p sudo &>/dev/null || complete -F _ros_by_sudo sudo
`

const zsh = `#compdef ros
_ros() {
  local line name
  local -a ended open
  for line in "\${(@f)$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == :files ]]; then
      _files
      return
    fi
    name=\${\${line%%$'\\t'*}//:/\\\\:}
    [[ -z $name ]] && continue
    if [[ $name == *[./] ]]; then
      open+=("$name:\${line#*$'\\t'}")
    else
      ended+=("$name:\${line#*$'\\t'}")
    fi
  done
  (( $#ended )) && _describe -t ros ros ended
  (( $#open )) && _describe -t ros ros open -S ''
}
if [[ $funcstack[1] == _ros ]]; then _ros "$@"; else compdef _ros ros; fi
`

const fish = `function __ros_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l said ($words[1] complete -- $words[2..-1] 2>/dev/null)
  if contains -- :files $said
    __fish_complete_path (commandline -ct)
  else
    string join -- \\n $said
  end
end
complete -c ros -f -a '(__ros_complete)'
`

/** By the name of the shell. */
export const scripts: Readonly<Record<string, string>> = { bash, fish, zsh }
