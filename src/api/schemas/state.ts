// What the machine is like and what is to be done about it.
import { MACHINE_CONDITIONS, RESOURCE_CONDITIONS } from '../../core/condition.ts'
import type { JsonSchema } from '../route.ts'
import { repositories } from './catalogue.ts'
import { paused } from './system.ts'
import { among, boolean, integer, key, list, object, orNull, string } from './words.ts'

const document = object({
  hash: { ...string, description: 'of the document in force' },
  problems: list({ $ref: '#/components/schemas/Problem' }),
  complaint: { ...string, description: 'the problems as people read them; empty when the newest text is in force' },
  warnings: list({ $ref: '#/components/schemas/Problem' }),
  pending: list(object({ key: string, applies: among('reboot'), place: string }))
})

const conditionsAmong = (types: readonly string[]) =>
  list(
    object({
      type: among(...types),
      status: among('True', 'False', 'Unknown'),
      reason: string,
      message: string,
      lastTransitionTime: { type: 'string', format: 'date-time' }
    })
  )

export const machine = {
  conditions: conditionsAmong(MACHINE_CONDITIONS),
  confirm: orNull(object({ generation: integer, back: integer, secondsLeft: integer, inForce: boolean })),
  paused: orNull(paused),
  metrics: orNull(object({ listen: string, error: { type: ['string', 'null'] } })),
  repositories
}

const facts = { revision: integer, generation: integer, observedGeneration: integer, settled: boolean }

const phase = among('Ready', 'Progressing', 'Degraded')

const status: JsonSchema = { $ref: '#/components/schemas/Resource' }

export const stateSchemas = {
  State: object({ ...facts, phase, ...machine, document, resources: { type: 'object', additionalProperties: status } }),
  Status: object({
    ...facts,
    phase,
    ...machine,
    document,
    counts: object({ resources: integer, ready: integer }),
    notReady: list(status)
  }),
  Resource: object(
    {
      key,
      from: { ...string, description: 'file:line:column and path that asks for it' },
      observedGeneration: integer,
      conditions: conditionsAmong(RESOURCE_CONDITIONS),
      seen: { description: 'what the machine has; null: nothing' },
      lastAction: object({ id: string, verb: string, why: string, at: string, ms: integer })
    },
    ['lastAction']
  ),
  Resources: object({ items: list(status) }),
  Plan: object({
    actions: list(
      object({
        id: string,
        key,
        verb: among('create', 'update', 'replace', 'delete'),
        why: string,
        place: string,
        after: list(string),
        disturbs: object({ is: among('nothing', 'restart', 'interrupt', 'reboot'), what: string }),
        irreversible: { type: ['string', 'null'] },
        fields: list(object({ field: string, from: {}, to: {} }, ['from', 'to']))
      })
    ),
    waiting: list(object({ key, on: key, message: string })),
    left: list(
      object({
        key,
        verb: among('create', 'update', 'replace', 'delete'),
        why: string,
        reason: among('Paused', 'Reported', 'Frozen'),
        message: string
      })
    ),
    hash: string
  }),
  Waited: object({
    met: boolean,
    open: { ...list(string), description: 'what is still missing, in words' },
    status: { $ref: '#/components/schemas/Status' }
  }),
  Reconciled: object({ settled: boolean, status: { $ref: '#/components/schemas/Status' } }),
  Event: object({
    rev: integer,
    at: { type: 'string', format: 'date-time' },
    type: among('Normal', 'Warning'),
    reason: string,
    message: string,
    key: { anyOf: [key, { type: 'null' }] }
  }),
  Progress: object({ key, message: string })
} as const satisfies Readonly<Record<string, JsonSchema>>
