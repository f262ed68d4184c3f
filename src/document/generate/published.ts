import type { Schema } from './schema.ts'

/**
 * The schema as editors get it: that of the document, and null wherever a key has a value, for null takes away what a lower
 * layer says, and a section of which only the name was typed so far is no mistake.
 */
export function publishedSchema(schema: Schema): string {
  return `${JSON.stringify({ ...schema, ...withNulls(schema), type: schema.type }, null, 1)}\n`
}

function nullable(schema: Schema): Schema {
  if (schema.$ref !== undefined) {
    const { $ref, ...beside } = schema
    return { ...beside, anyOf: [{ $ref }, { type: 'null' }] }
  }
  const inner = { ...schema, ...withNulls(schema) }
  const { type, enum: among, anyOf } = inner
  return {
    ...inner,
    ...(type === undefined ? {} : { type: [...(typeof type === 'string' ? [type] : type), 'null'] }),
    ...(among === undefined ? {} : { enum: [...among, null] as unknown as readonly string[] }), // read by editors only
    ...(anyOf === undefined ? {} : { anyOf: [...anyOf, { type: 'null' }] })
  }
}

/** The parts of a schema that hold others; elements of lists have no null to take anything away with. */
function withNulls({ properties, additionalProperties: rest, items, $defs }: Schema): Partial<Schema> {
  return {
    ...(properties === undefined ? {} : { properties: each(properties, nullable) }),
    ...(typeof rest === 'object' ? { additionalProperties: nullable(rest) } : {}),
    ...(items === undefined ? {} : { items: { ...items, ...withNulls(items) } }),
    ...($defs === undefined ? {} : { $defs: each($defs, (schema) => ({ ...schema, ...withNulls(schema) })) })
  }
}

function each(
  schemas: Readonly<Record<string, Schema>>,
  change: (schema: Schema) => Schema
): Readonly<Record<string, Schema>> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, change(schema)]))
}
