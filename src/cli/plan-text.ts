import type { ActionView, PlanView } from '../api/view.ts'

const SIGNS = { create: '+', update: '~', replace: '!', delete: '-' } as const

/** A plan as people read it: one action per line in the order they run, what waits, what could not be looked at. */
export function planText({ actions, waiting, unknown = {} }: PlanView): string {
  const waits = waiting.map(({ key, message }) => `. ${key}: ${message}\n`)
  const blind = Object.entries(unknown).map(([kind, reason]) => `? ${kind}: ${reason}\n`)
  const lines = [...actions.map(actionLine), ...waits, ...blind]
  return lines.length === 0 ? 'nothing to do\n' : `${lines.join('')}\n${summary(actions, waits.length, blind.length)}\n`
}

function actionLine({ verb, key, why, place }: ActionView): string {
  return `${SIGNS[verb]} ${key}: ${why}${place === '' ? '' : `  (${place})`}\n`
}

function summary(actions: readonly ActionView[], waiting: number, unknown: number): string {
  const parts = (['create', 'update', 'replace', 'delete'] as const).flatMap((verb) => {
    const count = actions.filter((action) => action.verb === verb).length
    return count === 0 ? [] : [`${count} to ${verb}`]
  })
  if (waiting > 0) parts.push(`${waiting} waiting`)
  if (unknown > 0) parts.push(`${unknown} ${unknown === 1 ? 'kind' : 'kinds'} unknown`)
  return parts.join(', ')
}
