import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { splitCmdline } from './cmdline.ts'
import { readCatalogue } from '../repository/read.ts'
import { partOf, repositoriesOf } from './included.ts'
import { type DocumentPaths, type Layer, type LayerKind } from './layers.ts'
import { soundTrees } from './prepare.ts'

/** Every layer there is, low to high, and behind them what repositories offer, as far as it is on this machine. A file that is missing is no layer; one that cannot be read is, and says why. */
export async function readLayers(paths: DocumentPaths, cmdline: string): Promise<readonly Layer[]> {
  const one = (kind: LayerKind, file: string, name = basename(file)) => readLayer(kind, join(paths.root, file), name)
  const files = await Promise.all([
    one('image', paths.image),
    one('oem', paths.oem),
    readFolder('lease', join(paths.root, paths.leases)),
    one('machine', paths.machine),
    readFolder('conf', join(paths.root, paths.conf)),
    one('user', paths.user),
    one('metadata', paths.metadata)
  ])
  const layers = [...files.flat(), ...commandLine(cmdline)]
  return [...layers, ...(await readCatalogue(paths, repositoriesOf(partOf(soundTrees(layers)))))]
}

/** The layers of a kernel command line: those the kernel keeps, and those after `--`. */
export function commandLine(text: string): readonly Layer[] {
  const { kernel, init } = splitCmdline(text.trimEnd())
  return [
    { name: 'kernel command line', file: '/proc/cmdline', kind: 'cmdline', text: kernel },
    ...(init === '' ? [] : [{ name: 'init arguments', file: '/proc/cmdline', kind: 'arguments', text: init } as const])
  ]
}

async function readFolder(kind: LayerKind, folder: string): Promise<readonly Layer[]> {
  const names = await readdir(folder, { withFileTypes: true }).catch(() => [])
  // Beside a lease's layer lies what else is known of it, for people.
  const isLayer = (name: string) => !name.startsWith('.') && (kind !== 'lease' || name.endsWith('.yml'))
  const files = names.filter((entry) => isLayer(entry.name) && !entry.isDirectory()).map((entry) => entry.name)
  const layers = await Promise.all(
    files.toSorted().map((name) => readLayer(kind, join(folder, name), `${basename(folder)}/${name}`))
  )
  return layers.flat()
}

async function readLayer(kind: LayerKind, file: string, name: string): Promise<readonly Layer[]> {
  try {
    return [{ name, file, kind, text: await readFile(file, 'utf8') }]
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    return code === 'ENOENT' || code === 'ENOTDIR' ? [] : [{ name, file, kind, text: '', unreadable: code }]
  }
}
