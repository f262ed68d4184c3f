// What of the document waits for a reboot: keys that count from the next boot on and differ from what this one began with.
// Values are compared by their hashes, so that nothing secret is kept for it. Pure.
import { createHash } from 'node:crypto'
import { moduleName } from '../core/modules.ts'
import { type Document, placeOf } from './document.ts'
import { parsePath, showPath } from './path.ts'
import { type Path, root, type Shape, step } from './shape.ts'
import type { CloudConfig } from './types.gen.ts'

/** One key that waits. */
export interface Pending {
  /** Dotted, as `ros config get` takes it. */
  readonly key: string
  readonly applies: 'reboot'
  /** `file:line:column` of the value, or of the closest thing above it that is written. */
  readonly place: string
}

/** Hashes by what they are of: a dotted key, or `module NAME`. */
export type Leaves = Readonly<Record<string, string>>

interface Leaf {
  readonly path: Path
  readonly value: unknown
}

const MODULES: Path = ['rancher', 'modules']
const MODULE = 'module '

/** What a boot that begins with `data` has, of keys that count from the next boot on. */
export function leavesOf(data: CloudConfig): Leaves {
  return Object.fromEntries([...found(data)].map(([id, { value }]) => [id, hashOf(value)]))
}

/**
 * `leaves` and the modules that came since: these are loaded at once, and keep their parameters from then on. The same
 * object when none came.
 */
export function withModules(leaves: Leaves, data: CloudConfig): Leaves {
  const added = [...modules(data)].filter(([id]) => leaves[id] === undefined)
  if (added.length === 0) return leaves
  return { ...leaves, ...Object.fromEntries(added.map(([id, { value }]) => [id, hashOf(value)])) }
}

/**
 * The keys of `now` that differ from what the boot began with, in the order of the document; those taken out come last. A
 * module taken out is not among them: that it was loaded at all is not known here.
 */
export function pending(boot: Leaves, now: Document): readonly Pending[] {
  const leaves = new Map(found(now.data))
  const differs = (id: string, value: unknown) =>
    boot[id] === undefined ? !id.startsWith(MODULE) : boot[id] !== hashOf(value)
  const changed = [...leaves].flatMap(([id, { path, value }]) => (differs(id, value) ? [path] : []))
  const gone = Object.keys(boot).flatMap((id) => (leaves.has(id) || id.startsWith(MODULE) ? [] : [parsePath(id)]))
  const keys = new Map([...changed, ...gone].map((path) => [showPath(path), path] as const))
  return [...keys].map(([key, path]) => ({ key, applies: 'reboot', place: placeOf(now, path) }))
}

function* found(data: CloudConfig): Generator<readonly [string, Leaf]> {
  yield* walk(data, root, root.applies, [])
  yield* modules(data)
}

/** Keys that nothing acts on wait for nothing; secrets come with the kernel command line, which a boot does not change. */
function* walk(
  value: unknown,
  shape: Shape,
  above: string | undefined,
  path: Path
): Generator<readonly [string, Leaf]> {
  if (shape.later === true || shape.inert !== undefined || shape.secret === true) return
  const applies = shape.applies ?? above
  if (shape.is === 'map' && typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      const next = step(shape, key)
      if (next !== undefined) yield* walk(child, next, applies, [...path, key])
    }
  } else if (applies === 'reboot') yield [showPath(path), { path, value }]
}

/** What is loaded stays, with its parameters, until the machine goes down. */
function* modules(data: CloudConfig): Generator<readonly [string, Leaf]> {
  for (const [index, entry] of (data.rancher?.modules ?? []).entries()) {
    const params = entry.trim().split(/\s+/).slice(1)
    yield [`${MODULE}${moduleName(entry)}`, { path: [...MODULES, index], value: params }]
  }
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
