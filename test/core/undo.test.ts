import t from 'tap'
import { before, type Step } from '../../src/core/undo.ts'

/** `4` is a generation of its own, `4=2` one that repeats 2. */
function steps(text: string): readonly Step[] {
  return text.split(' ').map((word) => {
    const [generation, repeats] = word.split('=').map(Number)
    return { generation: generation ?? 0, ...(repeats === undefined ? {} : { repeats }) }
  })
}

t.test('which generation an undo goes back to', (t) => {
  const cases: readonly (readonly [string, string, number | null])[] = [
    ['the one before', '1 2 3', 2],
    ['the first has none before it', '1', null],
    ['undoing twice goes back two', '1 2 3 4=2', 1],
    ['three times, and there is no more', '1 2 3 4=2 5=1', null],
    ['a new one after an undo is undone to what the undo made', '1 2 3=1 4', 3],
    ['and again to what is before that', '1 2 3=1 4 5=1', null],
    ['what was rolled back is not gone back to', '1 2 3 4=2', 1],
    ['those that were pruned are passed over', '5 9', 5]
  ]
  for (const [name, all, want] of cases) {
    const list = steps(all)
    const present = list.at(-1) ?? { generation: 0 }
    t.equal(before(list, present)?.generation ?? null, want, name)
  }
  t.end()
})
