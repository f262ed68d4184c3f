// What an engine tells of containers, as reasons to look at them again. Its list of them is behind its events.
import { concat, connect, filter, from, map, merge, mergeMap, type Observable, of, switchMap, timer } from 'rxjs'
import type { Docker, DockerEvent, Host } from '../../host/ports.ts'

/** Milliseconds after an event by which the list tells of it too, as a rule (pause). */
const LIST_LAG = 250

/** Ticks on events of both engines, and again when the list has caught up with them. */
export function heard({ docker }: Pick<Host, 'docker'>): Observable<void> {
  return merge(heardOf(docker.system), heardOf(docker.user))
}

function heardOf(docker: Docker): Observable<void> {
  return docker.events().pipe(
    filter(
      ({ type, action }) => type === 'connection' || (type === 'container' && !/^(exec|top|attach|resize)/.test(action))
    ),
    connect((events) =>
      merge(
        // Several at once are one second look.
        events.pipe(switchMap(() => concat(of(null), timer(LIST_LAG)))),
        events.pipe(
          filter(({ action }) => action === 'die'),
          mergeMap((event) => from(cleared(docker, event)))
        )
      )
    ),
    map(() => undefined)
  )
}

/**
 * Resolves when an engine has put away what was left of a container that died, its network above all. It tells of the death before that, and
 * lists it as ended after that; who asks for it by itself is answered at that moment.
 */
async function cleared(docker: Docker, { id }: DockerEvent): Promise<void> {
  try {
    await docker.stateOf(id)
  } catch {
    // An engine that went tells of that by itself.
  }
}
