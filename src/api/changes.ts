// What a change of the document means, value by value.
import { inPlace } from './in-place.ts'
import { showPath } from '../document/path.ts'
import { veil } from '../document/secret.ts'
import { type Path, spot } from '../document/shape.ts'
import { equal, isFields, type Value } from '../document/value.ts'

export interface Change {
  readonly op: 'add' | 'replace' | 'remove'
  /** Dotted, as `ros config get` takes it. */
  readonly path: string
  readonly from?: Value
  readonly to?: Value
  /** What it needs before it counts: `live` nothing, `restart NAME` that this starts again, `reboot` the next boot. */
  readonly applies: string
}

/**
 * Differences from one document to another, secrets veiled. Maps that stay are gone into, lists and plain values are one
 * change each; so is a map that comes or goes, unless parts of it need different things before they count.
 */
export function changesOf(from: Value, to: Value): readonly Change[] {
  return [...walk(from, to, [])]
}

function* walk(from: Value | undefined, to: Value | undefined, path: Path): Generator<Change> {
  if (equal(from, to)) return
  const [before, after] = [from ?? {}, to ?? {}]
  const one = from === undefined || to === undefined
  const needs = one ? new Set(needsOf((from ?? to) as Value, path)) : null // one of them is a value
  if (isFields(before) && isFields(after) && (needs === null || needs.size > 1)) {
    const live = isService(path) && !one ? inPlace(String(path[2]), before, after) : new Set<string>()
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      for (const change of walk(own(before, key), own(after, key), [...path, key])) {
        yield live.has(key) ? { ...change, applies: 'live' } : change
      }
    }
    return
  }
  const common = { path: showPath(path), applies: needs?.values().next().value ?? needOf(path) }
  if (from === undefined) yield { op: 'add', ...common, to: veil(to ?? null, path) }
  else if (to === undefined) yield { op: 'remove', ...common, from: veil(from, path) }
  else yield { op: 'replace', ...common, from: veil(from, path), to: veil(to, path) }
}

function isService(path: Path): boolean {
  return path.length === 3 && path[0] === 'rancher' && path[1] === 'services'
}

/** What each plain value and list in a value needs. */
function* needsOf(value: Value, path: Path): Generator<string> {
  if (isFields(value) && Object.keys(value).length > 0) {
    for (const [key, child] of Object.entries(value)) yield* needsOf(child, [...path, key])
  } else yield needOf(path)
}

/** A key that nothing acts on needs nothing. */
function needOf(path: Path): string {
  const found = spot(path)
  return found === null || found.later || found.inert !== '' ? 'live' : found.applies
}

function own(fields: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(fields, key) ? fields[key] : undefined
}
