// plan(): wants + seen + owned -> ordered actions. Pure and deterministic; the plan that is shown is the value executed.
import type { KindDef } from './kind.ts'
import { type Key, type Kind, kindOf, nameOf, type Owned, type Seen, type Spec, type Want } from './resource.ts'

export type Verb = 'create' | 'update' | 'replace' | 'delete'

/** One change, as data: printable, comparable, and executed by exactly one function (its kind's `act`). */
export interface Action<K extends Kind = Kind> {
  /** `verb key`, unique in a plan. */
  readonly id: string
  readonly key: Key<K>
  readonly verb: Verb
  readonly why: string
  /** Where the document asks for it; empty for deletions. */
  readonly place: string
  readonly from: Seen<K> | null
  readonly to: Spec<K> | null
  readonly owned: Owned<K> | null
  readonly needs: readonly Key[]
  /** Ids of actions that must succeed first. */
  readonly after: readonly string[]
  /** Ids of actions that must have ended first, well or badly. */
  readonly behind: readonly string[]
}

/** Why a wanted key gets no action now although it is not settled. */
export interface Waiting {
  readonly key: Key
  readonly on: Key
  readonly message: string
}

export interface Plan {
  readonly actions: readonly Action[]
  readonly waiting: readonly Waiting[]
}

export interface World {
  readonly wants: ReadonlyMap<Key, Want>
  readonly seen: ReadonlyMap<Key, Seen>
  readonly owned: ReadonlyMap<Key, Owned>
  /** Kinds that could not be looked at: nothing of theirs is created, nothing pruned. */
  readonly unknown?: ReadonlySet<Kind>
  /** Keys that must rest (backoff, still running) with the reason. */
  readonly held?: ReadonlyMap<Key, string>
}

export type Registry = ReadonlyMap<Kind, KindDef>

interface Draft {
  readonly key: Key
  readonly verb: Verb
  readonly why: string
  readonly want: Want | null
}

/**
 * The actions that close the gap between what is wanted and what is seen, in an order that respects every need. Throws on a
 * cycle of needs (documents with one are refused before they get here).
 */
export function plan(kinds: Registry, world: World): Plan {
  const drafts = new Map<Key, Draft>()
  const waiting: Waiting[] = []
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
    const judgement = kind.judge(want, world.seen.get(key) ?? null, world.owned.get(key) ?? null)
    if (judgement === null) continue
    if (held !== undefined) waiting.push({ key, on: key, message: held })
    else drafts.set(key, { key, want, ...judgement })
  }
  for (const wait of block(kinds, world, drafts)) {
    drafts.delete(wait.key)
    waiting.push(wait)
  }
  return { actions: sort([...drafts.values()].map((draft) => finish(draft, drafts, world))), waiting }
}

/** Drafts whose needs can not be met in this plan, and what hangs on those. */
function block(kinds: Registry, world: World, drafts: ReadonlyMap<Key, Draft>): readonly Waiting[] {
  const blocked = new Map<Key, Waiting>()
  for (let grew = true; grew; ) {
    grew = false
    for (const draft of drafts.values()) {
      if (draft.want === null || blocked.has(draft.key)) continue
      for (const need of draft.want.needs) {
        const message = blocked.has(need)
          ? `waits for ${need}, which waits too`
          : drafts.has(need)
            ? null
            : unmet(kinds, world, need)
        if (message === null) continue
        blocked.set(draft.key, { key: draft.key, on: need, message })
        grew = true
        break
      }
    }
  }
  return [...blocked.values()]
}

/** Why a need without an action of its own is not met; null when it is. */
export function unmet(kinds: Registry, world: World, need: Key): string | null {
  const kind = kinds.get(kindOf(need))
  if (kind === undefined) return `needs ${need}, which this system does not know`
  if (world.unknown?.has(kind.kind) === true) return `waits for ${need}, which can not be looked at now`
  const want = world.wants.get(need) ?? null
  const seen = world.seen.get(need) ?? null
  const held = world.held?.get(need)
  if (want === null) return seen === null ? `needs ${need}, which is not there and not in the document` : null
  if (kind.judge(want, seen, world.owned.get(need) ?? null) !== null)
    return `waits for ${need}${held === undefined ? '' : `: ${held}`}`
  const ready = kind.ready?.(want, seen) ?? true
  return ready === true ? null : `waits for ${need}: ${ready}`
}

function finish(draft: Draft, drafts: ReadonlyMap<Key, Draft>, world: World): Action {
  const { key, verb, why, want } = draft
  const owned = world.owned.get(key) ?? null
  const after: string[] = []
  const behind: string[] = []
  for (const other of drafts.values()) {
    if (other.key === key) continue
    const id = idOf(other)
    if (verb === 'delete') {
      // What hung on it goes first, whether it goes for good or is made anew without it.
      const hung = world.owned.get(other.key)?.needs.includes(key) === true
      if (hung && (other.verb === 'delete' || other.want?.needs.includes(key) === false)) after.push(id)
    } else if (want?.needs.includes(other.key) === true) {
      after.push(id)
    } else if (other.verb === 'delete' && kindOf(other.key) === kindOf(key) && !hangsOn(world, other.key, key)) {
      // Names, ports, addresses and mount points are free once the old holder is gone.
      behind.push(id)
    }
  }
  return {
    id: idOf(draft),
    key,
    verb,
    why,
    place: want?.from ?? '',
    from: world.seen.get(key) ?? null,
    to: want?.spec ?? null,
    owned,
    needs: want?.needs ?? owned?.needs ?? [],
    after: after.sort(),
    behind: behind.sort()
  }
}

/** True when deleting `gone` has to come after an action on `key` (it was recorded as its need). */
function hangsOn(world: World, gone: Key, key: Key): boolean {
  return world.owned.get(key)?.needs.includes(gone) === true
}

function idOf(draft: Pick<Draft, 'key' | 'verb'>): string {
  return `${draft.verb} ${draft.key}`
}

function byKey(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * Kahn's algorithm; among those free to go, by id, so that equal inputs give equal plans. Where the soft `behind` edges
 * close a circle with the hard ones (a replacement that frees what is to be deleted), the soft ones give way.
 */
function sort(actions: readonly Action[]): readonly Action[] {
  const left = new Map(actions.map((action) => [action.id, action]))
  const sorted: Action[] = []
  const waits = (ids: readonly string[]) => ids.some((id) => left.has(id))
  while (left.size > 0) {
    const open = [...left.values()].filter((action) => !waits(action.after))
    const free = open.filter((action) => !waits(action.behind))
    const first = open[0]
    if (first === undefined) throw new Error(`the needs of these go in a circle: ${[...left.keys()].join(', ')}`)
    const next = free.length > 0 ? free : [{ ...first, behind: first.behind.filter((id) => !left.has(id)) }]
    for (const action of next) {
      sorted.push(action)
      left.delete(action.id)
    }
  }
  return sorted
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
