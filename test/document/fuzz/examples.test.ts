import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { buildDocument } from '../../../src/document/build.ts'
import { setIn, unsetIn } from '../../../src/document/edit.ts'
import { commandLine } from '../../../src/document/read.ts'
import { parsePath, showPath } from '../../../src/document/path.ts'
import { showProblems } from '../../../src/document/problem.ts'
import { root, type Path, type Shape } from '../../../src/document/shape.ts'
import { layer } from '../support.ts'
import { junk } from './mutated.ts'
import { runs } from './runs.ts'

const folder = new URL('../../../examples/', import.meta.url)
const examples = readdirSync(folder)
  .filter((name) => name.endsWith('.yml'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))

/** A text and a few places in it where something is cut out and something else put in. */
const mutated = fc
  .record({
    text: fc.constantFrom(...examples),
    cuts: fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.nat(12),
        put: fc.oneof(fc.constantFrom(...junk), fc.string({ maxLength: 6 }), fc.constant(''))
      }),
      { minLength: 1, maxLength: 4 }
    )
  })
  .map(({ text, cuts }) =>
    cuts.reduce((out, { at, length, put }) => {
      const start = Math.floor(at * out.length)
      return out.slice(0, start) + put + out.slice(start + length)
    }, text)
  )

t.test('no mutation of a document makes reading throw, and every problem has a place in it', async (t) => {
  fc.assert(
    fc.property(mutated, (text) => {
      const built = buildDocument([layer('user', text)])
      const problems = built.ok ? built.document.problems : built.problems
      const lines = text.split('\n').length
      for (const { line, column, message } of problems) {
        if (line > lines || column < 0 || message === '') throw new Error(`${line}:${column} ${message}`)
      }
      if (!built.ok && !problems.some(({ severity }) => severity === 'error'))
        throw new Error('refused without an error')
      showProblems(problems)
    }),
    runs(0.003)
  )
  t.pass('all of them')
})

t.test('no command line makes reading throw or refuses the document', async (t) => {
  const word = fc.oneof(
    fc.constantFrom(
      'rancher.debug=',
      'cc.hostname=',
      'rancher.state.autoformat=[',
      'rancher.autologin=tty1',
      '--',
      'rancher.network.interfaces.',
      'rancher.services.web={'
    ),
    fc.constantFrom(...junk),
    fc.string({ maxLength: 8 })
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), fc.constantFrom('', ' '), (words, space) => {
      const built = buildDocument(commandLine(words.join(space)))
      const errors = (built.ok ? [] : built.problems).filter(
        ({ severity, code }) => severity === 'error' && code !== 'ROS_DOC_NO_IMAGE'
      )
      if (errors.length > 0) throw new Error(showProblems(errors))
    }),
    runs(0.003)
  )
  t.pass('all of them')
})

/** A path of the schema, with names made up where people choose them. */
function paths(shape: Shape, path: Path): readonly Path[] {
  if (shape.is !== 'map') return [path]
  const known = Object.entries(shape.keys ?? {}).flatMap(([key, child]) => paths(child, [...path, key]))
  const chosen =
    shape.rest === undefined ? [] : ['web', 'a.b', 'x y'].flatMap((name) => paths(shape.rest ?? root, [...path, name]))
  return [...known, ...chosen]
}

const anyPath = fc.constantFrom(...paths(root, []))
const scalar = fc.oneof(
  fc.constantFrom(
    '',
    'a: b',
    '# x',
    'yes',
    '10',
    '~',
    "it's",
    '"',
    '- a',
    '{',
    'a, b',
    'two\nlines\n',
    ' lead',
    '\n',
    '🐧'
  ),
  fc.string({ maxLength: 8 }),
  fc.boolean(),
  fc.integer(),
  fc.constant(null)
)
const value = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('a', 'b', 'c.d', 'e f'), scalar, { maxKeys: 3 })
)

t.test('any path can be written down and read back', async (t) => {
  fc.assert(
    fc.property(anyPath, (path) => {
      const back = parsePath(showPath(path))
      if (JSON.stringify(back) !== JSON.stringify(path)) throw new Error(`${showPath(path)} is ${JSON.stringify(back)}`)
    }),
    runs(0.01)
  )
  t.pass('all of them')
})

t.test('what is set is there, once; what is taken away is not', async (t) => {
  const text = (edited: ReturnType<typeof setIn>): string => {
    if (!edited.ok) throw new Error(showProblems(edited.problems))
    return edited.text
  }
  fc.assert(
    fc.property(fc.constantFrom(...examples), anyPath, value, (example, path, to) => {
      const once = text(setIn(example, path, to))
      if (text(setIn(once, path, to)) !== once) throw new Error(`setting twice changes it:\n${once}`)
      const gone = text(unsetIn(once, path))
      if (text(setIn(gone, path, null)) === gone) throw new Error(`still there:\n${gone}`)
      for (const line of example.split('\n').filter((one) => /^\s*#/.test(one))) {
        if (!once.includes(line.trim())) throw new Error(`the comment ${line} is gone:\n${once}`)
      }
    }),
    runs(0.003)
  )
  t.pass('all of them')
})
