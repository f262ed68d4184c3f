// What a person waits for: `condition=Ready`, `condition=Drifted=sysctl/x`, `condition=Paused=false`, `delete=container/user/web`.
import type { State } from '../agent/store.ts'
import { type ConditionType, KIND_ORDER, MACHINE_CONDITIONS, RESOURCE_CONDITIONS } from '../core/condition.ts'
import { type Key, kindOf } from '../core/resource.ts'
import { suggest } from '../document/suggest.ts'
import { Refusal } from './refusal.ts'

export type Goal =
  /** `key` null: of the machine. A resource whose condition is not listed has it False. */
  | {
      readonly is: 'condition'
      readonly type: ConditionType
      readonly key: Key | null
      readonly status: 'True' | 'False'
    }
  | { readonly is: 'deleted'; readonly key: Key }

const CONDITION = /^condition=(?<type>[^=]+?)(?:=(?<key>[^=/]+\/.+?))?(?:=(?<status>true|false))?$/is
const FORMS = 'condition=TYPE, condition=TYPE=KIND/NAME or delete=KIND/NAME'

/** Refuses what can never come true: a type or a kind that does not exist. */
export function parseGoal(text: string): Goal {
  const deleted = /^delete=(?<key>.+)$/s.exec(text)?.groups?.['key']
  if (deleted !== undefined) return { is: 'deleted', key: keyOf(deleted) }
  const { type = '', key, status = 'true' } = CONDITION.exec(text)?.groups ?? {}
  if (type === '') throw new Refusal('ROS_API_BAD_REQUEST', `what is waited for is ${FORMS}, not '${text}'`)
  return {
    is: 'condition',
    type: typeOf(type, key === undefined ? MACHINE_CONDITIONS : RESOURCE_CONDITIONS),
    key: key === undefined ? null : keyOf(key),
    status: status.toLowerCase() === 'true' ? 'True' : 'False'
  }
}

/** What is still missing, in words; null: the goal is reached. */
export function missing(state: State, goal: Goal): string | null {
  return goal.is === 'deleted' ? stillThere(state, goal.key) : unlike(state, goal)
}

/** What is not wanted any more is gone once the machine has settled without it. */
function stillThere({ resources, settled, generation, observedGeneration }: State, key: Key): string | null {
  if (resources.has(key)) return `the document asks for ${key}`
  return settled && generation === observedGeneration ? null : `${key} is not wanted; the machine has not settled yet`
}

function unlike(state: State, { type, key, status }: Extract<Goal, { is: 'condition' }>): string | null {
  const shown = `${type}${status === 'True' ? '' : '=false'}`
  const resource = key === null ? null : state.resources.get(key)
  if (resource === undefined) return `the document asks for no ${key}`
  if (resource !== null && resource.observedGeneration !== state.generation)
    return `${key} has not been compared with generation ${state.generation} yet`
  const found = (resource ?? state).conditions.find((condition) => condition.type === type)
  if ((found?.status ?? 'False') === status) return null
  return `${key ?? 'the machine'} is not ${shown}${found === undefined ? '' : `: ${found.message}`}`
}

function typeOf(given: string, known: readonly ConditionType[]): ConditionType {
  const type = known.find((one) => one.toLowerCase() === given.toLowerCase())
  if (type !== undefined) return type
  const near = suggest(given, known)
  const meant = near === null ? `known: ${known.join(', ')}` : `did you mean ${near}?`
  throw new Refusal('ROS_API_BAD_REQUEST', `there is no condition ${given}, ${meant}`)
}

function keyOf(text: string): Key {
  const kind = kindOf(text as Key) // what comes before a slash; compared with all there are
  if (KIND_ORDER.includes(kind) && text.length > kind.length + 1) return text as Key
  throw new Refusal(
    'ROS_API_BAD_REQUEST',
    `'${text}' names no resource: KIND/NAME does, kinds: ${KIND_ORDER.join(', ')}`
  )
}
