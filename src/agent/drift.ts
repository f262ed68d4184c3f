// What had been as the document wants it and no longer is, was changed by somebody else: that is told, once.
import type { Action } from '../core/plan.ts'
import type { Key } from '../core/resource.ts'
import type { Host } from '../host/ports.ts'
import type { Events } from './events.ts'

export interface Drift {
  /** `key` was seen to be as `spec` says. */
  met(key: Key, spec: unknown): void
  /**
   * Tells of those actions that only repair what had been as they want it; an action ends what is known of its key. `heard`:
   * monotonic ms at which word of it came; null: it was found by looking.
   */
  tell(actions: readonly Action[], heard: number | null): void
  /** An action has succeeded: when the drift it repaired was heard of; null: it repaired none, or it was found by looking. */
  repaired(key: Key): number | null
}

export function createDrift(host: Pick<Host, 'log'>, events: Events): Drift {
  /** Keys seen as wanted since their last action, with the spec they met. */
  const calm = new Map<Key, unknown>()
  const heardAt = new Map<Key, number>()
  return {
    met: (key, spec) => void calm.set(key, spec),
    tell(actions, heard) {
      for (const { key, to, why } of actions) {
        const was = calm.get(key)
        calm.delete(key)
        if (was === undefined || to === null || JSON.stringify(was) !== JSON.stringify(to)) continue
        events.add({ type: 'Warning', reason: 'Drifted', message: `${why}; setting it right`, key })
        host.log('warn', { key, why }, 'drifted')
        if (heard !== null) heardAt.set(key, heard)
      }
    },
    repaired(key) {
      const heard = heardAt.get(key) ?? null
      heardAt.delete(key)
      return heard
    }
  }
}
