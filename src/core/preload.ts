// Where archives of images lie that engines are to load. Pure.
import type { Scope } from './resource.ts'

/** Folders as RancherOS named them (reference section 0). */
export const PRELOAD: Readonly<Record<Scope, string>> = {
  system: '/var/lib/rancher/preload/system-docker',
  user: '/var/lib/rancher/preload/docker'
}

/** Names of archives; what is named otherwise there is left alone, such as a file that is still being written. */
export const ARCHIVE_NAME = /^[^.].*\.(?:tar(?:\.(?:gz|xz|bz2|zst))?|tgz|txz|tzst|xz|zst)$/
