// The loop: ticks -> observe -> plan -> execute -> settle. Level-triggered: a tick says where to look, never what happened.
// Longer than most files here: a pass is one story, and its steps share the few things the loop remembers.
import { filter, firstValueFrom, merge, type Observable, Subject, type Subscription, timeout } from 'rxjs'
import type { Status } from '../core/condition.ts'
import { holds, overall } from '../core/condition.ts'
import { asRosError } from '../core/errors.ts'
import type { Facts } from '../core/kind.ts'
import { type Action, type Plan, plan, type Registry, unmet, type World } from '../core/plan.ts'
import { type Key, type Kind, kindOf, type Want } from '../core/resource.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Host } from '../host/ports.ts'
import type { BootRecord } from './boot-record.ts'
import { coalesce } from './coalesce.ts'
import type { Events } from './events.ts'
import { execute, type Outcome } from './execute.ts'
import { createDrift } from './drift.ts'
import { createFailures } from './failures.ts'
import { statuses } from './findings.ts'
import { takeIn } from './intake.ts'
import type { Ledger } from './ledger.ts'
import { askedKeys, type Look, look, ownership } from './look.ts'
import type { State, Store } from './store.ts'
import { type Accepted, type Reading, readTicks, type Tick, union, watchTicks } from './ticks.ts'

export interface LoopParts {
  readonly kinds: Registry
  readonly host: Host
  readonly readings: Observable<Reading>
  readonly facts: () => Promise<Facts>
  readonly store: Store
  readonly events: Events
  readonly ledger: Ledger
  readonly boot: BootRecord
  /** ISO time. */
  readonly now: () => string
  /** Monotonic milliseconds. */
  readonly clock: () => number
  readonly random: () => number
  /** Milliseconds a pass waits for its actions before it lets them go on by themselves. */
  readonly patience?: number
}

export interface Loop {
  start(): Subscription
  /** Looks at everything (or the named kinds) again, at once; failures are forgiven. */
  tick(kinds?: readonly Kind[]): void
  /** Ticks everything and resolves when a later pass has settled, or with the state at the time limit (ms). */
  reconcile(limit: number): Promise<State>
  /** The plan the loop would run now, or would run for `document`. Changes nothing. */
  plan(document?: Accepted): Promise<Plan>
  /** The document in force; null before the first. */
  inForce(): CloudConfig | null
  /** The wants of the document in force, for ordering a shutdown. */
  wants(): ReadonlyMap<Key, Want>
  /** Resolves when no action is under way; new passes are not started any more. */
  stop(limit: number): Promise<void>
}

export function createLoop(parts: LoopParts): Loop {
  const { kinds, store, events, ledger } = parts
  const host: Host = { ...parts.host, progress: (key, message) => tellProgress(key, message) }
  const every: ReadonlySet<Kind> = new Set(kinds.keys())
  const again = new Subject<Tick>()
  const failures = createFailures(parts.clock, parts.random)
  const drift = createDrift(host, events)
  const running = new Map<Key, { readonly note: string; readonly abort: AbortController }>()
  /** Keys whose action ended after they were last looked at: what was seen of them is no longer so. */
  const stale = new Set<Key>()
  const lastActions = new Map<Key, NonNullable<Status['lastAction']>>()
  let accepted: Accepted | null = null
  let facts: Facts | null = null
  let wants: ReadonlyMap<Key, Want> = new Map()
  let seenLast: Look = { seen: new Map(), unknown: new Map() }
  let timer: NodeJS.Timeout | null = null
  let stopping = false

  const tick = (dirty: Iterable<Kind>) => again.next({ dirty: new Set(dirty), readings: [] })

  const wantsOf = (document: Accepted, now: Facts): ReadonlyMap<Key, Want> => {
    const desired = document.desired(now)
    const all = new Map<Key, Want>()
    for (const def of kinds.values()) for (const want of def.want(desired)) all.set(want.key, want)
    return all
  }

  /** New wants; work under way for something that is now wanted differently is called off. */
  const refreshWants = async (document: Accepted) => {
    const fresh = await parts.facts()
    if (facts !== null && JSON.stringify(fresh) === JSON.stringify(facts)) return false
    facts = fresh
    const next = wantsOf(document, fresh)
    for (const [key, work] of running) {
      if (JSON.stringify(next.get(key)?.spec) !== JSON.stringify(wants.get(key)?.spec)) work.abort.abort()
    }
    wants = next
    return true
  }

  /** What an action says of itself stands in the status of its resource from the next publication on. */
  const tellProgress = (key: string, message: string) => {
    const work = running.get(key as Key) // kinds report under their action's key
    if (work !== undefined) running.set(key as Key, { ...work, note: message })
    parts.host.progress(key, message)
  }

  const worldOf = (view: Look): World => ({
    wants,
    seen: view.seen,
    owned: ownership(kinds, ledger.owned, view.seen),
    unknown: new Set(view.unknown.keys()),
    held: new Map([
      ...failures.resting(),
      ...[...stale].map((key) => [key, 'to be looked at again'] as const),
      ...[...running].map(([key, work]) => [key, work.note] as const)
    ])
  })

  const onEnd = (outcome: Outcome, pending: Set<Key>) => {
    const { action } = outcome
    const { key } = action
    if (outcome.result === 'blocked') {
      pending.add(key)
      return
    }
    running.delete(key)
    stale.add(key)
    if (outcome.result === 'aborted') {
      tick([kindOf(key)])
      return
    }
    lastActions.set(key, { id: action.id, verb: action.verb, why: action.why, at: parts.now(), ms: outcome.ms })
    if (outcome.result === 'failed') {
      const rest = failures.failed(action, outcome.error)
      const { code, message } = outcome.error
      host.log('error', { key, verb: action.verb, code, failures: rest.failures, error: message }, 'action failed')
      events.add({ type: 'Warning', reason: 'ActionFailed', message: `${action.id}: ${message}`, key })
    } else {
      const fight = failures.succeeded(action)
      host.log('info', { key, verb: action.verb, why: action.why, ms: outcome.ms }, 'applied')
      events.add({ type: 'Normal', reason: PAST[action.verb], message: `${action.why} (${outcome.ms} ms)`, key })
      if (fight !== null) events.add({ type: 'Warning', reason: 'NotConverging', message: fight.message, key })
    }
    tick([kindOf(key)])
  }

  const act = async (action: Action, signal: AbortSignal) => {
    const kind = kinds.get(kindOf(action.key))
    const want = wants.get(action.key)
    const work = running.get(action.key)
    if (kind === undefined) return
    if (action.verb !== 'delete' && want !== undefined) await ledger.claim([{ want, seen: action.from }])
    await kind.act(host, action, work === undefined ? signal : AbortSignal.any([signal, work.abort.signal]))
    if (action.verb === 'delete') await ledger.release([action.key])
  }

  /** After an action on which others hang: look at it alone and say whether they may go. */
  const settledNow = async (action: Action): Promise<true | string> => {
    const kind = kinds.get(kindOf(action.key))
    if (kind === undefined || action.verb === 'delete') return true
    try {
      const seen = await kind.observe(host, [action.key], AbortSignal.timeout(10_000))
      const view = { seen: new Map([...seenLast.seen, ...seen]), unknown: new Map() }
      return unmet(kinds, { ...worldOf(view), held: new Map() }, action.key) ?? true
    } catch (thrown) {
      return asRosError(thrown).message
    }
  }

  /** What is as wanted is ours from now on; what is neither wanted nor there is forgotten. */
  const settleLedger = async (world: World, planned: ReadonlySet<Key>) => {
    const claims = []
    for (const want of wants.values()) {
      const seen = world.seen.get(want.key) ?? null
      if (planned.has(want.key) || world.held?.has(want.key) || world.unknown?.has(kindOf(want.key)) || seen === null)
        continue
      claims.push({ want, seen })
      drift.met(want.key, want.spec)
      failures.settled(want.key)
    }
    await ledger.claim(claims)
    const gone = [...ledger.owned.keys()].filter((key) => !wants.has(key) && !planned.has(key) && !world.held?.has(key))
    await ledger.release(gone.filter((key) => !world.unknown?.has(kindOf(key))))
  }

  const pass = async ({ dirty, readings }: Tick, signal: AbortSignal): Promise<void> => {
    for (const reading of readings) {
      const fresh = await takeIn(reading, accepted, { store, events, host, boot: parts.boot })
      if (fresh === null) continue
      accepted = fresh
      facts = null
      failures.forgive()
    }
    if (accepted === null || stopping) return
    const { generation } = store.value
    const renewed = facts === null || dirty.has('link') ? await refreshWants(accepted) : false
    const asked = askedKeys(wants, ownership(kinds, ledger.owned, seenLast.seen))
    const looked = new Set([...(renewed ? every : dirty), ...[...stale].map(kindOf)])
    stale.clear()
    const view = await look(kinds, host, looked, asked, seenLast, signal)
    seenLast = view
    const since = parts.clock()
    const world = worldOf(view)
    const plotted = plan(kinds, world)
    drift.tell(plotted.actions)
    host.log('debug', { kinds: [...looked], actions: plotted.actions.map(({ id }) => id) }, 'looked')
    const planned = new Set<Key>([
      ...plotted.actions.map((action) => action.key),
      ...plotted.waiting.map((wait) => wait.key)
    ])
    await settleLedger(world, planned)
    const pending = new Set<Key>()
    publish(world, view, plotted, new Set(plotted.actions.map((action) => action.key)), generation, false)
    if (plotted.actions.length > 0) {
      await execute(kinds, plotted.actions, {
        act,
        settled: settledNow,
        onStart: (action) =>
          running.set(action.key, { note: `${action.verb}: ${action.why}`, abort: new AbortController() }),
        onEnd: (outcome) => onEnd(outcome, pending),
        signal,
        patience: parts.patience ?? 300
      })
    }
    publish(world, view, plotted, pending, generation, plotted.actions.length === 0)
    rest(since)
  }

  const publish = (
    world: World,
    view: Look,
    plotted: Plan,
    pending: ReadonlySet<Key>,
    generation: number,
    quiet: boolean
  ) => {
    const notes = new Map([...running].map(([key, work]) => [key, work.note] as const))
    const result = { world, unknown: view.unknown, waiting: plotted.waiting, running: notes, pending }
    const resources = statuses(
      kinds,
      wants,
      result,
      failures,
      store.value.resources,
      lastActions,
      generation,
      parts.now()
    )
    const progressing = [...resources.values()].some((status) => holds(status, 'Progressing'))
    const settled = quiet && running.size === 0 && plotted.waiting.length === 0 && !progressing
    const same = JSON.stringify([...resources.values()]) === JSON.stringify([...store.value.resources.values()])
    if (same && settled === store.value.settled && store.value.observedGeneration === generation) return
    store.next({
      resources,
      settled,
      phase: overall(resources.values()),
      ...(quiet ? { observedGeneration: generation } : {})
    })
  }

  /** Wakes up when the first resting key may try again. */
  const rest = (since: number) => {
    if (timer !== null) clearTimeout(timer)
    const ms = failures.nextIn(since)
    timer = ms === null ? null : setTimeout(() => tick(every), ms + 1)
  }

  return {
    start() {
      const ticks = merge(readTicks(parts.readings, every), ...watchTicks(kinds, host, parts.random), again)
      return ticks.pipe(coalesce(union, pass)).subscribe({
        error: (error: unknown) => {
          throw error
        }
      })
    },
    tick(some) {
      failures.forgive()
      tick(some ?? every)
    },
    async reconcile(limit) {
      const { revision } = store.value
      failures.forgive()
      const settled = firstValueFrom(
        store.changes.pipe(
          filter(
            (state) => state.revision > revision && state.settled && state.observedGeneration === state.generation
          ),
          timeout(limit)
        )
      )
      store.next({ settled: false })
      tick(every)
      return settled.catch(() => store.value)
    },
    async plan(document) {
      const current = document ?? accepted
      if (current === null) return { actions: [], waiting: [] }
      const now = await parts.facts()
      const wanted = wantsOf(current, now)
      const asked = askedKeys(wanted, ownership(kinds, ledger.owned, seenLast.seen))
      const none: Look = { seen: new Map(), unknown: new Map() }
      const view = await look(kinds, host, every, asked, none, AbortSignal.timeout(30_000))
      return plan(kinds, { ...worldOf(view), wants: wanted, held: new Map() })
    },
    inForce: () => accepted?.data ?? null,
    wants: () => wants,
    async stop(limit) {
      stopping = true
      if (timer !== null) clearTimeout(timer)
      for (const work of running.values()) work.abort.abort()
      const until = parts.clock() + limit
      while (running.size > 0 && parts.clock() < until) await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

const PAST: Readonly<Record<Action['verb'], string>> = {
  create: 'Created',
  update: 'Updated',
  replace: 'Replaced',
  delete: 'Deleted'
}
