// What is known of a key: from the schema its documentation, from the shape what a change of it needs.
import { canonicalType, type Schema } from '../document/generate/schema.ts'
import { showPath } from '../document/path.ts'
import { type Path, spot } from '../document/shape.ts'
import { columns } from './columns.ts'
import { firstSentence, keysBelow, partAt, resolved } from './schema-part.ts'

export interface Explanation {
  readonly key: string
  readonly type: string
  readonly description: string
  readonly default?: unknown
  readonly among?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly example?: unknown
  /** `live`, `restart NAME`, `reboot`. */
  readonly applies: string
  readonly acted: boolean
  /** Why it has no effect; empty where it has one. */
  readonly inert: string
  readonly secret: boolean
  readonly keys: readonly { readonly key: string; readonly type: string; readonly about: string }[]
}

const any = '<any>'

/** Null where the document has no such key. */
export function explain(top: Schema, path: Path): Explanation | null {
  const part = partAt(top, path)
  // A name nobody has, so that `restart NAME` of services stays that.
  const found = spot(path.map((key) => (key === 'NAME' ? any : key)))
  if (part === undefined || found === null) return null
  const schema = resolved(part, top)
  const { minimum, maximum, examples } = schema
  return {
    key: showPath(path),
    type: typeOf(part, top),
    description: schema.description ?? '',
    ...(schema.default === undefined ? {} : { default: schema.default }),
    ...(schema.enum === undefined ? {} : { among: schema.enum.filter((word) => word !== null) }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(examples === undefined ? {} : { example: examples[0] }),
    applies: found.applies.replace(any, 'NAME'),
    acted: !found.later && found.inert === '',
    inert: found.inert,
    secret: found.secret,
    keys: keysBelow(schema, top).map(([key, child]) => ({
      key,
      type: typeOf(child, top),
      about: firstSentence(resolved(child, top).description ?? '')
    }))
  }
}

function typeOf(schema: Schema, top: Schema): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace('#/$defs/', '')
    return top.$defs?.[name]?.properties === undefined ? typeOf(resolved(schema, top), top) : name
  }
  if (schema.anyOf !== undefined)
    return [...new Set(schema.anyOf.filter(({ type }) => type !== 'null').map((one) => typeOf(one, top)))].join(' or ')
  const type = canonicalType(schema.type) ?? 'anything'
  if (type === 'array') {
    const of = schema.items === undefined ? 'anything' : typeOf(schema.items, top)
    return `list of ${of.includes(' or ') ? `(${of})` : of}`
  }
  if (type !== 'object') return type
  return typeof schema.additionalProperties === 'object' ? `map of ${typeOf(schema.additionalProperties, top)}` : 'map'
}

/** As `ros config explain` prints it; `width` as for columns. */
export function explanationText(found: Explanation, width = 0): string {
  const { key, type, description, keys } = found
  const facts = factsOf(found).map(([name, value]) => `${`${name}:`.padEnd(9)} ${value}\n`)
  const parts = [`${key === '' ? 'the document' : key}: ${type}\n`]
  if (description !== '') parts.push(`${description}\n`)
  parts.push(facts.join(''))
  const rows = keys.map((one) => [one.key, one.type, one.about])
  if (rows.length > 0) parts.push(columns(['KEY', 'TYPE', 'MEANING'], rows, width))
  return parts.join('\n')
}

function factsOf(found: Explanation): readonly (readonly [string, string])[] {
  const { among, minimum, maximum, example, applies, acted, inert, secret } = found
  const range = [
    ...(minimum === undefined ? [] : [`from ${minimum}`]),
    ...(maximum === undefined ? [] : [`to ${maximum}`])
  ]
  return [
    ...(found.default === undefined ? [] : [['default', show(found.default)] as const]),
    ...(among === undefined ? [] : [['allowed', among.map(show).join(', ')] as const]),
    ...(range.length === 0 ? [] : [['allowed', range.join(' ')] as const]),
    ...(example === undefined ? [] : [['example', show(example)] as const]),
    ...(acted ? [['change', needs(applies)] as const] : []),
    ...(acted ? [] : [['effect', inert === '' ? 'none yet: nothing acts on it' : `none: ${inert}`] as const]),
    ...(secret ? [['secret', 'never shown'] as const] : [])
  ]
}

function needs(applies: string): string {
  if (applies === 'live') return 'takes effect at once'
  return applies === 'reboot' ? 'waits for a reboot' : applies.replace(/^restart/, 'restarts')
}

function show(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value.trimEnd() : JSON.stringify(value)
}
