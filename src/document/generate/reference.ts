import { besideKeys } from './beside-keys.ts'
import { canonicalType, type Schema } from './schema.ts'

interface Row {
  readonly key: string
  readonly schema: Schema
  readonly applies: string
  readonly later: boolean
}

const reading = [
  '## How it is read',
  '',
  'The document is made of layers. From low to high: what the image brings (`/usr/share/ros/os-config.yml`), the OEM',
  'partition (`/usr/share/ros/oem/oem-config.yml`), DHCP leases (`/run/ros/leases/*.yml`), what the system made for itself',
  '(`machine.yml`), `cloud-config.d/*` in the order of names, `cloud-config.yml` (all three in `/var/lib/rancher/conf`), the',
  'kernel command line (`rancher.KEY=VALUE`, `cc.KEY=VALUE`), and what stands on it after `--`.',
  '',
  '- Maps merge; lists and plain values replace. `null` takes away what a lower layer set; a section without content',
  '  (`rancher:` and nothing under it) changes nothing and draws a warning.',
  '- An unknown key, a wrong type or text that is no YAML refuses the whole document, and the last good one stays in force.',
  '  Only arguments of the kernel command line are left out one by one, with a warning.',
  '- Where text is wanted, numbers and booleans are taken as they are written: `0644` stays `0644`. `yes`, `on`, `no` and `off`',
  '  are booleans where one is wanted. A list of `NAME=value` is understood for labels and sysctls of services.',
  '- A file may have 1 MiB, or 2 MiB of plain keys, lists and values, 32 levels and 10,000 values by way of aliases. Windows line',
  '  ends, a byte order mark and a missing `#cloud-config` are understood; tabs as indentation, keys that stand twice and a second document are not.',
  '- Keys with dots are written in quotes where a path names them: `rancher.services."my.web".image`. In a map of plain values',
  '  the rest of the path is the key: `rancher.sysctl.net.ipv4.ip_forward`.',
  ''
]

/** The text of docs/reference.md: every key, in the order of the schema. */
export function referencePage(schema: Schema): string {
  const rows = [...walk(schema, '', 'live', false)]
  const defs = Object.entries(schema.$defs ?? {}).filter(([, def]) => def.properties !== undefined)
  return [
    '# Document reference',
    '',
    '<!-- Generated from schemas/cloud-config.schema.json by `npm run generate`. Do not edit. -->',
    '',
    ...reading,
    '## Keys',
    '',
    'Every key of the document. *Takes effect* says what a change comes to. `live`: it counts at once, and nothing else is',
    'disturbed. `restart SERVICE`: it counts at once, and rosd itself starts that service anew for it (`system-docker` is System',
    'Docker, whose containers run on; NAME is the service the key belongs to). `reboot`: it is checked and saved, counts from the',
    'next boot on, and until then `ros status` lists it. Where a table leaves it open, it is as the key that holds the table.',
    'A key marked **not yet acted on** is checked and kept, one marked **no effect** is accepted because RancherOS had it; using',
    'either draws a warning.',
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
    '',
    ...besideKeys
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
      schema['x-inert'] === undefined ? '' : `**No effect:** ${schema['x-inert']}.`,
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
