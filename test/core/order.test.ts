import fc from 'fast-check'
import t from 'tap'
import { execute } from '../../src/agent/execute.ts'
import type { Action, Verb } from '../../src/core/action.ts'
import { inOrder } from '../../src/core/order.ts'
import { plan, type World } from '../../src/core/plan.ts'
import type { Key, Owned } from '../../src/core/resource.ts'
import { modelKind, registry, spec, want, wantMap } from '../support/model.ts'

const kinds = registry(modelKind(new Map()))
const action = (
  name: string,
  after: readonly string[],
  behind: readonly string[] = [],
  verb: Verb = 'create'
): Action => ({
  id: name,
  key: `image/${name}`,
  verb,
  why: '',
  place: '',
  from: null,
  to: spec('1'),
  owned: null,
  needs: [],
  after,
  behind
})

/** The same by its definition: again and again all that nothing holds up, in the order given. */
function slowly(actions: readonly Action[]): readonly string[] {
  const done: string[] = []
  let left = [...actions]
  const open = (ids: readonly string[]) => ids.some((id) => left.some((other) => other.id === id))
  while (left.length > 0) {
    const hard = left.filter(({ after }) => !open(after))
    const free = hard.filter(({ behind }) => !open(behind))
    const round = free.length > 0 ? free : hard.slice(0, 1)
    done.push(...round.map(({ id }) => id))
    left = left.filter((one) => !round.includes(one))
  }
  return done
}

t.test('the order is that of the definition, on any graph', async (t) => {
  const graphs = fc.array(fc.tuple(fc.nat({ max: 2 ** 16 - 1 }), fc.nat({ max: 2 ** 16 - 1 })), { maxLength: 16 })
  let edges = 0
  fc.assert(
    fc.property(graphs, fc.nat(), (rows, turn) => {
      const name = (at: number) => `n${(at + turn) % 16}`
      const actions = rows.map(([hard, soft], at) => {
        const earlier = rows.flatMap((_, other) => (other < at && (hard >> other) % 4 === 0 ? [name(other)] : []))
        // Soft edges lead anywhere, also in circles.
        const any = rows.flatMap((_, other) => (other !== at && (soft >> other) % 8 === 0 ? [name(other)] : []))
        edges += earlier.length + any.length
        return action(name(at), earlier, any)
      })
      const given = actions.toSorted((a, b) => (a.id < b.id ? -1 : 1))
      const found = inOrder(given).map(({ id }) => id)
      return JSON.stringify(found) === JSON.stringify(slowly(given))
    }),
    { numRuns: 3_000 }
  )
  t.ok(edges > 10_000, `${edges} edges`)
})

t.test('only deletions may need each other in a circle', async (t) => {
  t.throws(() => inOrder([action('a', ['b']), action('b', ['a'])]), /in a circle: a, b/)
  const gone = inOrder([action('a', ['b'], [], 'delete'), action('b', ['a'], [], 'delete')])
  t.same(
    gone.map(({ id, after }) => [id, after]),
    [
      ['a', []],
      ['b', ['a']]
    ]
  )
})

const name = (at: number) => `n${String(at).padStart(5, '0')}`
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at)
const entry = (at: number, needs: readonly Key[] = []): Owned<'image'> => ({
  key: `image/${name(at)}`,
  spec: spec('1'),
  before: null,
  needs
})
const worldOf = (wants: World['wants'], owned: readonly Owned[]): World => ({
  wants,
  seen: new Map(owned.map(({ key }) => [key, { id: '1' }])),
  owned: new Map(owned.map((one) => [one.key, one]))
})

const SHAPES: Readonly<Record<string, (count: number) => World>> = {
  'all independent': (count) => worldOf(wantMap(...upTo(count).map((at) => want(name(at), '1'))), []),
  'a chain': (count) =>
    worldOf(wantMap(...upTo(count).map((at) => want(name(at), '1', at === 0 ? [] : [name(at - 1)]))), []),
  'a star': (count) => worldOf(wantMap(...upTo(count).map((at) => want(name(at), '1', at === 0 ? [] : [name(0)]))), []),
  'all leave': (count) =>
    worldOf(
      new Map(),
      upTo(count).map((at) => entry(at, at === 0 ? [] : [`image/${name(at - 1)}`]))
    ),
  'half leave, half come': (count) =>
    worldOf(
      wantMap(...upTo(count / 2).map((at) => want(`x${name(at)}`, '1'))),
      upTo(count / 2).map((at) => entry(at))
    )
}

/** Milliseconds of the processor for one run, the least of some: what else the machine does makes none of it. */
async function least(work: () => void | Promise<void>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 7; round += 1) {
    const began = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(began)
    times.push((user + system) / 1_000)
  }
  return Math.min(...times)
}

for (const [shape, make] of Object.entries(SHAPES)) {
  t.test(`twice as many take twice as long: ${shape}`, async (t) => {
    const [plans, runs]: [number[], number[]] = [[], []]
    for (const count of [250, 500, 1_000, 2_000]) {
      const world = make(count)
      const { actions } = plan(kinds, world)
      t.equal(actions.length, count)
      plans.push(await least(() => void plan(kinds, world)))
      let ended = 0
      const options = () => ({
        act: async () => {},
        settled: async () => true as const,
        onStart: () => {},
        onEnd: () => void (ended += 1),
        signal: new AbortController().signal,
        patience: 60_000
      })
      runs.push(await least(() => execute(kinds, actions, options())))
      t.equal(ended, 7 * count)
    }
    for (const [what, times] of [
      ['plan', plans],
      ['execute', runs]
    ] as const) {
      t.comment(`${shape}: ${what}: ${times.map((ms) => ms.toFixed(1)).join(', ')} ms`)
      // Eight times as many; by their square it would be sixty-four times as long.
      t.ok((times[3] ?? 0) / (times[0] ?? 1) < 27, `${what}: each doubling less than three times as long`)
    }
  })
}
