import { check } from './check.ts'
import type { Document } from './document.ts'
import { expand } from './expand.ts'
import type { Layer } from './layers.ts'
import { merge } from './merge.ts'
import { withMetadata } from './metadata.ts'
import { showPath } from './path.ts'
import { type Layers, prepareAll } from './prepare.ts'
import { isError, type Problem, problem } from './problem.ts'
import { secretLines, unquoted } from './secret-lines.ts'
import { spot } from './shape.ts'
import { sourceOf } from './source.ts'
import { nearest, type Tree, toData } from './tree.ts'
import type { CloudConfig } from './types.gen.ts'

export type Built =
  | { readonly ok: true; readonly document: Document }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Layers, low to high, to one document. A layer with an error refuses the whole: the machine keeps the document it has
 * rather than half of a new one. Only kernel arguments are left out one by one, with a warning, for nobody can mend
 * them while the machine runs.
 */
export function buildDocument(layers: readonly Layer[]): Built {
  const read = prepareAll(layers)
  const { prepared } = read
  const problems = prepared.flatMap((one) => one.problems)
  if (problems.some(isError)) return { ok: false, problems }
  const tree = expand(mergeAll(layers, read), layers)
  // The validator has seen every layer, and merging makes nothing of a type that was in none of them.
  const data = toData(tree) as CloudConfig
  const secrets = new Map<number, ReadonlySet<number>>()
  const found = [...check(data)].map(({ path, at = 'key', ...complaint }) => {
    const here = nearest(tree, path)
    const { source, tree: layer } = prepared[here.layer] ?? { source: sourceOf('', ''), tree: null }
    const lines = secrets.get(here.layer) ?? secretLines(source, layer)
    secrets.set(here.layer, lines)
    const secret = spot(path)?.secret ?? false
    return unquoted(
      problem(source, here[at === 'key' ? 'key' : 'at'], { key: showPath(path), secret, ...complaint }),
      lines
    )
  })
  const all = [...problems, ...found]
  if (found.some(isError)) return { ok: false, problems: all }
  const places = {
    tree,
    layers: layers.map(({ name, file, kind }, i) => ({ name, file, kind, starts: prepared[i]?.source.starts ?? [0] }))
  }
  let hash: string | undefined
  return {
    ok: true,
    document: {
      data,
      places,
      problems: all,
      get hash() {
        return (hash ??= hashOf(data))
      }
    }
  }
}

/**
 * The best document there is when the layers as they are cannot be one and none is in force yet, at boot: layers with
 * errors are left out, and so are layers from the top down until what is left builds.
 */
export function salvage(layers: readonly Layer[]): {
  readonly document: Document
  readonly problems: readonly Problem[]
} {
  const built = buildDocument(layers)
  if (built.ok) return { document: built.document, problems: [] }
  const { prepared } = prepareAll(layers)
  const sound = layers.map((layer, i) => (prepared[i]?.problems.some(isError) === true ? emptied(layer) : layer))
  for (let kept = sound.length; kept >= 0; kept--) {
    const less = buildDocument(sound.map((layer, i) => (i < kept ? layer : emptied(layer))))
    if (less.ok) return { document: less.document, problems: built.problems }
  }
  throw new Error('empty layers must make a document')
}

function emptied({ name, file, kind }: Layer): Layer {
  return { name, file, kind, text: '' }
}

function mergeAll(layers: readonly Layer[], { prepared, metadata }: Layers): Tree {
  const none: Tree = { layer: 0, key: 0, at: 0, value: new Map() }
  const merged = prepared.reduce((below, { tree }) => (tree === null ? below : merge(below, tree)), none)
  return metadata === null ? merged : withMetadata(merged, metadata.tree, (at) => layers[at]?.kind === 'lease')
}

/** Loading node:crypto takes as long as checking a small document, and only an agent asks for the hash. */
function hashOf(data: CloudConfig): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(sorted(data)).digest('hex')
}

/** As JSON, each map in the order of its keys. */
function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([key, child]) => `${JSON.stringify(key)}:${sorted(child)}`).join()}}`
}
