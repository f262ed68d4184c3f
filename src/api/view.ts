// The JSON forms of what the agent knows. The command reads these types, too.
import { uptime } from 'node:os'
import type { Generation } from '../agent/history.ts'
import type { DocumentState, State } from '../agent/store.ts'
import { holds, KIND_ORDER, type Status } from '../core/condition.ts'
import type { Disturbance, FieldChange } from '../core/action.ts'
import { effectOf, planHash } from '../core/effect.ts'
import type { Left, Plan, Registry, Verb, Waiting } from '../core/plan.ts'
import type { OperatorPath } from '../core/operator-path.ts'
import { type Key, kindOf } from '../core/resource.ts'

/** `GET /v1/history/:generation`; its files have their secrets. */
export interface GenerationView extends Omit<Generation, 'layers'> {
  readonly files: readonly { readonly name: string; readonly text: string }[]
}

/** What `POST /v1/apply` and `POST /v1/undo` answer. */
export interface Applied {
  readonly generation: number
  /** What is being carried out. */
  readonly plan: PlanView
  /** Of an undo: the generation gone back to. */
  readonly to?: number
  /** null: it need not be confirmed. */
  readonly trial: TrialView | null
  readonly settled?: boolean
  readonly status?: StatusView
}

/** What a change comes to that has to be confirmed. */
export interface TrialView {
  readonly seconds: number
  /** The generation that is restored otherwise. */
  readonly back: number
  /** Over what its author came; null: over no network. */
  readonly path: OperatorPath | null
}

/** A change that waits to be confirmed. */
export interface ConfirmView {
  readonly generation: number
  /** The generation that is restored otherwise. */
  readonly back: number
  readonly secondsLeft: number
  /** From then on a new connection proves something. */
  readonly inForce: boolean
}

/** `GET /v1/state`. */
export interface StateView extends Omit<State, 'resources' | 'confirm'> {
  readonly confirm: ConfirmView | null
  readonly resources: Readonly<Record<string, Status>>
}

/** `GET /v1/status`: what a person wants to know first. */
export interface StatusView {
  readonly revision: number
  readonly generation: number
  readonly observedGeneration: number
  readonly settled: boolean
  readonly phase: State['phase']
  readonly conditions: State['conditions']
  readonly paused: State['paused']
  readonly metrics: State['metrics']
  readonly document: DocumentState
  /** null: nothing waits to be confirmed. */
  readonly confirm: ConfirmView | null
  readonly counts: { readonly resources: number; readonly ready: number }
  /** Those that are not Ready, in the order people read kinds. */
  readonly notReady: readonly Status[]
}

/** One action of `GET /v1/plan`. What it writes is left out: contents and environments may hold secrets. */
export interface ActionView {
  readonly id: string
  readonly key: Key
  readonly verb: Verb
  readonly why: string
  readonly place: string
  readonly after: readonly string[]
  readonly disturbs: Disturbance
  /** Why it can not be undone; null: it can, by taking the document back. */
  readonly irreversible: string | null
  readonly fields: readonly FieldChange[]
}

export interface PlanView {
  readonly actions: readonly ActionView[]
  readonly waiting: readonly Waiting[]
  /** What is not as the document says, and is left so on purpose. */
  readonly left: readonly Left[]
  /** Names this very plan: `ros apply --plan` carries out no other. */
  readonly hash: string
  /** Kinds that could not be looked at, with the reason; only where the command plans without the agent. */
  readonly unknown?: Readonly<Record<string, string>>
}

export function stateView(state: State): StateView {
  return {
    ...state,
    confirm: confirmView(state),
    resources: Object.fromEntries(ordered(state.resources.values()).map((status) => [status.key, status]))
  }
}

export function statusView(state: State): StatusView {
  const { resources, ...rest } = state
  const notReady = ordered(resources.values()).filter((status) => !holds(status, 'Ready'))
  return {
    ...rest,
    confirm: confirmView(state),
    counts: { resources: resources.size, ready: resources.size - notReady.length },
    notReady
  }
}

function confirmView({ confirm }: State): ConfirmView | null {
  if (confirm === null) return null
  const { generation, back, deadline, since } = confirm
  const secondsLeft = Math.max(0, Math.ceil(deadline / 1000 - uptime()))
  return { generation, back, secondsLeft, inForce: since !== null }
}

export function planView(kinds: Registry, plan: Plan): PlanView {
  const actions = plan.actions.map((action) => {
    const { id, key, verb, why, place, after } = action
    return { id, key, verb, why, place, after, ...effectOf(kinds, action) }
  })
  return { actions, waiting: plan.waiting, left: plan.left, hash: planHash(plan) }
}

/** By kind as people read them, then by name. */
export function ordered(all: Iterable<Status>): readonly Status[] {
  const rank = (status: Status) => KIND_ORDER.indexOf(kindOf(status.key))
  return [...all].sort((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
}
