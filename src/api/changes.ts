// What a change of the document means, value by value.
import { showPath } from '../document/path.ts'
import { type Path, spot } from '../document/shape.ts'
import { equal, isFields, type Value } from '../document/value.ts'

export interface Change {
  readonly op: 'add' | 'replace' | 'remove'
  /** Dotted, as `ros config get` takes it. */
  readonly path: string
  readonly from?: Value
  readonly to?: Value
}

/** Stands where a secret would. */
const HIDDEN = '(hidden)'

/** Differences from one document to another; maps are gone into, lists and plain values are one change each. */
export function changesOf(from: Value, to: Value): readonly Change[] {
  return [...walk(from, to, [])]
}

function* walk(from: Value | undefined, to: Value | undefined, path: Path): Generator<Change> {
  if (equal(from, to)) return
  if (isFields(from) && isFields(to)) {
    for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
      yield* walk(own(from, key), own(to, key), [...path, key])
    }
    return
  }
  const at = showPath(path)
  if (from === undefined) yield { op: 'add', path: at, to: shown(to, path) }
  else if (to === undefined) yield { op: 'remove', path: at, from: shown(from, path) }
  else yield { op: 'replace', path: at, from: shown(from, path), to: shown(to, path) }
}

function own(fields: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(fields, key) ? fields[key] : undefined
}

/** The value without the secrets in it. */
function shown(value: Value | undefined, path: Path): Value {
  if (value === undefined) return null
  if (spot(path)?.secret === true) return HIDDEN
  if (Array.isArray(value)) return value.map((item, i) => shown(item, [...path, i]))
  if (!isFields(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, shown(child, [...path, key])]))
}
