import { canonicalType, type Schema } from './schema.ts'

interface Row {
  readonly key: string
  readonly schema: Schema
  readonly applies: string
  readonly later: boolean
}

/** The text of docs/reference.md: every key, in the order of the schema. */
export function referencePage(schema: Schema): string {
  const rows = [...walk(schema, '', 'live', false, schema)]
  const defs = Object.entries(schema.$defs ?? {}).filter(([, def]) => def.properties !== undefined)
  return [
    '# Document reference',
    '',
    '<!-- Generated from schemas/cloud-config.schema.json by `npm run generate`. Do not edit. -->',
    '',
    'Every key of the document. *Takes effect* says what a change needs: `live` is at once, without a restart of anything',
    'else. A key marked **not yet acted on** is checked and kept, and using it draws a warning.',
    '',
    table(rows),
    ...defs.flatMap(([name, def]) => [
      '',
      `## ${name}`,
      '',
      def.description ?? '',
      '',
      table([...walk(def, '', '', false, schema)])
    ]),
    ''
  ].join('\n')
}

function* walk(schema: Schema, at: string, applies: string, later: boolean, top: Schema): Generator<Row> {
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    const path = at === '' ? key : `${at}.${key}`
    const how = child['x-applies'] ?? applies
    const notYet = later || child['x-status'] === 'later'
    const inner = typeof child.additionalProperties === 'object' ? child.additionalProperties : undefined
    if (child.properties !== undefined) yield* walk(child, path, how, notYet, top)
    else yield { key: path, schema: child, applies: how, later: notYet }
    if (inner?.properties !== undefined) yield* walk(inner, `${path}.NAME`, how, notYet, top)
  }
}

function table(rows: readonly Row[]): string {
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
    const cells = [`\`${row.key}\``, typeName(schema), schema.default === undefined ? '' : code(schema.default)]
    return [...cells, ...(applied ? [row.applies] : []), meaning.filter((part) => part !== '').join(' ')]
  })
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function typeName(schema: Schema): string {
  if (schema.$ref !== undefined) return link(schema.$ref)
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeName).join(' or ')
  switch (canonicalType(schema.type)) {
    case 'array':
      return `list of ${schema.items === undefined ? 'anything' : typeName(schema.items)}`
    case 'object':
      return typeof schema.additionalProperties === 'object' ? `map of ${typeName(schema.additionalProperties)}` : 'map'
    default:
      return canonicalType(schema.type) ?? 'anything'
  }
}

function link(ref: string): string {
  const name = ref.replace('#/$defs/', '')
  return `[${name}](#${name})`
}

function code(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text === '' ? '`""`' : `\`${text.trim().replaceAll('\n', '\\n').replaceAll('|', '\\|')}\``
}
