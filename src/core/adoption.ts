// Taking what the machine has for what the document says: the changes of the document that make it so. Plain data.
import type { Path } from '../document/shape.ts'
import type { Value } from '../document/value.ts'
import type { Desired } from './kind.ts'
import type { Key, Kind, Seen, Want } from './resource.ts'

export interface AdoptQuestion<K extends Kind = Kind> {
  readonly key: Key<K>
  readonly want: Want<K> | null
  /** null: it is not there. */
  readonly seen: Seen<K> | null
  readonly desired: Desired
}

export interface Setting {
  readonly path: Path
  /** undefined: the key is taken out. */
  readonly value: Value | undefined
}

/** Lists are set as a whole: that is how layers go over each other. */
export interface Adoption {
  readonly settings: readonly Setting[]
  /** What is so on the machine and can not be said in the document. */
  readonly lost: readonly string[]
}

/** Nothing is lost. */
export function setting(path: Path, value: Value | undefined): Adoption {
  return { settings: [{ path, value }], lost: [] }
}
