import { canonicalType, type Schema } from './schema.ts'

interface Row {
  readonly key: string
  readonly schema: Schema
  readonly applies: string
  readonly later: boolean
}

/** The text of docs/reference.md: every key, in the order of the schema. */
export function referencePage(schema: Schema): string {
  const rows = [...walk(schema, '', 'live', false)]
  const defs = Object.entries(schema.$defs ?? {}).filter(([, def]) => def.properties !== undefined)
  return [
    '# Document reference',
    '',
    '<!-- Generated from schemas/cloud-config.schema.json by `npm run generate`. Do not edit. -->',
    '',
    'Every key of the document. *Takes effect* says what a change needs: `live` is at once, without a restart of anything',
    'else. A key marked **not yet acted on** is checked and kept, and using it draws a warning.',
    '',
    table(rows, schema),
    ...defs.flatMap(([name, def]) => [
      '',
      `## ${name}`,
      '',
      def.description ?? '',
      '',
      table([...walk(def, '', '', false)], schema)
    ]),
    ''
  ].join('\n')
}

function* walk(schema: Schema, at: string, applies: string, later: boolean): Generator<Row> {
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    const path = at === '' ? key : `${at}.${key}`
    const how = child['x-applies'] ?? applies
    const notYet = later || child['x-status'] === 'later'
    const inner = typeof child.additionalProperties === 'object' ? child.additionalProperties : undefined
    if (child.properties !== undefined) yield* walk(child, path, how, notYet)
    else yield { key: path, schema: child, applies: how, later: notYet }
    if (inner?.properties !== undefined) yield* walk(inner, `${path}.NAME`, how, notYet)
  }
}

function table(rows: readonly Row[], top: Schema): string {
  const applied = rows.some((row) => row.applies !== '')
  const head = applied ? ['Key', 'Type', 'Default', 'Takes effect', 'Meaning'] : ['Key', 'Type', 'Default', 'Meaning']
  const lines = rows.map((row) => {
    const { schema } = row
    const meaning = [
      schema.description ?? '',
      schema.enum === undefined ? '' : `One of ${schema.enum.map(code).join(', ')}.`,
      schema.examples === undefined ? '' : `Example: ${code(schema.examples[0])}.`,
      row.later ? '**Not yet acted on.**' : '',
      schema['x-secret'] === true ? 'Secret: never shown.' : ''
    ]
    const cells = [`\`${row.key}\``, typeName(schema, top), schema.default === undefined ? '' : code(schema.default)]
    return [...cells, ...(applied ? [row.applies] : []), meaning.filter((part) => part !== '').join(' ')]
  })
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function typeName(schema: Schema, top: Schema): string {
  if (schema.$ref !== undefined) return link(schema.$ref.replace('#/$defs/', ''), top)
  if (schema.anyOf !== undefined) return schema.anyOf.map((one) => typeName(one, top)).join(' or ')
  switch (canonicalType(schema.type)) {
    case 'array':
      return `list of ${schema.items === undefined ? 'anything' : typeName(schema.items, top)}`
    case 'object':
      if (typeof schema.additionalProperties === 'object') return `map of ${typeName(schema.additionalProperties, top)}`
      return schema.properties === undefined ? 'map' : `map of ${Object.keys(schema.properties).join(', ')}`
    default:
      return canonicalType(schema.type) ?? 'anything'
  }
}

function link(name: string, top: Schema): string {
  const def = top.$defs?.[name]
  return def?.properties === undefined ? typeName(def ?? {}, top) : `[${name}](#${name})`
}

function code(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text === '' ? '`""`' : `\`${text.trim().replaceAll('\n', '\\n').replaceAll('|', '\\|')}\``
}
