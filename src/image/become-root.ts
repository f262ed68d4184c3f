import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from './command.ts'

/** Where it lies in the image; a console of another image makes itself a copy that is set-uid. */
export const becomeRootPath = 'usr/lib/rosd/become-root'

/** Assembles become-root.s into a static program at `path`; the same bytes each time. */
export function makeBecomeRoot(path: string): void {
  const object = `${path}.o`
  mkdirSync(dirname(path), { recursive: true })
  run(['as', '--64', '-o', object, join(import.meta.dirname, 'become-root.s')])
  run(['ld', '-m', 'elf_x86_64', '--static', '--strip-all', '--build-id=none', '-o', path, object])
  rmSync(object)
  chmodSync(path, 0o755)
}
