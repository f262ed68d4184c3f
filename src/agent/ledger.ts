// What we own and what stood there before, for things that carry no mark of ours. Written before the action, atomically, so
// that a crash between leaves an owned thing that may not exist (which pruning tolerates), never an orphan.
import type { KindDef } from '../core/kind.ts'
import { type Key, kindOf, type Owned, type Seen, type Want } from '../core/resource.ts'
import type { Registry } from '../core/plan.ts'
import { keeper, type TextFile } from './kept-file.ts'

export interface Ledger {
  readonly owned: ReadonlyMap<Key, Owned>
  /** Remembers that we are about to make `want` true; what stood there first is kept as `before`. */
  claim(wants: readonly { readonly want: Want; readonly seen: Seen | null }[]): Promise<void>
  /** Forgets things that are gone or given back. */
  release(keys: readonly Key[]): Promise<void>
}

/**
 * `brief` is a file that dies with the boot (/run), `lasting` one that survives it (/var/lib): a kind's `lasting` flag
 * says which. Kinds that read ownership off the thing itself (`claims`) are never written here.
 */
export async function openLedger(kinds: Registry, files: { brief: TextFile; lasting: TextFile }): Promise<Ledger> {
  const owned = new Map<Key, Owned>()
  for (const file of [files.lasting, files.brief])
    for (const entry of parse(await file.read())) owned.set(entry.key, entry)

  const defOf = (key: Key): KindDef | undefined => kinds.get(kindOf(key))
  const lasts = (key: Key): boolean => {
    const lasting = defOf(key)?.lasting
    return typeof lasting === 'function' ? lasting(key) : lasting === true
  }
  const keeping = (file: TextFile, lasting: boolean) =>
    keeper(file, () => JSON.stringify([...owned.values()].filter((entry) => lasts(entry.key) === lasting)))
  const keep = { brief: keeping(files.brief, false), lasting: keeping(files.lasting, true) }
  const save = async (keys: readonly Key[]) => {
    for (const lasting of new Set(keys.map(lasts))) await (lasting ? keep.lasting : keep.brief)()
  }

  return {
    owned,
    async claim(wants) {
      const changed: Key[] = []
      for (const { want, seen } of wants) {
        const { key, spec, needs } = want
        if (defOf(key)?.claims !== undefined) continue
        const old = owned.get(key)
        const entry: Owned = { key, spec, needs, before: old === undefined ? seen : old.before }
        if (old !== undefined && JSON.stringify(old) === JSON.stringify(entry)) continue
        owned.set(key, entry)
        changed.push(key)
      }
      if (changed.length > 0) await save(changed)
    },
    async release(keys) {
      const gone = keys.filter((key) => owned.delete(key))
      if (gone.length > 0) await save(gone)
    }
  }
}

/** A ledger that can not be read is an empty one: what it named stays as it is, and is adopted again where wanted. */
function parse(text: string | null): readonly Owned[] {
  if (text === null) return []
  try {
    const entries: unknown = JSON.parse(text)
    return Array.isArray(entries) ? (entries as Owned[]) : [] // written by us; the shape is our own
  } catch {
    return []
  }
}
