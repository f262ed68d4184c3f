import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { readFully } from '../../src/document/full.ts'
import { quick, Stuck } from '../../src/document/quick.ts'
import { Refusal } from '../../src/document/refusal.ts'
import { sourceOf } from '../../src/document/source.ts'
import { isMap, type Tree } from '../../src/document/tree.ts'
import { runs } from './fuzz/runs.ts'

/** The tree, or the offset at which the quick reader gave up. */
function read(text: string): Tree | number {
  try {
    return quick(text, 1)
  } catch (error) {
    if (error instanceof Stuck) return error.offset
    throw error
  }
}

/** The full parser's tree, or why there is none. */
function fully(text: string): Tree | string {
  try {
    const { tree, problems } = readFully(sourceOf('x', text), 1)
    return problems.length > 0 || tree === null ? problems.map(({ message }) => message).join() : tree
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }
}

/** A tree with nothing left out and in the order of its keys, to compare. */
function shown(tree: Tree): unknown {
  const { value } = tree
  const inner = isMap(value)
    ? [...value].map(([key, child]) => [key, shown(child)])
    : Array.isArray(value)
      ? value.map(shown)
      : Object.is(value, Number.NaN)
        ? 'NaN'
        : value
  return [tree.layer, tree.key, tree.at, inner, tree.source ?? '-']
}

t.test('what is read quickly is what the full parser reads', async (t) => {
  const folder = new URL('../../examples/', import.meta.url)
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.yml'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  const image = readFileSync(new URL('../../rootfs/usr/share/ros/os-config.yml', import.meta.url), 'utf8')
  for (const text of [image, ...files]) {
    const tree = read(text)
    if (typeof tree === 'number') t.fail(`stuck at: ${text.slice(tree, tree + 40)}`)
    else t.same(shown(tree), shown(fully(text) as Tree), text.slice(0, 60)) // the files have no mistakes
  }
})

/** Each is read, quickly and fully, to the same. */
const plain: readonly (readonly [what: string, text: string])[] = [
  ['nothing', ''],
  ['comments alone', '# a\n  # b\n\n'],
  ['a comment without a line end', 'a: 1\n# end'],
  ['keys and values', 'a: b\nc.d: 1\neth*: x\nmac=52:54:00:12:34:56: y\n"e f": z\n\'g\' : h\n'],
  [
    'values of every type',
    'a: [~, null, true, False, 0644, -1, +1, 0o17, 0x1F, 1.10, .5, 5., 1e3, .nan, -.inf, .INF]\n'
  ],
  ['values of no type', 'a: [0o8, 0x, 1.2.3, --, -a, tru, nullx, 10.0.0.1/24, 12:30, 1_000, e1, .]\n'],
  ['nothing as value', 'a:\nb: # comment\nc:\n\nd:\n  - \n  -\n  - # x\ne:\n'],
  ['comments', 'a: b # c\n# d\nb: "#e" # f\nc: x#y\n  # g\nd: [1] # h\n'],
  [
    'lists',
    'a:\n- 1\n-   2\nb:\n  - - 1\n    - 2\n  -\n    - 3\nc:\n  - d: 1\n    e:\n    - 2\n    f: 3\n  - - g: 4\n      h: 5\n'
  ],
  ['brackets', 'a: [ ]\nb: {}\nc: [a, "b, c", [d], {e: f}]\nd: { "g": \'h\', i: [] }\ne: [http://x:80/y, a b]\n'],
  ['deeper columns', 'a:\n     b:\n      c:\n         d: 1\n      e: 2\n'],
  ['a text of lines', 'a: |\n  one\n\n    two\n  # three\nb: |-   \n    x\n\n\nc:\n- |\n a\n- y: |\n   b\n  z: 1\n'],
  ['quotes within', 'a: it\'s\nb: say "x"\nc: "it\'s"\nd: \'"\'\n'],
  ['other alphabets', 'a: größer\nb: 🐧\n"ключ": x\n'],
  ['a document in a deeper column', '   a: 1\n   b: 2\n']
]

t.test('plain YAML is read quickly, and rightly', async (t) => {
  for (const [what, text] of plain) {
    const tree = read(text)
    if (typeof tree === 'number') t.fail(`${what}: stuck at ${JSON.stringify(text.slice(tree))}`)
    else t.same(shown(tree), shown(fully(text) as Tree), what) // the table has no mistakes
  }
})

/** Each is left to the full parser, at the place before the `¦`. */
const left: readonly (readonly [what: string, text: string])[] = [
  ['a list', '¦- a\n'],
  ['a text', '¦hello\n'],
  ['a second document', 'a: b\n¦---\nb: c\n'],
  ['a directive', '¦%YAML 1.2\n'],
  ['a tab', '¦\ta: b\n'],
  ['a tab after a value', 'a: b¦\t\n'],
  ['an anchor', 'a: ¦&x b\n'],
  ['an alias', 'a: [¦*x]\n'],
  ['a tag', 'a: ¦!x b\n'],
  ['a merge key', '¦<<: b\n'],
  ['a key that would change every object', '¦__proto__: b\n'],
  ['a key that stands twice', 'a: b\n¦a: c\n'],
  ['a key that stands twice in one line', 'a: {b: c, ¦b: d}\n'],
  ['an escape', 'a: ¦"\\n"\n'],
  ['a quote in quotes', "a: 'it'¦'s'\n"],
  ['a quote left open', 'a: ¦"b\n'],
  ['a value of two lines', 'a: b\n  ¦c\n'],
  ['a second colon', 'a: ¦b: c\n'],
  ['a colon at the end', 'a: ¦b:\n'],
  ['a bracket of two lines', 'a: [b,¦\n  c]\n'],
  ['a bracket left open', 'a: [b\n¦'],
  ['an element that is nothing', 'a: [b, ¦]\n'],
  ['a pair in a list', 'a: [¦b: c]\n'],
  ['a folded text', 'a: ¦>\n  b\n'],
  ['a text that tells its indentation', 'a: ¦|2\n  b\n'],
  ['a text that begins with nothing', 'a: ¦|\n\n  b\n'],
  ['a text that ends with spaces', 'a: ¦|\n  b  \nc: d\n'],
  ['a text that ends with the file', 'a: ¦|\n  b'],
  ['an empty text', 'a: ¦|\nb: c\n'],
  ['an indentation that goes with nothing', 'a:\n  b: c\n ¦d: e\n'],
  ['a map in the column of its list', 'a:\n- b\n ¦c: d\n'],
  ['a comment that is none', 'a: "b"¦#c\n'],
  ['an explicit key', '¦? a\n'],
  ['a level too many', `a: ${'['.repeat(24)}¦[${']'.repeat(25)}\n`]
]

t.test('of everything else the quick reader says where it begins', async (t) => {
  for (const [what, marked] of left) {
    const text = marked.replace('¦', '')
    t.equal(read(text), marked.indexOf('¦'), what)
  }
})

/** Bits of YAML, in the proportions in which they make a text rather than noise. */
const bits = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a: ', 'b: ', 'c: ', '"d": ', "'e' : ", 'f:') },
  { weight: 6, arbitrary: fc.constantFrom('\n', '\n  ', '\n    ', '\n- ', '\n  - ', '\n      ') },
  {
    weight: 4,
    arbitrary: fc.constantFrom('x', '1', '0644', '"y z"', "'w'", 'null', 'yes', '1.10', '10.0.0.1/24', '~')
  },
  { weight: 2, arbitrary: fc.constantFrom('[', ']', ', ', '{', '}', '- ', ' # c', '|\n    t\n', '|-\n  u\n', ' ') },
  { weight: 1, arbitrary: fc.string({ maxLength: 2 }) }
)

t.test('whatever is read quickly is what the full parser reads', async (t) => {
  let [quickly, altogether] = [0, 0]
  fc.assert(
    fc.property(fc.array(bits, { maxLength: 14 }), (words) => {
      const text = `a: ${words.join('')}\n`
      const tree = read(text)
      altogether++
      if (typeof tree === 'number') return
      quickly++
      const whole = fully(text)
      if (typeof whole === 'string') throw new Error(`quickly read, and there is a mistake in it: ${whole}`)
      if (JSON.stringify(shown(tree)) !== JSON.stringify(shown(whole)))
        throw new Error(`${JSON.stringify(shown(tree))}\nis not\n${JSON.stringify(shown(whole))}`)
    }),
    runs(0.1)
  )
  t.ok(quickly > altogether / 10, `${quickly} of ${altogether} texts`)
})
