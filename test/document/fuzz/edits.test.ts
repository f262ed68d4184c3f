import fc from 'fast-check'
import t from 'tap'
import { type Edited, mergeInto, setIn, unsetIn } from '../../../src/document/edit.ts'
import { parse } from '../../../src/document/parse.ts'
import { applyJsonPatch } from '../../../src/document/patch.ts'
import { showPath } from '../../../src/document/path.ts'
import { showProblems } from '../../../src/document/problem.ts'
import type { Path } from '../../../src/document/shape.ts'
import { toData } from '../../../src/document/tree.ts'
import { type Fields, isArray, isFields, type Value, valueAt } from '../../../src/document/value.ts'
import { type Choices, choices } from './choices.ts'
import { drawn } from './drawn.ts'
import { mutatedText } from './mutated.ts'
import { runs } from './runs.ts'
import { written } from './written.ts'

interface Leaf {
  readonly path: Path
  readonly value: Value
}

/** Everything in a document that holds nothing else, and has no null in the place of a section. */
function leaves(value: Value, path: Path = []): readonly Leaf[] {
  if (isArray(value) && value.length > 0) return value.flatMap((item, i) => leaves(item, [...path, i]))
  if (isFields(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key]))
  return [{ path, value }]
}

function textOf(edited: Edited): string {
  if (!edited.ok) throw new Error(showProblems(edited.problems))
  return edited.text
}

function same(a: string, b: string, what: string): void {
  if (a !== b) throw new Error(`${what}:\n${a}`)
}

/** What a text says, nulls left out. */
function said(text: string): string {
  const { tree } = parse('x', text, 0)
  return tree === null ? 'nothing' : JSON.stringify(toData(tree))
}

function pointer(path: Path): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** Each leaf of a drawn document with its text; what fails says so with both. */
function each(share: number, body: (text: string, leaf: Leaf, document: Fields, choices: Choices) => void): void {
  const property = fc.property(choices, (choices) => {
    const document = drawn(choices)
    const text = written(document, choices)
    for (const leaf of leaves(document)) {
      try {
        body(text, leaf, document, choices)
      } catch (cause) {
        const message = cause instanceof Error ? cause.message : String(cause)
        throw new Error(`${showPath(leaf.path)} ${JSON.stringify(leaf.value)}: ${message}\nof\n${text}`, { cause })
      }
    }
  })
  fc.assert(property, runs(share))
}

t.test('setting, merging or patching in what is there already changes no byte', async (t) => {
  each(0.08, (text, { path, value }) => {
    same(textOf(setIn(text, path, value)), text, 'set')
    same(textOf(setIn(text, showPath(path), value)), text, 'set by the path as it is shown')
    const operations = [{ op: 'replace' as const, path: pointer(path), value }]
    if (path.length > 0) same(textOf(applyJsonPatch(text, operations)), text, 'patched')
  })
  t.pass('all of them')
})

t.test('a value set to another and back, or taken away and set again, leaves what was said', async (t) => {
  each(0.04, (text, { path, value }, document) => {
    const there = said(text)
    const other = value === 'other' ? 'another' : 'other'
    const changed = textOf(setIn(text, path, other))
    if (said(changed) === there && path.length > 0) throw new Error('it was not set')
    same(said(textOf(setIn(changed, path, value))), there, 'set and set back')
    const parent = valueAt(document, path.slice(0, -1))
    if (!isFields(parent) || value === null) return
    const gone = textOf(unsetIn(text, path))
    if (said(gone) === there) throw new Error(`it is still there:\n${gone}`)
    const [again, before] = [textOf(setIn(gone, path, value)), sorted(JSON.parse(there))]
    same(sorted(JSON.parse(said(again))), before, 'taken away and set again')
  })
  t.pass('all of them')
})

function sorted(value: Value): string {
  if (isArray(value)) return `[${value.map(sorted).join()}]`
  if (!isFields(value)) return JSON.stringify(value)
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([key, child]) => `${JSON.stringify(key)}:${sorted(child)}`).join()}}`
}

t.test('whatever is merged into whatever, there is a text that can be read or a problem', async (t) => {
  fc.assert(
    fc.property(choices, (choices) => {
      const [text, patch] = [written(drawn(choices), choices), written(drawn(choices), choices)]
      const once = textOf(mergeInto(text, patch))
      if (parse('x', once, 0).tree === null) throw new Error(`this cannot be read:\n${once}`)
      same(textOf(mergeInto(once, patch)), once, 'merged twice')
      const edited = mergeInto(mutatedText(text, choices), mutatedText(patch, choices))
      if (!edited.ok) showProblems(edited.problems)
      else if (parse('x', edited.text, 0).tree === null) throw new Error(`this cannot be read:\n${edited.text}`)
    }),
    runs(0.03)
  )
  t.pass('all of them')
})
