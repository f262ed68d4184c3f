import t from 'tap'
import { unanswered } from './pings.ts'

const line = (seq: number) => `64 bytes from 192.168.10.20: seq=${seq} ttl=64 time=1.2 ms\n`

const CASES: Readonly<Record<string, [answers: readonly number[], missing: readonly number[]]>> = {
  'none of them lost': [[0, 1, 2, 3], []],
  'two in the middle': [
    [0, 1, 4, 5],
    [2, 3]
  ],
  'one that comes late is there': [[0, 2, 1, 3], []],
  'the first': [[1, 2], [0]],
  'a number of 16 bits goes round': [[...Array(65_536).keys(), 1, 2], [65_536]]
}

for (const [name, [answers, missing]] of Object.entries(CASES))
  t.test(name, async (t) => t.same(unanswered(answers.map(line).join('')), missing))
