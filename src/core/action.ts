// One change of the machine, as data: printable, comparable, and executed by exactly one function (its kind's `act`).
import type { Key, Kind, Owned, Seen, Spec } from './resource.ts'

export type Verb = 'create' | 'update' | 'replace' | 'delete'

export interface Action<K extends Kind = Kind> {
  /** `verb key`, unique in a plan. */
  readonly id: string
  readonly key: Key<K>
  readonly verb: Verb
  readonly why: string
  /** True: it is time for it; it sets nothing right. */
  readonly timely?: boolean
  /** Where the document asks for it; empty for deletions. */
  readonly place: string
  readonly from: Seen<K> | null
  readonly to: Spec<K> | null
  readonly owned: Owned<K> | null
  readonly needs: readonly Key[]
  /** Ids of actions that must succeed first. */
  readonly after: readonly string[]
  /** Ids of actions that must have ended first, well or badly. Many actions may share one list. */
  readonly behind: readonly string[]
}

/** What an action disturbs while it is carried out. */
export interface Disturbance {
  /**
   * `nothing`: nobody notices. `restart`: something starts anew, what it serves goes on. `interrupt`: something is away for a
   * moment. `reboot`: it counts with the next boot only.
   */
  readonly is: 'nothing' | 'restart' | 'interrupt' | 'reboot'
  /** For people: `web is away until the new one runs`; empty for nothing. */
  readonly what: string
}

/** One field of what an action changes. Absent on one side: it comes or goes. Secrets never stand here. */
export interface FieldChange {
  readonly field: string
  readonly from?: unknown
  readonly to?: unknown
}
