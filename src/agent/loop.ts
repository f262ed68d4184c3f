// The loop: ticks -> observe -> plan -> execute -> settle. Level-triggered: a tick says where to look, never what happened.
// Longer than most files here: a pass is one story, and its steps share the few things the loop remembers.
import { filter, firstValueFrom, merge, type Observable, Subject, type Subscription, timeout } from 'rxjs'
import type { Status } from '../core/condition.ts'
import { holds, overall } from '../core/condition.ts'
import { planHash } from '../core/effect.ts'
import { asRosError } from '../core/errors.ts'
import type { Facts } from '../core/kind.ts'
import { type Action, type Plan, plan, type Registry, unmet, type World } from '../core/plan.ts'
import { type Gate, type Key, type Kind, kindOf, type Want } from '../core/resource.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Host } from '../host/ports.ts'
import type { BootRecord } from './boot-record.ts'
import type { Chronicle } from './chronicle.ts'
import { coalesce } from './coalesce.ts'
import type { Events } from './events.ts'
import { execute, type Outcome } from './execute.ts'
import { createDrift, type Drift } from './drift.ts'
import { createFailures } from './failures.ts'
import { type PassResult, statuses } from './findings.ts'
import { takeIn } from './intake.ts'
import { type Journal, tellInterrupted } from './journal.ts'
import type { Ledger } from './ledger.ts'
import { askedKeys, type Look, look, ownership, withLenses } from './look.ts'
import { type Meter, NO_METER } from './meter.ts'
import { createRecords } from './records.ts'
import type { State, Store } from './store.ts'
import {
  type Accepted,
  lookTick,
  type Offer,
  type OfferAnswer,
  type Reading,
  readTicks,
  type Tick,
  union,
  watchTicks
} from './ticks.ts'
import { createWorks } from './works.ts'

export interface LoopParts {
  readonly kinds: Registry
  readonly host: Host
  readonly readings: Observable<Reading>
  readonly facts: (document: CloudConfig) => Promise<Facts>
  readonly store: Store
  readonly events: Events
  readonly ledger: Ledger
  readonly journal: Journal
  readonly boot: BootRecord
  readonly chronicle?: Pick<Chronicle, 'enter' | 'refresh'>
  readonly meter?: Meter
  /** What has drifted, and who did it; absent: that is known of this agent's life only. */
  readonly drift?: Drift
  /** Why a thing is left as it is, whatever a document says of it (its drift policy, a pause); absent: nothing is. */
  readonly leave?: (document: CloudConfig) => World['leave']
  /** The first plan of a generation, as it is about to be carried out. */
  readonly planned?: (generation: number, plan: Plan) => void
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
  /** Puts `document` into force if its plan is the one that is expected, and carries out that very plan. */
  offer(offer: Omit<Offer, 'answer'>): Promise<OfferAnswer>
  /** The document in force; null before the first. */
  inForce(): CloudConfig | null
  /** The wants of the document in force, for ordering a shutdown. */
  wants(): ReadonlyMap<Key, Want>
  /** Resolves when no action is under way; new passes are not started any more. */
  stop(limit: number): Promise<void>
}

export function createLoop(parts: LoopParts): Loop {
  const { kinds, store, events, ledger, journal } = parts
  const { meter = NO_METER } = parts
  const works = createWorks()
  let said = Number.NEGATIVE_INFINITY
  const tellProgress = (key: string, message: string) => {
    works.note(key, message)
    parts.host.progress(key, message)
    if (parts.clock() - said < PROGRESS) return
    said = parts.clock()
    // Nothing is looked at; what is read of the resource keeps up with its action.
    tick([])
  }
  const host: Host = { ...parts.host, progress: tellProgress }
  const every: ReadonlySet<Kind> = new Set(kinds.keys())
  const again = new Subject<Tick>()
  const drift = parts.drift ?? createDrift({ host, events })
  const failures = createFailures(parts.clock, parts.random, (key) => drift.hint(key))
  const records = createRecords({ ledger, journal, drift, failures, host })
  const lastActions = new Map<Key, NonNullable<Status['lastAction']>>()
  let accepted: Accepted | null = null
  let facts: Facts | null = null
  let wants: ReadonlyMap<Key, Want> = new Map()
  let seenLast: Look = { seen: new Map(), unknown: new Map() }
  /** The newest generation whose plan was told. */
  let told = 0
  let timer: NodeJS.Timeout | null = null
  let stopping = false

  const tick = (dirty: Iterable<Kind>) => again.next(lookTick(dirty))

  const wantsOf = (document: Accepted, now: Facts): ReadonlyMap<Key, Want> => {
    const desired = document.desired(now)
    const all = new Map<Key, Want>()
    for (const def of kinds.values()) for (const want of def.want(desired)) all.set(want.key, want)
    return all
  }

  /** New wants; work under way for something that is now wanted differently is called off. */
  const refreshWants = async (document: Accepted) => {
    const fresh = await parts.facts(document.data)
    if (facts !== null && JSON.stringify(fresh) === JSON.stringify(facts)) return false
    facts = fresh
    const next = wantsOf(document, fresh)
    works.compare(wants, next)
    wants = next
    return true
  }

  const leaveFor = (document: Accepted | null) => (document === null ? undefined : parts.leave?.(document.data))

  const worldOf = (view: Look, leave = leaveFor(accepted)): World => ({
    wants,
    seen: view.seen,
    owned: ownership(kinds, ledger.owned, view.seen),
    unknown: new Set(view.unknown.keys()),
    held: new Map([...failures.resting(), ...works.held()]),
    resting: new Set(failures.resting().keys()),
    unfinished: journal.unfinished,
    ...(leave === undefined ? {} : { leave })
  })

  /** What would be done for a document now, were nothing under way. */
  const planFor = async (document: Accepted): Promise<{ readonly plan: Plan; readonly view: Look }> => {
    const wanted = wantsOf(document, await parts.facts(document.data))
    const asked = askedKeys(wanted, ownership(kinds, ledger.owned, seenLast.seen))
    const none: Look = { seen: new Map(), unknown: new Map() }
    const view = await look(kinds, host, every, asked, none, AbortSignal.timeout(30_000))
    return { view, plan: plan(kinds, { ...worldOf(view, leaveFor(document)), wants: wanted, held: new Map() }) }
  }

  const onEnd = (outcome: Outcome, pending: Set<Key>) => {
    const { action } = outcome
    const { key } = action
    if (outcome.result === 'blocked') {
      if (works.notes().has(key)) works.end(key)
      pending.add(key)
      return
    }
    works.end(key)
    meter.ended(outcome)
    if (outcome.result === 'aborted') {
      tick([kindOf(key)])
      return
    }
    lastActions.set(key, { id: action.id, verb: action.verb, why: action.why, at: parts.now(), ms: outcome.ms })
    if (outcome.result === 'failed') {
      const rest = failures.failed(action, outcome.error)
      const { code, message } = outcome.error
      host.log('error', { key, verb: action.verb, code, failures: rest.failures, error: message }, 'action failed')
      const reason = code === 'ROS_ROLLED_BACK' ? 'RolledBack' : 'ActionFailed'
      events.add({ type: 'Warning', reason, message: `${action.id}: ${message}`, key })
    } else {
      const fight = failures.succeeded(action)
      const heard = drift.repaired(key)
      if (heard !== null) meter.repaired(key, parts.clock() - heard)
      host.log('info', { key, verb: action.verb, why: action.why, ms: outcome.ms }, 'applied')
      events.add({
        type: 'Normal',
        reason: action.timely === true ? 'RunStarted' : PAST[action.verb],
        message: `${action.why} (${outcome.ms} ms)`,
        key
      })
      if (fight !== null) events.add({ type: 'Warning', reason: 'NotConverging', message: fight.message, key })
    }
    tick([kindOf(key)])
  }

  const act = async (action: Action, signal: AbortSignal) => {
    const kind = kinds.get(kindOf(action.key))
    if (kind === undefined) return
    await records.begin(action)
    await kind.act(host, action, works.signal(action.key, signal))
    await records.end(action)
  }

  /** What an action waits for that is asked of its needs beyond their own end: looked at when they have ended. */
  const gateOf = async ({ key }: Action): Promise<string | null> => {
    const gates = Object.entries(wants.get(key)?.gates ?? {}) as [Key, Gate][] // the keys of a record over Key
    if (gates.length === 0) return null
    const asked = new Set(gates.map(([need]) => need))
    const view = await look(kinds, host, new Set([...asked].map(kindOf)), asked, seenLast, AbortSignal.timeout(10_000))
    const world = { ...worldOf(view), held: new Map() }
    const open = gates.map(([need, { until }]) => unmet(kinds, world, need, until))
    return open.find((one) => one !== null) ?? null
  }

  /** After an action on which others hang: look at it alone and say whether they may go. */
  const settledNow = async (action: Action): Promise<true | string> => {
    const kind = kinds.get(kindOf(action.key))
    if (kind === undefined || kind.lands === true || action.verb === 'delete') return true
    try {
      const seen = await kind.observe(host, [action.key], AbortSignal.timeout(10_000))
      const view = { seen: new Map([...seenLast.seen, ...seen]), unknown: new Map() }
      return unmet(kinds, { ...worldOf(view), held: new Map() }, action.key) ?? true
    } catch (thrown) {
      return asRosError(thrown).message
    }
  }

  /** A new document comes into force. */
  const adopt = (document: Accepted) => {
    accepted = document
    facts = null
    failures.forgive()
  }

  /** Takes what is offered if its plan is as expected; the look that says so is the one to act on. */
  const weigh = async (offer: Offer): Promise<Look | null> => {
    try {
      const { plan: plotted, view } = await planFor(offer.document)
      if (offer.expected !== null && !planHash(plotted).startsWith(offer.expected)) {
        offer.answer({ taken: false, plan: plotted, error: null })
        return null
      }
      await offer.keep()
      const reading = { ok: true, document: offer.document, by: offer.by } as const
      const fresh = await takeIn(reading, accepted, parts)
      if (fresh !== null) adopt(fresh)
      offer.answer({ taken: true, plan: plotted, generation: store.value.generation })
      return view
    } catch (error) {
      offer.answer({ taken: false, plan: NO_PLAN, error })
      return null
    }
  }

  const pass = async ({ dirty, readings, offers, heard }: Tick, signal: AbortSignal): Promise<void> => {
    const began = parts.clock()
    for (const reading of readings) {
      const fresh = await takeIn(reading, accepted, parts)
      if (fresh !== null) adopt(fresh)
    }
    let weighed: Look | null = null
    for (const offer of offers) weighed = (await weigh(offer)) ?? weighed
    if (accepted === null || stopping) return
    const { generation } = store.value
    const renewed = facts === null || dirty.has('link') ? await refreshWants(accepted) : false
    const asked = askedKeys(wants, ownership(kinds, ledger.owned, seenLast.seen))
    const looked = withLenses(kinds, new Set([...(renewed ? every : dirty), ...works.takeStale().map(kindOf)]), asked)
    const view = weighed ?? (await look(kinds, host, looked, asked, seenLast, signal))
    seenLast = view
    const since = parts.clock()
    const world = worldOf(view)
    const plotted = plan(kinds, world)
    drift.tell(plotted, wants, heard)
    host.log('debug', { kinds: [...looked], actions: plotted.actions.map(({ id }) => id) }, 'looked')
    if (generation !== told) {
      told = generation
      parts.planned?.(generation, plotted)
    }
    const acting = new Set<Key>(plotted.actions.map(({ key }) => key))
    const others = [...plotted.waiting, ...plotted.left].map(({ key }) => key)
    await records.settle(world, new Set([...acting, ...others]))
    const pending = new Set<Key>()
    if (acting.size > 0) {
      publish(world, view, plotted, acting, generation, false)
      await execute(kinds, plotted.actions, {
        act,
        gate: gateOf,
        settled: settledNow,
        onStart: (action) => works.begin(action),
        onEnd: (outcome) => onEnd(outcome, pending),
        signal,
        patience: parts.patience ?? 300
      })
      publish(world, view, plotted, pending, generation, false)
    } else publish(world, view, plotted, pending, generation, true)
    rest(since)
    meter.passed(parts.clock() - began, acting.size)
  }

  const publish = (
    world: World,
    view: Look,
    plotted: Plan,
    pending: ReadonlySet<Key>,
    generation: number,
    quiet: boolean
  ) => {
    const { waiting, left } = plotted
    const result: PassResult = {
      world,
      unknown: view.unknown,
      waiting: new Map(waiting.map((wait) => [wait.key, wait] as const)),
      left: new Map(left.map((one) => [one.key, one] as const)),
      running: works.notes(),
      pending
    }
    const before = store.value
    const now = parts.now()
    const resources = statuses(kinds, wants, result, failures, before.resources, lastActions, generation, now)
    const progressing = [...resources.values()].some((status) => holds(status, 'Progressing'))
    const paused = left.some(({ reason }) => reason === 'Paused')
    const settled = quiet && works.size === 0 && waiting.length === 0 && !progressing && !paused
    const same =
      resources.size === before.resources.size &&
      [...resources].every(([key, status]) => before.resources.get(key) === status)
    if (same && settled === before.settled && before.observedGeneration === generation) return
    const seen = quiet ? { observedGeneration: generation } : {}
    const changed = same ? {} : { resources, phase: overall(resources.values()) }
    store.next({ ...changed, settled, ...seen })
  }

  /** Wakes up when the first resting key may try again. */
  const rest = (since: number) => {
    if (timer !== null) clearTimeout(timer)
    const ms = failures.nextIn(since)
    timer = ms === null ? null : setTimeout(() => tick(every), ms + 1)
  }

  return {
    start() {
      tellInterrupted(journal, events, host)
      const ticks = merge(readTicks(parts.readings, every), ...watchTicks(kinds, host, parts), again)
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
      for (const kind of kinds.values()) await kind.forgive?.(host)
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
      return current === null ? NO_PLAN : (await planFor(current)).plan
    },
    offer(offer) {
      return new Promise((answer) => again.next({ ...lookTick(every), offers: [{ ...offer, answer }] }))
    },
    inForce: () => accepted?.data ?? null,
    wants: () => wants,
    async stop(limit) {
      stopping = true
      if (timer !== null) clearTimeout(timer)
      works.callOff()
      const until = parts.clock() + limit
      while (works.size > 0 && parts.clock() < until) await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

/** Milliseconds between two times that what actions say of themselves is published. */
const PROGRESS = 2_000

const NO_PLAN: Plan = { actions: [], waiting: [], left: [] }

const PAST: Readonly<Record<Action['verb'], string>> = {
  create: 'Created',
  update: 'Updated',
  replace: 'Replaced',
  delete: 'Deleted'
}
