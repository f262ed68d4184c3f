import { type Document, parseDocument, stringify } from 'yaml'
import { maxFullLength, parse, tooLarge } from './parse.ts'
import { parsePath } from './path.ts'
import { type Problem, problem } from './problem.ts'
import { type Path, root, type Shape, spot, step } from './shape.ts'
import { sourceOf } from './source.ts'
import { apply, splices, Unspliceable } from './splice.ts'
import { isList, isMap, type Tree } from './tree.ts'
import {
  equal,
  field,
  type Fields,
  isArray,
  isFields,
  mergePatch,
  overlay,
  type Value,
  valueAt,
  withValue
} from './value.ts'

export type Edited =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Name of the text in problems when none is given. */
const userFile = 'cloud-config.yml'

/** The value at a dotted path of a document's data, or undefined. */
export function getIn(data: unknown, path: string | Path): Value | undefined {
  // Data of a document is made of plain values only.
  return valueAt(data as Value, pathOf(path))
}

/** The text with a value set; the same text when the value is there already, be it written in another way. */
export function setIn(text: string, path: string | Path, value: Value, name = userFile): Edited {
  const keys = pathOf(path)
  return edit(text, name, (from) => (alike(valueAt(from, keys), value, keys) ? from : withValue(from, keys, value)))
}

/** The text without the key at a path. */
export function unsetIn(text: string, path: string | Path, name = userFile): Edited {
  const keys = pathOf(path)
  return edit(text, name, (from) => (valueAt(from, keys) === undefined ? from : withValue(from, keys, undefined)))
}

/** The text with another one merged in, as `ros config merge` does: maps merge, all else replaces, null is kept. */
export function mergeInto(text: string, patch: string, name = userFile, patchName = 'patch'): Edited {
  const { tree, problems } = parse(patchName, patch, 0)
  if (tree === null || !isMap(tree.value))
    return { ok: false, problems: [...problems, ...notAMap(patchName, patch, tree)] }
  return edit(text, name, (from) => overlay(from, plain(tree, root)))
}

/** The text changed by an RFC 7396 merge patch: null takes a key out of the text. */
export function applyMergePatch(text: string, patch: Value, name = userFile): Edited {
  return edit(text, name, (from) => mergePatch(from, patch))
}

/** The text whose value is what `change` makes of its present one. What need not change stays as it is to the byte. */
export function edit(text: string, name: string, change: (from: Fields) => Value | undefined): Edited {
  const parsed = parse(name, text, 0)
  if (parsed.tree === null || !isMap(parsed.tree.value))
    return { ok: false, problems: [...parsed.problems, ...notAMap(name, text, parsed.tree)] }
  const from = plain(parsed.tree, root) as Fields
  const to = change(from) ?? {}
  if (!isFields(to) || equal(from, to)) return { ok: true, text }
  if (text.length > maxFullLength) {
    const complaint = tooLarge(text, `at most ${maxFullLength / 1024} kB where a command is to change it`)
    return { ok: false, problems: [problem(sourceOf(name, text), null, complaint)] }
  }
  if (text.trim() === '') return { ok: true, text: `#cloud-config\n${stringify(to, { lineWidth: 0 })}` }
  return { ok: true, text: rewrite(text, from, to) }
}

function notAMap(name: string, text: string, tree: Tree | null): readonly Problem[] {
  if (tree === null) return []
  const message = 'is no map of keys'
  return [problem(sourceOf(name, text), tree.at, { code: 'ROS_DOC_NOT_A_MAP', message, expected: 'keys with values' })]
}

/**
 * Piece by piece where that gives the wanted value; by yaml's document, which keeps comments but not every space, where
 * it does not; from scratch where even that fails. Windows line ends stay.
 */
function rewrite(text: string, from: Fields, to: Fields): string {
  const crlf = text.includes('\r\n')
  const body = crlf ? text.replaceAll('\r\n', '\n') : text
  for (const attempt of [() => apply(body, splices(body, from, to)), () => byDocument(body, from, to)]) {
    const out = tried(attempt)
    const { tree } = out === null ? { tree: null } : parse('', out, 0)
    if (out !== null && tree !== null && agree(plain(tree, root), to)) return crlf ? out.replaceAll('\n', '\r\n') : out
  }
  return `#cloud-config\n${stringify(to, { lineWidth: 0 })}`
}

function tried(attempt: () => string): string | null {
  try {
    return attempt()
  } catch (error) {
    if (error instanceof Unspliceable) return null
    throw error
  }
}

function byDocument(text: string, from: Fields, to: Fields): string {
  const doc = parseDocument(text, { stringKeys: true, prettyErrors: false, logLevel: 'silent', merge: true })
  change(doc, [], from, to)
  return doc.toString({ lineWidth: 0 })
}

function change(doc: Document, path: Path, from: Value | undefined, to: Value): void {
  if (equal(from, to)) return
  if (!isFields(from) || !isFields(to)) return doc.setIn(path, doc.createNode(to))
  for (const key of Object.keys(from)) if (!Object.hasOwn(to, key)) doc.deleteIn([...path, key])
  for (const [key, value] of Object.entries(to)) change(doc, [...path, key], field(from, key), value)
}

/** A tree as plain data, in which text that looks like another number than it is written stays text: 0644, 1.10. */
function plain(tree: Tree, shape: Shape | undefined): Value {
  const { value, source } = tree
  if (isList(value)) return value.map((item, i) => plain(item, shape && step(shape, i)))
  if (isMap(value))
    return Object.fromEntries([...value].map(([key, child]) => [key, plain(child, shape && step(shape, key))]))
  const wantsText = shape?.is === 'string' || (shape?.is === 'any' && shape.of.some((one) => one.is === 'string'))
  return wantsText && typeof value === 'number' && source !== undefined && source !== String(value) ? source : value
}

/** Whether setting the value would change nothing: the same, or the same text where text is wanted. */
function alike(old: Value | undefined, value: Value, path: Path): boolean {
  if (equal(old, value)) return true
  const text = spot(path)?.shape.is === 'string' && old !== null && value !== null
  return text && !isFields(old) && !isArray(old) && !isFields(value) && !isArray(value) && String(old) === String(value)
}

/** As `equal`, where a number in quotes is the number: the quotes of the old value are kept. */
function agree(a: Value | undefined, b: Value | undefined): boolean {
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((item, i) => agree(item, b[i]))
  if (isFields(a))
    return (
      isFields(b) &&
      Object.keys(a).length === Object.keys(b).length &&
      Object.keys(a).every((key) => agree(a[key], b[key]))
    )
  return a === b || (a !== null && b !== null && !isFields(b) && !isArray(b) && String(a) === String(b))
}

function pathOf(path: string | Path): Path {
  return typeof path === 'string' ? parsePath(path) : path
}
