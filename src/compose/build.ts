// What a service is built from. Pure.
import { posix } from 'node:path'
import type { Service } from '../document/types.gen.ts'

export interface Build {
  /** A folder of the machine. */
  readonly dir: string
  /** Relative to it. */
  readonly dockerfile: string
}

/** null: it is not built. */
export function buildOf({ build, dockerfile = 'Dockerfile' }: Service): Build | null {
  return build === undefined ? null : { dir: posix.normalize(build), dockerfile: posix.normalize(dockerfile) }
}
