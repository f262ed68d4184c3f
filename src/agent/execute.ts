// Runs a plan: as parallel as its edges and the kinds' widths allow; a failure blocks what hangs on it and nothing else.
import { asRosError, isAbort, RosError } from '../core/errors.ts'
import type { Registry } from '../core/plan.ts'
import type { Action } from '../core/plan.ts'
import { kindOf } from '../core/resource.ts'

export type Outcome =
  | { readonly action: Action; readonly result: 'done'; readonly ms: number }
  | { readonly action: Action; readonly result: 'failed'; readonly ms: number; readonly error: RosError }
  | { readonly action: Action; readonly result: 'aborted'; readonly ms: number }
  /** Not started: what it comes after failed, is not ready yet, or still runs. The next plan has it again. */
  | { readonly action: Action; readonly result: 'blocked'; readonly by: string }

export interface ExecuteOptions {
  readonly act: (action: Action, signal: AbortSignal) => Promise<void>
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
  const ended = new Map<string, true | string>()
  const running = new Map<string, Action>()
  const widths = new Map<string, number>()
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
      for (const action of waiting.values()) start(action)
      if (impatient || (waiting.size === 0 && running.size === 0)) {
        clearTimeout(timer)
        resolve()
      }
    }

    const firstOpen = (action: Action) => [...action.after, ...action.behind].find((id) => !ended.has(id))

    const start = (action: Action) => {
      const broken = action.after.find((id) => typeof ended.get(id) === 'string')
      if (broken !== undefined) {
        waiting.delete(action.id)
        const by = String(ended.get(broken))
        ended.set(action.id, by)
        options.onEnd({ action, result: 'blocked', by })
        return
      }
      const kind = kindOf(action.key)
      const width = kinds.get(kind)?.width ?? 1
      if (firstOpen(action) !== undefined || (widths.get(kind) ?? 0) >= width) return
      waiting.delete(action.id)
      running.set(action.id, action)
      widths.set(kind, (widths.get(kind) ?? 0) + 1)
      options.onStart(action)
      void carryOut(action).then(async (outcome) => {
        running.delete(action.id)
        widths.set(kind, (widths.get(kind) ?? 1) - 1)
        options.onEnd(outcome)
        ended.set(action.id, await verdict(outcome))
        release()
      })
    }

    const verdict = async (outcome: Outcome): Promise<true | string> => {
      if (outcome.result === 'failed') return `${outcome.action.key} failed: ${outcome.error.message}`
      if (outcome.result !== 'done') return `${outcome.action.key} was called off`
      const awaited = [...waiting.values()].some((other) => other.after.includes(outcome.action.id))
      return awaited ? options.settled(outcome.action) : true
    }

    const carryOut = async (action: Action): Promise<Outcome> => {
      const deadline = kinds.get(kindOf(action.key))?.deadline ?? DEADLINE
      const began = performance.now()
      const limit = AbortSignal.timeout(deadline)
      const ms = () => Math.round(performance.now() - began)
      try {
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
