#!/bin/sh
# The initial RAM disk: busybox and the two scripts of the Debian-built image; the kernel has no modules to load.
set -eu
scripts=$(dirname "$0")/../../../src/image/initrd
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/bin" "$dir/dev" "$dir/proc" "$dir/sys" "$dir/ro" "$dir/rw" "$dir/new" "$dir/modules"
cp "$TARGET_DIR/usr/bin/busybox" "$dir/bin/"
for applet in $("$dir/bin/busybox" --list); do
  [ "$applet" = busybox ] || ln -s busybox "$dir/bin/$applet"
done
install -m 0755 "$scripts/init" "$scripts/enter" "$dir/"
: > "$dir/modules/list"
(cd "$dir" && find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0) | zstd -q -19 -f -o "$1/initrd"
