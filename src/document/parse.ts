import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  type Scalar,
  type YAMLMap
} from 'yaml'
import { type Complaint, type Problem, problem } from './problem.ts'
import { placeIn, type Source, sourceOf } from './source.ts'
import { syntax } from './syntax.ts'
import type { Leaf, Tree } from './tree.ts'

/** A layer's text is at most this long: its syntax tree takes some sixty times as much, in a process of 80 MB. */
export const maxLength = 1024 * 1024
/** Deeper than this nothing in the schema goes. */
const maxDepth = 32
/** Nodes that aliases may add. */
const maxAliased = 10_000

/** Nesting with nothing in it: the parser needs seconds, and the whole stack, to find that out. */
const hollow = /(?:[[{] ?){1000}|(?:[-?] ){1000}/

export interface Parsed {
  readonly source: Source
  /** Null when the text could not be read; an empty text is an empty map. */
  readonly tree: Tree | null
  readonly problems: readonly Problem[]
}

/**
 * Reads one YAML text (1.2) into a tree with the offset of every key and value. A byte order mark is skipped, Windows
 * line ends are read as line ends and remarked upon; what cannot be read is a problem, never an exception.
 */
export function parse(name: string, text: string, layer: number): Parsed {
  const crlf = text.includes('\r\n')
  const body = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n')
  const source = sourceOf(name, body)
  const refuse = (offset: number | null, complaint: Complaint): Parsed => ({
    source,
    tree: null,
    problems: [problem(source, offset, complaint)]
  })
  if (text.length > maxLength) {
    return refuse(null, {
      code: 'ROS_DOC_TOO_LARGE',
      message: `is ${Math.ceil(text.length / 1024)} kB long`,
      expected: `at most ${maxLength / 1024} kB`,
      fix: 'keep large files outside the document and mount or download them'
    })
  }
  const binary = body.search(/[^\P{Cc}\t\n\v\f\r\u0085]|\ufffd/u)
  if (binary !== -1) {
    return refuse(null, {
      code: 'ROS_DOC_BINARY',
      message: 'is not a text in UTF-8',
      expected: 'a YAML text in UTF-8',
      fix: 'save it as UTF-8; unpack it if it is compressed'
    })
  }
  const bomb = body.search(hollow)
  if (bomb !== -1) return refuse(bomb, tooDeep)
  try {
    return read(source, layer, crlf)
  } catch (error) {
    if (error instanceof Refusal) return refuse(error.offset, error.complaint)
    if (error instanceof RangeError) return refuse(null, tooDeep)
    throw error
  }
}

const tooDeep: Complaint = {
  code: 'ROS_DOC_TOO_DEEP',
  message: 'the document is nested too deeply',
  expected: `at most ${maxDepth} levels`
}

class Refusal extends Error {
  readonly offset: number
  readonly complaint: Complaint
  constructor(offset: number, complaint: Complaint) {
    super(complaint.message)
    this.offset = offset
    this.complaint = complaint
  }
}

function read(source: Source, layer: number, crlf: boolean): Parsed {
  const doc = quickly(source.text)
  const problems: Problem[] = []
  const lines = new Set<number>()
  for (const error of [...doc.errors, ...doc.warnings]) {
    const { line } = placeIn(source.starts, error.pos[0])
    if (lines.has(line)) continue // one mistake makes several errors in the same line
    lines.add(line)
    problems.push(problem(source, error.pos[0], syntax(error)))
  }
  if (crlf) {
    problems.push(
      problem(source, null, {
        code: 'ROS_DOC_LINE_ENDS',
        severity: 'warning',
        message: 'has Windows line ends, which were read as plain ones',
        fix: `sed -i 's/\\r$//' ${source.name}`
      })
    )
  }
  if (doc.errors.length > 0) return { source, tree: null, problems }
  const reader = new Reader(source, layer)
  const root = doc.contents === null ? null : reader.tree(doc.contents, 0, 0)
  problems.push(...reader.problems)
  if (root === null || root.value === null) return { source, tree: empty(layer), problems }
  if (problems.some((p) => p.severity === 'error')) return { source, tree: null, problems }
  return { source, tree: root, problems }
}

/**
 * Duplicate keys are looked for here and not by the parser, which compares every key with every other. Traces of its
 * errors are not taken: in a file of nothing but errors they are most of the time.
 */
function quickly(text: string): Document.Parsed {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return parseDocument(text, { stringKeys: true, uniqueKeys: false, prettyErrors: false, logLevel: 'error' })
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

function empty(layer: number): Tree {
  return { layer, key: 0, at: 0, value: new Map() }
}

/** One reading: the anchors seen so far and how much aliases have added. */
class Reader {
  readonly problems: Problem[] = []
  readonly #source: Source
  readonly #layer: number
  readonly #anchors = new Map<string, { readonly tree: Tree; readonly nodes: number }>()
  #nodes = 0
  #aliased = 0

  constructor(source: Source, layer: number) {
    this.#source = source
    this.#layer = layer
  }

  tree(node: Node | null, key: number, depth: number): Tree {
    if (depth > maxDepth) throw new Refusal(node?.range?.[0] ?? key, tooDeep)
    this.#nodes++
    if (node === null) return { layer: this.#layer, key, at: key, value: null }
    const at = node.range?.[0] ?? key
    if (isAlias(node)) return { ...this.#resolve(node, at), key, at }
    const from = this.#nodes
    const tree = { layer: this.#layer, key: depth === 0 ? at : key, at, ...this.#value(node, depth) }
    const anchor = 'anchor' in node ? node.anchor : undefined
    if (anchor !== undefined) this.#anchors.set(anchor, { tree, nodes: this.#nodes - from + 1 })
    return tree
  }

  #value(node: Node, depth: number): Pick<Tree, 'value' | 'source'> {
    if (isMap(node)) return { value: this.#map(node, depth) }
    if (isSeq(node))
      return { value: node.items.map((item) => this.tree(item as Node, (item as Node).range?.[0] ?? 0, depth + 1)) }
    const { value, source } = node as Scalar
    const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    const leaf: Leaf = known ? value : value === null ? null : (source ?? '')
    return source === undefined || source === leaf ? { value: leaf } : { value: leaf, source }
  }

  #map(node: YAMLMap, depth: number): ReadonlyMap<string, Tree> {
    const entries = new Map<string, Tree>()
    const merged: Tree[] = []
    for (const pair of node.items) {
      const keyNode = isScalar(pair.key) ? pair.key : null
      const key = typeof keyNode?.value === 'string' ? keyNode.value : ''
      const offset = keyNode?.range?.[0] ?? node.range?.[0] ?? 0
      const tree = this.tree(pair.value as Node | null, offset, depth + 1)
      if (key === '<<' && keyNode?.type === 'PLAIN') merged.push(...(Array.isArray(tree.value) ? tree.value : [tree]))
      else if (key === '__proto__')
        this.#tell(offset, { code: 'ROS_DOC_BAD_KEY', message: 'no key can be called `__proto__`' })
      else if (entries.has(key)) this.#twice(key, offset, entries.get(key)?.key ?? 0)
      else entries.set(key, tree)
    }
    for (const { value } of merged) {
      if (value instanceof Map) for (const [key, tree] of value) if (!entries.has(key)) entries.set(key, tree)
    }
    return entries
  }

  #resolve(alias: Alias, at: number): Tree {
    const found = this.#anchors.get(alias.source)
    if (found === undefined) {
      throw new Refusal(at, {
        code: 'ROS_DOC_ALIAS',
        message: `no anchor \`&${alias.source}\` stands above`,
        fix: `quote the value if it begins with a plain star: "*${alias.source}"`
      })
    }
    this.#nodes += found.nodes
    this.#aliased += found.nodes
    if (this.#aliased > maxAliased) {
      throw new Refusal(at, {
        code: 'ROS_DOC_ALIAS',
        message: 'aliases make this document larger than it may be',
        expected: `at most ${maxAliased} values by way of aliases`
      })
    }
    return found.tree
  }

  #twice(key: string, offset: number, first: number): void {
    const line = this.#source.text.slice(0, first).split('\n').length
    this.#tell(offset, {
      code: 'ROS_DOC_DUPLICATE_KEY',
      key,
      message: `stands here for the second time; the first is in line ${line}`,
      fix: 'remove one of them, or put both contents under one'
    })
  }

  #tell(offset: number, complaint: Complaint): void {
    this.problems.push(problem(this.#source, offset, complaint))
  }
}
