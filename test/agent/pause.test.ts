import t from 'tap'
import { createEvents } from '../../src/agent/events.ts'
import { openPause } from '../../src/agent/pause.ts'
import { memory, until } from '../support/loop.ts'

const AT = Date.parse('2026-01-01T00:00:00.000Z')

async function machine(file = memory()) {
  const clock = { uptime: 1_000_000 }
  const events = createEvents(() => '')
  const parts = { file, events, now: () => AT, uptime: () => clock.uptime }
  const told = () => events.since(0).map(({ reason, message }) => `${reason}: ${message}`)
  return { clock, file, pause: await openPause(parts), told, again: () => openPause(parts) }
}

t.test('a pause lasts until somebody resumes', async (t) => {
  const { pause, told, again } = await machine()
  t.equal(pause.value, null)
  t.same(await pause.pause('new disk', null), { reason: 'new disk', at: '2026-01-01T00:00:00.000Z', until: null })
  t.match((await again()).value, { reason: 'new disk', until: null }, 'also of a new agent')
  t.equal(await pause.resume(), true)
  t.equal(pause.value, null)
  t.equal(await pause.resume(), false)
  t.same(told(), ['Paused: new disk (until somebody resumes)', 'Resumed: by command'])
  t.equal((await again()).value, null)
})

t.test('a pause with a time ends by itself', async (t) => {
  const { pause, clock, told, again } = await machine()
  await pause.pause('', 0.03)
  t.match(pause.value, { until: '2026-01-01T00:00:00.030Z' })
  const second = await again()
  t.match(second.value, { reason: '' })
  clock.uptime += 60
  await until(() => pause.value === null && second.value === null)
  t.match(told()[1], 'Resumed: its time is up')
  t.equal((await again()).value, null, 'and stays ended')
})

t.test('a new agent that starts after the time finds no pause', async (t) => {
  const { pause, clock, again } = await machine()
  await pause.pause('x', 3600)
  clock.uptime += 3_600_001
  t.equal((await again()).value, null)
  await pause.resume()
})

t.test('a second pause takes the place of the first, and its time', async (t) => {
  const { pause, clock } = await machine()
  await pause.pause('short', 0.01)
  await pause.pause('long', null)
  clock.uptime += 1_000
  // A timer begun later with the same time ends later.
  await new Promise((resolve) => setTimeout(resolve, 10))
  t.match(pause.value, { reason: 'long' })
})

t.test('a file that is no pause of ours is none', async (t) => {
  for (const text of ['', '{', '[]', '{"reason":1}', '{"reason":"x"}']) {
    const file = memory()
    await file.write(text)
    t.equal((await machine(file)).pause.value, null, text)
  }
})
