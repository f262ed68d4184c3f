// Ends and omissions of jobs, told from what is seen of them: an engine's word may be missed, its record of a container is not.
import type { Subscription } from 'rxjs'
import type { Status } from '../core/condition.ts'
import type { Timetable } from '../core/container.ts'
import type { Key } from '../core/resource.ts'
import type { Event, Events } from './events.ts'
import type { Store } from './store.ts'

type Told = Pick<Event, 'type' | 'reason' | 'message'>

/** Tells from now on; what had been so when an agent begins is no news. Starts are told by the loop, which makes them. */
export function tellRuns(store: Pick<Store, 'changes'>, events: Pick<Events, 'add'>): Subscription {
  let before: ReadonlyMap<Key, Status> = new Map()
  return store.changes.subscribe(({ resources }) => {
    if (resources === before) return
    for (const [key, status] of resources) {
      const old = before.get(key)
      // One of which nothing changed is the very object it was.
      if (old === status || old === undefined) continue
      const [was, is] = [timesIn(old), timesIn(status)]
      if (was !== null && is !== null) for (const told of news(was, is)) events.add({ ...told, key })
    }
    before = resources
  })
}

/** What happened to a job between two looks. */
export function news(was: Timetable, is: Timetable): readonly Told[] {
  const told: Told[] = []
  const { last } = is
  if (is.skipped !== null && is.skipped !== was.skipped) {
    const message = `left out the run of ${is.skipped}: that of ${last?.started} is still under way`
    told.push({ type: 'Warning', reason: 'RunSkipped', message })
  }
  if (last === null || last.ended === null) return told
  if (was.last?.started === last.started && was.last.ended === last.ended) return told
  const seconds = Math.max(0, Math.round((Date.parse(last.ended) - Date.parse(last.started)) / 1000))
  const then = is.next === null ? 'it never runs again' : `the next is at ${is.next}`
  const message = `the run of ${last.started} ended with exit code ${last.exitCode} after ${seconds} s; ${then}`
  told.push(
    last.exitCode === 0
      ? { type: 'Normal', reason: 'RunEnded', message }
      : { type: 'Warning', reason: 'RunFailed', message }
  )
  return told
}

/** Of a container that is started at set times. */
export function timesIn({ seen }: Pick<Status, 'seen'>): Timetable | null {
  return (seen as { readonly times?: Timetable | null } | null)?.times ?? null // containers alone have it
}
