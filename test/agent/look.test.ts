import t from 'tap'
import { withLenses } from '../../src/agent/look.ts'
import type { Key, Kind } from '../../src/core/resource.ts'
import { kinds } from '../../src/kinds/index.ts'

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
