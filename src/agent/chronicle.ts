// How documents enter the history: each that comes into force gets its number and is written down before anything of it is done;
// how it fared is added as it shows.
import type { Subscription } from 'rxjs'
import { type Change, changesOf } from '../api/changes.ts'
import type { PlanView } from '../api/view.ts'
import { type AgentRules, agentRules } from '../core/agent-settings.ts'
import type { Author } from '../core/author.ts'
import { holds } from '../core/condition.ts'
import { touchesPath } from '../core/operator-path.ts'
import { secondsToConfirm } from '../core/trial.ts'
import { touchesAccess } from '../core/access.ts'
import { changedNames, keptOf, sameTexts, withKept } from '../document/kept.ts'
import type { Layer } from '../document/layers.ts'
import { salvage } from '../document/salvage.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Value } from '../document/value.ts'
import type { Generation, History } from './history.ts'
import type { Store } from './store.ts'
import type { Accepted } from './ticks.ts'
import { messageOf, type Troubles } from './troubles.ts'

/** A generation that has come into force just now. */
export interface Arrived {
  readonly generation: number
  /** The one before it; 0: there was none. */
  readonly before: number
  readonly by: Author
  readonly rules: AgentRules
  /** Within which it has to be confirmed; 0: it need not be. */
  readonly seconds: number
  readonly unwell: readonly string[]
}

export interface Chronicle {
  /**
   * Writes a document down that comes into force in the place of `current`; its generation. One that differs only in what
   * comes anew with each boot (image, leases, command line) keeps the number, as does one a boot finds as the last one left it.
   */
  enter(document: Accepted, current: Accepted | null, by: Author | undefined): Promise<number>
  /** The same document, perhaps in other words: the newest ones are kept. */
  refresh(document: Accepted): Promise<void>
  /** The first plan of a generation. */
  planned(generation: number, plan: PlanView): void
  /** Follows how the newest generation fares. */
  follow(): Subscription
}

export interface ChronicleParts {
  readonly history: History
  readonly store: Store
  readonly troubles: Pick<Troubles, 'now'>
  /** ISO time. */
  readonly now: () => string
  /** Monotonic milliseconds. */
  readonly clock: () => number
  /** Called before anything of a new generation is done. */
  readonly arrived?: (arrived: Arrived) => Promise<void>
}

/** Changes a summary names. */
const NAMED = 6
/** Keys kept of those that are not well. */
const UNWELL = 50

export function createChronicle({ history, store, troubles, now, clock, arrived }: ChronicleParts): Chronicle {
  let accepted = { generation: 0, at: 0 }

  /** What is in force, or was when the machine went down. */
  const dataBefore = (current: Accepted | null, layers: readonly Layer[]): CloudConfig => {
    if (current !== null) return current.data
    return history.newest === null ? {} : salvage(withKept(layers, history.newest.layers)).document.data
  }

  const close = (before: Generation, generation: number, unwell: readonly string[]) => {
    const open = before.outcome.is === 'open'
    const outcome = open ? { outcome: { is: 'superseded', by: generation } as const } : {}
    void history.amend(before.generation, { unwell, ...outcome })
  }

  return {
    async enter(document, current, by = { how: 'file', who: '', why: '' }) {
      const before = history.newest
      const next = Math.max(store.value.generation, before?.generation ?? 0) + 1
      const { layers } = document
      if (layers === undefined) return next
      const kept = keptOf(layers)
      if (before !== null && sameTexts(before.layers, kept)) return before.generation
      if (
        before !== null &&
        current === null &&
        salvage(withKept(layers, before.layers)).document.hash === document.hash
      ) {
        await history.amend(before.generation, { layers: kept })
        return before.generation
      }
      const from = dataBefore(current, layers)
      const changes = before === null ? [] : changesOf(asValue(from), asValue(document.data))
      const rules = agentRules(document.data)
      const who = by.how === 'file' && by.who === '' ? changedNames(before?.layers ?? [], kept).join(', ') : by.who
      accepted = { generation: next, at: clock() }
      const unwell = current === null ? (before?.unwell ?? []) : [...troubles.now.keys()].slice(0, UNWELL)
      await history.add(
        {
          generation: next,
          at: now(),
          by: { ...by, who },
          ...(by.repeats === undefined ? {} : { repeats: by.repeats }),
          changed: changes.slice(0, NAMED).map(brief),
          more: Math.max(0, changes.length - NAMED),
          outcome: { is: 'open' },
          unwell: [],
          hash: document.hash,
          changes,
          layers: kept,
          plan: null
        },
        rules.history
      )
      // Behind it: only the new one is waited for.
      if (before !== null && current !== null) close(before, next, unwell)
      const touches = before !== null && touchesAccess(asValue(from), asValue(document.data))
      const touchesOwn = touches && by.path !== undefined && touchesPath(from, document.data, by.path)
      const seconds = secondsToConfirm({ by, rules, touches, touchesOwn })
      const arrival = { generation: next, before: before?.generation ?? 0, by: { ...by, who }, rules, seconds, unwell }
      await arrived?.(arrival)
      return next
    },
    async refresh({ layers }) {
      const { newest } = history
      if (layers === undefined || newest === null || newest.generation !== store.value.generation) return
      const kept = keptOf(layers)
      if (!sameTexts(newest.layers, kept)) await history.amend(newest.generation, { layers: kept })
    },
    planned(generation, plan) {
      if (history.newest?.generation === generation && history.newest.plan === null)
        void history.amend(generation, { plan })
    },
    follow: () =>
      store.changes.subscribe((state) => {
        const { newest } = history
        if (newest === null || newest.generation !== state.generation || state.observedGeneration !== state.generation)
          return
        const { is } = newest.outcome
        if (is === 'settled' || is === 'rolled back') return
        if (state.settled && state.phase === 'Ready') {
          const ms = accepted.generation === newest.generation ? Math.round(clock() - accepted.at) : null
          void history.amend(newest.generation, { outcome: { is: 'settled', ms }, unwell: [] })
        } else if (is === 'open') {
          const failing = [...state.resources.values()].find((status) => holds(status, 'Degraded'))
          if (failing === undefined) return
          const message = `${failing.key}: ${messageOf(failing)}`
          void history.amend(newest.generation, { outcome: { is: 'failed', message } })
        }
      })
  }
}

const SIGNS: Readonly<Record<Change['op'], string>> = { add: '+', replace: '~', remove: '-' }

function brief({ op, path }: Change): string {
  return `${SIGNS[op]} ${path}`
}

/** The data of a document is made of plain values. */
export function asValue(data: CloudConfig): Value {
  return data as unknown as Value
}
