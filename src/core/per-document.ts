// What several kinds ask of one document is computed once.
import type { Desired, Facts } from './kind.ts'

/** All that the links of a document depend on. */
export type LinksWanted = Pick<Desired, 'data'> & { readonly facts: Pick<Facts, 'links'> }

/**
 * The same function, which computes once for a document and the links there are. Neither is ever changed: another one takes its place, and
 * what was known of it goes with it.
 */
export function perDocument<T extends object>(compute: (desired: LinksWanted) => T): (desired: LinksWanted) => T {
  const known = new WeakMap<Desired['data'], WeakMap<Facts['links'], T>>()
  return (desired) => {
    const { data, facts } = desired
    const of = known.get(data) ?? new WeakMap<Facts['links'], T>()
    known.set(data, of)
    const found = of.get(facts.links) ?? compute(desired)
    of.set(facts.links, found)
    return found
  }
}
