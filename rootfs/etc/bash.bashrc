# Interactive shells.
case "$-" in
  *i*) ;;
  *) return ;;
esac
shopt -s checkwinsize histappend
HISTSIZE=2000 HISTCONTROL=ignoreboth
PS1='\u@\h:\w\$ '
[ ! -r /usr/share/ros/completion.bash ] || . /usr/share/ros/completion.bash
alias ls='ls --color=auto' ll='ls -l'
