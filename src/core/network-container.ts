// The system container that clients and supplicants of links run in.
import { filter, map, merge, type Observable } from 'rxjs'
import type { Host } from '../host/ports.ts'

export const NETWORK_CONTAINER = 'network'

/** Ticks when links change, and when the container comes or goes: its end is that of all that runs in it. */
export function networkContainerNews({ kernel, docker }: Pick<Host, 'kernel' | 'docker'>): Observable<void> {
  return merge(
    kernel.network,
    docker.system.events().pipe(
      filter(({ type, name }) => type === 'connection' || (type === 'container' && name === NETWORK_CONTAINER)),
      map(() => undefined)
    )
  )
}
