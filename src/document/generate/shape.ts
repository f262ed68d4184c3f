import { canonicalType, type Schema } from './schema.ts'

/** The text of shape.gen.ts: the schema reduced to what reading, naming and explaining need while the agent runs. */
export function shapeModule(schema: Schema): string {
  const defs = Object.entries(schema.$defs ?? {})
  const order = defs.map(([name]) => name).sort((a, b) => depth(schema, a) - depth(schema, b))
  const consts = order.map((name) => `const ${name}: Shape = ${shapeOf(schema.$defs?.[name] ?? {}, null)}\n`)
  return [
    '// Generated from schemas/cloud-config.schema.json by src/document/generate.ts. Do not edit.',
    "import type { Shape } from './shape.ts'\n",
    ...consts,
    `export const root: Shape = ${shapeOf(schema, null)}\n`
  ].join('\n')
}

/** How many definitions stand below one, so that constants come before those that use them. */
function depth(schema: Schema, name: string): number {
  const refs = [...JSON.stringify(schema.$defs?.[name] ?? {}).matchAll(/#\/\$defs\/(\w+)/g)].map((m) => m[1] ?? '')
  return refs.length === 0 ? 0 : 1 + Math.max(...refs.map((ref) => depth(schema, ref)))
}

function shapeOf(schema: Schema, later: boolean | null): string {
  const notes = [
    schema['x-applies'] === undefined ? '' : `applies: ${quote(schema['x-applies'])}`,
    schema['x-status'] === 'later' && later !== true ? 'later: true' : '',
    schema['x-inert'] === undefined ? '' : `inert: ${quote(schema['x-inert'])}`,
    schema['x-secret'] === true ? 'secret: true' : ''
  ].filter((note) => note !== '')
  const within = later === true || schema['x-status'] === 'later'
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace('#/$defs/', '')
    return notes.length === 0 ? name : `{ ...${name}, ${notes.join(', ')} }`
  }
  return `{ ${[...body(schema, within), ...notes].join(', ')} }`
}

function body(schema: Schema, later: boolean): string[] {
  if (schema.anyOf !== undefined)
    return [`is: 'any'`, `of: [${schema.anyOf.map((one) => shapeOf(one, later)).join(', ')}]`]
  const type = canonicalType(schema.type)
  const either = Array.isArray(schema.type)
  if (type === 'array') {
    const of = shapeOf(schema.items ?? { type: 'string' }, later)
    return [`is: 'list'`, `of: ${of}`, ...(either ? ['one: true'] : [])]
  }
  if (type === 'object') {
    const keys = Object.entries(schema.properties ?? {}).map(([key, child]) => `\n${key}: ${shapeOf(child, later)}`)
    const rest = schema.additionalProperties
    return [
      `is: 'map'`,
      ...(keys.length === 0 ? [] : [`keys: {${keys.join(',')}\n}`]),
      ...(typeof rest === 'object' ? [`rest: ${shapeOf(rest, later)}`] : []),
      ...(rest === true ? [`rest: { is: 'any', of: [] }`] : []),
      ...(schema.propertyNames?.description === undefined ? [] : [`names: ${quote(schema.propertyNames.description)}`]),
      ...(either ? ['pairs: true'] : [])
    ]
  }
  return [
    `is: ${quote(type ?? 'string')}`,
    ...(schema.enum === undefined ? [] : [`among: [${schema.enum.map(quote).join(', ')}]`]),
    ...(schema.pattern === undefined || schema.examples === undefined
      ? []
      : [`like: ${quote(String(schema.examples[0]))}`])
  ]
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`
}
