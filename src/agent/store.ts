// The agent's state as one immutable value. Only the loop writes it; readers get the value.
import { BehaviorSubject, type Observable } from 'rxjs'
import type { Condition, Status } from '../core/condition.ts'
import type { Key } from '../core/resource.ts'
import type { Unconfirmed } from '../core/trial.ts'
import type { Pending } from '../document/pending.ts'
import { machineConditions } from './machine-conditions.ts'

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

/** Nothing is done until `until`. */
export interface Paused {
  /** As the person said it; may be empty. */
  readonly reason: string
  /** ISO time. */
  readonly at: string
  /** ISO time, by the clock as it was at `at`; null: until somebody resumes. */
  readonly until: string | null
}

/** Whether metrics are served where the document asks for it. */
export interface MetricsState {
  /** ADDRESS:PORT */
  readonly listen: string
  /** Why they are not; null: they are. */
  readonly error: string | null
}

/** How a repository in the network stands. */
export interface RepositoryState {
  readonly name: string
  readonly url: string
  /** ISO time at which what is here of its index was last known to be the newest; null: it never came. */
  readonly at: string | null
  /** Why not all of it could be read; null: it could, or nobody has asked yet. */
  readonly error: string | null
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
  /** Of the machine as a whole. */
  readonly conditions: readonly Condition[]
  readonly document: DocumentState
  /** What waits to be confirmed; null: nothing. */
  readonly confirm: Unconfirmed | null
  readonly paused: Paused | null
  /** null: the document asks for none over TCP. */
  readonly metrics: MetricsState | null
  /** Those of the document that are not on this machine. */
  readonly repositories: readonly RepositoryState[]
  readonly resources: ReadonlyMap<Key, Status>
}

export interface Store {
  readonly value: State
  readonly changes: Observable<State>
  next(change: Partial<Omit<State, 'revision' | 'conditions'>>): void
}

/** `now` gives ISO times. */
export function createStore(now: () => string = () => new Date().toISOString()): Store {
  const first: Omit<State, 'conditions'> = {
    revision: 0,
    generation: 0,
    observedGeneration: 0,
    settled: false,
    phase: 'Progressing',
    document: { hash: '', problems: [], complaint: '', warnings: [], pending: [] },
    confirm: null,
    paused: null,
    metrics: null,
    repositories: [],
    resources: new Map()
  }
  const subject = new BehaviorSubject<State>({ ...first, conditions: machineConditions(first, [], now()) })
  return {
    get value() {
      return subject.value
    },
    changes: subject,
    next(change) {
      const { conditions, ...before } = subject.value
      const next = { ...before, ...change, revision: before.revision + 1 }
      subject.next({ ...next, conditions: machineConditions(next, conditions, now()) })
    }
  }
}
