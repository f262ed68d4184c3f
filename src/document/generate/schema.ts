/**
 * The document's schema as JSON, and the canonical view of it.
 *
 * The published schema tells an editor what a person may write: a number where a string is wanted, one string for
 * a list of one. Reading turns all that into one form first (normalise.ts), so the validator and the types are made
 * from the canonical view, in which each key has one type.
 */
export interface Schema {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
  readonly type?: string | readonly string[]
  readonly title?: string
  readonly description?: string
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly enum?: readonly string[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly propertyNames?: Schema
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly 'x-applies'?: string
  readonly 'x-status'?: 'acted' | 'later'
  /** Why the key has no effect. */
  readonly 'x-inert'?: string
  readonly 'x-secret'?: boolean
}

/** The one type a key has after reading: a list wins over its single element, a map over its list, a string over the rest. */
export function canonicalType(type: Schema['type']): string | undefined {
  if (type === undefined || typeof type === 'string') return type
  return ['object', 'array', 'string'].find((t) => type.includes(t)) ?? type[0]
}

/** The schema with one type for each key; `docs` keeps title and description, which the validator has no use for. */
export function canonical(schema: Schema, docs: boolean): Schema {
  if (schema.$ref !== undefined) return { $ref: schema.$ref } // what stands beside a $ref is for readers only
  const out: Record<string, unknown> = {}
  const type = canonicalType(schema.type)
  for (const [key, value] of Object.entries(schema)) {
    if (key.startsWith('x-') || key === 'default' || key === 'examples' || key === '$schema' || key === '$id') continue
    if (!docs && (key === 'title' || key === 'description')) continue
    if (key === 'items' && type === 'object') continue
    out[key] = value
  }
  if (type !== undefined) out['type'] = type
  const each = (group: Readonly<Record<string, Schema>>): Record<string, Schema> =>
    Object.fromEntries(Object.entries(group).map(([name, child]) => [name, canonical(child, docs)]))
  if (schema.properties !== undefined) out['properties'] = each(schema.properties)
  if (schema.$defs !== undefined) out['$defs'] = each(schema.$defs)
  if (typeof schema.additionalProperties === 'object')
    out['additionalProperties'] = canonical(schema.additionalProperties, docs)
  if (out['items'] !== undefined && schema.items !== undefined) out['items'] = canonical(schema.items, docs)
  if (schema.anyOf !== undefined) out['anyOf'] = schema.anyOf.map((child) => canonical(child, docs))
  return out
}
