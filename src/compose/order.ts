// Which services wait for which: what the document says, and what of it can be kept. Pure, and linear in its size.
import type { Service } from '../document/types.gen.ts'
import type { Gate } from '../core/resource.ts'
import { isSystem, labelOf, linksOf, sharing, volumesFrom } from './service.ts'

/** One service naming another that comes first. */
export interface Edge {
  readonly from: string
  readonly to: string
  /** False: a wish about the order, which gives way where it cannot be kept (RancherOS: after, before). */
  readonly hard: boolean
  /** What is asked of the one that comes first, where anything is said of it. */
  readonly gate?: Partial<Gate>
  /** The service that says so, and where in it. */
  readonly teller: string
  readonly place: readonly (string | number)[]
}

export interface Order {
  /** For each service those on the same engine that it waits for. */
  readonly needs: ReadonlyMap<string, ReadonlySet<string>>
  /** What each asks of those, where it asks for more or less than that they are ready. */
  readonly gates: ReadonlyMap<string, ReadonlyMap<string, Gate>>
  /** Circles that a wish closes: all edges of the knot, and the wishes that were given up. */
  readonly loosened: readonly { readonly knot: readonly Edge[]; readonly dropped: readonly Edge[] }[]
  /** Circles of hard edges, one of each knot; a document with one has no order. */
  readonly circles: readonly (readonly Edge[])[]
}

type Services = Readonly<Record<string, Service>>

/** Everything a service says about others, whether they are there or not. */
export function edgesOf(name: string, service: Service): readonly Edge[] {
  const edges: Edge[] = []
  const add = (from: string, to: string, hard: boolean, ...place: readonly (string | number)[]) => {
    edges.push({ from, to, hard, teller: name, place })
  }
  for (const [to, { condition, required }] of Object.entries(service.depends_on ?? {})) {
    const until = condition === undefined ? {} : { until: CONDITIONS[condition] }
    const gate = { ...until, optional: required === false }
    edges.push({
      from: name,
      to,
      hard: required !== false,
      teller: name,
      place: ['depends_on', to],
      gate
    })
  }
  for (const [at, to] of linksOf(service).entries()) add(name, to, true, 'links', at)
  for (const [at, to] of volumesFrom(service).entries()) add(name, to, true, 'volumes_from', at)
  for (const { key, to } of sharing(service)) add(name, to, true, key)
  for (const label of [AFTER, BEFORE]) {
    for (const { name: other, until } of namesIn(service, label)) {
      const [from, to] = label === AFTER ? [name, other] : [other, name]
      // A name alone is RancherOS's wish; who says how far it must be means it.
      const gate = until === null ? { hard: false } : { hard: true, gate: { until: until.state } }
      edges.push({ from, to, teller: name, place: ['labels', label], ...gate })
    }
  }
  return edges
}

export const AFTER = 'io.rancher.os.after'
export const BEFORE = 'io.rancher.os.before'

const CONDITIONS = {
  service_started: 'started',
  service_healthy: 'healthy',
  service_completed_successfully: 'completed'
} as const

/** What may stand in brackets behind a name. */
export const STATES: readonly Gate['until'][] = ['started', 'ready', 'healthy', 'completed']

interface Name {
  readonly name: string
  /** What stands behind it in brackets; null: nothing. */
  readonly until: { readonly said: string; readonly state: Gate['until'] } | null
}

/** `db, cache[ready]`; a state that is none counts as `ready`. */
export function namesIn(service: Service, label: string): readonly Name[] {
  const list = labelOf(service, label) ?? ''
  return list.split(',').flatMap((entry): readonly Name[] => {
    const [, name = '', said] = /^\s*([^[\]]*?)\s*(?:\[(.*)\])?\s*$/.exec(entry) ?? [entry, entry.trim()]
    if (name === '') return []
    const state = STATES.find((one) => one === said?.trim()) ?? 'ready'
    return [{ name, until: said === undefined ? null : { said: said.trim(), state } }]
  })
}

/** Every edge between two services that are there and on one engine. */
function edgesAmong(services: Services): readonly Edge[] {
  const edges: Edge[] = []
  const add = (edge: Edge) => {
    const [from, to] = [here(services, edge.from), here(services, edge.to)]
    // RancherOS drops names that are not in the document; and nothing is waited for across engines.
    if (from !== undefined && to !== undefined && isSystem(from) === isSystem(to)) edges.push(edge)
  }
  for (const [name, service] of Object.entries(services)) {
    for (const edge of edgesOf(name, service)) add(edge)
    const logs = { from: name, to: 'syslog', hard: true, teller: name, place: ['log_driver'] }
    if (service.log_driver === 'syslog' && name !== 'syslog') add(logs)
  }
  return edges
}

function here(services: Services, name: string): Service | undefined {
  return Object.hasOwn(services, name) ? services[name] : undefined
}

/** What each service waits for, without the wishes that cannot be kept. */
export function orderOf(services: Services): Order {
  const edges = edgesAmong(services)
  const position = new Map(Object.keys(services).map((name, at) => [name, at]))
  const hard = knots(edges.filter((edge) => edge.hard))
  const all = knots(edges)
  const circles = [...hard.values()].flatMap((knot) => (knot[0] === undefined ? [] : [circleIn(knot, knot[0])]))
  // Where hard edges alone go in a circle no wish is to blame.
  const loosened =
    circles.length > 0 ? [] : [...all.values()].map((knot) => ({ knot, dropped: unkept(knot, position) }))
  const gone = new Set(loosened.flatMap(({ dropped }) => dropped))
  const needs = new Map<string, Set<string>>()
  const kept = edges.filter((edge) => !gone.has(edge) && edge.from !== edge.to)
  for (const { from, to } of kept) needs.set(from, (needs.get(from) ?? new Set()).add(to))
  return { needs, gates: gatesOf(kept), loosened, circles }
}

/** Of several words on one pair the strongest counts. */
function gatesOf(edges: readonly Edge[]): Order['gates'] {
  const gates = new Map<string, Map<string, Gate>>()
  const spoken = new Set(edges.filter(({ gate }) => gate !== undefined).map(({ from }) => from))
  for (const { from, to, gate = {} } of edges) {
    if (!spoken.has(from)) continue
    const of = gates.get(from) ?? new Map<string, Gate>()
    const { until = 'ready', optional = false } = gate
    const before = of.get(to)
    const further = before === undefined || STATES.indexOf(until) > STATES.indexOf(before.until) ? until : before.until
    gates.set(from, of.set(to, { until: further, optional: optional && before?.optional !== false }))
  }
  for (const of of gates.values())
    for (const [to, { until, optional }] of of) if (until === 'ready' && !optional) of.delete(to)
  return gates
}

/** A shortest way from the end of an edge of a knot back to its beginning, the edge first. */
export function circleIn(knot: readonly Edge[], closing: Edge): readonly Edge[] {
  const out = Map.groupBy(knot, (edge) => edge.from)
  const came = new Map<string, Edge>([[closing.to, closing]])
  const queue = [closing.to]
  for (const name of queue) {
    if (name === closing.from) break
    for (const edge of out.get(name) ?? []) {
      if (came.has(edge.to)) continue
      came.set(edge.to, edge)
      queue.push(edge.to)
    }
  }
  const way: Edge[] = []
  for (let name = closing.from; name !== closing.to; ) {
    const edge = came.get(name)
    if (edge === undefined) break
    way.unshift(edge)
    name = edge.from
  }
  return [closing, ...way]
}

/** Edges within each strongly connected part that holds a circle (Tarjan, without recursion: chains are long). */
function knots(edges: readonly Edge[]): ReadonlyMap<string, readonly Edge[]> {
  const out = Map.groupBy(edges, (edge) => edge.from)
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const root = new Map<string, string>()
  const open: string[] = []
  for (const start of out.keys()) {
    if (index.has(start)) continue
    const stack: { name: string; next: number }[] = []
    const enter = (name: string) => {
      low.set(name, index.size)
      index.set(name, index.size)
      open.push(name)
      stack.push({ name, next: 0 })
    }
    enter(start)
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const { name } = top
      const edge = out.get(name)?.[top.next++]
      if (edge !== undefined) {
        if (!index.has(edge.to)) enter(edge.to)
        else if (!root.has(edge.to)) lower(low, name, index.get(edge.to))
        continue
      }
      stack.pop()
      if (low.get(name) === index.get(name))
        for (let member = open.pop(); member !== undefined; member = member === name ? undefined : open.pop())
          root.set(member, name)
      const above = stack.at(-1)
      if (above !== undefined) lower(low, above.name, low.get(name))
    }
  }
  const inside = edges.filter(({ from, to }) => root.get(from) === root.get(to))
  return Map.groupBy(inside, ({ from }) => root.get(from) ?? from)
}

function lower(low: Map<string, number>, name: string, to: number | undefined): void {
  low.set(name, Math.min(low.get(name) ?? 0, to ?? 0))
}

/** Of a knot without hard circles: the wishes to give up, so that the rest has an order; the earliest service goes first. */
function unkept(knot: readonly Edge[], position: ReadonlyMap<string, number>): readonly Edge[] {
  const names = [...new Set(knot.map(({ from }) => from))].toSorted(
    (a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0)
  )
  const waiters = Map.groupBy(knot, (edge) => edge.to)
  const left = new Map(names.map((name) => [name, { hard: 0, all: 0 }]))
  for (const { from, to, hard } of knot) if (from !== to) bump(left.get(from), hard, 1)
  const done = new Set<string>()
  const dropped: Edge[] = []
  const open = names.filter((name) => left.get(name)?.hard === 0)
  const free: string[] = []
  let next = 0
  for (;;) {
    const name = free.pop() ?? open[next++]
    if (name === undefined) return dropped
    if (done.has(name)) continue
    done.add(name)
    for (const edge of waiters.get(name) ?? []) {
      const count = left.get(edge.from)
      if (done.has(edge.from)) {
        dropped.push(edge)
        continue
      }
      bump(count, edge.hard, -1)
      if (count?.all === 0) free.push(edge.from)
      else if (count?.hard === 0 && edge.hard) open.push(edge.from)
    }
  }
}

function bump(count: { hard: number; all: number } | undefined, hard: boolean, by: number): void {
  if (count === undefined) return
  count.all += by
  if (hard) count.hard += by
}
