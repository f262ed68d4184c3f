// A model machine for tests of pure logic: one number or word per thing, and kinds that read and write it.
import { EMPTY } from 'rxjs'
import type { KindDef } from '../../src/core/kind.ts'
import type { Registry } from '../../src/core/plan.ts'
import type { Key, Spec, Want } from '../../src/core/resource.ts'

export type Machine = Map<string, string>

/** A image-like kind over `machine`: restores what stood before, fails where `fails` says so. */
export function modelKind(machine: Machine, fails: (key: string) => string | null = () => null): KindDef<'image'> {
  return {
    kind: 'image',
    resync: 1e9,
    width: 4,
    *want() {},
    judge(want, seen, owned) {
      if (want === null) {
        if (owned === null) return null
        const before = owned.before?.id ?? null
        return (seen?.id ?? null) === before ? null : { verb: 'delete', why: 'no longer wanted' }
      }
      if (seen === null) return { verb: 'create', why: 'not there' }
      return seen.id === want.spec.id ? null : { verb: 'update', why: `${seen.id} -> ${want.spec.id}` }
    },
    watch: () => EMPTY,
    async observe(_host, keys) {
      return new Map(
        keys.flatMap((key) => {
          const value = machine.get(key)
          return value === undefined ? [] : [[key, { id: value }] as const]
        })
      )
    },
    async act(_host, action) {
      const failure = fails(action.key)
      if (failure !== null) throw new Error(failure)
      const value = action.to === null ? action.owned?.before?.id : action.to.id
      if (value === undefined || value === null) machine.delete(action.key)
      else machine.set(action.key, value)
    }
  }
}

export function registry(...defs: readonly KindDef<'image'>[]): Registry {
  return new Map(defs.map((def) => [def.kind, def as never])) // one kind stands for all
}

export function want(name: string, value: string, needs: readonly string[] = []): Want<'image'> {
  return {
    key: `image/${name}`,
    spec: spec(value),
    needs: needs.map((need): Key => `image/${need}`),
    from: `doc.yml:1:1 ${name}`
  }
}

/** A spec with one word in it. */
export function spec(id: string): Spec<'image'> {
  return { scope: 'user', ref: '', id }
}

export function wantMap(...wants: readonly Want<'image'>[]): ReadonlyMap<Key, Want> {
  return new Map(wants.map((one) => [one.key, one]))
}
