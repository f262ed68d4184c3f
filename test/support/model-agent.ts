// An agent without a clock on a model machine of several kinds: the real plan, ledger and journal; actions in any order their
// edges allow, some of which fail, and a sudden end at any step.
import { EMPTY } from 'rxjs'
import { openJournal } from '../../src/agent/journal.ts'
import { openLedger } from '../../src/agent/ledger.ts'
import type { TextFile } from '../../src/agent/kept-file.ts'
import { askedKeys, ownership } from '../../src/agent/look.ts'
import type { KindDef } from '../../src/core/kind.ts'
import { type Action, type Plan, plan, type Registry, type World } from '../../src/core/plan.ts'
import { type Key, kindOf, type Seen, type Want } from '../../src/core/resource.ts'
import { memory } from './loop.ts'

/** One thing: a word, whether it carries our mark, and whether who reads it knows the word. */
export interface Thing {
  readonly id: string
  readonly ours: boolean
  readonly told: boolean
}

export type Things = Map<Key, Thing>

/**
 * `image`: the ledger remembers what stood there, and it comes back. `file`: the same, and it has a reader. `route`: carries our mark,
 * and goes. `link`: comes and goes by itself; never made, only changed.
 */
export const KINDS = ['image', 'file', 'route', 'link'] as const
export type ModelKind = (typeof KINDS)[number]

type Def = KindDef<'image'>

const base = (kind: ModelKind): Def => ({
  kind: kind as 'image', // one shape stands for all
  resync: 1e9,
  *want() {},
  watch: () => EMPTY,
  observe: async () => new Map(),
  act: async () => {},
  judge(want, seen, owned) {
    if (want === null) {
      if (owned === null) return null
      const wrote = seen?.id === owned.spec.id || seen?.id === owned.next?.id
      if (kind === 'route') return seen === null ? null : { verb: 'delete', why: 'goes' }
      return !wrote || seen?.id === owned.before?.id ? null : { verb: 'delete', why: 'as before' }
    }
    if (seen === null) return kind === 'link' ? null : { verb: 'create', why: 'not there' }
    return seen.id === want.spec.id ? null : { verb: 'update', why: `${seen.id} -> ${want.spec.id}` }
  },
  ready: (_want, seen) => (seen === null ? 'it is not there' : true),
  ...(kind === 'file' ? { finishes: true } : {}),
  ...(kind === 'route'
    ? {
        claims: (key, seen) =>
          (seen as unknown as Thing).ours // what a look finds is the thing itself
            ? { key, spec: { scope: 'user', ref: '', id: seen.id }, before: null, needs: [] }
            : null
      }
    : {})
})

export const modelKinds: Registry = new Map(KINDS.map((kind) => [kind, base(kind) as never])) // one shape stands for all

export interface Choices {
  /** 0 up to `below`. */
  next(below: number): number
}

export interface ModelAgent {
  /** One pass for these wants; what it planned. Throws `Killed` when its time has come. */
  pass(wants: ReadonlyMap<Key, Want>): Promise<Plan>
}

export class Killed extends Error {}

export interface AgentOptions {
  readonly things: Things
  readonly files: { readonly brief: TextFile; readonly lasting: TextFile; readonly journal: TextFile }
  readonly choices: Choices
  /** Steps until it is killed. */
  readonly steps?: number
  /** Whether an action fails now. */
  readonly fails?: (action: Action) => boolean
  readonly leave?: NonNullable<World['leave']>
}

export const newFiles = () => ({ brief: memory(), lasting: memory(), journal: memory() })

export async function modelAgent(options: AgentOptions): Promise<ModelAgent> {
  const { things, files, choices } = options
  const ledger = await openLedger(modelKinds, files)
  const journal = await openJournal(files.journal)
  let left = options.steps ?? Number.POSITIVE_INFINITY
  const step = () => {
    left -= 1
    if (left < 0) throw new Killed()
  }

  const act = async (action: Action): Promise<boolean> => {
    const { key, to, needs, place, from } = action
    step()
    await journal.begin(action)
    step()
    if (to !== null) await ledger.intend({ key, spec: to, needs, from: place }, from)
    step()
    if (options.fails?.(action) === true) return false
    change(things, action)
    step()
    const thing = things.get(key)
    if (thing !== undefined) things.set(key, { ...thing, told: true })
    step()
    if (action.verb === 'delete') await ledger.release([key])
    step()
    await journal.end(action)
    return true
  }

  return {
    async pass(wants) {
      const seen = new Map<Key, Seen>()
      const found = new Map<Key, Seen>([...things].map(([key, thing]) => [key, thing as never])) // what a look finds is the thing
      const owned = ownership(modelKinds, ledger.owned, found)
      for (const key of askedKeys(wants, owned)) {
        const thing = found.get(key)
        if (thing !== undefined) seen.set(key, thing)
      }
      const world: World = {
        wants,
        seen,
        owned,
        unfinished: journal.unfinished,
        ...(options.leave === undefined ? {} : { leave: options.leave })
      }
      const plotted = plan(modelKinds, world)
      const busy = new Set([...plotted.actions, ...plotted.waiting, ...plotted.left].map(({ key }) => key))
      const settled = [...wants.values()].filter(({ key }) => !busy.has(key) && seen.has(key))
      step()
      await ledger.claim(settled.map((want) => ({ want, seen: seen.get(want.key) ?? null })))
      step()
      await ledger.release([...ledger.owned.keys()].filter((key) => !wants.has(key) && !busy.has(key)))
      await journal.forget([...journal.unfinished].filter((key) => !busy.has(key)))
      await inAnyOrder(plotted.actions, choices, act)
      return plotted
    }
  }
}

/** What an action does to the machine; done twice it is done once. */
function change(things: Things, { key, to, owned, from }: Action): void {
  const before = owned?.before as Thing | null | undefined // what a look finds is the thing itself
  const given = to as { readonly id: string } | null // the only shape of specs here
  if (given !== null) things.set(key, { id: given.id, ours: kindOf(key) === 'route', told: kindOf(key) !== 'file' })
  else if (before === null || before === undefined) things.delete(key)
  else if (from !== null) things.set(key, { id: before.id, ours: false, told: kindOf(key) !== 'file' })
}

/** Every order that the edges allow may happen; what failed holds up what comes after it. */
async function inAnyOrder(
  actions: readonly Action[],
  choices: Choices,
  act: (action: Action) => Promise<boolean>
): Promise<void> {
  const waiting = new Map(actions.map((action) => [action.id, action]))
  const bad = new Set<string>()
  while (waiting.size > 0) {
    const free = [...waiting.values()].filter(
      ({ after, behind }) => !after.some((id) => waiting.has(id)) && !behind.some((id) => waiting.has(id))
    )
    const action = free[choices.next(free.length)]
    if (action === undefined) throw new Error(`nothing can go: ${[...waiting.keys()].join(', ')}`)
    waiting.delete(action.id)
    if (action.after.some((id) => bad.has(id)) || !(await act(action))) bad.add(action.id)
  }
}
