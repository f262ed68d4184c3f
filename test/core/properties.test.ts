// What must hold of any two documents on any machine, whatever fails, comes by itself or is killed. PROPERTY_RUNS=… for more.
import fc from 'fast-check'
import t from 'tap'
import { showPlan } from '../../src/core/plan.ts'
import type { Key, Want } from '../../src/core/resource.ts'
import {
  type AgentOptions,
  type Choices,
  Killed,
  KINDS,
  modelAgent,
  newFiles,
  type Thing,
  type Things
} from '../support/model-agent.ts'
import { spec } from '../support/model.ts'

/** Pairs of documents, over all properties. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 10_000)
/** A machine is as it should be after so many passes, if nothing fails; each failure may take one more. */
const PASSES = 8

const NAMES = ['a', 'b', 'c']
const KEYS: readonly Key[] = KINDS.flatMap((kind) => NAMES.map((name): Key => `${kind}/${name}`))

/** Needs only lead to later keys in an order that each document has for itself: none has a circle, two together may. */
const document: fc.Arbitrary<ReadonlyMap<Key, Want>> = fc
  .record({
    order: fc.shuffledSubarray([...KEYS], { minLength: 0 }),
    words: fc.array(fc.constantFrom('0', '1', '2'), { minLength: KEYS.length, maxLength: KEYS.length }),
    needs: fc.array(fc.nat({ max: 4095 }), { minLength: KEYS.length, maxLength: KEYS.length })
  })
  .map(
    ({ order, words, needs }) =>
      new Map(
        order.map((key, at) => {
          const bits = needs[at] ?? 0
          const later = order.filter((_, other) => other > at && (bits >> other) % 4 === 0)
          return [key, { key, spec: spec(words[at] ?? '0'), needs: later, from: '' } as Want] as const // of one shape all
        })
      )
  )
const FOREIGN: readonly Key[] = ['image/foreign', 'route/foreign', 'file/foreign']
const machine = fc
  .dictionary(fc.constantFrom(...KEYS, ...FOREIGN), fc.constantFrom('0', '1', '2', '9'))
  .map((words) => new Map(Object.entries(words).map(([key, id]) => [key as Key, { id, ours: false, told: true }])))
const start = fc.record({ things: machine, first: document, second: document, seed: fc.nat() })

function chance(seed: number): Choices {
  let state = seed + 1
  return {
    next(below) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
  }
}

const copy = (things: Things): Things => new Map(things)
const words = (things: Things, which: (key: Key) => boolean = () => true) =>
  JSON.stringify(
    [...things]
      .filter(([key]) => which(key))
      .map(([key, { id, told }]) => [key, id, told])
      .sort(byKey)
  )
const byKey = ([a]: readonly unknown[], [b]: readonly unknown[]) => (String(a) < String(b) ? -1 : 1)

/** Passes until one finds nothing to do; fails when it takes too long. */
async function settle(options: AgentOptions, wants: ReadonlyMap<Key, Want>, passes = PASSES): Promise<void> {
  const agent = await modelAgent(options)
  for (let pass = 0; pass < passes; pass += 1) if ((await agent.pass(wants)).actions.length === 0) return
  const { actions } = await agent.pass(wants)
  throw new Error(
    `after ${passes} passes there is still to do: ${actions.map(({ id, why }) => `${id} (${why})`).join(', ')}`
  )
}

/** Whether every want that can be met is met, and whoever reads it knows. */
function met(things: Things, wants: ReadonlyMap<Key, Want>): boolean {
  const right = ({ key, spec: wanted }: Want, thing: Thing | undefined) =>
    !possible(things, wants, key) || (thing?.id === (wanted as { readonly id: string }).id && thing.told) // of one shape all
  return [...wants.values()].every((want) => right(want, things.get(want.key)))
}

/** Links come by themselves or not at all; what needs one that is not there waits. */
function possible(things: Things, wants: ReadonlyMap<Key, Want>, key: Key): boolean {
  const want = wants.get(key)
  const there = !key.startsWith('link/') || things.has(key)
  return want !== undefined && there && want.needs.every((need) => possible(things, wants, need))
}

/** Routes that stood in the place of a wanted one are not ours to give back: they were replaced. */
const restored = (first: ReadonlyMap<Key, Want>, second: ReadonlyMap<Key, Want>) => (key: Key) =>
  !key.startsWith('route/') || (!first.has(key) && !second.has(key))

async function hold<T>(
  runs: number,
  arbitrary: fc.Arbitrary<T>,
  property: (value: T) => Promise<void>
): Promise<number> {
  let count = 0
  const counted = async (value: T) => {
    count += 1
    await property(value)
  }
  await fc.assert(fc.asyncProperty(arbitrary, counted), { numRuns: runs })
  return count
}

function same(found: string, expected: string, what: string): void {
  if (found !== expected) throw new Error(`${what}:\n${found}\ninstead of\n${expected}`)
}

t.test('any document on any machine is reached, and left again without a trace', async (t) => {
  const count = await hold(0.3 * RUNS, start, async ({ things: began, first, second, seed }) => {
    const things = copy(began)
    const options = { things, files: newFiles(), choices: chance(seed) }
    await settle(options, first)
    if (!met(things, first)) throw new Error(`the first is not reached: ${words(things)}`)
    const reached = copy(things)
    await settle(options, second)
    if (!met(things, second)) throw new Error(`the second is not reached: ${words(things)}`)
    await settle(options, first)
    // What waits in the first may stand there from the second.
    const back = (key: Key) => restored(second, second)(key) && (!first.has(key) || possible(things, first, key))
    same(words(things, back), words(reached, back), 'going back')
    await settle(options, new Map())
    same(words(things, restored(first, second)), words(began, restored(first, second)), 'the machine as it was')
    if ([...things.values()].some(({ ours }) => ours)) throw new Error('a mark of ours is left')
  })
  t.comment(`${count} pairs of documents`)
  t.equal(count, 0.3 * RUNS)
})

t.test('the order in which actions happen to go makes no difference', async (t) => {
  const count = await hold(0.2 * RUNS, start, async ({ things: began, first, second, seed }) => {
    const ends: string[] = []
    for (const shift of [0, 1]) {
      const things = copy(began)
      const options = { things, files: newFiles(), choices: chance(seed * 2 + shift) }
      await settle(options, first)
      await settle(options, second)
      const entries = JSON.parse((await options.files.brief.read()) ?? '[]') as readonly { readonly key: Key }[] // the ledger's
      ends.push(words(things) + JSON.stringify(entries.toSorted((a, b) => byKey([a.key], [b.key]))))
    }
    same(ends[1] ?? '', ends[0] ?? '', 'another order')
  })
  t.equal(count, 0.2 * RUNS)
})

t.test('killed at any step, failing on the way, it gets there all the same', async (t) => {
  let kills = 0
  const lives = fc.record({ start, steps: fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 3 }) })
  const count = await hold(0.2 * RUNS, lives, async ({ start: { things: began, first, second, seed }, steps }) => {
    const things = copy(began)
    const files = newFiles()
    const choices = chance(seed)
    await settle({ things, files, choices }, first)
    for (const [index, limit] of steps.entries()) {
      // Each time it is another document's turn, or the same one's again.
      const wants = [second, first, second][index] ?? second
      const fails = () => choices.next(4) === 0
      await settle({ things, files, choices, steps: limit, fails }, wants, 3).catch((thrown: unknown) => {
        if (thrown instanceof Killed) kills += 1
        else if (!/still to do/.test(String(thrown))) throw thrown
      })
    }
    const end = [second, first][choices.next(2)] ?? second
    await settle({ things, files, choices }, end)
    if (!met(things, end)) throw new Error(`it is not reached: ${words(things)}`)
    await settle({ things, files, choices }, new Map())
    same(words(things, restored(first, second)), words(began, restored(first, second)), 'the machine as it was')
    same((await files.journal.read()) ?? '[]', '[]', 'the journal')
  })
  t.comment(`${count} pairs of documents, killed ${kills} times`)
  t.equal(count, 0.2 * RUNS)
  t.ok(kills > RUNS / 10)
})

t.test('what nobody wants, or is to be left, is never touched', async (t) => {
  let left = 0
  const count = await hold(0.2 * RUNS, start, async ({ things: began, first, second, seed }) => {
    const things = copy(began)
    const choices = chance(seed)
    const calm = new Set(KEYS.filter(() => choices.next(3) === 0))
    const leave = (key: Key) => (calm.has(key) ? ({ reason: 'Paused', message: '' } as const) : null)
    for (const wants of [first, second]) {
      await settle({ things, files: newFiles(), choices, leave }, wants)
      const touched = (key: Key) => calm.has(key) || (!first.has(key) && !second.has(key))
      same(words(things, touched), words(began, touched), 'what was left')
      left += calm.size
    }
  })
  t.equal(count, 0.2 * RUNS)
  t.ok(left > RUNS / 2)
})

t.test('equal inputs give equal plans, in whatever order the wants were given', async (t) => {
  const count = await hold(0.1 * RUNS, start, async ({ things, first }) => {
    const shown = async (wants: ReadonlyMap<Key, Want>) => {
      const agent = await modelAgent({ things: copy(things), files: newFiles(), choices: chance(0) })
      return showPlan((await agent.pass(wants)).actions)
    }
    same(await shown(new Map([...first].reverse())), await shown(first), 'the plan')
  })
  t.equal(count, 0.1 * RUNS)
})
