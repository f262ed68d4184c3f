// What carrying out an action on a container means for people. Pure.
import { differences } from '../../compose/difference.ts'
import { resourceChanges, resourceFields } from '../../compose/resources.ts'
import type { Action, Disturbance, FieldChange } from '../../core/action.ts'
import { nameOf } from '../../core/resource.ts'
import { changesEngine } from './engine-change.ts'
import { leftOver, runs, switches, stateDue } from './judge.ts'

type ContainerAction = Action<'container'>

const NOTHING: Disturbance = { is: 'nothing', what: '' }

export function disturbs({ key, verb, from, to }: ContainerAction): Disturbance {
  const name = nameOf(key).slice(nameOf(key).indexOf('/') + 1)
  const isUp = from !== null && (from.state === 'running' || from.state === 'restarting')
  if (verb === 'create' || from === null) return NOTHING
  if (to === null) return isUp ? { is: 'interrupt', what: `${name} stops for good` } : NOTHING
  if (verb === 'replace') {
    if (isUp && changesEngine(to, from))
      return { is: 'interrupt', what: "the user's containers stop and start again by their restart policy" }
    if (switches(to, from)) return { is: 'restart', what: `switches ${name} over, no pause` }
    return isUp ? { is: 'interrupt', what: `${name} is away until the new one runs` } : NOTHING
  }
  if (leftOver(to, from).length > 0) return { is: 'interrupt', what: `${name} may be away until one of them runs` }
  return isUp && !runs(to) && stateDue(to, from).length > 0 ? { is: 'interrupt', what: `${name} stops` } : NOTHING
}

export function irreversible({ verb, from, to }: ContainerAction): string | null {
  if (from === null || verb === 'create' || (verb === 'update' && to?.down !== true)) return null
  return 'what the container wrote outside named volumes and folders of the machine is lost'
}

/** Of the environment only names: values may be secrets. */
export function fields({ verb, from, to }: ContainerAction): readonly FieldChange[] {
  if (to === null) return from === null ? [] : [{ field: 'image', from: from.image }]
  const made = from?.definition() ?? { config: {}, host: {} }
  const image = from?.image === to.image ? [] : [change('image', from?.image, to.image)]
  const parts = verb === 'update' ? [] : differences(to.create, made).map((one) => change(one.field, one.from, one.to))
  const bounds = from === null ? [] : resourceFields(resourceChanges(to.resources, from.resources))
  const state =
    from !== null && verb === 'update' && stateDue(to, from).length > 0
      ? [change('state', from.state, to.up ? 'running' : 'exited')]
      : []
  return [...(verb === 'update' ? [] : image), ...parts, ...bounds, ...state]
}

function change(field: string, from: unknown, to: unknown): FieldChange {
  return {
    field,
    ...(from === undefined || from === null ? {} : { from }),
    ...(to === undefined || to === null ? {} : { to })
  }
}
