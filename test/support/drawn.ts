// How things of networks are drawn at random.
import fc, { type Arbitrary } from 'fast-check'

export type Keys = Readonly<Record<string, Arbitrary<unknown>>>

export const one = fc.constantFrom
export const flag = fc.boolean()
export const number = (min: number, max: number) => fc.integer({ min, max })
export const list = (item: Arbitrary<unknown>) => fc.array(item, { minLength: 1, maxLength: 2 })

/** Each of the keys, or not. */
export function some(keys: Keys): Arbitrary<object> {
  return fc.record(keys, { requiredKeys: [] })
}

/** At most `most` of the keys: all that are drawn together are seldom accepted. */
export function few(keys: Keys, most: number): Arbitrary<object> {
  return fc
    .uniqueArray(one(...Object.keys(keys)), { maxLength: most })
    .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, keys[name] ?? fc.constant(null)]))))
}

/** Of a link, few of them, so that links meet. */
export const name = one('eth0', 'eth1', 'a', 'b', 'c', 'eth0.5')
