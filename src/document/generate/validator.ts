import { Ajv2020 } from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'
import { canonical, type Schema } from './schema.ts'

/**
 * The text of schema.gen.js: Ajv's compiled validator. It reports every error and imports nothing, so that neither
 * Ajv nor its runtime is in the agent: 150 ms and 20 MB less at start. Messages are left out; problems are worded
 * in validate.ts.
 */
export function validatorModule(schema: Schema): string {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: false,
    messages: false,
    inlineRefs: false,
    code: { source: true, esm: true }
  })
  const code = standalone.default(ajv, ajv.compile(canonical(schema, false)))
  if (/\brequire\(|^import /m.test(code))
    throw new Error('the validator needs a helper of Ajv at run time: find the keyword that asks for it')
  return `// Generated from schemas/cloud-config.schema.json by src/document/generate.ts. Do not edit.\n${code}\n`
}

/** Types beside the validator: what it is called with, and the part of Ajv's errors that we read. */
export const validatorTypes = `// Generated from schemas/cloud-config.schema.json by src/document/generate.ts. Do not edit.
export interface SchemaError {
  readonly instancePath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  readonly propertyName?: string
}
declare const validate: {
  (data: unknown): boolean
  errors: readonly SchemaError[] | null
}
export default validate
`
