import type { Facts } from '../../../src/core/kind.ts'
import { plan } from '../../../src/core/plan.ts'
import type { Key, Want } from '../../../src/core/resource.ts'
import { type Document, placeOf } from '../../../src/document/document.ts'
import { kinds } from '../../../src/kinds/index.ts'

const facts: Facts = {
  links: [
    { name: 'eth0', mac: '52:54:00:12:34:56', kind: '' },
    { name: 'eth1', mac: '52:54:00:12:34:57', kind: '' },
    { name: 'docker0', mac: '02:42:00:00:00:01', kind: 'bridge' }
  ],
  version: '1',
  kernel: '6.12',
  namespaces: false,
  stopped: [],
  shipped: { 'rosd/os-console:1': 'sha256:1' }
}

/**
 * Everything a document wants, planned for a machine where nothing is yet.
 * @throws if a kind throws, wants what is not its own or one thing in two ways, or if needs go in a circle
 */
export function wanted(document: Document): ReadonlyMap<Key, Want> {
  const wants = new Map<Key, Want>()
  const from = (path: readonly (string | number)[]): string => placeOf(document, path.map(String))
  for (const kind of kinds.values()) {
    for (const want of kind.want({ data: document.data, facts, from })) {
      if (!want.key.startsWith(`${kind.kind}/`)) throw new Error(`${kind.kind} wants ${want.key}`)
      const before = wants.get(want.key)
      if (before !== undefined && JSON.stringify(before.spec) !== JSON.stringify(want.spec))
        throw new Error(`${want.key} is wanted in two ways`)
      wants.set(want.key, want)
    }
  }
  noCircle(wants)
  plan(kinds, { wants, seen: new Map(), owned: new Map() })
  return wants
}

function noCircle(wants: ReadonlyMap<Key, Want>): void {
  const done = new Set<Key>()
  const follow = (key: Key, above: readonly Key[]): void => {
    if (above.includes(key)) throw new Error(`needs go in a circle: ${[...above, key].join(' ')}`)
    if (done.has(key)) return
    for (const need of wants.get(key)?.needs ?? []) follow(need, [...above, key])
    done.add(key)
  }
  for (const key of wants.keys()) follow(key, [])
}
