// Keys of the document and their values, as candidates for completion.
import { parsePath } from '../document/path.ts'
import { root, type Shape, spot } from '../document/shape.ts'

/**
 * The keys that begin as `text` does, one level at a time. One that has keys below it ends with a dot, for there it goes on;
 * under a map whose keys people choose there is nothing to offer.
 */
export function keysLike(text: string): readonly string[] {
  const above = text.slice(0, text.lastIndexOf('.') + 1)
  const shape = above === '' ? root : spot(parsePath(above))?.shape
  if (shape === undefined) return []
  return [...keysOf(shape)].map(([key, child]) => `${above}${key}${goesOn(child) ? '.' : ''}`)
}

function keysOf(shape: Shape): ReadonlyMap<string, Shape> {
  if (shape.is === 'any') return new Map(shape.of.flatMap((one) => [...keysOf(one)]))
  return new Map(shape.is === 'map' ? Object.entries(shape.keys ?? {}) : [])
}

function goesOn(shape: Shape): boolean {
  return shape.is === 'any' ? shape.of.some(goesOn) : shape.is === 'map'
}

/** The values a key may have, where the schema lists them. */
export function valuesOf(key: string): readonly string[] {
  const shape = spot(parsePath(key))?.shape
  if (shape?.is === 'boolean') return ['true', 'false']
  return shape?.is === 'string' ? (shape.among ?? []).filter((word) => word !== '') : []
}
