import { argumentsTree, argumentTree, parseCmdline } from './cmdline.ts'
import { type Choice, choose } from './included.ts'
import { isByHand, type Layer } from './layers.ts'
import { withoutLineOnly } from './line-only.ts'
import { type Metadata, metadataOf } from './metadata.ts'
import { normalise } from './normalise.ts'
import { notActed } from './not-acted.ts'
import { parseIndex } from '../repository/index.ts'
import { parse } from './parse.ts'
import { isError, leftOut, type Problem, problem } from './problem.ts'
import { secretLines, unquoted } from './secret-lines.ts'
import { type Source, sourceOf } from './source.ts'
import { substitute } from './substitute.ts'
import { isList, isMap, type Tree } from './tree.ts'
import { validate } from './validate.ts'

/** One layer, read, brought into one form and checked by itself. */
export interface Prepared {
  readonly source: Source
  /** Null when nothing of it can be used. */
  readonly tree: Tree | null
  readonly problems: readonly Problem[]
}

/** All layers, each prepared, in their order; that of metadata is taken out of them. */
export interface Layers {
  readonly prepared: readonly Prepared[]
  readonly metadata: Metadata | null
  /** What there is to say of definitions that are asked for. */
  readonly findings: Choice['findings']
}

/** Layers of the last time. An edit changes one of them, and parsing all the others again is nine tenths of the work. */
let last: { readonly addresses: string; readonly layers: readonly Layer[]; readonly prepared: readonly Prepared[] } = {
  addresses: '',
  layers: [],
  prepared: []
}

/** Of a definition nobody asks for. */
const UNASKED: Prepared = { source: sourceOf('', ''), tree: null, problems: [] }

/** Reads every layer; one that is as it was the last time is not read again. Of definitions those that the others ask for. */
export function prepareAll(layers: readonly Layer[]): Layers {
  const at = layers.findIndex(({ kind }) => kind === 'metadata')
  const about = at === -1 ? null : prepareMetadata(layers[at]?.text ?? '', at)
  const metadata = about?.metadata ?? null
  const addresses = JSON.stringify([...(metadata?.addresses ?? [])])
  const before = last
  const read = (layer: Layer, i: number): Prepared => {
    if (about !== null && i === at) return about.prepared
    const [old, done] = [before.layers[i], before.prepared[i]]
    const known = before.addresses === addresses && old !== undefined && same(old, layer)
    return known && done !== undefined && done !== UNASKED ? done : prepare(layer, i, metadata)
  }
  const asking = layers.map((layer, i) => (layer.kind === 'definition' ? UNASKED : read(layer, i)))
  const { chosen, findings } = choose(layers, soundOf(asking))
  const prepared = layers.map((layer, i) => (chosen.has(i) ? read(layer, i) : (asking[i] ?? UNASKED)))
  last = { addresses, layers, prepared }
  return { prepared, metadata, findings }
}

/** The trees of layers without errors. */
export function soundTrees(layers: readonly Layer[]): readonly (Tree | null)[] {
  return soundOf(prepareAll(layers).prepared)
}

function soundOf(prepared: readonly Prepared[]): readonly (Tree | null)[] {
  return prepared.map(({ tree, problems }) => (problems.some(isError) ? null : tree))
}

function same(a: Layer, b: Layer): boolean {
  return (['name', 'kind', 'file', 'text', 'unreadable'] as const).every((key) => a[key] === b[key])
}

/** What a data source says is judged key by key, and left out by itself: whoever wrote it is not here to mend it. */
function prepareMetadata(text: string, index: number): { readonly metadata: Metadata; readonly prepared: Prepared } {
  const source = sourceOf('metadata', text)
  const { tree, addresses } = metadataOf(text, index)
  const problems: Problem[] = []
  const sound = [...(isMap(tree.value) ? tree.value : [])].filter(([key, child]) => {
    const errors = validate(source, { ...tree, value: new Map([[key, child]]) }).filter(isError)
    problems.push(...errors.map((error) => leftOut(error, 'it')))
    return errors.length === 0
  })
  return {
    metadata: { tree: { ...tree, value: new Map(sound) }, addresses },
    prepared: { source, tree: null, problems }
  }
}

/** More problems than this in one layer help nobody. */
const most = 200

function prepare(layer: Layer, index: number, metadata: Metadata | null): Prepared {
  const prepared = prepareAny(layer, index, metadata)
  const more = prepared.problems.length - most
  if (more <= 0) return prepared
  const severity = prepared.problems.some(isError) ? 'error' : 'warning'
  const rest = problem(prepared.source, null, {
    code: 'ROS_DOC_MORE',
    severity,
    message: `${more} more problems are not told`,
    fix: 'mend those that are told, and look again'
  })
  return { ...prepared, problems: [...prepared.problems.slice(0, most), rest] }
}

function prepareAny(layer: Layer, index: number, metadata: Metadata | null): Prepared {
  if (layer.unreadable !== undefined && layer.kind !== 'repository') {
    const source = sourceOf(layer.name, '')
    const complaint = {
      code: 'ROS_DOC_UNREADABLE',
      message: `cannot be read: ${layer.unreadable}`,
      fix: `look at ${layer.file}`
    } as const
    return { source, tree: null, problems: [problem(source, null, complaint)] }
  }
  if (layer.kind === 'repository') return prepareIndex(layer)
  if (layer.kind === 'definition') return prepareDefinition(layer, index, metadata)
  return layer.kind === 'cmdline' || layer.kind === 'arguments'
    ? prepareArguments(layer, index)
    : prepareText(layer, index, metadata)
}

/** An index is no part of the document: only what is wrong with it counts. */
function prepareIndex({ name, text }: Layer): Prepared {
  return { source: sourceOf(name, text), tree: null, problems: parseIndex(name, text).problems }
}

/** Whoever wrote a definition is not here to mend it: it is left out as a whole. */
function prepareDefinition(layer: Layer, index: number, metadata: Metadata | null): Prepared {
  const prepared = prepareText(layer, index, metadata)
  if (!prepared.problems.some(isError)) return prepared
  const problems = prepared.problems.map((one) => (isError(one) ? leftOut(one, 'the definition') : one))
  return { ...prepared, tree: null, problems }
}

function prepareText(layer: Layer, index: number, metadata: Metadata | null): Prepared {
  const parsed = parse(layer.name, layer.text, index)
  const { source } = parsed
  if (parsed.tree === null) return parsed
  if (!isMap(parsed.tree.value))
    return { source, tree: null, problems: [...parsed.problems, notAMap(source, parsed.tree)] }
  const whole = isCompose(layer) ? asServices(parsed.tree) : parsed.tree
  const filled = substitute(source, whole, metadata?.addresses ?? new Map())
  const normal = normalise(source, filled.tree)
  const { tree, problems } = withoutLineOnly(source, normal.tree, layer.kind)
  const hints = isByHand(layer.kind) ? [...(isCompose(layer) ? [] : header(source)), ...notActed(source, tree)] : []
  const all = [
    ...parsed.problems,
    ...hints,
    ...filled.problems,
    ...normal.problems,
    ...problems,
    ...validate(source, normal.tree)
  ]
  if (all.length === 0) return { source, tree, problems: all }
  const secret = secretLines(source, normal.tree)
  return { source, tree, problems: all.map((one) => unquoted(one, secret)) }
}

/** A definition is a map of services, and so is user-data whose first line is `#compose` (RancherOS: config/cloudinit/config). */
function isCompose({ kind, text }: Layer): boolean {
  return kind === 'definition' || (kind === 'conf' && /^#compose[ \t]*\r?$/m.test(text.split('\n', 1)[0] ?? ''))
}

function asServices(tree: Tree): Tree {
  return { ...tree, value: new Map([['rancher', { ...tree, value: new Map([['services', tree]]) }]]) }
}

function notAMap(source: Source, tree: Tree): Problem {
  return problem(source, tree.at, {
    code: 'ROS_DOC_NOT_A_MAP',
    message: `the document is ${isList(tree.value) ? 'a list' : 'a plain text'}`,
    expected: 'keys with values, such as `hostname: web-1`',
    fix: 'look whether the file is the one you meant'
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
    problems.push(...errors.map((error) => leftOut(error, 'the argument')))
    return errors.length === 0
  })
  const { tree } = normalise(source, argumentsTree(good, index))
  return { source, tree: isMap(tree.value) ? tree : null, problems: [...problems, ...notActed(source, tree)] }
}
