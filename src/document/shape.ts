import { root } from './shape.gen.ts'

interface Common {
  /** `live`, `restart SERVICE, …` or `reboot`: see docs/reference.md; inherited from the parent when absent. */
  readonly applies?: string
  /** Validated, and read by nothing yet; a person who sets it is told. */
  readonly later?: true
  /** Why it has no effect and never will: kept so that older documents stay valid. */
  readonly inert?: string
  /** Never shown: keys, passwords, tokens. */
  readonly secret?: true
}

/** What a place of the document may hold, once read. Generated from the schema; small enough to live in the agent. */
export type Shape =
  | (Common & { readonly is: 'string'; readonly among?: readonly string[]; readonly like?: string })
  | (Common & { readonly is: 'integer' | 'boolean' })
  /** `one`: a single value is understood as a list of it. */
  | (Common & { readonly is: 'list'; readonly of: Shape; readonly one?: true })
  /** `keys` are the schema's, `rest` the shape under keys people choose; `names` what those may be;
   *  `pairs`: a list of `key=value` is understood. */
  | (Common & {
      readonly is: 'map'
      readonly keys?: Readonly<Record<string, Shape>>
      readonly rest?: Shape
      readonly pairs?: true
      readonly names?: string
    })
  | (Common & { readonly is: 'any'; readonly of: readonly Shape[] })

export type Path = readonly (string | number)[]

export interface Spot {
  readonly shape: Shape
  readonly applies: string
  readonly later: boolean
  /** Empty where it counts. */
  readonly inert: string
  readonly secret: boolean
}

/** The shape one step further in, or undefined where nothing may be. */
export function step(shape: Shape, key: string | number): Shape | undefined {
  switch (shape.is) {
    case 'map':
      return shape.keys !== undefined && Object.hasOwn(shape.keys, key) ? shape.keys[key] : shape.rest
    case 'list':
      return typeof key === 'number' ? shape.of : undefined
    case 'any':
      return shape.of.map((one) => step(one, key)).find((found) => found !== undefined)
    default:
      return undefined
  }
}

/** What the schema says of a path, or null when it knows no such key. */
export function spot(path: Path): Spot | null {
  let shape: Shape = root
  let applies = root.applies ?? 'live'
  let later: boolean = root.later ?? false
  let inert = root.inert ?? ''
  let secret: boolean = root.secret ?? false
  for (const key of path) {
    const next = step(shape, key)
    if (next === undefined) return null
    shape = next
    // `restart NAME` on a map of services: each means itself.
    applies = next.applies ?? applies.replace('NAME', () => String(key))
    later ||= next.later ?? false
    inert = next.inert ?? inert
    secret ||= next.secret ?? false
  }
  return { shape, applies, later, inert, secret }
}

/** A map with keys of its own, as opposed to one whose keys people choose. */
export function isSection(shape: Shape): boolean {
  return shape.is === 'map' && shape.rest === undefined
}

export { root }
