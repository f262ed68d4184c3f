import { foreign } from './foreign.ts'
import { showPath } from './path.ts'
import { type Complaint, type Problem, problem } from './problem.ts'
import validator, { type SchemaError } from './schema.gen.js'
import { type Path, root, type Shape, spot } from './shape.ts'
import type { Source } from './source.ts'
import { suggest } from './suggest.ts'
import { isList, isMap, nearest, type Tree, toData, treeAt } from './tree.ts'

/** Everything the schema has against a layer, each at its place; an empty list when it is valid. */
export function validate(source: Source, tree: Tree): readonly Problem[] {
  if (validator(toData(tree))) return []
  const found = collapse(validator.errors ?? []).map((error) => explain(source, tree, error))
  const seen = new Set<string>()
  return found
    .filter((p) => {
      const id = `${p.line}:${p.column}:${p.key}:${p.message}`
      return !seen.has(id) && seen.add(id)
    })
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
}

/**
 * An anyOf that fails reports every branch. Where a branch got further in, its complaints are the useful ones;
 * otherwise the anyOf says it once.
 */
function collapse(errors: readonly SchemaError[]): readonly SchemaError[] {
  const unions = new Set(errors.filter((error) => error.keyword === 'anyOf').map((error) => error.instancePath))
  const deeper = new Set(
    errors.filter((error) => error.keyword !== 'anyOf').flatMap((error) => above(error.instancePath))
  )
  return errors.filter((error) => {
    if (error.propertyName !== undefined && error.keyword !== 'propertyNames') return false
    if (!unions.has(error.instancePath)) return true
    return deeper.has(error.instancePath) ? false : error.keyword === 'anyOf'
  })
}

/** The pointers to all that a place is in. */
function above(pointer: string): readonly string[] {
  const found: string[] = []
  for (let end = pointer.lastIndexOf('/'); end > 0; end = pointer.lastIndexOf('/', end - 1))
    found.push(pointer.slice(0, end))
  return found
}

function pathOf(tree: Tree, pointer: string): Path {
  const path: (string | number)[] = []
  for (const word of pointer.split('/').slice(1)) {
    const key = word.replaceAll('~1', '/').replaceAll('~0', '~')
    path.push(isList(treeAt(tree, path)?.value ?? null) ? Number(key) : key)
  }
  return path
}

function explain(source: Source, tree: Tree, error: SchemaError): Problem {
  const path = pathOf(tree, error.instancePath)
  const here = nearest(tree, path)
  const { keyword, params } = error
  const at = (offset: number, full: Path, complaint: Omit<Complaint, 'key'>): Problem =>
    problem(source, offset, { ...complaint, key: showPath(full), secret: spot(full)?.secret ?? false })
  switch (keyword) {
    case 'additionalProperties':
      return unknownKey(source, tree, path, String(params['additionalProperty']))
    case 'propertyNames': {
      const name = String(params['propertyName'])
      const keys = shapeAt(path)
      const expected = keys?.is === 'map' && keys.names !== undefined ? keys.names : ''
      return at(treeAt(tree, [...path, name])?.key ?? here.key, [...path, name], {
        code: 'ROS_DOC_BAD_KEY',
        message: `\`${name}\` cannot be a name here`,
        expected
      })
    }
    case 'required':
      return at(here.at, path, {
        code: 'ROS_DOC_MISSING_KEY',
        message: `\`${String(params['missingProperty'])}\` is missing`,
        fix: `add \`${String(params['missingProperty'])}:\``
      })
    default:
      return at(here.at, path, { ...wrongValue(here, path, keyword, params) })
  }
}

function shapeAt(path: Path): Shape | undefined {
  return spot(path)?.shape
}

/** Where a person may have meant an unknown key to stand. */
const homes: readonly Path[] = [[], ['rancher'], ['rancher', 'network'], ['rancher', 'state'], ['rancher', 'docker']]

function unknownKey(source: Source, tree: Tree, path: Path, key: string): Problem {
  const full = [...path, key]
  const shape = shapeAt(path)
  const keys = shape === undefined ? [] : Object.keys(keysOf(shape))
  const known = foreign(full)
  const meant = known === null ? suggest(key, keys) : null
  const home = homes.find((one) => Object.hasOwn(keysOf(shapeAt(one) ?? root), key))
  const where = home === undefined ? null : showPath([...home, key])
  const message = `unknown key${meant === null ? '' : `, did you mean \`${meant}\`?`}`
  const moved = where === null ? 'remove it' : `move it: the document has it as \`${where}\``
  const fix = known ?? (meant === null ? moved : `rename it to \`${meant}\``)
  const all = path.length === 0 ? 'ros config explain' : `ros config explain ${showPath(path)}`
  const expected = keys.length > 14 ? `a key that \`${all}\` lists` : `one of ${keys.join(', ')}`
  return problem(source, treeAt(tree, full)?.key ?? nearest(tree, path).key, {
    code: 'ROS_DOC_UNKNOWN_KEY',
    key: showPath(full),
    message,
    expected,
    fix
  })
}

function keysOf(shape: Shape): Readonly<Record<string, Shape>> {
  if (shape.is === 'any') return Object.assign({}, ...shape.of.map(keysOf))
  return shape.is === 'map' ? (shape.keys ?? {}) : {}
}

function wrongValue(tree: Tree, path: Path, keyword: string, params: SchemaError['params']): Omit<Complaint, 'key'> {
  const shape = shapeAt(path)
  const secret = spot(path)?.secret ?? false
  const got = secret ? 'the value' : show(tree)
  switch (keyword) {
    case 'enum': {
      const among = shape?.is === 'string' ? (shape.among ?? []) : []
      const meant = suggest(typeof tree.value === 'string' ? tree.value : '', among)
      const message = `${got} is not one of the values allowed${meant === null ? '' : `, did you mean \`${meant}\`?`}`
      return {
        code: 'ROS_DOC_VALUE',
        message,
        expected: `one of ${among.map((word) => (word === '' ? '""' : word)).join(', ')}`,
        fix: meant === null ? 'write one of them' : `write \`${meant}\``
      }
    }
    case 'pattern': {
      const like = shape?.is === 'string' ? shape.like : undefined
      return {
        code: 'ROS_DOC_VALUE',
        message: `${got} cannot be used here`,
        expected: like === undefined ? '' : `something like \`${like}\``
      }
    }
    case 'minimum':
      return { code: 'ROS_DOC_RANGE', message: `${got} is too small`, expected: `at least ${String(params['limit'])}` }
    case 'maximum':
      return { code: 'ROS_DOC_RANGE', message: `${got} is too large`, expected: `at most ${String(params['limit'])}` }
    case 'minItems':
      return {
        code: 'ROS_DOC_RANGE',
        message: 'the list is too short',
        expected: `at least ${String(params['limit'])} elements`
      }
    case 'maxItems':
      return {
        code: 'ROS_DOC_RANGE',
        message: 'the list is too long',
        expected: `at most ${String(params['limit'])} elements`
      }
    default: {
      const wanted = shape === undefined ? '' : name(shape)
      const fix =
        shape?.is === 'list' && !isList(tree.value) && !isMap(tree.value) && !secret
          ? `write it as a list: [${tree.value ?? ''}]`
          : `write ${wanted}`
      return {
        code: 'ROS_DOC_TYPE',
        message: `must be ${wanted}${secret ? '' : `, not ${got}`}`,
        expected: wanted,
        fix
      }
    }
  }
}

/** The value as a message names it. */
function show(tree: Tree): string {
  const { value } = tree
  if (isList(value)) return 'a list'
  if (isMap(value)) return 'a map'
  if (value === null) return 'nothing'
  const text = String(value)
  return `\`${text.length > 40 ? `${text.slice(0, 40)}…` : text.replaceAll('\n', ' ')}\``
}

const names = {
  string: 'text',
  integer: 'a whole number',
  boolean: 'true or false',
  list: 'a list',
  map: 'a map of keys'
} as const

function name(shape: Shape): string {
  if (shape.is === 'any') return shape.of.map(name).join(' or ')
  return shape.is === 'list' && shape.of.is === 'string' ? 'a list of texts' : names[shape.is]
}
