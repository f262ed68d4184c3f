import type { Path } from './shape.ts'

export type Leaf = string | number | boolean | null

/** A value that remembers where it was written. One tree per layer; merging makes one of all. */
export interface Tree {
  /** Index into the layers of the build. */
  readonly layer: number
  /** Offset of the key in the layer's text; of the value where there is no key. */
  readonly key: number
  /** Offset of the value. */
  readonly at: number
  readonly value: Leaf | readonly Tree[] | ReadonlyMap<string, Tree>
  /** A scalar as it was written: `0644` and `1.10` are not numbers to those who wanted text. */
  readonly source?: string
}

export function isList(value: Tree['value']): value is readonly Tree[] {
  return Array.isArray(value)
}

export function isMap(value: Tree['value']): value is ReadonlyMap<string, Tree> {
  return value instanceof Map
}

/** The subtree at a path, or undefined. */
export function treeAt(tree: Tree | undefined, path: Path): Tree | undefined {
  let here = tree
  for (const key of path) {
    if (here === undefined) return undefined
    const { value } = here
    here = isMap(value) ? value.get(String(key)) : isList(value) ? value[Number(key)] : undefined
  }
  return here
}

/** The subtree at a path, or the last one on the way to it. */
export function nearest(tree: Tree, path: Path): Tree {
  for (let length = path.length; length > 0; length--) {
    const found = treeAt(tree, path.slice(0, length))
    if (found !== undefined) return found
  }
  return tree
}

/** The plain value; nulls in maps are left out, for they mean that nothing is there. */
export function toData(tree: Tree): unknown {
  const { value } = tree
  if (isList(value)) return value.map(toData)
  if (!isMap(value)) return value
  const data: Record<string, unknown> = {}
  for (const [key, child] of value) if (child.value !== null) data[key] = toData(child)
  return data
}
