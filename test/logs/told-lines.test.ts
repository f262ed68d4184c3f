import t from 'tap'
import { toldLines } from '../../src/logs/told-lines.ts'

const line = (source: string, second: string) => ({
  at: `2026-01-31T12:00:${second}Z`,
  source,
  priority: 30,
  line: `${source} ${second}`
})

t.test('a stream that is opened anew repeats lines, and none is told twice', async (t) => {
  const told = toldLines()
  const tell = (...lines: readonly ReturnType<typeof line>[]) =>
    lines.filter((one) => !told.known(one)).map((one) => one.line)
  told.again()
  t.equal(told.from(), null)
  const first = [line('a', '21'), line('b', '22'), line('b', '22'), line('a', '21.5')]
  t.equal(tell(...first).length, 4)
  t.same(tell(line('b', '20')), ['b 20'], 'one that comes late')
  t.equal(told.from(), '2026-01-31T12:00:12.000Z', 'ten seconds before the newest')

  told.again()
  t.same(tell(...first, line('b', '22'), line('a', '23'), line('c', '19')), ['b 22', 'a 23', 'c 19'])
  told.again()
  t.same(tell(...first, line('b', '22'), line('a', '23')), [])
  t.same(tell(line('a', '23'), line('b', '24')), ['a 23', 'b 24'], 'another line of the same time')
})

t.test('a command that goes on has all its lines told, though their time is that of its beginning', (t) => {
  const told = toldLines()
  const tell = (...lines: readonly ReturnType<typeof line>[]) =>
    lines.filter((one) => !told.known(one)).map((one) => one.line)
  tell(line('runcmd', '01'), line('runcmd', '01'), line('a', '50'))
  told.again()
  t.same(tell(line('runcmd', '01'), line('runcmd', '01'), line('a', '50'), line('runcmd', '01')), ['runcmd 01'])
  t.equal(told.from(), '2026-01-31T12:00:40.000Z', 'and the clock has not been set back')
  told.again()
  t.same(tell(line('runcmd', '01'), line('runcmd', '01'), line('runcmd', '01'), line('a', '50')), [])
  t.end()
})

t.test('a clock that is set back makes no line known', async (t) => {
  const told = toldLines()
  const tell = (...lines: readonly ReturnType<typeof line>[]) =>
    lines.filter((one) => !told.known(one)).map((one) => one.line)
  tell(line('a', '50'), line('b', '51'))
  told.again()
  t.same(tell(line('a', '50'), line('a', '10'), line('a', '11'), line('a', '11'), line('b', '12')), [
    'a 10',
    'a 11',
    'a 11',
    'b 12'
  ])
  t.equal(told.from(), '2026-01-31T12:00:02.000Z', 'ten seconds before the newest since then')
  told.again()
  t.same(tell(line('a', '10'), line('a', '11'), line('a', '11'), line('b', '12'), line('b', '13')), ['b 13'])
})
