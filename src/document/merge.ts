import { isMap, type Tree } from './tree.ts'

/**
 * One layer over those below: maps merge, lists and plain values replace, null takes away what a lower layer set. Every
 * value keeps the place it was written at, so the result knows which layer won each of its leaves. Neither input
 * is changed.
 */
export function merge(below: Tree | null, above: Tree): Tree {
  if (!isMap(above.value)) return above
  if (below === null || !isMap(below.value) || below.value.size === 0) return withoutNulls(above, above.value)
  const out = new Map(below.value)
  for (const [key, child] of above.value) {
    if (child.value === null) out.delete(key)
    else out.set(key, merge(out.get(key) ?? null, child))
  }
  return { ...above, value: out }
}

/** What there is nothing below for a null to take away: the same tree where it has none. */
function withoutNulls(tree: Tree, value: ReadonlyMap<string, Tree>): Tree {
  const kept = [...value].map(([key, child]) => [key, merge(null, child)] as const)
  if (kept.every(([key, child]) => child.value !== null && child === value.get(key))) return tree
  return { ...tree, value: new Map(kept.filter(([, child]) => child.value !== null)) }
}
