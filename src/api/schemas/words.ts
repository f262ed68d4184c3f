// Words that schemas are written in.
import { KIND_ORDER } from '../../core/condition.ts'
import type { JsonSchema } from '../route.ts'

export const string: JsonSchema = { type: 'string' }
export const integer: JsonSchema = { type: 'integer' }
export const boolean: JsonSchema = { type: 'boolean' }

export function object(properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []): JsonSchema {
  return { type: 'object', required: Object.keys(properties).filter((name) => !optional.includes(name)), properties }
}

export function list(items: JsonSchema): JsonSchema {
  return { type: 'array', items }
}

export function among(...values: readonly string[]): JsonSchema {
  return { type: 'string', enum: values }
}

export const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] })

export const key: JsonSchema = { type: 'string', description: `kind/name; kinds: ${KIND_ORDER.join(', ')}` }
