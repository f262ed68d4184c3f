import { createHash } from 'node:crypto'
import { check } from './check.ts'
import { argumentsTree, argumentTree, parseCmdline } from './cmdline.ts'
import type { Document } from './document.ts'
import { expand } from './expand.ts'
import { isByHand, type Layer } from './layers.ts'
import { withoutLineOnly } from './line-only.ts'
import { merge } from './merge.ts'
import { normalise } from './normalise.ts'
import { notActed } from './not-acted.ts'
import { parse } from './parse.ts'
import { showPath } from './path.ts'
import { type Problem, problem } from './problem.ts'
import { spot } from './shape.ts'
import { type Source, sourceOf } from './source.ts'
import { isList, isMap, nearest, type Tree, toData } from './tree.ts'
import type { CloudConfig } from './types.gen.ts'
import { validate } from './validate.ts'

export type Built =
  | { readonly ok: true; readonly document: Document }
  | { readonly ok: false; readonly problems: readonly Problem[] }

interface Prepared {
  readonly source: Source
  readonly tree: Tree | null
  readonly problems: readonly Problem[]
}

/**
 * Layers, low to high, to one document. A layer with an error refuses the whole: the machine keeps the document it has
 * rather than half of a new one. Only kernel arguments are left out one by one, with a warning, for nobody can mend
 * them while the machine runs.
 */
export function buildDocument(layers: readonly Layer[]): Built {
  const prepared = layers.map(remembered)
  last = layers.map((layer, i) => ({ layer, prepared: prepared[i] ?? prepare(layer, i) }))
  const problems = prepared.flatMap((one) => one.problems)
  if (problems.some(isError)) return { ok: false, problems }
  const tree = expand(mergeAll(prepared))
  // The validator has seen every layer, and merging makes nothing of a type that was in none of them.
  const data = toData(tree) as CloudConfig
  const found = [...check(data)].map(({ path, at = 'key', ...complaint }) => {
    const here = nearest(tree, path)
    return problem(prepared[here.layer]?.source ?? sourceOf('', ''), here[at === 'key' ? 'key' : 'at'], {
      key: showPath(path),
      secret: spot(path)?.secret ?? false,
      ...complaint
    })
  })
  const all = [...problems, ...found]
  if (found.some(isError)) return { ok: false, problems: all }
  const places = {
    tree,
    layers: layers.map(({ name, file, kind }, i) => ({ name, file, kind, starts: prepared[i]?.source.starts ?? [0] }))
  }
  return { ok: true, document: { data, places, problems: all, hash: hashOf(data) } }
}

/**
 * The best document there is when the layers as they are cannot be one and none is in force yet, at boot: layers with
 * errors are left out, and so are layers from the top down until what is left builds.
 */
export function salvage(layers: readonly Layer[]): {
  readonly document: Document
  readonly problems: readonly Problem[]
} {
  const built = buildDocument(layers)
  if (built.ok) return { document: built.document, problems: [] }
  const sound = layers.map((layer, i) => (prepare(layer, i).problems.some(isError) ? emptied(layer) : layer))
  for (let kept = sound.length; kept >= 0; kept--) {
    const less = buildDocument(sound.map((layer, i) => (i < kept ? layer : emptied(layer))))
    if (less.ok) return { document: less.document, problems: built.problems }
  }
  throw new Error('empty layers must make a document')
}

function emptied({ name, file, kind }: Layer): Layer {
  return { name, file, kind, text: '' }
}

function isError(found: Problem): boolean {
  return found.severity === 'error'
}

/** Layers of the last build. An edit changes one of them, and parsing all the others again is nine tenths of the work. */
let last: readonly { readonly layer: Layer; readonly prepared: Prepared }[] = []

function remembered(layer: Layer, index: number): Prepared {
  const before = last[index]
  const same = (['name', 'kind', 'file', 'text', 'unreadable'] as const).every(
    (key) => before?.layer[key] === layer[key]
  )
  return before !== undefined && same ? before.prepared : prepare(layer, index)
}

/** More problems than this in one layer help nobody. */
const most = 200

function prepare(layer: Layer, index: number): Prepared {
  const prepared = prepareAny(layer, index)
  const more = prepared.problems.length - most
  if (more <= 0) return prepared
  const severity = prepared.problems.some(isError) ? 'error' : 'warning'
  const rest = problem(prepared.source, null, {
    code: 'ROS_DOC_MORE',
    severity,
    message: `${more} more problems are not told`
  })
  return { ...prepared, problems: [...prepared.problems.slice(0, most), rest] }
}

function prepareAny(layer: Layer, index: number): Prepared {
  if (layer.unreadable !== undefined) {
    const source = sourceOf(layer.name, '')
    const complaint = {
      code: 'ROS_DOC_UNREADABLE',
      message: `cannot be read: ${layer.unreadable}`,
      fix: `look at ${layer.file}`
    } as const
    return { source, tree: null, problems: [problem(source, null, complaint)] }
  }
  return layer.kind === 'cmdline' || layer.kind === 'arguments'
    ? prepareArguments(layer, index)
    : prepareText(layer, index)
}

function prepareText(layer: Layer, index: number): Prepared {
  const parsed = parse(layer.name, layer.text, index)
  const { source } = parsed
  if (parsed.tree === null) return parsed
  if (!isMap(parsed.tree.value))
    return { source, tree: null, problems: [...parsed.problems, notAMap(source, parsed.tree)] }
  const normal = normalise(source, parsed.tree)
  const { tree, problems } = withoutLineOnly(source, normal.tree)
  const hints = isByHand(layer.kind) ? [...header(source), ...notActed(source, tree)] : []
  return {
    source,
    tree,
    problems: [...parsed.problems, ...hints, ...normal.problems, ...problems, ...validate(source, normal.tree)]
  }
}

function notAMap(source: Source, tree: Tree): Problem {
  return problem(source, tree.at, {
    code: 'ROS_DOC_NOT_A_MAP',
    message: `the document is ${isList(tree.value) ? 'a list' : 'a plain text'}`,
    expected: 'keys with values, such as `hostname: web-1`'
  })
}

function header(source: Source): readonly Problem[] {
  if (source.text.trim() === '' || /^#cloud-config\s*$/m.test(source.text.split('\n', 1)[0] ?? '')) return []
  return [
    problem(source, 0, {
      code: 'ROS_DOC_HEADER',
      severity: 'warning',
      message: 'the first line is not `#cloud-config`',
      fix: 'add it: other tools tell a cloud-config by it'
    })
  ]
}

/** Each argument is judged alone, and left out alone. */
function prepareArguments(layer: Layer, index: number): Prepared {
  const source = sourceOf(layer.name, layer.text)
  const problems: Problem[] = []
  const good = parseCmdline(layer.text, index).filter((arg) => {
    const alone = normalise(source, argumentTree(arg))
    const errors = validate(source, alone.tree).filter(isError)
    problems.push(...alone.problems)
    problems.push(
      ...errors.map(
        (found): Problem => ({ ...found, severity: 'warning', message: `${found.message}; the argument is left out` })
      )
    )
    return errors.length === 0
  })
  const { tree } = normalise(source, argumentsTree(good, index))
  return { source, tree: isMap(tree.value) ? tree : null, problems: [...problems, ...notActed(source, tree)] }
}

function mergeAll(prepared: readonly Prepared[]): Tree {
  const none: Tree = { layer: 0, key: 0, at: 0, value: new Map() }
  return prepared.reduce((below, { tree }) => (tree === null ? below : merge(below, tree)), none)
}

function hashOf(data: CloudConfig): string {
  const sorted = (_key: string, value: unknown): unknown =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value
  return createHash('sha256').update(JSON.stringify(data, sorted)).digest('hex')
}
