// What carrying out a plan means for people: what it disturbs, what can not be undone, field by field. Pure.
import { createHash } from 'node:crypto'
import type { Action, Disturbance, FieldChange } from './action.ts'
import type { KindDef } from './kind.ts'
import type { Plan, Registry } from './plan.ts'
import { kindOf } from './resource.ts'

export interface Effect {
  readonly disturbs: Disturbance
  /** Why it can not be undone; null: it can, by taking the document back. */
  readonly irreversible: string | null
  readonly fields: readonly FieldChange[]
}

const NOTHING: Disturbance = { is: 'nothing', what: '' }

export function effectOf(kinds: Registry, action: Action): Effect {
  const kind = kinds.get(kindOf(action.key))
  return {
    disturbs: kind?.disturbs?.(action) ?? NOTHING,
    irreversible: kind?.irreversible?.(action) ?? null,
    fields: kind === undefined ? [] : (kind.fields?.(action) ?? fieldsOf(kind, action))
  }
}

/**
 * sha256 of what a plan would do and why. Two looks at one world give the same; a world that has changed in a way the plan
 * cares for gives another.
 */
export function planHash({ actions }: Plan): string {
  const hash = createHash('sha256')
  for (const { id, why, to } of actions) hash.update(JSON.stringify([id, why, to]))
  return hash.digest('hex')
}

/** Where a kind says nothing else: what its spec and what is shown of the seen thing have in common, by name. */
function fieldsOf(kind: KindDef, { verb, from, to, owned }: Action): readonly FieldChange[] {
  const shown = (seen: Action['from']) => plainFields(seen === null ? null : (kind.show?.(seen) ?? seen))
  const before = shown(from)
  const after = verb === 'delete' ? shown(owned?.before ?? null) : plainFields(to)
  const names = verb === 'delete' ? Object.keys(before) : Object.keys(after)
  return names.flatMap((field) => {
    if (verb !== 'create' && verb !== 'delete' && !(field in before)) return []
    return changeOf(field, before[field], after[field])
  })
}

/** No change where both sides are the same, or neither says anything. */
export function changeOf(field: string, from: unknown, to: unknown): readonly FieldChange[] {
  const [before, after] = [said(from), said(to)]
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  return [{ field, ...(before === undefined ? {} : { from: before }), ...(after === undefined ? {} : { to: after }) }]
}

function said(value: unknown): unknown {
  return value === null || value === '' ? undefined : value
}

function plainFields(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).filter(([, field]) => typeof field !== 'function'))
}
