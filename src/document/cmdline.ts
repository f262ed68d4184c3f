import { parse } from './parse.ts'
import { parsePath } from './path.ts'
import { type Path, spot } from './shape.ts'
import { isList, isMap, type Tree } from './tree.ts'

/** One argument of the kernel command line that sets a key. */
export interface Argument {
  readonly path: Path
  readonly tree: Tree
  /** Where the word begins and ends in the command line. */
  readonly start: number
  readonly end: number
}

/**
 * The words `rancher.<path>=<yaml>` and `cc.<path>=<yaml>` of a command line, in order. Quotes and brackets protect
 * spaces, a word without `=` means true, and a value that is not YAML is text. Whether the schema knows the key is not
 * asked here.
 */
export function parseCmdline(text: string, layer: number): readonly Argument[] {
  return words(text).flatMap(({ start, end }) => argument(text, start, end, layer) ?? [])
}

/** The command line as the kernel keeps it, and what stands after `--` for init alone. */
export function splitCmdline(text: string): { readonly kernel: string; readonly init: string } {
  const stop = words(text).find(({ start, end }) => text.slice(start, end) === '--')
  return stop === undefined
    ? { kernel: text, init: '' }
    : { kernel: text.slice(0, stop.start), init: text.slice(stop.end) }
}

/** The words of a command line as they stand; quotes and brackets protect spaces. */
export function splitWords(text: string): readonly string[] {
  return words(text).map(({ start, end }) => text.slice(start, end))
}

function words(text: string): readonly { readonly start: number; readonly end: number }[] {
  const found: { start: number; end: number }[] = []
  let quote = ''
  let depth = 0
  let start = -1
  for (let i = 0; i <= text.length; i++) {
    const c = text[i] ?? ' '
    const space = c === ' ' || c === '\n' || c === '\t'
    if (i === text.length || (space && quote === '' && depth <= 0)) {
      if (start !== -1) found.push({ start, end: i })
      start = -1
      depth = 0
      continue
    }
    if (start === -1 && !space) start = i
    if (quote !== '') quote = c === quote ? '' : quote
    else if (c === '"' || c === "'") quote = c
    else if (c === '[' || c === '{') depth++
    else if (c === ']' || c === '}') depth--
  }
  return found
}

function argument(text: string, from: number, to: number, layer: number): Argument | null {
  const wrapped = /^(["'])(?:rancher|cc)\./.test(text.slice(from, to)) && text[to - 1] === text[from]
  const [start, end] = wrapped ? [from + 1, to - 1] : [from, to]
  const word = text.slice(start, end)
  if (!/^(rancher|cc)\.[^.=]/.test(word)) return null
  const equals = word.indexOf('=')
  const key = equals === -1 ? word : word.slice(0, equals)
  const path = parsePath(key.startsWith('cc.') ? key.slice(3) : key)
  const at = equals === -1 ? start : start + equals + 1
  const tree =
    equals === -1 ? { layer, key: start, at, value: true } : valueTree(word.slice(equals + 1), start, at, layer, path)
  return { path, tree, start: from, end: to }
}

/**
 * A value as a person types it after a key, on the kernel command line or for `ros config set`: YAML, but where the
 * schema wants text everything that is not quoted is text, be it `a: b`, `*x` or `{`.
 */
export function valueTree(text: string, key: number, at: number, layer: number, path: Path): Tree {
  const plain: Tree = { layer, key, at, value: text }
  const shape = spot(path)?.shape
  const quoted = /^(["']).*\1$/s.test(text)
  if (shape?.is === 'string' && !quoted && text !== 'null') return plain
  if (text === '' || text === 'null' || text === '~') return { ...plain, value: null }
  const { tree } = parse('', text, layer)
  const strayMap = tree !== null && isMap(tree.value) && (shape?.is === 'any' || shape?.is === 'list')
  return tree === null || strayMap ? plain : { ...shift(tree, at), key }
}

function shift(tree: Tree, by: number): Tree {
  const { value } = tree
  const inner = isList(value)
    ? value.map((item) => shift(item, by))
    : isMap(value)
      ? new Map([...value].map(([name, child]) => [name, shift(child, by)]))
      : value
  return { ...tree, key: tree.key + by, at: tree.at + by, value: inner }
}

/** One argument as a layer of its own. */
export function argumentTree(arg: Argument): Tree {
  const { layer, key, at } = arg.tree
  return arg.path.reduceRight<Tree>(
    (tree, name) => ({ layer, key, at, value: new Map([[String(name), tree]]) }),
    arg.tree
  )
}

/**
 * All arguments as one tree, later ones over earlier ones; only `rancher.autologin` collects, for boot menus append
 * one terminal after the other.
 */
export function argumentsTree(args: readonly Argument[], layer: number): Tree {
  const terminals = args.filter((arg) => arg.path.join('.') === 'rancher.autologin')
  const items = terminals.flatMap(({ tree }) => (isList(tree.value) ? tree.value : [tree]))
  const last = terminals.at(-1)
  const collected = last === undefined ? [] : [{ ...last, tree: { ...last.tree, value: items } }]
  const none: Tree = { layer, key: 0, at: 0, value: new Map() }
  return [...args.filter((arg) => !terminals.includes(arg)), ...collected].map(argumentTree).reduce(overlay, none)
}

/** As merging does, but a null stays: it takes away from the layers below, not from this one. */
function overlay(below: Tree, above: Tree): Tree {
  if (!isMap(below.value) || !isMap(above.value)) return above
  const out = new Map(below.value)
  for (const [key, child] of above.value) {
    const before = out.get(key)
    out.set(key, before === undefined ? child : overlay(before, child))
  }
  return { ...below, value: out }
}
