import addFormats from 'ajv-formats'
import Ajv from 'ajv/dist/2020.js'
import type { Route } from '../../../src/api/route.ts'
import { schemas } from '../../../src/api/schemas.ts'

const ajv = new Ajv.default({ strict: false, allErrors: true })
addFormats.default(ajv)
const compiled = new Map<string, ReturnType<typeof ajv.compile>>()

/** What a JSON answer has against the schema its route documents; a key the schema does not name counts, too. */
export function complaints(route: Route, status: number, body: unknown): string {
  const documented = route.answers[status]
  const schema = status >= 400 ? { $ref: '#/components/schemas/Refusal' } : documented?.schema
  if (documented === undefined && status < 400) return `status ${status} is not documented`
  if (schema === undefined) return 'no schema'
  const text = JSON.stringify(closed({ ...schema, components: { schemas } }))
  const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text))
  compiled.set(text, validate)
  return validate(body) ? '' : ajv.errorsText(validate.errors)
}

/** The same schema with every object it describes closed. */
function closed(schema: object): object {
  return JSON.parse(JSON.stringify(schema), (_key, value) =>
    value?.type === 'object' && value.properties !== undefined ? { ...value, additionalProperties: false } : value
  )
}
