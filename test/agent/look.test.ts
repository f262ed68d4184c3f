import t from 'tap'
import { look, withLenses } from '../../src/agent/look.ts'
import type { KindDef } from '../../src/core/kind.ts'
import type { Registry } from '../../src/core/plan.ts'
import type { Key, Kind } from '../../src/core/resource.ts'
import type { Host } from '../../src/host/ports.ts'
import { kinds } from '../../src/kinds/index.ts'
import { modelKind } from '../support/model.ts'

t.test('what is seen through another is looked at together with it', async (t) => {
  const keys: ReadonlySet<Key> = new Set([
    'container/user/web',
    'image/user/a:1',
    'sysctl/vm.swappiness',
    'engine/user'
  ])
  for (const [looked, all] of [
    [['container'], ['container', 'engine']],
    [['image'], ['image', 'engine']],
    [['sysctl'], ['sysctl']],
    [['engine'], ['engine']],
    [
      ['sysctl', 'container', 'engine'],
      ['sysctl', 'container', 'engine']
    ],
    [['mount'], ['mount']]
  ] as const)
    t.same([...withLenses(kinds, new Set<Kind>(looked), keys)], all, looked.join(' '))
  t.same([...withLenses(kinds, new Set<Kind>(['container']), new Set())], ['container'], 'nothing is asked of it')
})

t.test(
  'what is seen through a lens is looked at after it: an engine that comes up meanwhile has not lost its images',
  async (t) => {
    let up = false
    const engine = {
      ...modelKind(new Map()),
      async observe() {
        const seen = up
        await new Promise((resolve) => setImmediate(resolve))
        up = true // it comes up while it is looked at
        return seen ? new Map([['engine/user', { version: '1' }]]) : new Map()
      }
    }
    const image = {
      ...modelKind(new Map()),
      lens: () => 'engine/user',
      observe: async () => (up ? new Map([['image/a', { id: '1' }]]) : new Map())
    }
    const two: Registry = new Map([
      ['image', image as unknown as KindDef],
      ['engine', engine as unknown as KindDef]
    ]) // stand-ins for the real ones
    const none = { seen: new Map(), unknown: new Map() }
    const host = {} as Host // neither asks it for anything
    const view = await look(two, host, new Set(['image', 'engine']), new Set(), none, AbortSignal.timeout(5_000))
    t.same(
      [...view.seen.keys()],
      ['image/a'],
      'an engine that is away with its images there, never the other way round'
    )
  }
)
