import t from 'tap'
import { anchorOf, timesOf, timetable } from '../../src/compose/timetable.ts'
import type { Life } from '../../src/core/container.ts'

// One with two changes of its time a year: on 29 March 2026 the hour from 2 is left out, on 25 October that from 2 comes twice.
process.env.TZ = 'Europe/Berlin'

const at = (time: string) => Date.parse(time)
const lifeOf = (created: string, started?: string, ended?: string): Life => ({
  created: at(created),
  started: started === undefined ? null : at(started),
  ended: ended === undefined ? null : at(ended),
  exitCode: 3
})

t.test('the next times', async (t) => {
  for (const [schedule, after, ...expected] of [
    ['@daily', '2026-01-01T12:00:00Z', '2026-01-01T23:00:00Z', '2026-01-02T23:00:00Z'],
    ['0 30 3 * * *', '2026-01-01T02:30:00Z', '2026-01-02T02:30:00Z'],
    ['30 3 * * *', '2026-01-01T02:29:59.999Z', '2026-01-01T02:30:00Z'],
    ['* * * * * *', '2026-01-01T00:00:00.400Z', '2026-01-01T00:00:01Z', '2026-01-01T00:00:02Z'],
    // Both fields of days are given: one of them is enough.
    ['0 0 12 1 * mon', '2026-03-29T12:00:00Z', '2026-03-30T10:00:00Z', '2026-04-01T10:00:00Z', '2026-04-06T10:00:00Z'],
    ['0 0 12 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T11:00:00Z'],
    // A time that is left out comes at the end of the gap, one that comes twice counts once.
    ['0 30 2 * * *', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z', '2026-03-30T00:30:00Z'],
    ['0 30 2 * * *', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z'],
    ['0 30 2,14 * * *', '2026-10-24T22:00:00Z', '2026-10-25T00:30:00Z', '2026-10-25T13:30:00Z'],
    // What comes every hour comes every hour that there is.
    ['@hourly', '2026-03-28T23:30:00Z', '2026-03-29T00:00:00Z', '2026-03-29T01:00:00Z', '2026-03-29T02:00:00Z'],
    ['@hourly', '2026-10-24T23:30:00Z', '2026-10-25T00:00:00Z', '2026-10-25T01:00:00Z', '2026-10-25T02:00:00Z'],
    ['@every 90m', '2026-03-28T23:00:00Z', '2026-03-29T00:00:00Z', '2026-03-29T01:30:00Z']
  ] as const) {
    const next = await timesOf(schedule, at('2026-01-01T00:00:00Z'))
    let last = at(after)
    for (const time of expected) {
      last = next(last) ?? Number.NaN
      t.equal(last, at(time), `${schedule} after ${after}`)
    }
  }
  await t.rejects(timesOf('@reboot', 0), { message: 'there is no such name of a time' })
})

t.test('what is due', async (t) => {
  const day = '2026-06-10T' // local time is two hours ahead
  const ran = lifeOf('2026-06-01T00:00:00Z', `${day}01:00:00Z`, `${day}01:10:00Z`)
  for (const [what, schedule, life, now, due, skipped, next] of [
    ['made a moment ago', '@daily', lifeOf(`${day}10:00:00Z`), `${day}10:00:01Z`, null, null, `${day}22:00:00.000Z`],
    [
      'its first time',
      '@daily',
      lifeOf(`${day}10:00:00Z`),
      `${day}22:00:00Z`,
      `${day}22:00:00.000Z`,
      null,
      '2026-06-11T22:00:00.000Z'
    ],
    ['it has run', '0 0 3 * * *', ran, `${day}12:00:00Z`, null, null, '2026-06-11T01:00:00.000Z'],
    [
      'off for the night',
      '0 0 3 * * *',
      ran,
      '2026-06-11T06:00:00Z',
      '2026-06-11T01:00:00.000Z',
      null,
      '2026-06-12T01:00:00.000Z'
    ],
    [
      'off for a month: one run',
      '0 0 3 * * *',
      ran,
      '2026-07-11T06:00:00Z',
      '2026-07-11T01:00:00.000Z',
      null,
      '2026-07-12T01:00:00.000Z'
    ],
    [
      'every second, off for a month: one run',
      '* * * * * *',
      ran,
      '2026-07-11T06:00:00Z',
      '2026-07-10T06:00:01.000Z',
      null,
      '2026-07-11T06:00:01.000Z'
    ],
    ['missed by more than a day', '0 0 3 1 * *', ran, '2026-07-02T12:00:00Z', null, null, '2026-08-01T01:00:00.000Z'],
    [
      'missed by less than a day',
      '0 0 3 1 * *',
      ran,
      '2026-07-01T12:00:00Z',
      '2026-07-01T01:00:00.000Z',
      null,
      '2026-08-01T01:00:00.000Z'
    ],
    [
      'it still runs',
      '@hourly',
      lifeOf('2026-06-01T00:00:00Z', `${day}01:00:00Z`),
      `${day}01:59:59Z`,
      null,
      null,
      `${day}02:00:00.000Z`
    ],
    [
      'it runs longer than to its next time',
      '@hourly',
      lifeOf('2026-06-01T00:00:00Z', `${day}01:00:00Z`),
      `${day}04:30:00Z`,
      null,
      `${day}02:00:00.000Z`,
      `${day}05:00:00.000Z`
    ],
    [
      'what came while it ran is over',
      '@hourly',
      lifeOf('2026-06-01T00:00:00Z', `${day}01:00:00Z`, `${day}02:05:00Z`),
      `${day}02:06:00Z`,
      null,
      null,
      `${day}03:00:00.000Z`
    ],
    [
      'every so often, counted from its start',
      '@every 1h',
      ran,
      `${day}02:00:00Z`,
      `${day}02:00:00.000Z`,
      null,
      `${day}03:00:00.000Z`
    ],
    // The clock was a year ahead when it ran, and was set back.
    [
      'set back a year, before its time',
      '0 0 3 * * *',
      ran,
      '2025-06-10T00:59:59Z',
      null,
      null,
      '2025-06-10T01:00:00.000Z'
    ],
    [
      'set back a year, at its time',
      '0 0 3 * * *',
      ran,
      '2025-06-10T01:00:00Z',
      '2025-06-10T01:00:00.000Z',
      null,
      '2025-06-11T01:00:00.000Z'
    ],
    [
      'set back a year, long after its time',
      '0 0 3 * * *',
      ran,
      '2025-06-10T01:02:00Z',
      null,
      null,
      '2025-06-11T01:00:00.000Z'
    ],
    [
      'set back a year, every so often',
      '@every 1h',
      ran,
      '2025-06-10T01:00:00Z',
      '2025-06-10T01:00:00.000Z',
      null,
      '2025-06-10T02:00:00.000Z'
    ],
    [
      'made in the future, has run in the present',
      '@daily',
      lifeOf('2027-01-01T00:00:00Z', `${day}22:00:00Z`, `${day}22:00:01Z`),
      `${day}22:00:02Z`,
      null,
      null,
      '2026-06-11T22:00:00.000Z'
    ],
    // Time servers set clocks back by a little.
    [
      'set back by minutes, its time comes again',
      '0 0 3 * * *',
      ran,
      `${day}01:01:00Z`,
      null,
      null,
      '2026-06-11T01:00:00.000Z'
    ]
  ] as const) {
    const times = timetable(await timesOf(schedule, anchorOf(life)), life, at(now))
    t.same({ due: times.due, skipped: times.skipped, next: times.next }, { due, skipped, next }, what)
  }
})

t.test('the newest run is shown with how it ended', async (t) => {
  const last = async (life: Life) => timetable(await timesOf('@daily', 0), life, at('2026-06-10T12:00:00Z')).last
  t.equal(await last(lifeOf('2026-06-10T00:00:00Z')), null)
  const started = '2026-06-10T01:00:00.000Z'
  t.same(await last(lifeOf('2026-06-01T00:00:00Z', started)), { started, ended: null, exitCode: null })
  const ended = '2026-06-10T01:00:05.000Z'
  t.same(await last(lifeOf('2026-06-01T00:00:00Z', started, ended)), { started, ended, exitCode: 3 })
})
