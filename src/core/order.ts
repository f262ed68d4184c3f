// In which order a plan's actions go: linear in actions and edges. Pure.
import type { Action } from './action.ts'
import { put } from './multimap.ts'

/**
 * Kahn's algorithm, round by round; within a round in the order given, so that equal inputs give equal plans. Where the soft
 * `behind` edges close a circle with the hard ones (a replacement that frees what is to be deleted), the soft ones give way.
 * So do those of deletions, which are of several documents and may contradict each other. Throws on another circle of hard edges.
 */
export function inOrder(actions: readonly Action[]): readonly Action[] {
  const hard = openEdges(actions, ({ after }) => after)
  const soft = openEdges(actions, ({ behind }) => behind)
  const left = new Map(actions.map((action) => [action.id, action]))
  const sorted: Action[] = []
  const place = new Map(actions.map(({ id }, i) => [id, i]))
  let open = actions.filter(({ id }) => hard.free(id))
  while (left.size > 0) {
    const free = open.filter(({ id }) => soft.free(id))
    const first = open[0] ?? [...left.values()].find(({ verb }) => verb === 'delete')
    if (first === undefined) throw new Error(`the needs of these go in a circle: ${[...left.keys()].join(', ')}`)
    const ended = (id: string) => !left.has(id)
    const round =
      free.length > 0 ? free : [{ ...first, after: first.after.filter(ended), behind: first.behind.filter(ended) }]
    const gone = new Set(round.map(({ id }) => id))
    open = open.filter(({ id }) => !gone.has(id))
    for (const action of round) {
      sorted.push(action)
      left.delete(action.id)
      soft.end(action.id)
      for (const id of hard.end(action.id)) {
        const freed = left.get(id)
        if (freed !== undefined) open.push(freed)
      }
    }
    open.sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0))
  }
  return sorted
}

export interface OpenEdges {
  /** Nothing it waits for is open any more. */
  free(id: string): boolean
  /** The first thing it still waits for. */
  first(id: string): string | undefined
  /** An action has ended: ids that are free now and were not before. */
  end(id: string): readonly string[]
}

/** Edges counted down as actions end. A list shared by many actions is counted once. Ids that are no actions are ended. */
export function openEdges(actions: readonly Action[], edges: (action: Action) => readonly string[]): OpenEdges {
  const known = new Set(actions.map(({ id }) => id))
  const ended = new Set<string>()
  const lists = new Map(actions.map((action) => [action.id, edges(action)]))
  const counts = new Map<readonly string[], number>()
  const waiting = new Map<readonly string[], string[]>()
  const holding = new Map<string, (readonly string[])[]>()
  for (const [id, list] of lists) {
    put(waiting, list, id)
    if (counts.has(list)) continue
    const open = list.filter((other) => known.has(other))
    counts.set(list, open.length)
    for (const other of open) put(holding, other, list)
  }
  return {
    free: (id) => (counts.get(lists.get(id) ?? []) ?? 0) === 0,
    first: (id) => lists.get(id)?.find((other) => known.has(other) && !ended.has(other)),
    end(id) {
      if (ended.has(id)) return []
      ended.add(id)
      const freed: string[] = []
      for (const list of holding.get(id) ?? []) {
        const count = (counts.get(list) ?? 1) - 1
        counts.set(list, count)
        if (count === 0) freed.push(...(waiting.get(list) ?? []))
      }
      return freed
    }
  }
}
