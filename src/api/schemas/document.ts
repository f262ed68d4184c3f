// What the document says, where, and what changes it.
import type { JsonSchema } from '../route.ts'
import { trial } from './history.ts'
import { among, boolean, integer, key, list, object, string } from './words.ts'

export const documentSchemas = {
  Problem: object({
    code: string,
    severity: among('error', 'warning', 'note'),
    file: string,
    line: integer,
    column: integer,
    key: string,
    message: string,
    expected: string,
    fix: string,
    source: string,
    caret: string
  }),
  Value: object({
    key: string,
    value: {},
    text: { ...string, description: 'as `ros config get` prints it' },
    place: { ...string, description: 'file:line:column of the value that decided; empty when nothing sets it' },
    origins: list({ $ref: '#/components/schemas/Origin' })
  }),
  Origin: object({
    key: string,
    layer: { ...string, description: 'what people call it: cloud-config.yml, kernel command line' },
    file: string,
    kind: among(
      'image',
      'repository',
      'definition',
      'oem',
      'lease',
      'machine',
      'conf',
      'user',
      'metadata',
      'cmdline',
      'arguments'
    ),
    place: { ...string, description: 'file:line:column' },
    value: {},
    taken: { ...boolean, description: 'null there takes away what the layers below say' },
    counts: { ...boolean, description: 'it is the value; the others of the key are overridden' }
  }),
  Change: object(
    {
      op: among('add', 'replace', 'remove'),
      path: string,
      from: {},
      to: {},
      applies: { ...string, description: 'what it needs before it counts: live, restart NAME, reboot' }
    },
    ['from', 'to']
  ),
  UserDocument: object({ path: string, hash: string, text: string }),
  Changed: object(
    {
      hash: { ...string, description: 'of the user document as it is now; the ETag' },
      changes: list({ $ref: '#/components/schemas/Change' }),
      warnings: list({ $ref: '#/components/schemas/Problem' }),
      beneath: {
        anyOf: [{ $ref: '#/components/schemas/Origin' }, { type: 'null' }],
        description: 'of a key that was unset: what another layer says of it'
      },
      trial,
      settled: boolean,
      status: { $ref: '#/components/schemas/Status' }
    },
    ['beneath', 'settled', 'status']
  ),
  Validation: object({
    valid: boolean,
    problems: list({ $ref: '#/components/schemas/Problem' }),
    changes: list({ $ref: '#/components/schemas/Change' })
  }),
  Adopt: object({ key, dryRun: boolean }, ['dryRun']),
  Adopted: object({
    key,
    changes: list({ $ref: '#/components/schemas/Change' }),
    lost: { ...list(string), description: 'what is so on the machine and can not be said in the document' },
    left: { type: ['string', 'null'], description: 'what is still to be done about it then' },
    written: boolean
  })
} as const satisfies Readonly<Record<string, JsonSchema>>
