// The files of the document that people write, cloud-config.yml and cloud-config.d, and copies of definitions, taken back to an earlier state as a whole: a
// power cut in the middle is made good by the next start.
import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import { restored } from '../document/kept.ts'
import type { DocumentPaths, Layer } from '../document/layers.ts'
import { readLayers } from '../document/read.ts'
import type { Files } from '../host/ports.ts'

const INTENT = '/var/lib/rancher/state/restoring.json'

interface Step {
  readonly path: string
  /** null: the file goes. */
  readonly text: string | null
}

export interface UserFiles {
  /**
   * Makes them what `layers` says. A text on the disk that is not one of `accepted` was refused, or is not read yet: it is
   * kept beside cloud-config.yml, as `cloud-config.yml.refused-…`.
   */
  put(layers: readonly Layer[], accepted: readonly Layer[]): Promise<void>
}

/** Also ends what an earlier agent began. */
export async function openUserFiles(files: Files, paths: DocumentPaths): Promise<UserFiles> {
  const intent = `${paths.root}${INTENT}`
  const user = join(paths.root, paths.user)
  const carryOut = async (steps: readonly Step[]) => {
    for (const { path, text } of steps) {
      if (text === null) await files.remove(path)
      else if ((await files.read(path)) !== text) await files.writeAtomic(path, text, { mode: 0o600 })
    }
    await files.remove(intent)
  }
  const begun = parse(await files.read(intent))
  if (begun.length > 0) await carryOut(begun)
  return {
    async put(layers, accepted) {
      const there = restored(await readLayers(paths, ''))
      const wanted = restored(layers)
      const known = new Map(accepted.map(({ file, text }) => [file, text]))
      for (const { file, name, text, unreadable } of there) {
        if (unreadable !== undefined || text === known.get(file) || text === textOf(wanted, file)) continue
        await files.writeAtomic(join(dirname(user), refusedName(name, text)), text, { mode: 0o600 })
      }
      const gone = there.filter(({ file }) => !wanted.some((layer) => layer.file === file))
      const steps: readonly Step[] = [
        ...wanted.map(({ file, text }) => ({ path: file, text })),
        ...gone.map(({ file }) => ({ path: file, text: null }))
      ]
      await files.writeAtomic(intent, JSON.stringify(steps), { mode: 0o600 })
      await carryOut(steps)
    }
  }
}

function textOf(layers: readonly Layer[], file: string): string | undefined {
  return layers.find((layer) => layer.file === file)?.text
}

/** The same text has the same name. */
function refusedName(name: string, text: string): string {
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8)
  return `${name.replaceAll('/', '-')}.refused-${digest}`
}

function parse(text: string | null): readonly Step[] {
  try {
    const steps: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(steps) ? (steps as readonly Step[]) : [] // written by us
  } catch {
    return []
  }
}
