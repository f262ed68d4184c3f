import type { Document } from './document.ts'
import type { LayerKind } from './layers.ts'
import { root, type Shape, step } from './shape.ts'
import { isList, isMap, type Tree } from './tree.ts'
import { type Fields, isFields, type Value } from './value.ts'

/** Left out of every export: what belongs to one boot of one machine. */
const never: readonly string[] = ['rancher.password', 'rancher.autologin', 'rancher.environment.EXTRA_CMDLINE']
/** Left out unless everything is asked for: what comes with the system, or from the network it is in. */
const given: readonly LayerKind[] = ['image', 'repository', 'definition', 'oem', 'lease']

/**
 * The document as one that another machine could have: what the image, the OEM partition and DHCP bring only with
 * `full`, secrets only with `private`.
 */
export function exportData(doc: Document, { private: secrets = false, full = false }): Fields {
  const kinds = doc.places.layers.map(({ kind }) => kind)
  const keep = (tree: Tree): boolean => full || !given.includes(kinds[tree.layer] ?? 'image')
  const value = kept(doc.places.tree, root, '', keep, secrets)
  return isFields(value) ? value : {}
}

function kept(
  tree: Tree,
  shape: Shape | undefined,
  at: string,
  keep: (tree: Tree) => boolean,
  secrets: boolean
): Value | undefined {
  if (never.includes(at) || (shape?.secret === true && !secrets)) return undefined
  const { value } = tree
  if (!isMap(value)) return keep(tree) ? whole(tree) : undefined
  const entries = [...value].flatMap(([key, child]) => {
    const inner = kept(child, shape && step(shape, key), at === '' ? key : `${at}.${key}`, keep, secrets)
    return inner === undefined ? [] : [[key, inner] as const]
  })
  return entries.length > 0 || (value.size === 0 && keep(tree)) ? Object.fromEntries(entries) : undefined
}

function whole({ value }: Tree): Value {
  if (isList(value)) return value.map(whole)
  return isMap(value) ? Object.fromEntries([...value].map(([key, child]) => [key, whole(child)])) : value
}
