import { type Layer, type LayerKind, upwards } from './layers.ts'
import { prepareAll } from './prepare.ts'
import type { Path } from './shape.ts'
import { placeIn } from './source.ts'
import { type Tree, toData, treeAt } from './tree.ts'
import type { Value } from './value.ts'

/** What one layer says of a key. */
export interface Origin {
  readonly layer: string
  readonly file: string
  readonly kind: LayerKind
  readonly line: number
  readonly column: number
  /** As it was read; null where `taken`. */
  readonly value: Value
  /** The layer takes away what those below it say: the key itself, or something it is in, is null there. */
  readonly taken: boolean
}

/**
 * Everything that is said of a key, the layer that wins first. Of a map each layer has its part; of all else the first one
 * is the value and the others are overridden by it.
 */
export function origins(layers: readonly Layer[], path: Path): readonly Origin[] {
  const { prepared, metadata } = prepareAll(layers)
  return upwards(layers)
    .flatMap((i): readonly Origin[] => {
      const { name = '', file = '', kind = 'image' } = layers[i] ?? {}
      const top = kind === 'metadata' ? metadata?.tree : prepared[i]?.tree
      const found = top === null || top === undefined ? null : says(top, path)
      if (found === null) return []
      const place = placeIn(prepared[i]?.source.starts ?? [0], found.key)
      const taken = found.value === null
      // Trees are made of plain values.
      return [{ layer: name, file, kind, ...place, value: taken ? null : (toData(found) as Value), taken }]
    })
    .toReversed()
}

/** The tree at the path, or the null on the way to it. */
function says(top: Tree, path: Path): Tree | null {
  for (let length = 0; length <= path.length; length++) {
    const here = treeAt(top, path.slice(0, length))
    if (here === undefined) return null
    if (length === path.length || here.value === null) return here
  }
  return null
}
