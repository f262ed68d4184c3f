import type { ActionView, PlanView } from '../api/view.ts'

const SIGNS = { create: '+', update: '~', replace: '!', delete: '-' } as const

export interface PlanTextOptions {
  /** Every field an action changes on a line of its own. */
  readonly diff?: boolean
}

/**
 * A plan as people read it: one action per line in the order they run, with what it disturbs and whether it can be undone; what
 * waits, what is left as it is, what could not be looked at.
 */
export function planText(plan: PlanView, { diff = false }: PlanTextOptions = {}): string {
  const { actions, waiting, left, unknown = {} } = plan
  const waits = waiting.map(({ key, message }) => `. ${key}: ${message}\n`)
  const leaves = left.map(({ key, verb, why, message }) => `= ${key}: ${verb}: ${why}; ${message}\n`)
  const blind = Object.entries(unknown).map(([kind, reason]) => `? ${kind}: ${reason}\n`)
  const lines = [...actions.map((action) => actionText(action, diff)), ...waits, ...leaves, ...blind]
  return lines.length === 0 ? 'nothing to do\n' : `${lines.join('')}\n${summary(plan)}\n`
}

function actionText({ verb, key, why, place, disturbs, irreversible, fields }: ActionView, diff: boolean): string {
  return [
    `${SIGNS[verb]} ${key}: ${why}${place === '' ? '' : `  (${place})`}`,
    ...(diff ? fields.map(({ field, from, to }) => `    ${field}: ${shown(from)} -> ${shown(to)}`) : []),
    ...(disturbs.is === 'nothing' ? [] : [`    ${disturbs.what}`]),
    ...(irreversible === null ? [] : [`    can not be undone: ${irreversible}`])
  ]
    .map((line) => `${line}\n`)
    .join('')
}

function shown(value: unknown): string {
  if (value === undefined) return '(none)'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function summary({ actions, waiting, left, unknown = {}, hash }: PlanView): string {
  const counts = (['create', 'update', 'replace', 'delete'] as const).map(
    (verb) => [actions.filter((action) => action.verb === verb).length, `to ${verb}`] as const
  )
  const blind = Object.keys(unknown).length
  const parts = [
    ...counts,
    [waiting.length, 'waiting'] as const,
    [left.length, 'left as they are'] as const,
    [blind, blind === 1 ? 'kind unknown' : 'kinds unknown'] as const
  ].flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]))
  return `${parts.join(', ')}${actions.length === 0 ? '' : `; plan ${hash.slice(0, 12)}`}`
}
