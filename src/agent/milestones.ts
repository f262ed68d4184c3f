// The moments of a boot people wait for, each said once in the boot log: the documents' and benchmarks' figures come from it.
import { takeWhile } from 'rxjs'
import { holds } from '../core/condition.ts'
import type { Key, Want } from '../core/resource.ts'
import type { State, Store } from './store.ts'

/** Says when the first pass ended, when each engine answers and when everything the document wants is ready. */
export function milestones(store: Store, wants: () => ReadonlyMap<Key, Want>, say: (line: string) => void): void {
  const left = new Map<string, (state: State) => boolean>([
    ['first reconcile: the document has been compared with the machine', (state) => state.resources.size > 0],
    ['System Docker is up', (state) => ready(state, 'engine/system')],
    ['console is up', (state) => ready(state, 'container/system/console')],
    ['User Docker is up', (state) => ready(state, 'engine/user')],
    ['all services are ready', (state) => state.resources.size > 0 && allReady(state, wants())]
  ])
  store.changes.pipe(takeWhile(() => left.size > 0)).subscribe((state) => {
    for (const [line, reached] of left) {
      if (!reached(state)) continue
      left.delete(line)
      say(line)
    }
  })
}

function ready(state: State, key: Key): boolean {
  const status = state.resources.get(key)
  return status !== undefined && holds(status, 'Ready')
}

function allReady(state: State, wants: ReadonlyMap<Key, Want>): boolean {
  const services = [...wants.keys()].filter((key) => /^(container|engine)\//.test(key))
  return services.length > 0 && services.every((key) => ready(state, key))
}
