import t from 'tap'
import { plan, showPlan, type World } from '../../src/core/plan.ts'
import type { Key, Owned, Want } from '../../src/core/resource.ts'
import { type Machine, modelKind, registry, spec, want, wantMap } from '../support/model.ts'

const machine: Machine = new Map()
const kinds = registry(modelKind(machine))
const world = (
  wants: ReadonlyMap<Key, Want>,
  seen: Record<string, string> = {},
  owned: readonly Owned[] = []
): World => ({
  wants,
  seen: new Map(Object.entries(seen).map(([name, value]) => [`image/${name}`, { id: value }])),
  owned: new Map(owned.map((entry) => [entry.key, entry]))
})
const owned = (name: string, before: string | null, needs: readonly string[] = []): Owned<'image'> => ({
  key: `image/${name}`,
  spec: spec('x'),
  before: before === null ? null : { id: before },
  needs: needs.map((need): Key => `image/${need}`)
})
const text = (w: World) => showPlan(plan(kinds, w).actions)

t.test('what is as wanted gets no action, what is not gets one that says why and where', async (t) => {
  t.equal(text(world(wantMap(want('a', '1')), { a: '1' })), '')
  t.equal(text(world(wantMap(want('a', '1')), { a: '0' })), '~ image a: 0 -> 1  (doc.yml:1:1 a)\n')
  t.equal(text(world(wantMap(want('a', '1')))), '+ image a: not there  (doc.yml:1:1 a)\n')
})

t.test('needs come first, whatever the names', async (t) => {
  const actions = plan(kinds, world(wantMap(want('a', '1', ['b']), want('b', '1', ['c']), want('c', '1')))).actions
  t.same(
    actions.map((action) => action.key),
    ['image/c', 'image/b', 'image/a']
  )
  t.same(actions[2]?.after, ['create image/b'])
})

t.test('a need that has nothing to do passes on what it waits for itself', async (t) => {
  const wants = wantMap(want('a', '1', ['b']), want('b', '1', ['c']), want('c', '2'))
  const actions = plan(kinds, world(wants, { b: '1', c: '1' })).actions
  t.same(
    actions.map(({ id, after }) => [id, after]),
    [
      ['update image/c', []],
      ['create image/a', ['update image/c']]
    ]
  )
})

t.test('only what we own is pruned', async (t) => {
  t.equal(text(world(new Map(), { a: '1', b: '1' }, [owned('a', '0')])), '- image a: no longer wanted\n')
})

t.test('deletions run the recorded needs backwards', async (t) => {
  const actions = plan(kinds, world(new Map(), { a: '1', b: '1' }, [owned('a', null), owned('b', null, ['a'])])).actions
  t.same(
    actions.map((action) => action.id),
    ['delete image/b', 'delete image/a']
  )
})

t.test('what goes leaves before what it was reached through', async (t) => {
  const hung = [owned('a', null, ['b']), owned('b', '1', ['c']), owned('c', null)]
  const gone = plan(kinds, world(new Map(), { a: '1', b: '1', c: '1' }, hung)).actions
  t.same(
    gone.map(({ id, after }) => [id, after]),
    [
      ['delete image/a', []],
      ['delete image/c', ['delete image/a']]
    ]
  )
})

t.test('needs that were recorded by documents which contradict each other stop nothing', async (t) => {
  const seen = { a: '1', b: '1', c: '1' }
  const hung = [owned('a', null, ['b']), owned('b', null, ['a']), owned('c', null, ['a'])]
  t.same(
    plan(kinds, world(new Map(), seen, hung)).actions.map(({ id, after }) => [id, after]),
    [
      ['delete image/c', []],
      ['delete image/a', ['delete image/c']],
      ['delete image/b', ['delete image/a']]
    ]
  )
})

t.test('something new waits until the old one has left its place', async (t) => {
  const [first, second] = plan(kinds, world(wantMap(want('new', '1')), { old: '1' }, [owned('old', null)])).actions
  t.equal(first?.id, 'delete image/old')
  t.same(second?.behind, ['delete image/old'])
})

t.test(
  'a replacement that frees what is deleted goes before the deletion, although names are freed by deletions',
  async (t) => {
    const w = world(wantMap(want('a', '1'), want('c', '2', ['a'])), { b: '1', c: '1' }, [
      owned('b', null),
      owned('c', null, ['b'])
    ])
    t.same(
      plan(kinds, w).actions.map((action) => action.id),
      ['create image/a', 'update image/c', 'delete image/b']
    )
  }
)

t.test('an unmet need blocks with the reason, and what hangs on it as well', async (t) => {
  const result = plan(kinds, world(wantMap(want('a', '1', ['b']), want('b', '1', ['nowhere']))))
  t.same(result.actions, [])
  t.same(result.waiting.map((wait) => `${wait.key}: ${wait.message}`).sort(), [
    'image/a: waits for image/b, which waits too',
    'image/b: needs image/nowhere, which is not there and not in the document'
  ])
})

t.test('a need that nobody wants and that is already true is satisfied', async (t) => {
  t.equal(text(world(wantMap(want('a', '1', ['there'])), { there: '5' })), '+ image a: not there  (doc.yml:1:1 a)\n')
})

t.test('a resting key waits, and with it what needs it; others go on', async (t) => {
  const held = new Map<Key, string>([['image/b', 'refused']])
  const result = plan(kinds, { ...world(wantMap(want('a', '1', ['b']), want('b', '1'), want('c', '1'))), held })
  t.same(
    result.actions.map((action) => action.id),
    ['create image/c']
  )
  t.match(
    result.waiting.find((wait) => wait.key === 'image/a'),
    { message: 'waits for image/b: refused' }
  )
})

t.test('of a kind that can not be looked at nothing is created and nothing pruned', async (t) => {
  const w = { ...world(wantMap(want('a', '1')), {}, [owned('old', null)]), unknown: new Set(['image'] as const) }
  t.same(plan(kinds, w), { actions: [], waiting: [], left: [] })
})

t.test('what is optional is waited for while it may still come, and not for ever', async (t) => {
  const gate = { until: 'ready', optional: true } as const
  const optional = (name: string, ...needs: readonly string[]) => ({
    ...want(name, '1', needs),
    gates: Object.fromEntries(needs.map((need) => [`image/${need}`, gate]))
  })
  const wants = wantMap(optional('a', 'b'), want('b', '1', ['c']), want('c', '1'))
  const ids = (w: World) => plan(kinds, w).actions.map(({ id }) => id)
  const held = (...names: readonly string[]) => new Map(names.map((name) => [`image/${name}` as Key, 'rests']))
  t.same(ids(world(wants)), ['create image/c', 'create image/b', 'create image/a'])
  t.same(ids({ ...world(wants), held: held('c') }), [], 'it is under way')
  const failed = { ...world(wants), held: held('c'), resting: new Set(held('c').keys()) }
  t.same(ids(failed), ['create image/a'], 'what it needs has failed')
  t.same(ids(world(wantMap(optional('a', 'nowhere')))), ['create image/a'], 'nobody makes it')
})
