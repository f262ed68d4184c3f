import t from 'tap'
import { plan, type World } from '../../src/core/plan.ts'
import type { Key, Want } from '../../src/core/resource.ts'
import { modelKind, registry, want, wantMap } from '../support/model.ts'

/** An image whose `ready` says why not, in its own name. */
const kinds = registry({
  ...modelKind(new Map()),
  ready: ({ key }, seen) => (key.includes('slow') ? (seen === null ? 'absent' : 'starts') : true)
})
const key = (name: string): Key => `image/${name}`
const after = (name: string, ...names: readonly string[]): Want<'image'> => ({
  ...want(name, '1'),
  follows: names.map(key)
})

t.test('what follows comes after others whatever becomes of them', (t) => {
  const there = { id: '1' }
  const cases: readonly (readonly [string, readonly Want<'image'>[], Partial<World>, readonly string[]])[] = [
    ['what is settled', [want('a', '1'), after('z', 'a')], { seen: new Map([[key('a'), there]]) }, ['z <']],
    ['what is about to be done', [want('a', '1'), after('z', 'a')], {}, ['a <', 'z < a']],
    ['what needs it', [want('a', '1'), want('b', '1', ['a']), after('z', 'a')], {}, ['a <', 'b <', 'z < a b']],
    ['what still runs', [want('a', '1'), after('z', 'a')], { held: new Map([[key('a'), 'runs']]) }, ['z . a']],
    [
      'what has failed',
      [want('a', '1'), after('z', 'a')],
      { held: new Map([[key('a'), 'no disk']]), resting: new Set([key('a')]) },
      ['z <']
    ],
    [
      'what waits for something that runs',
      [want('a', '1'), want('b', '1', ['a']), after('z', 'b')],
      { held: new Map([[key('a'), 'runs']]) },
      ['z . b']
    ],
    [
      'what waits for something that has failed',
      [want('a', '1'), want('b', '1', ['a']), after('z', 'b')],
      { held: new Map([[key('a'), 'no disk']]), resting: new Set([key('a')]) },
      ['z <']
    ],
    [
      'what waits for something that starts',
      [want('slow', '1'), want('b', '1', ['slow']), after('z', 'b')],
      { seen: new Map([[key('slow'), there]]) },
      ['z . b']
    ],
    ['what waits for something nobody makes', [want('b', '1', ['a']), after('z', 'b')], {}, ['z <']],
    [
      'another follower that waits',
      [want('a', '1'), after('y', 'a'), after('x', 'y')],
      { held: new Map([[key('a'), 'runs']]) },
      ['y . a', 'x . y']
    ]
  ]
  for (const [name, wants, world, expected] of cases) {
    const { actions, waiting } = plan(kinds, { wants: wantMap(...wants), seen: new Map(), owned: new Map(), ...world })
    const short = (id: string) => id.replace(/^.*\//, '')
    const followers = new Set(wants.filter(({ follows }) => follows !== undefined).map((one) => one.key as Key))
    const lines = [
      ...actions.map(({ key: own, behind }) => `${short(own)} < ${behind.map(short).join(' ')}`.trim()),
      ...waiting.filter((one) => followers.has(one.key)).map(({ key: own, on }) => `${short(own)} . ${short(on)}`)
    ]
    t.strictSame(lines, expected, name)
  }
  t.end()
})
