// A model machine for tests of pure logic: one number or word per thing, and kinds that read and write it.
import { EMPTY } from 'rxjs'
import type { KindDef } from '../../src/core/kind.ts'
import type { Registry } from '../../src/core/plan.ts'
import type { Key, Want } from '../../src/core/resource.ts'

export type Machine = Map<string, string>

/** A sysctl-like kind over `machine`: restores what stood before, fails where `fails` says so. */
export function modelKind(machine: Machine, fails: (key: string) => string | null = () => null): KindDef<'sysctl'> {
  return {
    kind: 'sysctl',
    resync: 1e9,
    width: 4,
    *want() {},
    judge(want, seen, owned) {
      if (want === null) {
        if (owned === null) return null
        const before = owned.before?.value ?? null
        return (seen?.value ?? null) === before ? null : { verb: 'delete', why: 'no longer wanted' }
      }
      if (seen === null) return { verb: 'create', why: 'not there' }
      return seen.value === want.spec.value ? null : { verb: 'update', why: `${seen.value} -> ${want.spec.value}` }
    },
    watch: () => EMPTY,
    async observe(_host, keys) {
      return new Map(
        keys.flatMap((key) => {
          const value = machine.get(key)
          return value === undefined ? [] : [[key, { value }] as const]
        })
      )
    },
    async act(_host, action) {
      const failure = fails(action.key)
      if (failure !== null) throw new Error(failure)
      const value = action.to === null ? action.owned?.before?.value : action.to.value
      if (value === undefined) machine.delete(action.key)
      else machine.set(action.key, value)
    }
  }
}

export function registry(...defs: readonly KindDef<'sysctl'>[]): Registry {
  return new Map(defs.map((def) => [def.kind, def as never])) // one kind stands for all
}

export function want(name: string, value: string, needs: readonly string[] = []): Want<'sysctl'> {
  return {
    key: `sysctl/${name}`,
    spec: { value },
    needs: needs.map((need): Key => `sysctl/${need}`),
    from: `doc.yml:1:1 ${name}`
  }
}

export function wantMap(...wants: readonly Want<'sysctl'>[]): ReadonlyMap<Key, Want> {
  return new Map(wants.map((one) => [one.key, one]))
}
