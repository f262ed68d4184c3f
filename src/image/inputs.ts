import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DebianPackage } from './apt.ts'
import type { Bundle } from './bundle.ts'
import { filesBelow } from './root-tree.ts'

/** Everything that decides the bytes of an image. */
export interface Inputs {
  readonly top: string
  readonly bundle: Bundle
  /** The packages named in the list and the kernel's, as the archive has them now. */
  readonly packages: readonly DebianPackage[]
  /** Folders of the checkout. */
  readonly folders: readonly string[]
  /** What else decides: kernel, compression, versions. */
  readonly words: readonly string[]
}

/** One hash over `inputs`. Two builds with the same hash give the same bytes. */
export function hashInputs(inputs: Inputs): string {
  const hash = createHash('sha256')
  const add = (name: string, dir: string, path: string): void => {
    const at = join(dir, path)
    hash
      .update(`${name}/${path}\0${statSync(at).mode & 0o100 ? 'x' : '-'}\0`)
      .update(readFileSync(at))
      .update('\0')
  }
  for (const dir of inputs.folders) {
    for (const path of filesBelow(join(inputs.top, dir))) add(dir, join(inputs.top, dir), path)
  }
  for (const path of inputs.bundle.files) add('bundle', inputs.bundle.directory, path)
  for (const one of inputs.packages) hash.update(`${one.name} ${one.version} ${one.sha256}\0`)
  for (const word of inputs.words) hash.update(`${word}\0`)
  return hash.digest('hex')
}

/** Whether every file is there. */
export function allThere(paths: readonly string[]): boolean {
  return paths.every((path) => existsSync(path))
}
