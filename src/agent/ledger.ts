// What we own and what stood there before, for things that carry no mark of ours. Written before the action, atomically, so
// that a crash between leaves an owned thing that may not exist (which pruning tolerates), never an orphan.
import type { KindDef } from '../core/kind.ts'
import { type Key, kindOf, looksLikeKey, type Owned, type Seen, type Spec, type Want } from '../core/resource.ts'
import type { Registry } from '../core/plan.ts'
import { keeper, type TextFile } from './kept-file.ts'

export interface Ledger {
  readonly owned: ReadonlyMap<Key, Owned>
  /** Remembers that we are about to make `want` true; what stood there first is kept as `before`. Resolves when it is kept. */
  intend(want: Want, seen: Seen | null): Promise<void>
  /** Remembers what is as wanted. */
  claim(wants: readonly { readonly want: Want; readonly seen: Seen | null }[]): Promise<void>
  /** Forgets things that are gone or given back. */
  release(keys: readonly Key[]): Promise<void>
}

/**
 * `brief` is a file that dies with the boot (/run), `lasting` one that survives it (/var/lib): a kind's `lasting` flag
 * says which. Kinds that read ownership off the thing itself (`claims`) are never written here. `complain` hears of a file
 * that is damaged: what can be read of it counts, the rest stays on the machine as it is.
 */
export async function openLedger(
  kinds: Registry,
  files: { brief: TextFile; lasting: TextFile },
  complain: (message: string) => void = () => {}
): Promise<Ledger> {
  const owned = new Map<Key, Owned>()
  /** Entries of kinds that a newer or older agent knows: kept where they were found. */
  const strange = { brief: [] as Owned[], lasting: [] as Owned[] }
  for (const place of ['lasting', 'brief'] as const) {
    const { entries, damage } = parse(await files[place].read())
    if (damage !== null) complain(`the ${place} ledger of what rosd made is damaged: ${damage}`)
    for (const entry of entries) {
      if (kinds.has(kindOf(entry.key))) owned.set(entry.key, entry)
      else strange[place].push(entry)
    }
  }

  const defOf = (key: Key): KindDef | undefined => kinds.get(kindOf(key))
  const placeOf = (key: Key) => {
    const lasting = defOf(key)?.lasting
    return (typeof lasting === 'function' ? lasting(key) : lasting === true) ? 'lasting' : 'brief'
  }
  const keeping = (place: 'brief' | 'lasting') =>
    keeper(files[place], () =>
      JSON.stringify([...strange[place], ...[...owned.values()].filter((entry) => placeOf(entry.key) === place)])
    )
  const keep = { brief: keeping('brief'), lasting: keeping('lasting') }
  /** Files that lack what is remembered here: a write that failed is made up for before anything else is done. */
  const behind = new Set<'brief' | 'lasting'>()
  const save = async (keys: readonly Key[]) => {
    for (const key of keys) behind.add(placeOf(key))
    for (const place of behind) {
      behind.delete(place)
      await keep[place]().catch((thrown: unknown) => {
        behind.add(place)
        throw thrown
      })
    }
  }

  /** True when it says something new. */
  const put = (entry: Owned): boolean => {
    const old = owned.get(entry.key)
    const { spec, needs, before, next } = entry
    // Most are what the last pass claimed: the very same objects, told apart without reading them.
    if (old?.spec === spec && old.needs === needs && old.before === before && old.next === next) return false
    owned.set(entry.key, entry)
    return old === undefined || JSON.stringify(old) !== JSON.stringify(entry)
  }

  return {
    owned,
    async intend({ key, spec, needs }, seen) {
      if (defOf(key)?.claims !== undefined) return
      const old = owned.get(key)
      const entry: Owned =
        old === undefined ? { key, spec, needs, before: seen } : { key, spec: old.spec, needs, before: old.before }
      const next = same(entry.spec, spec) ? {} : { next: spec }
      await save(put({ ...entry, ...next }) ? [key] : [])
    },
    async claim(wants) {
      const changed: Key[] = []
      for (const { want, seen } of wants) {
        const { key, spec, needs } = want
        if (defOf(key)?.claims !== undefined) continue
        const old = owned.get(key)
        if (put({ key, spec, needs, before: old === undefined ? seen : old.before })) changed.push(key)
      }
      await save(changed)
    },
    async release(keys) {
      await save(keys.filter((key) => owned.delete(key)))
    }
  }
}

function same(a: Spec, b: Spec): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function parse(text: string | null): { readonly entries: readonly Owned[]; readonly damage: string | null } {
  if (text === null) return { entries: [], damage: null }
  try {
    const all: unknown = JSON.parse(text)
    if (!Array.isArray(all)) return { entries: [], damage: 'it is no list' }
    const entries = all.filter(isOwned)
    const lost = all.length - entries.length
    return { entries, damage: lost === 0 ? null : `${lost} of ${all.length} entries can not be read` }
  } catch (thrown) {
    return { entries: [], damage: thrown instanceof Error ? thrown.message : String(thrown) }
  }
}

/** Written by us, so the shape inside is our own; what a disk made of it may be anything. */
function isOwned(entry: unknown): entry is Owned {
  if (!isObject(entry)) return false
  const { key, spec, needs, before = null, next } = entry
  const shaped = isObject(spec) && (before === null || isObject(before)) && (next === undefined || isObject(next))
  return looksLikeKey(key) && shaped && Array.isArray(needs) && needs.every(looksLikeKey)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
