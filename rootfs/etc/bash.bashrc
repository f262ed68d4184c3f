# Interactive shells.
case "$-" in
  *i*) ;;
  *) return ;;
esac
shopt -s checkwinsize histappend
HISTSIZE=2000 HISTCONTROL=ignoreboth
PS1='\u@\h:\w\$ '
alias ls='ls --color=auto' ll='ls -l'
