// The agent's state as one immutable value. Only the loop writes it; readers get the value.
import { BehaviorSubject, type Observable } from 'rxjs'
import type { Status } from '../core/condition.ts'
import type { Key } from '../core/resource.ts'
import type { Pending } from '../document/pending.ts'

/** How the document in force and the one last read stand. */
export interface DocumentState {
  readonly hash: string
  /** Problems of the newest text; empty when it is the one in force. */
  readonly problems: readonly unknown[]
  /** The newest text as people read its problems; empty when there are none. */
  readonly complaint: string
  readonly warnings: readonly unknown[]
  /** Keys of the document in force that wait for a reboot. */
  readonly pending: readonly Pending[]
}

export interface State {
  /** Rises by one with every change. */
  readonly revision: number
  /** Rises by one with every accepted document. */
  readonly generation: number
  /** The generation the resources below have been compared with. */
  readonly observedGeneration: number
  /** True when the last pass found nothing to do and nothing waits. */
  readonly settled: boolean
  readonly phase: 'Ready' | 'Progressing' | 'Degraded'
  readonly document: DocumentState
  readonly resources: ReadonlyMap<Key, Status>
}

export interface Store {
  readonly value: State
  readonly changes: Observable<State>
  next(change: Partial<Omit<State, 'revision'>>): void
}

export function createStore(): Store {
  const subject = new BehaviorSubject<State>({
    revision: 0,
    generation: 0,
    observedGeneration: 0,
    settled: false,
    phase: 'Progressing',
    document: { hash: '', problems: [], complaint: '', warnings: [], pending: [] },
    resources: new Map()
  })
  return {
    get value() {
      return subject.value
    },
    changes: subject,
    next(change) {
      subject.next({ ...subject.value, ...change, revision: subject.value.revision + 1 })
    }
  }
}
