// Which services wait for which: what the document says, and what of it can be kept. Pure, and linear in its size.
import type { Service } from '../document/types.gen.ts'
import { isSystem, labelOf, linksOf, sharing, volumesFrom } from './service.ts'

/** One service naming another that comes first. */
export interface Edge {
  readonly from: string
  readonly to: string
  /** False: a wish about the order, which gives way where it cannot be kept (RancherOS: after, before). */
  readonly hard: boolean
  /** The service that says so, and where in it. */
  readonly teller: string
  readonly place: readonly (string | number)[]
}

export interface Order {
  /** For each service those on the same engine that it waits for. */
  readonly needs: ReadonlyMap<string, ReadonlySet<string>>
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
  for (const [to, { required }] of Object.entries(service.depends_on ?? {}))
    add(name, to, required !== false, 'depends_on', to)
  for (const [at, to] of linksOf(service).entries()) add(name, to, true, 'links', at)
  for (const [at, to] of volumesFrom(service).entries()) add(name, to, true, 'volumes_from', at)
  for (const { key, to } of sharing(service)) add(name, to, true, key)
  for (const to of namesIn(service, 'io.rancher.os.after')) add(name, to, false, 'labels', 'io.rancher.os.after')
  for (const to of namesIn(service, 'io.rancher.os.before')) add(to, name, false, 'labels', 'io.rancher.os.before')
  return edges
}

function namesIn(service: Service, label: string): readonly string[] {
  const list = labelOf(service, label) ?? ''
  return list === '' ? [] : list.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]))
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
  for (const edge of edges) {
    if (gone.has(edge) || edge.from === edge.to) continue
    const of = needs.get(edge.from) ?? new Set()
    needs.set(edge.from, of.add(edge.to))
  }
  return { needs, loosened, circles }
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
