// Generations of the document.
import type { JsonSchema } from '../route.ts'
import { path } from './network.ts'
import { among, boolean, integer, list, object, orNull, string } from './words.ts'

export const trial: JsonSchema = {
  ...orNull(object({ seconds: integer, back: integer, path: orNull(path) })),
  description:
    'within what time it has to be confirmed, and the generation that is restored otherwise; null: it need not be'
}

const outcome: JsonSchema = {
  anyOf: [
    object({ is: among('open') }),
    object({ is: among('settled'), ms: { type: ['integer', 'null'] } }),
    object({ is: among('failed', 'rolled back'), message: string }),
    object({ is: among('superseded'), by: integer })
  ]
}

const summary = {
  generation: integer,
  at: { type: 'string', format: 'date-time' },
  by: object(
    {
      how: among('boot', 'file', 'api', 'undo', 'rollback'),
      who: string,
      why: string,
      repeats: integer,
      confirm: integer,
      proves: object({ seconds: integer, keys: list(string) }),
      path
    },
    ['repeats', 'confirm', 'proves', 'path']
  ),
  repeats: { ...integer, description: 'the generation whose files it repeats' },
  changed: list(string),
  more: { ...integer, description: 'changes that `changed` does not name' },
  outcome,
  unwell: { ...list(string), description: 'what had failed when the next one came' }
} as const

export const historySchemas = {
  History: object({ items: list(object(summary, ['repeats'])) }),
  Generation: object(
    {
      ...summary,
      hash: string,
      changes: list({ $ref: '#/components/schemas/Change' }),
      plan: orNull({ $ref: '#/components/schemas/Plan' }),
      files: list(object({ name: string, text: string }))
    },
    ['repeats']
  ),
  Difference: object({ from: integer, to: integer, changes: list({ $ref: '#/components/schemas/Change' }) }),
  Applied: object(
    {
      generation: integer,
      plan: { $ref: '#/components/schemas/Plan' },
      to: { ...integer, description: 'of an undo: the generation gone back to' },
      trial,
      settled: boolean,
      status: { $ref: '#/components/schemas/Status' }
    },
    ['to', 'settled', 'status']
  ),
  Confirmed: object({ generation: integer })
} as const satisfies Readonly<Record<string, JsonSchema>>
