// How the machine as a whole stands, as conditions: what a person or a program waits for. Pure.
import { type Condition, type Fact, holds, type Status, withTimes } from '../core/condition.ts'
import type { State } from './store.ts'

type Parts = Omit<State, 'conditions' | 'revision'>

/** Names of resources in one message. */
const NAMED = 3

/** Every condition of the machine; times change only with statuses. */
export function machineConditions(state: Parts, previous: readonly Condition[], now: string): readonly Condition[] {
  const { degraded, open, busy, drifted } = standing(state.resources)
  return withTimes(
    [
      ready(state, open, degraded),
      fact('Progressing', busy.length > 0 || state.generation !== state.observedGeneration, {
        True: ['InProgress', busy.length > 0 ? named(busy) : `generation ${state.generation} is new`],
        False: ['Idle', 'nothing is under way']
      }),
      fact('Degraded', degraded.length > 0, {
        True: ['Failed', named(degraded)],
        False: ['NoneFailed', 'nothing has failed']
      }),
      fact('Drifted', drifted.length > 0, {
        True: ['LeftAsItIs', `not as the document says, and left so by rancher.drift: ${named(drifted)}`],
        False: ['NoneLeft', 'no drift is left as it is']
      }),
      documentValid(state),
      fact('NeedsReboot', state.document.pending.length > 0, {
        True: ['WaitsForReboot', state.document.pending.map(({ key }) => key).join(', ')],
        False: ['NothingWaits', 'nothing waits for a reboot']
      }),
      ...confirmPending(state),
      paused(state),
      ...metrics(state),
      ...repositories(state)
    ],
    previous,
    now
  )
}

interface Standing {
  readonly degraded: readonly Status[]
  readonly open: readonly Status[]
  readonly busy: readonly Status[]
  readonly drifted: readonly Status[]
}

/** Most changes of the state leave the resources as they are. */
const standings = new WeakMap<Parts['resources'], Standing>()

function standing(resources: Parts['resources']): Standing {
  const known = standings.get(resources)
  if (known !== undefined) return known
  const [degraded, open, busy, drifted]: [Status[], Status[], Status[], Status[]] = [[], [], [], []]
  for (const status of resources.values()) {
    if (holds(status, 'Degraded')) degraded.push(status)
    if (!holds(status, 'Ready')) open.push(status)
    if (holds(status, 'Progressing')) busy.push(status)
    if (holds(status, 'Drifted')) drifted.push(status)
  }
  const found = { degraded, open, busy, drifted }
  standings.set(resources, found)
  return found
}

type Words = readonly [reason: string, message: string]

function fact(type: Condition['type'], is: boolean, words: { readonly True: Words; readonly False: Words }): Fact {
  const status = is ? 'True' : 'False'
  const [reason, message] = words[status]
  return { type, status, reason, message }
}

function ready(
  { generation, observedGeneration, paused }: Parts,
  open: readonly Status[],
  bad: readonly Status[]
): Fact {
  const type = 'Ready'
  if (generation === 0) return { type, status: 'Unknown', reason: 'NoDocument', message: 'no document is in force yet' }
  if (open.length === 0 && observedGeneration === generation)
    return { type, status: 'True', reason: 'Settled', message: 'as the document says' }
  const reason = bad.length > 0 ? 'Degraded' : paused === null ? 'InProgress' : 'Paused'
  const compared = `generation ${generation} has not been compared with the machine yet`
  return { type, status: 'False', reason, message: open.length === 0 ? compared : named(open) }
}

function documentValid({ document, generation }: Parts): Fact {
  const type = 'DocumentValid'
  if (document.complaint !== '')
    return { type, status: 'False', reason: 'Refused', message: document.complaint.split('\n')[0] ?? '' }
  if (generation === 0) return { type, status: 'Unknown', reason: 'NotRead', message: 'no document has been read yet' }
  return { type, status: 'True', reason: 'InForce', message: `generation ${generation} is in force` }
}

function paused({ paused: pause }: Parts): Fact {
  const type = 'Paused'
  if (pause === null) return { type, status: 'False', reason: 'Running', message: 'what is to be done is done' }
  const end = pause.until === null ? 'until `ros resume`' : `until ${pause.until}`
  const message = pause.reason === '' ? end : `${pause.reason} (${end})`
  return { type, status: 'True', reason: 'ByCommand', message }
}

/** Only while a change waits. */
function confirmPending({ confirm }: Parts): readonly Fact[] {
  if (confirm === null) return []
  const message = `generation ${confirm.back} is restored unless generation ${confirm.generation} is confirmed: log in anew, then \`ros confirm\``
  return [{ type: 'ConfirmPending', status: 'True', reason: 'Unconfirmed', message }]
}

/** Only where the document asks for it. */
function metrics({ metrics: served }: Parts): readonly Fact[] {
  if (served === null) return []
  const { listen, error } = served
  const ok = { True: ['Listening', listen], False: ['CanNotListen', `${listen}: ${error ?? ''}`] } as const
  return [fact('MetricsServed', error === null, ok)]
}

/** Only where the document names some. */
function repositories({ repositories: all }: Parts): readonly Fact[] {
  if (all.length === 0) return []
  const failed = all.filter(({ error }) => error !== null)
  const state = ({ name, error, at }: (typeof all)[number]) =>
    `${name}: ${error ?? ''}; ${at === null ? 'nothing of it is here' : `what it had at ${at} counts`}`
  return [
    fact('RepositoriesRead', failed.length === 0, {
      True: ['Read', all.map(({ name }) => name).join(', ')],
      False: ['Unreachable', failed.map(state).join('; ')]
    })
  ]
}

function named(some: readonly Status[]): string {
  const names = some.slice(0, NAMED).map(({ key }) => key)
  return some.length > NAMED ? `${names.join(', ')} and ${some.length - NAMED} more` : names.join(', ')
}
