// What has gone wrong and has not been Ready since: a thing that is being tried again shows its next try, and not why it failed.
import type { Subscription } from 'rxjs'
import { holds, type Status } from '../core/condition.ts'
import type { Key } from '../core/resource.ts'
import type { Store } from './store.ts'

export interface Troubles {
  /** key -> what was said of it when it last failed. */
  readonly now: ReadonlyMap<Key, string>
  follow(): Subscription
}

export function createTroubles(store: Store): Troubles {
  const now = new Map<Key, string>()
  return {
    now,
    follow: () =>
      store.changes.subscribe(({ phase, resources }) => {
        if (phase !== 'Degraded' && now.size === 0) return
        for (const key of now.keys()) {
          const status = resources.get(key)
          if (status === undefined || holds(status, 'Ready')) now.delete(key)
        }
        for (const status of resources.values()) if (holds(status, 'Degraded')) now.set(status.key, messageOf(status))
      })
  }
}

/** Why a resource is not Ready. */
export function messageOf({ conditions }: Status): string {
  const said = conditions.find(({ type }) => type === 'Degraded') ?? conditions[0]
  return said?.message ?? 'it is not Ready'
}
