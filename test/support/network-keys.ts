// The keys below rancher.network, as the schema has them.
import { readFileSync } from 'node:fs'
import { LINK_KINDS } from '../../src/core/link-kinds.ts'
import type { Schema } from '../../src/document/generate/schema.ts'

const schema: Schema = JSON.parse(
  readFileSync(new URL('../../schemas/cloud-config.schema.json', import.meta.url), 'utf8')
)

/**
 * Names of those that hold a value: of an interface as they are (`bridge_opts.stp`), others with `/` in front (`/rules.from`); of lists and
 * maps what is in them. `bond_opts` takes any word: those it knows.
 */
export const NETWORK_KEYS: ReadonlySet<string> = new Set(
  leaves(schema.properties?.['rancher']?.properties?.['network'] ?? {}, '/').flatMap((name) =>
    name === 'bond_opts' ? (LINK_KINDS['bond'] ?? []).map(({ word }) => `bond_opts.${word}`) : [name]
  )
)

/** Whether `rancher.network` says something of a key, of whatever interface. */
export function says(network: object, name: string): boolean {
  const path = name.startsWith('/') ? name.slice(1) : `interfaces.${name}`
  return holds(network, path.split('.'))
}

function leaves(given: Schema, name: string): readonly string[] {
  const { $ref: ref } = given
  const one = ref === undefined ? given : { ...schema.$defs?.[ref.replace('#/$defs/', '')], ...given }
  const inner = [
    ...Object.entries(one.properties ?? {}).flatMap(([key, child]) => leaves(child, joined(name, key))),
    ...(typeof one.additionalProperties === 'object' ? parts(one.additionalProperties, name) : []),
    ...(one.items === undefined ? [] : parts(one.items, name)),
    ...(one.anyOf ?? []).flatMap((way) => parts(way, name))
  ]
  return inner.length > 0 ? inner : [name]
}

/** Those of a part that has no name of its own. */
function parts(given: Schema, name: string): readonly string[] {
  return leaves(given, name === '/interfaces' ? '' : name)
}

function joined(name: string, key: string): string {
  return name === '' || name === '/' ? `${name}${key}` : `${name}.${key}`
}

function holds(value: unknown, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return value !== undefined
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some((one) => holds(one, [first, ...rest]))
  const held = value as Readonly<Record<string, unknown>> // an object, as looked at above
  if (first in held) return holds(held[first], rest)
  // Of a map, such as `interfaces`, each of what it holds.
  return Object.values(held).some((one) => holds(one, [first, ...rest]))
}
