// Runs a plan: as parallel as its edges and the kinds' widths allow; a failure blocks what hangs on it and nothing else.
import { asRosError, isAbort, RosError } from '../core/errors.ts'
import { put } from '../core/multimap.ts'
import { openEdges } from '../core/order.ts'
import type { Action, Registry } from '../core/plan.ts'
import { type Kind, kindOf } from '../core/resource.ts'

export type Outcome =
  | { readonly action: Action; readonly result: 'done'; readonly ms: number }
  | { readonly action: Action; readonly result: 'failed'; readonly ms: number; readonly error: RosError }
  | { readonly action: Action; readonly result: 'aborted'; readonly ms: number }
  /** Not started: what it comes after failed, is not ready yet, or still runs. The next plan has it again. */
  | { readonly action: Action; readonly result: 'blocked'; readonly by: string }

export interface ExecuteOptions {
  readonly act: (action: Action, signal: AbortSignal) => Promise<void>
  /** Asked before an action that comes after others: what it has to wait for beyond their end; null: nothing. Absent: never asked. */
  readonly gate?: (action: Action) => Promise<string | null>
  /** Asked after an action on which others hang: are they free to go? A string says what they wait for. */
  readonly settled: (action: Action) => Promise<true | string>
  readonly onStart: (action: Action) => void
  readonly onEnd: (outcome: Outcome) => void
  readonly signal: AbortSignal
  /** Milliseconds after which `execute` stops waiting: what still runs goes on and reports through `onEnd`. */
  readonly patience: number
}

const DEADLINE = 60_000

/** Resolves when every action has ended or been blocked, or when only actions older than `patience` are still running. */
export function execute(kinds: Registry, actions: readonly Action[], options: ExecuteOptions): Promise<void> {
  const waiting = new Map(actions.map((action) => [action.id, action]))
  const hard = openEdges(actions, ({ after }) => after)
  const soft = openEdges(actions, ({ behind }) => behind)
  /** What did not go well, and why nothing that comes after it goes. */
  const bad = new Map<string, string>()
  const awaited = new Set(actions.flatMap(({ after }) => after))
  const running = new Map<string, Action>()
  const widths = new Map<Kind, number>()
  const queued = new Map<Kind, Action[]>()
  const ready = actions.filter(({ id }) => hard.free(id) && soft.free(id))
  let impatient = false

  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      impatient = true
      release()
    }, options.patience)

    const release = () => {
      if (impatient) {
        for (const action of waiting.values()) {
          options.onEnd({ action, result: 'blocked', by: firstOpen(action) ?? 'an action that still runs' })
        }
        waiting.clear()
      }
      for (let next = ready.shift(); next !== undefined; next = ready.shift()) start(next)
      if (impatient || (waiting.size === 0 && running.size === 0)) {
        clearTimeout(timer)
        resolve()
      }
    }

    const firstOpen = ({ id }: Action) => hard.first(id) ?? soft.first(id)

    /** An action is over; what it held up may go. */
    const end = (id: string) => {
      for (const freed of [...hard.end(id), ...soft.end(id)]) {
        const action = waiting.get(freed)
        if (action !== undefined && hard.free(freed) && soft.free(freed)) ready.push(action)
      }
    }

    const start = (action: Action) => {
      if (!waiting.has(action.id)) return
      const by = action.after.map((id) => bad.get(id)).find((reason) => reason !== undefined)
      if (by !== undefined) {
        waiting.delete(action.id)
        bad.set(action.id, by)
        options.onEnd({ action, result: 'blocked', by })
        end(action.id)
        return
      }
      const kind = kindOf(action.key)
      const width = kinds.get(kind)?.width ?? 1
      if ((widths.get(kind) ?? 0) >= width) {
        put(queued, kind, action)
        return
      }
      waiting.delete(action.id)
      running.set(action.id, action)
      widths.set(kind, (widths.get(kind) ?? 0) + 1)
      options.onStart(action)
      void carryOut(action).then(async (outcome) => {
        running.delete(action.id)
        widths.set(kind, (widths.get(kind) ?? 1) - 1)
        options.onEnd(outcome)
        const said = await verdict(outcome)
        if (said !== true) bad.set(action.id, said)
        end(action.id)
        // One has gone, one may come; were all of them tried, a thousand would be tried a thousand times.
        ready.push(...(queued.get(kind)?.splice(0, 1) ?? []))
        release()
      })
    }

    const verdict = async (outcome: Outcome): Promise<true | string> => {
      if (outcome.result === 'failed') return `${outcome.action.key} failed: ${outcome.error.message}`
      if (outcome.result === 'blocked') return outcome.by
      if (outcome.result !== 'done') return `${outcome.action.key} was called off`
      return awaited.has(outcome.action.id) ? options.settled(outcome.action) : true
    }

    const carryOut = async (action: Action): Promise<Outcome> => {
      const deadline = kinds.get(kindOf(action.key))?.deadline ?? DEADLINE
      const began = performance.now()
      const limit = AbortSignal.timeout(deadline)
      const ms = () => Math.round(performance.now() - began)
      try {
        const by = action.after.length === 0 ? null : ((await options.gate?.(action)) ?? null)
        if (by !== null) return { action, result: 'blocked', by }
        await options.act(action, AbortSignal.any([options.signal, limit]))
        return { action, result: 'done', ms: ms() }
      } catch (thrown) {
        if (options.signal.aborted) return { action, result: 'aborted', ms: ms() }
        const late = limit.aborted && (isAbort(thrown) || (thrown instanceof Error && thrown.name === 'TimeoutError'))
        const error = late
          ? new RosError('ROS_DEADLINE', `${action.id} did not end within ${deadline / 1000} s`, 'soon', thrown)
          : asRosError(thrown)
        return { action, result: 'failed', ms: ms(), error }
      }
    }

    release()
  })
}
