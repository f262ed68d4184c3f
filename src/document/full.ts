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
import { maxDepth, Refusal, tooDeep } from './refusal.ts'
import { placeIn, type Source } from './source.ts'
import { syntax } from './syntax.ts'
import type { Leaf, Tree } from './tree.ts'

/** Nodes that aliases may add. */
const maxAliased = 10_000

/**
 * Any YAML 1.2 as a tree, by the parser that knows all of it; null with the problems when there is an error.
 * @throws {Refusal} when it is nested too deeply or aliases go astray
 */
export function readFully(
  source: Source,
  layer: number
): { readonly tree: Tree | null; readonly problems: readonly Problem[] } {
  const doc = quickly(source.text)
  const problems: Problem[] = []
  const lines = new Set<number>()
  for (const error of [...doc.errors, ...doc.warnings]) {
    const { line } = placeIn(source.starts, error.pos[0])
    if (lines.has(line)) continue // one mistake makes several errors in the same line
    lines.add(line)
    problems.push(problem(source, error.pos[0], syntax(error)))
  }
  if (doc.errors.length > 0) return { tree: null, problems }
  const reader = new Reader(source, layer)
  const root = doc.contents === null ? null : reader.tree(doc.contents, 0, 0)
  problems.push(...reader.problems)
  if (root === null || root.value === null) return { tree: empty(layer), problems }
  if (problems.some((p) => p.severity === 'error')) return { tree: null, problems }
  return { tree: root, problems }
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
