// Everything that has a definition to offer on this machine, as layers: copies of what was enabled, files of the configuration's folder,
// the image's own repository and those the document names, as far as they were fetched. Nothing is asked of the network here.
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { DocumentPaths, Layer } from '../document/layers.ts'
import { cachedOf, cacheFolder } from './cache.ts'
import { parseIndex, pathOf, SECTIONS } from './index.ts'
import { digestOf, parsePin, type Pin, PINNED, pinPath, pinText } from './pin.ts'

/** The image's own. It comes first: what it has, no other repository changes. */
export const OWN = '/usr/share/ros/repository'

/** Names of an index that are looked at; RancherOS's had some fifty. */
const MOST = 500

/** `declared` are addresses by name, as the document has them. */
export async function readCatalogue(
  paths: DocumentPaths,
  declared: ReadonlyMap<string, string>
): Promise<readonly Layer[]> {
  const { root } = paths
  const own = join(root, OWN)
  const names = [...declared.keys()].toSorted()
  const all = await Promise.all([
    readPins(root),
    readFiles(paths),
    textOf(join(own, 'index.yml')).then((index) => (index === null ? [] : offered('', own, OWN, index))),
    ...names.map((name) => readRepository(root, name, declared.get(name) ?? ''))
  ])
  return all.flat()
}

/** The directory of an address on this machine; null: it is one in the network. */
export function directoryOf(url: string): string | null {
  if (url.startsWith('/')) return url
  return url.startsWith('file://') ? url.slice('file://'.length) : null
}

async function readRepository(root: string, name: string, url: string): Promise<readonly Layer[]> {
  const directory = directoryOf(url)
  if (directory !== null) {
    const index = await textOf(join(root, directory, 'index.yml'))
    if (index !== null) return offered(name, join(root, directory), url, index)
    return [{ ...repository(name, url, ''), unreadable: `there is no ${join(directory, 'index.yml')}` }]
  }
  const folder = cacheFolder(root, name)
  const { answers } = await cachedOf(textOf, folder, url)
  const index = answers['index.yml'] === undefined ? null : await textOf(join(folder, 'index.yml'))
  if (index === null) return [{ ...repository(name, url, ''), unreadable: 'it has not been fetched yet' }]
  return offered(name, folder, url, index, new Set(Object.keys(answers)))
}

/** A repository that lies in a folder, and each definition of it; `only` names the files that count. */
async function offered(
  name: string,
  folder: string,
  url: string,
  index: string,
  only?: ReadonlySet<string>
): Promise<readonly Layer[]> {
  const own = repository(name, url, index)
  const offers = SECTIONS.flatMap((section) =>
    parseIndex(own.name, index).index[section].map((one) => [section, one] as const)
  )
  const definitions = await Promise.all(
    offers.slice(0, MOST).map(async ([section, one]): Promise<readonly Layer[]> => {
      const path = pathOf(one)
      const text = only?.has(path) === false ? null : await textOf(join(folder, path))
      if (text === null) return []
      const by = name === '' ? 'repository' : name
      return [
        {
          name: `${by}/${path}`,
          file: join(folder, path),
          kind: 'definition',
          text,
          offer: { section, name: one, from: name, url: `${url}/${path}`, altered: false }
        }
      ]
    })
  )
  return [own, ...definitions.flat()]
}

function repository(name: string, url: string, text: string): Layer {
  const shown = name === '' ? 'the image' : name
  return { name: `index.yml of ${shown}`, file: url, kind: 'repository', text, repository: name }
}

async function readPins(root: string): Promise<readonly Layer[]> {
  const folders = SECTIONS.map((section) => join(root, PINNED, section))
  const files = (await Promise.all(folders.map(filesIn))).flat()
  const layers = await Promise.all(
    files.map(async (file): Promise<readonly Layer[]> => {
      const text = await textOf(file)
      const pin = text === null ? null : parsePin(text)
      return pin === null ? [] : [pinLayer(file, pin)]
    })
  )
  return layers.flat()
}

/** The layer of a copy. */
export function pinLayer(file: string, pin: Pin): Layer {
  const { section, name, from, sha256, text } = pin
  const offer = { section, name, from: null, url: from, altered: digestOf(text) !== sha256 }
  return { name: `pinned/${section}/${basename(file)}`, file, kind: 'definition', text: pinText(pin), offer }
}

/** The layers with copies, which count before all else that has their names. */
export function withPins(layers: readonly Layer[], pins: readonly Pin[], root: string): readonly Layer[] {
  const fresh = pins.map((pin) => pinLayer(join(root, pinPath(pin.section, pin.name)), pin))
  const files = new Set(fresh.map(({ file }) => file))
  const first = layers.findIndex(({ kind }) => kind === 'repository' || kind === 'definition')
  const [below, rest] = first === -1 ? [layers, []] : [layers.slice(0, first), layers.slice(first)]
  return [...below, ...fresh, ...rest.filter(({ file }) => !files.has(file))]
}

/** A person's own definitions: beside cloud-config.yml. */
async function readFiles({ root, user, machine }: DocumentPaths): Promise<readonly Layer[]> {
  const folder = dirname(user)
  const others = new Set([basename(user), basename(machine)])
  const files = (await filesIn(join(root, folder))).filter((file) => !others.has(basename(file)))
  const layers = await Promise.all(
    files.map(async (file): Promise<readonly Layer[]> => {
      const text = await textOf(file)
      const name = `${folder}/${basename(file)}`
      const offer = { section: null, name, from: null, url: name, altered: false }
      return text === null ? [] : [{ name: basename(file), file, kind: 'definition', text, offer }]
    })
  )
  return layers.flat()
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.yml') && !entry.name.startsWith('.'))
  return files.map(({ name }) => join(folder, name)).toSorted()
}

/** null: it is not there, or can not be read. */
async function textOf(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null)
}
