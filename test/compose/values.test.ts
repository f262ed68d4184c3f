import t from 'tap'
import { bytes, nanoseconds, words } from '../../src/compose/values.ts'

t.test('sizes are bytes', async (t) => {
  for (const [text, expected] of [
    ['64m', 67_108_864],
    ['1gb', 1_073_741_824],
    ['1.5k', 1_536],
    ['512', 512],
    ['2GiB', 2_147_483_648],
    [4096, 4_096],
    ['-1', -1]
  ] as const) {
    t.equal(bytes(text), expected, String(text))
  }
  t.equal(bytes(undefined), undefined)
  for (const wrong of ['much', '64 apples', '', 'm', '9'.repeat(30)])
    t.throws(() => bytes(wrong), { message: `'${wrong}' is not a size; write for instance 64m or 1g` })
})

t.test('durations are nanoseconds', async (t) => {
  for (const [text, expected] of [
    ['30s', 30e9],
    ['1m30s', 90e9],
    ['500ms', 5e8],
    ['2h', 7_200e9],
    ['10ns', 10],
    ['10', 10e9],
    [3, 3e9]
  ] as const) {
    t.equal(nanoseconds(text), expected, String(text))
  }
  for (const wrong of ['soon', '5 minutes', 's', '1x', '', '1s2', '9'.repeat(30)])
    t.throws(() => nanoseconds(wrong), { message: /is not a duration/ })
})

t.test('command lines are split as a shell would, nothing expanded', async (t) => {
  for (const [line, expected] of [
    ['sleep 10', ['sleep', '10']],
    ['  a   b ', ['a', 'b']],
    [`sh -c 'echo "$HOME"; exit'`, ['sh', '-c', 'echo "$HOME"; exit']],
    ['a "b c"d', ['a', 'b cd']],
    ['a\\ b', ['a b']],
    ['"a\\"b" \'c\\d\'', ['a"b', 'c\\d']],
    ["''", ['']],
    ['', []]
  ] as const) {
    t.same(words(line), expected, line)
  }
  t.throws(() => words("it's"), { message: "a ' is not closed in: it's" })
})
