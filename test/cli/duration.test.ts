import t from 'tap'
import { secondsOf } from '../../src/cli/duration.ts'

t.test('times as people write them', async (t) => {
  const cases: readonly (readonly [string, number | null])[] = [
    ['90', 90],
    ['0.5', 0.5],
    ['30s', 30],
    ['5m', 300],
    ['1.5h', 5400],
    ['2h30m', 9000],
    ['7d', 604_800],
    ['', null],
    ['-1', null],
    ['5 m', null],
    ['5x', null],
    ['m', null]
  ]
  for (const [text, seconds] of cases) t.equal(secondsOf(text), seconds, text)
})
