import { parsePath } from './path.ts'
import type { LayerKind } from './layers.ts'
import type { Problem } from './problem.ts'
import type { Path } from './shape.ts'
import { type Place, placeIn } from './source.ts'
import { isList, isMap, nearest, type Tree, treeAt } from './tree.ts'
import type { CloudConfig } from './types.gen.ts'

/** Everything the machine is told to be: all layers merged, checked and in one form, and where each value was written. */
export interface Document {
  readonly data: CloudConfig
  readonly places: Places
  /** Warnings and notes; a document with errors is never built. */
  readonly problems: readonly Problem[]
  /** sha256 of `data`, the order of keys aside: the same hash wants the same machine. */
  readonly hash: string
}

/** Where each value comes from. Texts are not kept: offsets of lines are enough to name a place. */
export interface Places {
  readonly layers: readonly {
    readonly name: string
    readonly file: string
    readonly kind: LayerKind
    readonly starts: readonly number[]
  }[]
  readonly tree: Tree
}

export interface Provenance extends Place {
  readonly file: string
  readonly layer: string
  readonly kind: LayerKind
}

/** Where the key at a path was written by the layer that won, or null where no layer has it. A string is parsed as a dotted path. */
export function provenance(doc: Document, path: string | Path): Provenance | null {
  const tree = treeAt(doc.places.tree, typeof path === 'string' ? parsePath(path) : path)
  return tree === undefined ? null : placed(doc.places, tree)
}

/** `cloud-config.yml:12:5` of a path, or of the closest thing above it that was written. */
export function placeOf(doc: Document, path: string | Path): string {
  const tree = nearest(doc.places.tree, typeof path === 'string' ? parsePath(path) : path)
  const { layer, line, column } = placed(doc.places, tree)
  return `${layer}:${line}:${column}`
}

/** Every leaf of the document with its place: what `--explain` and the tests of merging look at. */
export function* leaves(doc: Document): Generator<{ readonly path: Path; readonly place: Provenance }> {
  for (const { path, tree } of walk(doc.places.tree, [])) yield { path, place: placed(doc.places, tree) }
}

function* walk(tree: Tree, path: Path): Generator<{ readonly path: Path; readonly tree: Tree }> {
  const { value } = tree
  if (isMap(value)) for (const [key, child] of value) yield* walk(child, [...path, key])
  else if (isList(value)) for (const [i, child] of value.entries()) yield* walk(child, [...path, i])
  else yield { path, tree }
}

function placed(places: Places, tree: Tree): Provenance {
  const layer = places.layers[tree.layer]
  if (layer === undefined) return { file: '', layer: 'defaults', kind: 'image', line: 1, column: 1 }
  return { file: layer.file, layer: layer.name, kind: layer.kind, ...placeIn(layer.starts, tree.key) }
}
