// Parts of the published schema by path.
import { canonicalType, type Schema } from '../document/generate/schema.ts'
import { parsePath } from '../document/path.ts'
import type { Path } from '../document/shape.ts'

const prefix = '#/$defs/'

/** A schema with what its reference names; what stands beside the reference wins. A null beside it is left out. */
export function resolved(schema: Schema, top: Schema): Schema {
  const { $ref, anyOf, ...beside } = schema
  const [only, ...others] = anyOf?.filter(({ type }) => type !== 'null') ?? []
  if (only?.$ref !== undefined && others.length === 0) return { ...resolved(only, top), ...beside }
  return $ref === undefined ? schema : { ...resolved(top.$defs?.[$ref.slice(prefix.length)] ?? {}, top), ...beside }
}

/** The schema of a path, or undefined where the document has no such key. */
export function partAt(top: Schema, path: Path): Schema | undefined {
  return path.reduce<Schema | undefined>(
    (schema, key) => (schema === undefined ? undefined : step(schema, key, top)),
    top
  )
}

/** The path a person means: elements of lists need no number, `write_files.path` is the path of any. */
export function pathIn(top: Schema, key: string): Path {
  return parsePath(key).reduce<Path>((path, word) => {
    const part = partAt(top, path)
    const list = part !== undefined && typeof word === 'string' && canonicalType(resolved(part, top).type) === 'array'
    return list ? [...path, 0, word] : [...path, word]
  }, [])
}

function step(schema: Schema, key: string | number, top: Schema): Schema | undefined {
  const { properties, additionalProperties: rest, items, anyOf } = resolved(schema, top)
  if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key]
  if (typeof rest === 'object') return rest
  if (typeof key === 'number' && items !== undefined) return items
  return anyOf?.map((one) => step(one, key, top)).find((found) => found !== undefined)
}

/** The part as a schema of its own, with the definitions it refers to. */
export function standalone(part: Schema, top: Schema): Schema {
  const needed = new Map<string, Schema>()
  const collect = (schema: Schema): void => {
    for (const [, name = ''] of JSON.stringify(schema).matchAll(/"#\/\$defs\/(\w+)"/g)) {
      const definition = top.$defs?.[name]
      if (definition === undefined || needed.has(name)) continue
      needed.set(name, definition)
      collect(definition)
    }
  }
  collect(part)
  const { $schema } = top as { readonly $schema?: string } // a schema says which dialect it is
  return { $schema, ...part, ...(needed.size === 0 ? {} : { $defs: Object.fromEntries(needed) }) } as Schema
}

/** The keys right below a schema; `NAME` where people choose them. */
export function keysBelow(schema: Schema, top: Schema): readonly (readonly [string, Schema])[] {
  const { properties = {}, additionalProperties: rest, items, anyOf } = resolved(schema, top)
  const own = Object.entries(properties)
  if (typeof rest === 'object') own.push(['NAME', rest])
  if (own.length === 0 && items !== undefined) return keysBelow(items, top)
  return own.length > 0 || anyOf === undefined ? own : anyOf.flatMap((one) => keysBelow(one, top))
}

/** Every path of the schema, `NAME` where people choose the key. */
export function* everyPath(schema: Schema, top: Schema, path: readonly string[] = []): Generator<readonly string[]> {
  for (const [key, child] of keysBelow(schema, top)) {
    yield [...path, key]
    yield* everyPath(child, top, [...path, key])
  }
}

/** Of a description, without its full stop. */
export function firstSentence(text: string): string {
  return /^.*?[.:;](?= |$)/.exec(text)?.[0].replace(/[.:;]$/, '') ?? text
}
