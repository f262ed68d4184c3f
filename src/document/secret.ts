import { type Path, type Shape, spot, step } from './shape.ts'
import { isArray, isFields, type Value } from './value.ts'

/** Stands where a secret would. */
export const HIDDEN = '(secret)'

/** The value at a path as it may be shown: the structure stays, every secret in it is `(secret)`. */
export function veil(value: Value, path: Path): Value {
  const found = spot(path)
  return veiled(value, found?.shape, found?.secret ?? false)
}

function veiled(value: Value, shape: Shape | undefined, secret: boolean): Value {
  const inner = (child: Value, key: string | number): Value => {
    const next = shape && step(shape, key)
    return veiled(child, next, secret || next?.secret === true)
  }
  if (isArray(value)) return value.map(inner)
  if (isFields(value)) return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, inner(child, key)]))
  return secret && value !== null ? HIDDEN : value
}
