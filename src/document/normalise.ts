import { showPath } from './path.ts'
import { type Complaint, type Problem, problem } from './problem.ts'
import { type Path, root, type Shape, spot, step } from './shape.ts'
import type { Source } from './source.ts'
import { isList, isMap, type Tree } from './tree.ts'

/**
 * Gives every value the one form the rest reads: text where text is wanted (as it was written, so 0644 stays 0644),
 * booleans for the yes and on of YAML 1.1, lists for single values and maps for lists of pairs where the schema allows
 * both. What does not fit is left as it is, for the validator to refuse. Null marks what a layer takes away; an
 * empty section takes nothing away, for nobody means to drop all of `rancher:` by leaving its content out.
 */
export function normalise(source: Source, tree: Tree): { readonly tree: Tree; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const tell = (offset: number, complaint: Complaint): void => {
    problems.push(problem(source, offset, complaint))
  }
  return { tree: shaped(tree, root, [], tell), problems }
}

type Tell = (offset: number, complaint: Complaint) => void

/** The same tree where nothing is to be changed; `path` is that of the tree, and as it was when this is done. */
function shaped(tree: Tree, shape: Shape, path: (string | number)[], tell: Tell): Tree {
  const { value } = tree
  switch (shape.is) {
    case 'string':
      if (value === null || typeof value === 'string') return bare(tree, value)
      return isList(value) || isMap(value)
        ? tree.source === undefined
          ? tree
          : bare(tree, tree.source)
        : asWritten(tree, path, tell)
    case 'integer':
      return typeof value === 'string' && /^[+-]?\d{1,15}$/.test(value) ? bare(tree, Number(value)) : tree
    case 'boolean':
      return flag(tree, path, tell)
    case 'list':
      if (isList(value)) return bare(tree, items(value, shape.of, path, tell))
      return shape.one === true && value !== null && !isMap(value)
        ? bare(tree, [inside(tree, 0, shape.of, path, tell)])
        : tree
    case 'map':
      if (isMap(value)) return bare(tree, entries(value, shape, path, tell))
      return shape.pairs === true && isList(value) ? bare(tree, pairs(value, shape.rest, path, tell)) : tree
    case 'any': {
      const kind = isList(value)
        ? ['list']
        : isMap(value)
          ? ['map']
          : [typeof value === 'number' ? 'integer' : 'string', 'string']
      const branch = shape.of.find((one) => kind.includes(one.is))
      return branch === undefined ? tree : shaped(tree, branch, path, tell)
    }
  }
}

function inside(tree: Tree, key: string | number, shape: Shape, path: (string | number)[], tell: Tell): Tree {
  path.push(key)
  const out = shaped(tree, shape, path, tell)
  path.pop()
  return out
}

function items(value: readonly Tree[], of: Shape, path: (string | number)[], tell: Tell): readonly Tree[] {
  const out = value.map((item, i) => inside(item, i, of, path, tell))
  return out.every((item, i) => item === value[i]) ? value : out
}

/** A number or true where text is wanted: what was typed counts, 0644 is not 420. */
function asWritten(tree: Tree, path: Path, tell: Tell): Tree {
  const { value } = tree
  if (isList(value) || isMap(value)) return tree
  const source = tree.source ?? String(value)
  if (typeof value === 'number' && source !== String(value) && spot(path)?.secret !== true) {
    const message = `\`${source}\` is text here, and was read as it is written`
    tell(tree.at, { code: 'ROS_DOC_LOOSE', severity: 'note', key: showPath(path), message, fix: `write "${source}"` })
  }
  return bare(tree, source)
}

function bare(tree: Tree, value: Tree['value']): Tree {
  return value === tree.value && tree.source === undefined
    ? tree
    : { layer: tree.layer, key: tree.key, at: tree.at, value }
}

const words: ReadonlyMap<string, boolean> = new Map([
  ...['y', 'yes', 'on', 'true', '1'].map((word) => [word, true] as const),
  ...['n', 'no', 'off', 'false', '0'].map((word) => [word, false] as const)
])

function flag(tree: Tree, path: Path, tell: Tell): Tree {
  const { value } = tree
  if (typeof value !== 'string' && typeof value !== 'number') return tree
  const meant = words.get(String(value).toLowerCase())
  if (meant === undefined) return tree
  if (String(value) !== String(meant)) {
    const message = `\`${value}\` was read as ${meant}`
    tell(tree.at, { code: 'ROS_DOC_LOOSE', severity: 'note', key: showPath(path), message, fix: `write ${meant}` })
  }
  return bare(tree, meant)
}

function entries(
  value: ReadonlyMap<string, Tree>,
  shape: Shape,
  path: (string | number)[],
  tell: Tell
): ReadonlyMap<string, Tree> {
  let same = true
  const out = new Map<string, Tree>()
  for (const [key, child] of value) {
    const next = step(shape, key)
    const section =
      next?.is === 'map' && (next.keys === undefined || shape.is !== 'map' || Object.hasOwn(shape.keys ?? {}, key))
    const before = out.size
    if (next === undefined) out.set(key, child)
    // Compose's `networks: { backend: }` is an entry without options, not one to take away
    else if (child.value === null && shape.is === 'map' && shape.pairs === true && next.is === 'map')
      out.set(key, bare(child, new Map()))
    else if (child.value === null && section) {
      const message = 'is empty and changes nothing'
      tell(child.key, {
        code: 'ROS_DOC_EMPTY_SECTION',
        severity: 'warning',
        key: showPath([...path, key]),
        message,
        fix: 'remove it, or set the keys in it to null to take them away'
      })
    } else out.set(key, inside(child, key, next, path, tell))
    same &&= out.size > before && out.get(key) === child
  }
  return same ? value : out
}

/** `[a=b, c]` as `{ a: b, c: '' }`; where the values are sections, names alone. */
function pairs(items: readonly Tree[], rest: Shape | undefined, path: (string | number)[], tell: Tell): Tree['value'] {
  const out = new Map<string, Tree>()
  for (const item of items) {
    const text = item.source ?? item.value
    if (typeof text !== 'string') return items
    const cut = rest?.is === 'string' ? text.indexOf('=') : -1
    const key = cut === -1 ? text : text.slice(0, cut)
    const value = rest?.is === 'string' ? (cut === -1 ? '' : text.slice(cut + 1)) : new Map<string, Tree>()
    out.set(key, rest === undefined ? bare(item, value) : inside(bare(item, value), key, rest, path, tell))
  }
  return out
}
