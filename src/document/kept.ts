// The layers that people and programs change while the machine runs, apart from those that come with each boot anew. Pure.
import { isByHand, type Layer } from './layers.ts'

const KEPT = new Set<Layer['kind']>(['machine', 'conf', 'user', 'metadata'])

function isKept(layer: Layer): boolean {
  return KEPT.has(layer.kind) || isCopy(layer)
}

/** A copy of a definition, as it was enabled. */
function isCopy({ kind, offer }: Layer): boolean {
  return kind === 'definition' && offer?.from === null && offer.section !== null
}

/** Those of them that are kept with a generation. */
export function keptOf(layers: readonly Layer[]): readonly Layer[] {
  return layers.filter(isKept)
}

/** Those that people write. */
export function byHand(layers: readonly Layer[]): readonly Layer[] {
  return layers.filter((layer) => isByHand(layer.kind))
}

/** Those that going back to a generation takes back: what people write, and the copies they enabled. */
export function restored(layers: readonly Layer[]): readonly Layer[] {
  return layers.filter((layer) => isByHand(layer.kind) || isCopy(layer))
}

/** `layers` with those that change replaced by `kept`, at their place in the order. */
export function withKept(layers: readonly Layer[], kept: readonly Layer[]): readonly Layer[] {
  const rest = layers.filter((layer) => !isKept(layer))
  const first = layers.findIndex(isKept)
  const above = rest.findIndex(({ kind }) => kind === 'cmdline' || kind === 'arguments')
  const end = above < 0 ? rest.length : above
  const at = first < 0 ? end : layers.slice(0, first).filter((layer) => !isKept(layer)).length
  return [...rest.slice(0, at), ...kept, ...rest.slice(at)]
}

/** `layers` with what people write replaced by that of others; what the machine wrote for itself stays. */
export function withByHand(layers: readonly Layer[], others: readonly Layer[]): readonly Layer[] {
  const kept = keptOf(layers)
  const machine = kept.filter(({ kind }) => kind === 'machine')
  const metadata = kept.filter(({ kind }) => kind === 'metadata')
  return withKept(layers, [...machine, ...restored(others), ...metadata])
}

/** Whether two lists of layers are the same texts under the same names. */
export function sameTexts(one: readonly Layer[], other: readonly Layer[]): boolean {
  return one.length === other.length && changedNames(one, other).length === 0
}

/** Names of the layers whose text differs, or that only one side has. */
export function changedNames(one: readonly Layer[], other: readonly Layer[]): readonly string[] {
  const [before, after] = [textsOf(one), textsOf(other)]
  return [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name))
}

function textsOf(layers: readonly Layer[]): ReadonlyMap<string, string> {
  return new Map(layers.map(({ name, text }) => [name, text]))
}
