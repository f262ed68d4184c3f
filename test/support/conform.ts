// What every kind must do, whatever it manages. Run with a fake machine or a real one.
import type { Test } from 'tap'
import type { Desired, KindDef } from '../../src/core/kind.ts'
import { type Action, plan, type Registry, showPlan } from '../../src/core/plan.ts'
import type { Key, Kind, Owned, Seen, Want } from '../../src/core/resource.ts'
import type { Host } from '../../src/host/ports.ts'
import { desiredOf } from './desired.ts'

export interface Conformance<K extends Kind> {
  readonly kind: KindDef<K>
  readonly host: Host
  readonly desired: Desired
  /** The document without what this kind wants; an empty one when not given. */
  readonly without?: Desired
  /** All that the kind could change, as plain data. */
  readonly snapshot: () => unknown
  /** Why what was done stays when it is taken out of the document; not given: what stood before comes back. */
  readonly stays?: string
  /** True where a try counts even when it is called off. */
  readonly final?: boolean
}

/**
 * Looking changes nothing · same inputs, same plan · every action succeeds · then nothing is left to do · acting twice is
 * acting once · a called-off action can be taken up again · taking the key out restores what stood before.
 */
export async function conform<K extends Kind>(
  t: Test,
  { kind, host, desired, without, snapshot, stays, final = false }: Conformance<K>
): Promise<void> {
  // A registry is asked with keys of any kind; this one is only ever given its own.
  const registry: Registry = new Map([[kind.kind, kind as unknown as KindDef]])
  const signal = AbortSignal.timeout(30_000)
  // What other kinds have to do first is their conformance.
  const wants = new Map<Key, Want>(
    [...kind.want(desired)].map((want) => [want.key, { ...want, needs: own(kind, want.needs) }])
  )
  const keys = [...wants.keys()] as Key<K>[] // its own wants
  const look = async () => (await kind.observe(host, keys, signal)) as ReadonlyMap<Key, Seen>
  const act = async (action: Action) => kind.act(host, action as unknown as Action<K>, signal) // its own actions
  const planned = (wanted: ReadonlyMap<Key, Want>, seen: ReadonlyMap<Key, Seen>, owned: ReadonlyMap<Key, Owned>) =>
    plan(registry, { wants: wanted, seen, owned }).actions

  const before = await snapshot()
  const first = await look()
  t.strictSame(await snapshot(), before, `${kind.kind}: looking changes nothing`)

  const actions = planned(wants, first, new Map())
  t.equal(
    showPlan(planned(wants, await look(), new Map())),
    showPlan(actions),
    `${kind.kind}: the same inputs give the same plan`
  )
  t.not(actions.length, 0, `${kind.kind}: the test gives it something to do`)

  for (const action of final ? [] : actions) {
    // Called off before it began, it may have done all, a part or nothing.
    await kind.act(host, action as unknown as Action<K>, AbortSignal.abort()).catch(() => {})
  }
  for (const action of actions) await t.resolves(act(action), `${kind.kind}: ${action.id} succeeds`)
  const owned = new Map<Key, Owned>(
    [...wants.values()].map(({ key, spec, needs }) => [key, { key, spec, needs, before: first.get(key) ?? null }])
  )
  t.equal(showPlan(planned(wants, await look(), owned)), '', `${kind.kind}: then there is nothing left to do`)

  const once = await snapshot()
  for (const action of actions) await act(action)
  t.strictSame(await snapshot(), once, `${kind.kind}: acting twice is acting once`)

  const other = without ?? desiredOf({})
  const left = new Map<Key, Want>(
    [...kind.want(other)].map((want) => [want.key, { ...want, needs: own(kind, want.needs) }])
  )
  const removals = planned(left, await look(), owned)
  for (const action of removals) await t.resolves(act(action), `${kind.kind}: ${action.id} succeeds`)
  if (stays === undefined)
    t.strictSame(await snapshot(), before, `${kind.kind}: taken out of the document, what stood before is back`)
  else t.strictSame(await snapshot(), once, `${kind.kind}: ${stays}`)
  for (const action of removals) await act(action)
  t.equal(showPlan(planned(left, await look(), owned)), '', `${kind.kind}: and nothing is left to take away`)
}

function own<K extends Kind>(kind: KindDef<K>, needs: readonly Key[]): readonly Key[] {
  return needs.filter((need) => need.startsWith(`${kind.kind}/`))
}
