import t from 'tap'
import { look, withLenses } from '../../src/agent/look.ts'
import type { Key, Kind } from '../../src/core/resource.ts'
import type { Host } from '../../src/host/ports.ts'
import { kinds } from '../../src/kinds/index.ts'
import { away } from '../support/away.ts'

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

t.test('an engine that comes up or goes while it is looked at has not lost what it holds', async (t) => {
  for (const [what, answers, tells, seen, unknown] of [
    ['it came up', null, true, [], []],
    ['it is there', '26', true, ['container/user/web', 'engine/user', 'image/user/a:1'], []],
    ['it went', '26', false, ['engine/user'], ['container', 'image']],
    ['it is away', null, false, [], []]
  ] as const) {
    let asked = 0
    // As the real one: those who ask in the same turn share one ping.
    let pinging: Promise<string | null> | null = null
    const told = async <T>(value: T): Promise<T> => {
      if (tells) return value
      throw new Error('connect ECONNREFUSED')
    }
    const user = {
      ping: () => {
        pinging ??= new Promise((resolve) =>
          setImmediate(() => {
            asked += 1
            pinging = null
            resolve(answers)
          })
        )
        return pinging
      },
      silentFor: () => 0,
      images: () => told(new Map([['a:1', 'sha256:1']])),
      containers: () =>
        told([{ id: '1', name: 'web', state: 'running', labels: { 'io.rancher.os.key': 'container/user/web' } }]),
      definition: async () => ({ config: {}, host: {} })
    }
    const host = { docker: { system: away, user }, files: { list: async () => [] } } as unknown as Host // all they ask for
    const keys: ReadonlySet<Key> = new Set(['container/user/web', 'engine/user', 'image/user/a:1'])
    const dirty = withLenses(kinds, new Set<Kind>(['image', 'container']), keys)
    const view = await look(
      kinds,
      host,
      dirty,
      keys,
      { seen: new Map(), unknown: new Map() },
      AbortSignal.timeout(5_000)
    )
    t.same([...view.seen.keys()].sort(), seen, what)
    t.same([...view.unknown.keys()].sort(), unknown, what)
    t.equal(asked, 1, 'all had the same answer')
  }
})
