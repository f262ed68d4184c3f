// Looking at the machine: which keys to ask each kind for, all kinds in parallel, failures kept per kind.
import { asRosError } from '../core/errors.ts'
import { put } from '../core/multimap.ts'
import type { Registry } from '../core/plan.ts'
import { type Key, type Kind, kindOf, type Owned, type Seen, type Want } from '../core/resource.ts'
import type { Host } from '../host/ports.ts'

export interface Look {
  readonly seen: ReadonlyMap<Key, Seen>
  /** Kinds that could not be looked at, with the reason. */
  readonly unknown: ReadonlyMap<Kind, string>
}

const LIMIT = 30_000

/** Looks at the `dirty` kinds; of all others the previous look stands. */
export async function look(
  kinds: Registry,
  host: Host,
  dirty: ReadonlySet<Kind>,
  keys: ReadonlySet<Key>,
  previous: Look,
  signal: AbortSignal
): Promise<Look> {
  const seen = new Map([...previous.seen].filter(([key]) => !dirty.has(kindOf(key))))
  const unknown = new Map([...previous.unknown].filter(([kind]) => !dirty.has(kind)))
  const asked = new Map<Kind, Key[]>()
  for (const key of keys) put(asked, kindOf(key), key)
  const lookAt = async (kind: Kind) => {
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT)])
      const found = await kinds.get(kind)?.observe(host, asked.get(kind) ?? [], limit)
      for (const [key, value] of found ?? []) seen.set(key, value)
    } catch (thrown) {
      unknown.set(kind, asRosError(thrown).message)
    }
  }
  // Who asks others comes first: engines answer while the kernel is asked.
  const through = (kind: Kind) => kinds.get(kind)?.lens !== undefined
  await Promise.all([...dirty].sort((a, b) => Number(through(b)) - Number(through(a))).map(lookAt))
  return { seen, unknown }
}

/** Everything that is asked about: what is wanted, what we own, and what others need. */
export function askedKeys(wants: ReadonlyMap<Key, Want>, owned: ReadonlyMap<Key, Owned>): ReadonlySet<Key> {
  const keys = new Set<Key>([...wants.keys(), ...owned.keys()])
  for (const want of wants.values()) for (const need of want.needs) keys.add(need)
  return keys
}

/**
 * These kinds, and those they are seen through: an engine that fell silent since it was looked at must not pass for one that
 * has no containers.
 */
export function withLenses(kinds: Registry, looked: ReadonlySet<Kind>, keys: ReadonlySet<Key>): ReadonlySet<Kind> {
  const all = new Set(looked)
  for (const key of keys) {
    const lens = looked.has(kindOf(key)) ? kinds.get(kindOf(key))?.lens?.(key) : undefined
    if (lens !== undefined) all.add(kindOf(lens))
  }
  return all
}

/** The ledger's entries and what the things themselves say (labels, protocol numbers). */
export function ownership(
  kinds: Registry,
  ledger: ReadonlyMap<Key, Owned>,
  seen: ReadonlyMap<Key, Seen>
): ReadonlyMap<Key, Owned> {
  const owned = new Map(ledger)
  for (const [key, value] of seen) {
    const claim = kinds.get(kindOf(key))?.claims?.(key, value) ?? null
    if (claim !== null) owned.set(key, claim)
  }
  return owned
}
