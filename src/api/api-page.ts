// docs/api.md, made from the OpenAPI document.
import { REFUSALS } from './refusal.ts'

type Json = Readonly<Record<string, unknown>>

interface Parameter {
  readonly name: string
  readonly in: string
  readonly description: string
  readonly schema: { readonly type: string; readonly minimum?: number; readonly maximum?: number }
}

interface Operation {
  readonly summary: string
  readonly description?: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Json }>> }
  readonly responses: Readonly<
    Record<
      string,
      { readonly description: string; readonly content?: Readonly<Record<string, { readonly schema: Json }>> }
    >
  >
}

interface Api {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Json>> }
}

/** `api`: what src/api/openapi.ts makes. */
export function apiPage(api: Json): string {
  const { paths, components } = api as unknown as Api // made by our own function
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => section(`${method.toUpperCase()} ${path}`, operation))
  )
  const codes = Object.entries(REFUSALS).map(([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |\n`)
  const shapes = Object.entries(components.schemas).map(([name, schema]) => shape(name, schema))
  return [
    '# The API of the agent\n',
    '<!-- Made from the routes in src/api/routes/ by src/cli/docs.ts. Do not edit. -->\n',
    'HTTP on the unix socket `/run/ros/agent.sock`, which only root may open. JSON in and out; streams are one JSON object per',
    'line, and empty lines in them are to be skipped. The machine serves this description as an OpenAPI 3.1 document:\n',
    '```\ncurl -s --unix-socket /run/ros/agent.sock http://localhost/v1/openapi.json\n```\n',
    '## Refusals\n',
    'A request that is refused is answered as RFC 9457 says, as `application/problem+json` with `type`, `title`, `status`, `detail`,',
    'our `code`, and `errors` where a document has problems. Codes besides these are those of [errors](errors.md).\n',
    `| code | status | title |\n| --- | --- | --- |\n${codes.join('')}`,
    '## Routes\n',
    ...operations,
    '## Shapes\n',
    ...shapes
  ]
    .join('\n')
    .replace(/\n+$/, '\n')
}

function section(title: string, { summary, description, parameters = [], requestBody, responses }: Operation): string {
  const parts = [`### ${title}\n`, `${summary}.${description === undefined ? '' : ` ${description}`}\n`]
  if (parameters.length > 0) {
    const rows = parameters.map(
      ({ name, in: place, description: about, schema }) => `| \`${name}\` | ${place} | ${range(schema)} | ${about} |\n`
    )
    parts.push(`| parameter | in | type | meaning |\n| --- | --- | --- | --- |\n${rows.join('')}`)
  }
  if (requestBody !== undefined) {
    const rows = Object.entries(requestBody.content).map(
      ([type, { schema }]) => `| \`${type}\` | ${String(schema['description'])} |\n`
    )
    parts.push(`| body | meaning |\n| --- | --- |\n${rows.join('')}`)
  }
  const answers = Object.entries(responses).filter(([status]) => status !== 'default')
  const rows = answers.map(
    ([status, { description: about, content }]) => `| ${status} | ${about}${contentOf(content)} |\n`
  )
  parts.push(`| answer | meaning |\n| --- | --- |\n${rows.join('')}`)
  return parts.join('\n')
}

function range({ type, minimum, maximum }: Parameter['schema']): string {
  return `${type}${minimum === undefined ? '' : ` from ${minimum}`}${maximum === undefined ? '' : ` to ${maximum}`}`
}

function contentOf(content: Operation['responses'][string]['content']): string {
  return Object.entries(content ?? {})
    .filter(([type]) => type !== 'application/problem+json')
    .map(([type, { schema }]) => {
      const names = [...JSON.stringify(schema).matchAll(/schemas\/(\w+)/g)].map(
        ([, name]) => `[${name}](#${String(name).toLowerCase()})`
      )
      return `${type === 'application/json' ? '' : ` \`${type}\``}${names.length === 0 ? '' : ` ${names.join(', ')}`}`
    })
    .join('')
}

function shape(name: string, schema: Json): string {
  return `### ${name}\n\n\`\`\`\n${typeText(schema, '')}\n\`\`\`\n`
}

/** A schema as one would write the type down. */
function typeText(schema: Json, indent: string): string {
  const {
    $ref,
    enum: values,
    anyOf,
    items,
    properties,
    additionalProperties,
    type
  } = schema as Readonly<Record<string, never>>
  if ($ref !== undefined) return String($ref).replace(/.*\//, '')
  if (values !== undefined) return (values as readonly string[]).map((value) => `'${value}'`).join(' | ')
  if (anyOf !== undefined) return (anyOf as readonly Json[]).map((one) => typeText(one, indent)).join(' | ')
  if (items !== undefined) return `list of ${typeText(items, indent)}`
  if (additionalProperties !== undefined) return `map of ${typeText(additionalProperties, indent)}`
  if (properties === undefined) return type === undefined ? 'anything' : String(type)
  const required: readonly string[] = schema['required'] as readonly string[]
  const lines = Object.entries(properties as Readonly<Record<string, Json>>).map(([name, inner]) => {
    const about = typeof inner['description'] === 'string' ? `    # ${inner['description']}` : ''
    return `${indent}  ${name}${required.includes(name) ? '' : '?'}: ${typeText(inner, `${indent}  `)}${about}\n`
  })
  return `{\n${lines.join('')}${indent}}`
}
