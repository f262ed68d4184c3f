#!/bin/sh
# Buildroot's last step before it packs the root: our files over everything, by the same code as in the Debian-built image.
exec "$HOST_DIR/bin/node" "$(dirname "$0")/post-build.ts" "$1"
