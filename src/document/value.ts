/** A plain value, as YAML and JSON have them. */
export type Value = string | number | boolean | null | readonly Value[] | Fields
export interface Fields {
  readonly [key: string]: Value
}

export function isFields(value: Value | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isArray(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value)
}

/** The value of a key, or undefined; `constructor` is a key like any other. */
export function field(fields: Fields, key: string): Value | undefined {
  return Object.hasOwn(fields, key) ? fields[key] : undefined
}

/** The same value, the order of keys aside. */
export function equal(a: Value | undefined, b: Value | undefined): boolean {
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]))
  if (!isFields(a)) return a === b
  if (!isFields(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]))
}

/** One value over another: maps merge, everything else replaces, null included. */
export function overlay(below: Value | undefined, above: Value): Value {
  if (!isFields(above)) return above
  const out: Record<string, Value> = isFields(below) ? { ...below } : {}
  for (const [key, child] of Object.entries(above)) out[key] = overlay(field(out, key), child)
  return out
}

/** RFC 7396: as `overlay`, but null takes the key away. */
export function mergePatch(below: Value | undefined, patch: Value): Value {
  if (!isFields(patch)) return patch
  const out: Record<string, Value> = isFields(below) ? { ...below } : {}
  for (const [key, child] of Object.entries(patch)) {
    if (child === null) delete out[key]
    else out[key] = mergePatch(field(out, key), child)
  }
  return out
}

/** The value at a path, or undefined. */
export function valueAt(value: Value | undefined, path: readonly (string | number)[]): Value | undefined {
  let here = value
  for (const key of path) {
    if (isArray(here)) here = here[Number(key)]
    else if (isFields(here) && Object.hasOwn(here, key)) here = here[key]
    else return undefined
  }
  return here
}

/** A copy with another value at a path; undefined removes the key, or the element of a list. Maps on the way are made. */
export function withValue(
  value: Value | undefined,
  path: readonly (string | number)[],
  to: Value | undefined
): Value | undefined {
  const [key, ...rest] = path
  if (key === undefined) return to
  if (isArray(value) && typeof key === 'number') {
    const inner = withValue(value[key], rest, to)
    return inner === undefined ? value.toSpliced(key, 1) : value.toSpliced(key, 1, inner)
  }
  const fields = isFields(value) ? value : {}
  const inner = withValue(Object.hasOwn(fields, key) ? fields[key] : undefined, rest, to)
  if (inner !== undefined) return { ...fields, [key]: inner }
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== String(key)))
}
