// plan(): wants + seen + owned -> ordered actions. Pure and deterministic; the plan that is shown is the value executed.
import type { Action, Verb } from './action.ts'
import type { LeaveReason } from './condition.ts'
import { follow } from './follow.ts'
import type { Judgement, KindDef } from './kind.ts'
import { put } from './multimap.ts'
import { inOrder } from './order.ts'
import { type Gate, type Key, type Kind, kindOf, nameOf, type Owned, type Seen, type Want } from './resource.ts'

export type { Action, Verb } from './action.ts'

/** Why a wanted key gets no action now although it is not settled. */
export interface Waiting {
  readonly key: Key
  readonly on: Key
  readonly message: string
}

/** What is not as the document says, and is left so on purpose (its drift policy, a pause). */
export interface Left {
  readonly key: Key
  readonly verb: Verb
  readonly why: string
  readonly timely?: boolean
  /** Why it is left. */
  readonly reason: LeaveReason
  readonly message: string
}

export type Leave = Pick<Left, 'reason' | 'message'>

export interface Plan {
  readonly actions: readonly Action[]
  readonly waiting: readonly Waiting[]
  readonly left: readonly Left[]
}

export interface World {
  readonly wants: ReadonlyMap<Key, Want>
  readonly seen: ReadonlyMap<Key, Seen>
  readonly owned: ReadonlyMap<Key, Owned>
  /** Kinds that could not be looked at: nothing of theirs is created, nothing pruned. */
  readonly unknown?: ReadonlySet<Kind>
  /** Keys that must rest (backoff, still running) with the reason. */
  readonly held?: ReadonlyMap<Key, string>
  /** Why a key is left as it is, whatever its kind judges; null: it is not. What needs it takes it as met. */
  readonly leave?: (key: Key, judgement: Judgement, want: Want | null) => Leave | null
  /** Of the held those that have failed and may be tried again later. */
  readonly resting?: ReadonlySet<Key>
  /** Keys whose last action did not come to its end (the agent was killed): done again where their kind says so. */
  readonly unfinished?: ReadonlySet<Key>
}

export type Registry = ReadonlyMap<Kind, KindDef>

interface Draft {
  readonly key: Key
  readonly verb: Verb
  readonly why: string
  readonly timely?: boolean
  readonly want: Want | null
}

/**
 * The actions that close the gap between what is wanted and what is seen, in an order that respects every need. Throws on a
 * cycle of needs (documents with one are refused before they get here).
 */
export function plan(kinds: Registry, world: World): Plan {
  const drafts = new Map<Key, Draft>()
  const waiting: Waiting[] = []
  const left: Left[] = []
  for (const key of [...new Set([...world.wants.keys(), ...world.owned.keys()])].sort(byKey)) {
    const kind = kinds.get(kindOf(key))
    if (kind === undefined || world.unknown?.has(kind.kind) === true) continue
    const want = world.wants.get(key) ?? null
    const lens = kind.lens?.(key)
    const blind = lens === undefined ? null : unmet(kinds, world, lens)
    if (lens !== undefined && blind !== null) {
      if (want !== null) waiting.push({ key, on: lens, message: blind })
      continue
    }
    const held = world.held?.get(key)
    const judgement = judge(kind, key, world)
    if (judgement === null) continue
    const leave = world.leave?.(key, judgement, want) ?? null
    if (leave !== null) left.push({ key, ...judgement, ...leave })
    else if (held !== undefined) waiting.push({ key, on: key, message: held })
    else drafts.set(key, { key, want, ...judgement })
  }
  for (const wait of block(kinds, world, drafts)) {
    drafts.delete(wait.key)
    waiting.push(wait)
  }
  const followed = follow(world, new Set(drafts.keys()), waiting)
  for (const wait of followed.waiting) {
    drafts.delete(wait.key)
    waiting.push(wait)
  }
  return { actions: inOrder(finish(kinds, drafts, world, followed.behind)), waiting, left }
}

/** What the kind says, or that an action has to be done to its end. */
function judge(kind: KindDef, key: Key, world: World): Judgement | null {
  const want = world.wants.get(key) ?? null
  const judgement = kind.judge(want, world.seen.get(key) ?? null, world.owned.get(key) ?? null)
  if (judgement !== null || kind.finishes !== true || world.unfinished?.has(key) !== true) return judgement
  return { verb: want === null ? 'delete' : 'update', why: 'its last action did not come to its end' }
}

/** Drafts whose needs can not be met in this plan, and what hangs on those. */
function block(kinds: Registry, world: World, drafts: ReadonlyMap<Key, Draft>): readonly Waiting[] {
  const blocked = new Map<Key, Waiting>()
  const hanging = new Map<Key, Key[]>()
  for (const { key, want } of drafts.values()) {
    for (const need of want?.needs ?? []) {
      put(hanging, need, key)
      const gate = want?.gates?.[need]
      const message = drafts.has(need) ? null : unmet(kinds, world, need, gate?.until)
      if (message === null || blocked.has(key) || (gate?.optional === true && isLost(kinds, world, need))) continue
      blocked.set(key, { key, on: need, message })
    }
  }
  const root = (key: Key): Key => {
    let at = key
    for (let wait = blocked.get(at); wait !== undefined; wait = blocked.get(at)) at = wait.on
    return at
  }
  // A map is gone through to the end of what is added meanwhile.
  for (const on of blocked.keys()) {
    for (const key of hanging.get(on) ?? []) {
      const optional = world.wants.get(key)?.gates?.[on]?.optional === true
      if (blocked.has(key) || (optional && isLost(kinds, world, root(on)))) continue
      blocked.set(key, { key, on, message: `waits for ${on}, which waits too` })
    }
  }
  return [...blocked.values()]
}

/** Whether it has failed, or is ill with nothing to be done about it: waiting for it might be for ever. */
function isLost(kinds: Registry, world: World, key: Key): boolean {
  const [want, seen] = [world.wants.get(key), world.seen.get(key)]
  if (world.resting?.has(key) === true) return true
  if (want === undefined) return seen === undefined
  return seen !== undefined && (kinds.get(kindOf(key))?.complain?.(want, seen) ?? null) !== null
}

/** Why a need without an action of its own is not met; null when it is. `until`: what is asked of it. */
export function unmet(kinds: Registry, world: World, need: Key, until?: Gate['until']): string | null {
  const kind = kinds.get(kindOf(need))
  if (kind === undefined) return `needs ${need}, which this system does not know`
  if (world.unknown?.has(kind.kind) === true) return `waits for ${need}, which can not be looked at now`
  const want = world.wants.get(need) ?? null
  const seen = world.seen.get(need) ?? null
  const held = world.held?.get(need)
  if (want === null) return seen === null ? `needs ${need}, which is not there and not in the document` : null
  const judgement = judge(kind, need, world)
  if (judgement !== null && (world.leave?.(need, judgement, want) ?? null) === null)
    return `waits for ${need}${held === undefined ? '' : `: ${held}`}`
  const ready = kind.ready?.(want, seen, until) ?? true
  return ready === true ? null : `waits for ${need}: ${ready}`
}

/** Drafts with their edges. Edges are found by name, never by looking at every other draft. */
function finish(
  kinds: Registry,
  drafts: ReadonlyMap<Key, Draft>,
  world: World,
  followed: ReadonlyMap<Key, readonly Key[]>
): readonly Action[] {
  const hung = new Map<Key, Draft[]>()
  const before = new Map<Kind, Map<Key, Draft>>()
  const goesFirst = ({ key, verb }: Draft) => (verb === 'delete') !== (kinds.get(kindOf(key))?.makeFirst === true)
  for (const draft of drafts.values()) {
    const kind = kindOf(draft.key)
    if (goesFirst(draft)) before.set(kind, (before.get(kind) ?? new Map<Key, Draft>()).set(draft.key, draft))
    for (const need of recorded(kinds, draft, drafts, world)) put(hung, need, draft)
  }
  const ids = new Map([...before].map(([kind, some]) => [kind, [...some.values()].map(idOf)]))
  const first = { drafts: before, ids }
  const needed = neededBy(drafts, world.wants)
  return [...drafts.values()].map((draft) => {
    const { key, verb, why, timely, want } = draft
    const owned = world.owned.get(key) ?? null
    return {
      id: idOf(draft),
      key,
      verb,
      why,
      ...(timely === undefined ? {} : { timely }),
      place: want?.from ?? '',
      from: world.seen.get(key) ?? null,
      to: want?.spec ?? null,
      owned,
      needs: want?.needs ?? owned?.needs ?? [],
      after: verb === 'delete' ? hangers(draft, hung) : needed(want),
      behind: behind(draft, goesFirst(draft) ? null : first, owned, [
        ...through(kinds, draft, drafts, world),
        ...idsOf(followed.get(key) ?? [], drafts)
      ])
    }
  })
}

/** Its recorded needs; of what goes also what it is seen through, and what those need in turn that have nothing to do themselves. */
function recorded(
  kinds: Registry,
  { key, verb }: Draft,
  drafts: ReadonlyMap<Key, Draft>,
  { owned }: World
): ReadonlySet<Key> {
  const needs = new Set(owned.get(key)?.needs)
  if (verb !== 'delete') return needs
  const add = (of: Key) => {
    for (const need of [kinds.get(kindOf(of))?.lens?.(of), ...(owned.get(of)?.needs ?? [])]) if (need) needs.add(need)
  }
  add(key)
  // A set is gone through to the end of what is added meanwhile.
  for (const need of needs) if (!drafts.has(need)) add(need)
  needs.delete(key)
  return needs
}

/** What hung on it goes first, whether it goes for good or is made anew without it. */
function hangers({ key }: Draft, hung: ReadonlyMap<Key, readonly Draft[]>): readonly string[] {
  const others = (hung.get(key) ?? []).filter((other) => other.key !== key)
  return others
    .filter((other) => other.verb === 'delete' || other.want?.needs.includes(key) === false)
    .map(idOf)
    .sort()
}

/**
 * What a want comes after: the actions on what it needs, also through things that have nothing to do themselves (a DHCP client in
 * a container that runs, whose engine is started anew).
 */
function neededBy(drafts: ReadonlyMap<Key, Draft>, wants: ReadonlyMap<Key, Want>) {
  const found = new Map<Key, readonly string[]>()
  const reach = (key: Key): readonly string[] => {
    const draft = drafts.get(key)
    if (draft !== undefined) return [idOf(draft)]
    const known = found.get(key)
    if (known !== undefined) return known
    found.set(key, []) // a circle ends here
    const ids = [...new Set((wants.get(key)?.needs ?? []).flatMap(reach))]
    found.set(key, ids)
    return ids
  }
  return (want: Want | null): readonly string[] => {
    const ids = new Set((want?.needs ?? []).filter((need) => need !== want?.key).flatMap(reach))
    return [...ids].sort()
  }
}

/**
 * Names, ports, addresses and mount points are free once the old holder is gone: what is made comes behind every deletion of its
 * kind (or, where its kind makes first, the other way round), but for those it needs and those that were recorded as its needs.
 */
function behind(
  { key, want }: Draft,
  first: First | null,
  owned: Owned | null,
  through: readonly string[]
): readonly string[] {
  const kind = kindOf(key)
  const some = first?.drafts.get(kind)
  if (first === null || some === undefined) return through
  const apart = new Set([...(want?.needs ?? []), ...(owned?.needs ?? [])].filter((need) => some.has(need)))
  // Nearly all share one list: a thousand beside a thousand would else be a million edges.
  if (apart.size === 0 && through.length === 0) return first.ids.get(kind) ?? []
  return [...[...some.values()].filter((other) => !apart.has(other.key)).map(idOf), ...through]
}

/** What goes waits for what it is reached through to be made anew (a container whose engine gets other flags). */
function through(kinds: Registry, draft: Draft, drafts: ReadonlyMap<Key, Draft>, world: World): readonly string[] {
  if (draft.verb !== 'delete') return []
  return [...recorded(kinds, draft, drafts, world)].flatMap((need) => {
    const other = drafts.get(need)
    return other === undefined || other.verb === 'delete' ? [] : [idOf(other)]
  })
}

function idsOf(keys: readonly Key[], drafts: ReadonlyMap<Key, Draft>): readonly string[] {
  return keys.flatMap((key) => {
    const draft = drafts.get(key)
    return draft === undefined ? [] : [idOf(draft)]
  })
}

/** Of each kind those that go first. */
interface First {
  readonly drafts: ReadonlyMap<Kind, ReadonlyMap<Key, Draft>>
  readonly ids: ReadonlyMap<Kind, readonly string[]>
}

function idOf(draft: Pick<Draft, 'key' | 'verb'>): string {
  return `${draft.verb} ${draft.key}`
}

function byKey(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

const SIGNS: Readonly<Record<Verb, string>> = { create: '+', update: '~', replace: '!', delete: '-' }

/** A plan as people read it, one action per line. */
export function showPlan(actions: readonly Action[]): string {
  return actions
    .map((action) => {
      const place = action.place === '' ? '' : `  (${action.place})`
      return `${SIGNS[action.verb]} ${kindOf(action.key)} ${nameOf(action.key)}: ${action.why}${place}\n`
    })
    .join('')
}
