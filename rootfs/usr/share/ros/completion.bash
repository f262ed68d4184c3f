_ros() {
  local line
  local -a said
  mapfile -t said < <("${COMP_WORDS[0]}" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  COMPREPLY=()
  for line in "${said[@]}"; do
    if [[ $line == :files ]]; then
      compopt -o default
      return
    fi
    COMPREPLY+=("${line%%$'\t'*}")
  done
  if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[./] ]]; then compopt -o nospace; fi
}
# `sudo ros`, where nobody else completes what sudo runs
_ros_by_sudo() {
  if (( COMP_CWORD == 1 )); then
    mapfile -t COMPREPLY < <(compgen -c -- "${COMP_WORDS[1]}")
  elif [[ ${COMP_WORDS[1]} == ros ]]; then
    COMP_WORDS=("${COMP_WORDS[@]:1}")
    (( COMP_CWORD -= 1 ))
    _ros
  else
    compopt -o default
  fi
}
complete -F _ros ros
complete -p sudo &>/dev/null || complete -F _ros_by_sudo sudo
