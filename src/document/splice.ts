import {
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  stringify,
  type YAMLMap,
  type YAMLSeq
} from 'yaml'
import { type Path, spot } from './shape.ts'
import { equal, field, type Fields, isArray, isFields, type Value } from './value.ts'

/** A stretch of a text and what takes its place. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The text is written in a way that cannot be changed piece by piece: aliases, explicit keys, lists in one line with their parent. */
export class Unspliceable extends Error {}

/**
 * The pieces of a YAML text to replace so that its value becomes another one, everything else staying as it is to the
 * byte: comments, order, quotes, indentation.
 */
export function splices(text: string, from: Value, to: Fields): readonly Splice[] {
  const doc = parseDocument(text, { stringKeys: true, prettyErrors: false, logLevel: 'silent' })
  const pen = new Pen(text)
  if (isMap(doc.contents)) pen.map(doc.contents, from, to, [])
  else pen.put(text.length, text.length, pen.block(to, 0))
  return pen.splices
}

/** The text with the pieces replaced; those at the same place in the order they were made. */
export function apply(text: string, pieces: readonly Splice[]): string {
  const ordered = pieces.map((piece, i) => ({ ...piece, i })).toSorted((a, b) => b.start - a.start || b.i - a.i)
  return ordered.reduce((out, { start, end, text: piece }) => out.slice(0, start) + piece + out.slice(end), text)
}

class Pen {
  readonly splices: Splice[] = []
  readonly #text: string
  readonly #style: { readonly indent: number; readonly indentSeq: boolean }

  constructor(text: string) {
    this.#text = text
    const [, outer = '', inner = ''] =
      /^( *)[^\s#-].*:[ \t]*(?:#.*)?\n(?:[ \t]*(?:#.*)?\n)*( +)[^\s#-]/m.exec(text) ?? []
    this.#style = {
      indent: Math.max(2, inner.length - outer.length),
      indentSeq: !/^( *)[^\s#-].*:[ \t]*(?:#.*)?\n\1- /m.test(text)
    }
  }

  put(start: number, end: number, text: string): void {
    const broken = start > 0 && this.#text[start - 1] !== '\n' && text.endsWith('\n') && start === end
    this.splices.push({ start, end, text: broken ? `\n${text}` : text })
  }

  map(node: YAMLMap, from: Value, to: Fields, path: Path): void {
    const old = isFields(from) ? from : {}
    if (node.flow === true) return this.#flowMap(node, old, to, path)
    const indent = this.#column(rangeOf(node.items[0]?.key)[0])
    for (const pair of node.items) {
      const key = keyOf(pair)
      if (key === '<<') continue // what it brings in can be overridden, not changed here
      const [before, after] = [field(old, key), field(to, key)]
      if (after === undefined) this.put(this.#lineStart(rangeOf(pair.key)[0], indent), this.#pairEnd(pair), '')
      else if (!equal(before, after)) this.#pair(pair, before ?? null, after, [...path, key], indent)
    }
    const written = new Set(node.items.map(keyOf))
    const added = Object.entries(to).filter(([key, value]) => !written.has(key) && !equal(field(old, key), value))
    const last = node.items.at(-1)
    if (added.length > 0 && last !== undefined)
      this.put(this.#pairEnd(last), this.#pairEnd(last), this.block(Object.fromEntries(added), indent))
  }

  #pair(pair: Pair, before: Value, after: Value, path: Path, indent: number): void {
    const node = pair.value as Node | null
    if (this.#inside(node, before, after, path)) return
    const [start, keyEnd] = rangeOf(pair.key)
    const inline =
      node !== null && rangeOf(node)[1] > keyEnd && !this.#text.slice(keyEnd, rangeOf(node)[1]).includes('\n')
    const rest = this.#text.slice(inline ? rangeOf(node)[1] : keyEnd + 1).split('\n', 1)[0] ?? ''
    const comment = /^\s*#/.test(rest) ? rest.trimEnd() : ''
    const text = this.block({ [keyOf(pair)]: after }, indent).slice(indent)
    this.put(start, this.#pairEnd(pair), comment === '' ? text : text.replace('\n', `${comment}\n`))
  }

  /** Changes within the value, when both the old and the new one are of the same build; false when it must be written anew. */
  #inside(node: Node | null, before: Value, after: Value, path: Path): boolean {
    if (node === null || ('anchor' in node && node.anchor !== undefined) || ('tag' in node && node.tag !== undefined))
      return false
    if (isMap(node) && isFields(after) && Object.keys(after).length > 0 && isFields(before)) {
      this.map(node, before, after, path)
      return true
    }
    if (isSeq(node) && isArray(after) && after.length > 0 && isArray(before)) {
      this.#list(node, before, after, path)
      return true
    }
    if (!isScalar(node) || isFields(after) || isArray(after)) return false
    const [start, end] = rangeOf(node)
    if (start === end || (node.type ?? '').startsWith('BLOCK') || String(after).includes('\n')) return false
    this.put(start, end, scalar(after, node, path))
    return true
  }

  #list(node: YAMLSeq, before: readonly Value[], after: readonly Value[], path: Path): void {
    if (node.flow === true) return this.#flow(node, after)
    const items = node.items as Node[]
    const same = (a: number, b: number): boolean => equal(before[a], after[b])
    let head = 0
    while (head < Math.min(before.length, after.length) && same(head, head)) head++
    let tail = 0
    while (
      tail < Math.min(before.length, after.length) - head &&
      same(before.length - 1 - tail, after.length - 1 - tail)
    )
      tail++
    const indent = this.#column(this.#dash(items[0]))
    const [gone, come] = [before.length - head - tail, after.length - head - tail]
    for (let i = head; i < head + Math.max(gone, come); i++) {
      const item = items[i]
      if (i < head + Math.min(gone, come)) this.#item(item, before[i] ?? null, after[i] ?? null, [...path, i], indent)
      else if (i < head + gone) this.put(this.#lineStart(this.#dash(item), indent), this.#nodeEnd(item), '')
    }
    if (come > gone) {
      const previous = items[head + gone - 1]
      const at = previous === undefined ? this.#lineStart(this.#dash(items[0]), indent) : this.#nodeEnd(previous)
      this.put(at, at, this.block(after.slice(head + gone, head + come), indent))
    }
  }

  #item(node: Node | undefined, before: Value, after: Value, path: Path, indent: number): void {
    if (this.#inside(node ?? null, before, after, path)) return
    this.put(this.#lineStart(this.#dash(node), indent), this.#nodeEnd(node), this.block([after], indent))
  }

  /** In one line values can change; keys that come or go have the collection written anew. */
  #flowMap(node: YAMLMap, old: Fields, to: Fields, path: Path): void {
    const mark = this.splices.length
    const all = Object.keys(to).length === node.items.length
    const done = node.items.every((pair) => {
      const key = keyOf(pair)
      const [before, after] = [field(old, key), field(to, key)]
      return (
        after !== undefined &&
        (equal(before, after) || this.#inside(pair.value as Node | null, before ?? null, after, [...path, key]))
      )
    })
    if (all && done) return
    this.splices.length = mark
    this.#flow(node, to)
  }

  #flow(node: YAMLMap | YAMLSeq, to: Value): void {
    const [start, end] = rangeOf(node)
    const padded = /^[{[]\s/.test(this.#text.slice(start, end))
    this.put(
      start,
      end,
      stringify(to, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: padded }).trimEnd()
    )
  }

  /** A value in block style, indented, ending with a line end. */
  block(value: Value, indent: number): string {
    const text = stringify(value, { lineWidth: 0, ...this.#style })
    return text.replaceAll(/^(?=.)/gm, ' '.repeat(indent))
  }

  #column(offset: number): number {
    return offset - (this.#text.lastIndexOf('\n', offset - 1) + 1)
  }

  /** Begin of a line that has nothing before the offset but its indentation. */
  #lineStart(offset: number, indent: number): number {
    if (this.#text.slice(offset - indent, offset).trim() !== '') throw new Unspliceable()
    return offset - indent
  }

  #dash(node: Node | undefined): number {
    const start = rangeOf(node)[0]
    const dash = this.#text.lastIndexOf('-', start - 1)
    if (dash === -1 || this.#text.slice(dash + 1, start).trim() !== '') throw new Unspliceable()
    return dash
  }

  #pairEnd(pair: Pair): number {
    return pair.value === null ? this.#lineEnd(rangeOf(pair.key)[1]) : this.#nodeEnd(pair.value as Node)
  }

  #nodeEnd(node: Node | undefined): number {
    return this.#lineEnd(rangeOf(node)[1])
  }

  /** Where the next line begins. */
  #lineEnd(offset: number): number {
    if (this.#text[offset - 1] === '\n') return offset
    const end = this.#text.indexOf('\n', offset)
    return end === -1 ? this.#text.length : end + 1
  }
}

function keyOf(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : '')
}

function rangeOf(node: unknown): readonly [number, number] {
  const range = (node as Node | null | undefined)?.range
  if (range === null || range === undefined) throw new Unspliceable()
  return [range[0], range[1]]
}

/** A scalar in the quotes the old one had, where the new one is text as well. */
function scalar(value: string | number | boolean | null, old: Scalar, path: Path): string {
  const text = typeof value === 'string' || (value !== null && spot(path)?.shape.is === 'string')
  if (text && old.type === 'QUOTE_DOUBLE') return JSON.stringify(String(value))
  if (text && old.type === 'QUOTE_SINGLE') return `'${String(value).replaceAll("'", "''")}'`
  const plain = stringify(value, { lineWidth: 0 }).trimEnd()
  return typeof value === 'string' && /[,[\]{}]/.test(plain) && !/^["']/.test(plain) ? JSON.stringify(value) : plain
}
