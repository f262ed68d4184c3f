// A container that is started at set times: its label says when, its engine when it last was (decision 0028).
import { SCHEDULE } from '../../compose/schedule.ts'
import { anchorOf, timesOf, timetable } from '../../compose/timetable.ts'
import type { Timetable } from '../../core/container.ts'
import type { ContainerInfo, Docker, Host } from '../../host/ports.ts'

/** Its times; null: it is no job. The loop is woken up at the next of them. */
export async function timesFor(host: Host, docker: Docker, info: ContainerInfo): Promise<Timetable | null> {
  const schedule = info.labels[SCHEDULE]
  if (schedule === undefined) return null
  const life = await docker.life(info.id)
  // One that we made can be read; an adopted one may say anything.
  const next = life === null ? null : await timesOf(schedule, anchorOf(life)).catch(() => null)
  if (life === null || next === null) return null
  const now = host.wall.now()
  host.wall.ring(info.id, next(now))
  return timetable(next, life, now)
}

/** What a failed run is to people; null: the newest did not fail. */
export function failedRun(times: Timetable | null): string | null {
  if (times === null || (times.last?.exitCode ?? 0) === 0) return null
  return `${lastRun(times)}; it is not tried again before ${times.next ?? 'somebody starts it'}`
}

/** Its last run and its next, as a sentence. */
export function account(times: Timetable): string {
  return `${lastRun(times)}; ${times.next === null ? 'it never runs again' : `the next is at ${times.next}`}`
}

function lastRun({ last }: Timetable): string {
  if (last === null) return 'it has not run yet'
  if (last.ended === null) return `it runs since ${last.started}`
  return `its run of ${last.started} ended with exit code ${last.exitCode}`
}
