#!/bin/sh
# PID 1 of a machine made of namespaces, until it execs the agent: builds what a kernel and an initrd would have left
# (a root of its own, /proc, /sys, /dev), puts the host out of sight, and waits until the network card is there.
# Arguments: root tree, state folder, run folder (cmdline, swaps, config-drive, go), and the rows and columns of the
# terminal. Standard input is the console.
exec 2>&1
set -eu
lower=$1 state=$2 folder=$3
tty=$(readlink /proc/self/fd/0)
stty rows "$4" columns "$5"

mount --make-rprivate /
# All of this is gone with the last process, whatever happens.
mkdir -p "$folder/ram"
mount -t tmpfs -o mode=755 rosd "$folder/ram"
cd "$folder/ram"
mkdir lower upper work new
mount --bind "$lower" lower # a path of ours: no colon or comma that overlay would take for its own
mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work overlay new
new=$PWD/new

mkdir -p "$new/proc" "$new/sys" "$new/dev" "$new/state" "$new/media/config-2"
mount -t proc -o nosuid,nodev,noexec proc "$new/proc"
mount --bind "$folder/cmdline" "$new/proc/cmdline"
mount --bind "$folder/swaps" "$new/proc/swaps" # the host's: not ours to turn off
[ ! -e "$new/proc/sysrq-trigger" ] || mount --bind /dev/null "$new/proc/sysrq-trigger"
mount -t sysfs -o nosuid,nodev,noexec sysfs "$new/sys"

mount -t tmpfs -o mode=755,nosuid dev "$new/dev"
for node in null zero full random urandom tty fuse net/tun; do
  [ -e "/dev/$node" ] || continue
  mkdir -p "$(dirname "$new/dev/$node")"
  : >"$new/dev/$node"
  mount --bind "/dev/$node" "$new/dev/$node"
done
: >"$new/dev/kmsg"
mount --bind /dev/null "$new/dev/kmsg" # the host's kernel log is not ours
for node in console ttyS0; do
  : >"$new/dev/$node"
  mount --bind "$tty" "$new/dev/$node"
done

mount --bind "$state" "$new/state"
mount --bind -o ro "$folder/config-drive" "$new/media/config-2"

# A FIFO: the reader waits for the host's side to have moved the network card in.
read -r _ <"$folder/go"

cd "$new"
mkdir -p mnt
pivot_root . mnt
umount -l /mnt
# A terminal of its own, so that getty can have it: PID 1 of a machine has none either.
exec setsid env -i container=rosd-namespaces TERM=linux /sbin/init
