import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openEventLog } from '../../src/agent/event-log.ts'
import { createEvents, type Event } from '../../src/agent/events.ts'

const now = () => '2026-01-01T00:00:00.000Z'
const event = (message: string) => ({ type: 'Normal', reason: 'Created', message, key: null }) as const

t.test('numbers go on where the agent before ended', async (t) => {
  const path = join(t.testdir(), 'events.ndjson')
  const first = createEvents(now, openEventLog(path))
  first.add(event('one'))
  first.add(event('two'))
  const second = createEvents(now, openEventLog(path))
  t.equal(second.last, 2)
  t.equal(second.add(event('three')).rev, 3)
  t.same(
    second.since(1).map(({ message }) => message),
    ['two', 'three'],
    'and what was before is there for a reader'
  )
})

t.test('a full file becomes the old one, and only one old one is kept', async (t) => {
  const dir = t.testdir()
  const path = join(dir, 'events.ndjson')
  const log = openEventLog(path, { full: 1_000 })
  const events = createEvents(now, log)
  for (let i = 0; i < 100; i += 1) events.add(event('x'))
  for (const file of [path, `${path}.1`]) {
    const { length } = readFileSync(file)
    t.ok(length > 0 && length <= 1_000, `${file} has ${length} bytes`)
  }
  const again = openEventLog(path, { full: 1_000 })
  t.equal(again.kept.at(-1)?.rev, 100)
  t.ok(again.kept.length > readFileSync(path, 'utf8').split('\n').length - 1, 'the old file is read, too')
  t.same(
    openEventLog(path, { keep: 3 }).kept.map(({ rev }) => rev),
    [98, 99, 100]
  )
})

t.test('a line cut off by a power cut costs itself and no other', async (t) => {
  const path = join(t.testdir(), 'events.ndjson')
  createEvents(now, openEventLog(path)).add(event('one'))
  appendFileSync(path, '{"rev":2,"at":"2026-0')
  const events = createEvents(now, openEventLog(path))
  t.equal(events.add(event('two')).rev, 2)
  t.same(
    openEventLog(path).kept.map(({ message }) => message),
    ['one', 'two']
  )
})

t.test('numbers of a boot before that began with 1 are left out', async (t) => {
  const path = join(t.testdir(), 'events.ndjson')
  const line = (rev: number, message: string) => `${JSON.stringify({ rev, at: now(), ...event(message) })}\n`
  writeFileSync(path, line(1, 'a') + line(2, 'b') + line(3, 'c') + line(1, 'd') + line(2, 'e'))
  t.same(
    openEventLog(path).kept.map(({ message }) => message),
    ['d', 'e']
  )
})

t.test('an event that can not be written is there all the same', async (t) => {
  const events = createEvents(now, openEventLog(join(t.testdir(), 'not', 'there')))
  events.add(event('one'))
  t.same(events.since(0), [{ rev: 1, at: now(), ...event('one') }])
})

t.test('a reader learns whether it missed something', async (t) => {
  const kept = [5, 6, 7].map((rev): Event => ({ rev, at: now(), ...event(String(rev)) }))
  const events = createEvents(now, { kept, append: () => {} }, 3)
  const cases: readonly (readonly [since: number, gap: string | null])[] = [
    [7, null],
    [4, null],
    [3, 'those from 4 to 4 are not kept any more'],
    [0, 'those from 1 to 4 are not kept any more'],
    [8, 'there is no event 8 yet, the newest is 7: the numbers began anew']
  ]
  for (const [since, gap] of cases) t.equal(events.gap(since), gap, String(since))
  events.add(event('8'))
  t.equal(events.gap(4), 'those from 5 to 5 are not kept any more', 'the ring is bounded')
  t.equal(createEvents(now).gap(0), null)
})
