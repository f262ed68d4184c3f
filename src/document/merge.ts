import { isMap, type Tree } from './tree.ts'

/**
 * One layer over those below: maps merge, lists and plain values replace, null takes away what a lower layer set. Every
 * value keeps the place it was written at, so the result knows which layer won each of its leaves. Neither input
 * is changed.
 */
export function merge(below: Tree | null, above: Tree): Tree {
  if (!isMap(above.value)) return above
  const out = new Map(below !== null && isMap(below.value) ? below.value : [])
  for (const [key, child] of above.value) {
    if (child.value === null) out.delete(key)
    else out.set(key, merge(out.get(key) ?? null, child))
  }
  return { ...above, value: out }
}
