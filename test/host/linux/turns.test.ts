import t from 'tap'
import { createTurns } from '../../../src/host/linux/turns.ts'

const never = new AbortController().signal

/** Work that ends when it is told to. */
function held() {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { work: () => promise, end: resolve }
}

t.test('so many of a name at once, in the order they came, and other names beside them', async (t) => {
  const turns = createTurns(2)
  const began: string[] = []
  const waits: string[] = []
  const all = ['a', 'b', 'c', 'd'].map((name) => ({ name, ...held() }))
  const taken = all.map(({ name, work }) =>
    turns.take(
      'one',
      () => {
        began.push(name)
        return work()
      },
      () => waits.push(name),
      never
    )
  )
  t.equal(
    await turns.take(
      'other',
      async () => 'at once',
      () => t.fail('it waits'),
      never
    ),
    'at once'
  )
  t.same(
    [began, waits],
    [
      ['a', 'b'],
      ['c', 'd']
    ]
  )
  all[1]?.end()
  await taken[1]
  t.same(began, ['a', 'b', 'c'])
  for (const { end } of all) end()
  await Promise.all(taken)
  t.same(began, ['a', 'b', 'c', 'd'])
})

t.test('one that fails or is called off while it waits keeps nobody out', async (t) => {
  const turns = createTurns(1)
  const first = held()
  const failing = turns.take(
    'one',
    async () => {
      await first.work()
      throw new Error('no')
    },
    () => t.fail('it waits'),
    never
  )
  const off = new AbortController()
  const waiting = turns.take(
    'one',
    async () => t.fail('it was called off'),
    () => {},
    off.signal
  )
  const last = turns.take(
    'one',
    async () => 'came',
    () => {},
    never
  )
  off.abort(new Error('off'))
  await t.rejects(waiting, { message: 'off' })
  first.end()
  await t.rejects(failing, { message: 'no' })
  t.equal(await last, 'came')
})
