import { check } from './check.ts'
import { parseCmdline } from './cmdline.ts'
import type { Document } from './document.ts'
import { expand } from './expand.ts'
import { type Layer, upwards } from './layers.ts'
import { merge } from './merge.ts'
import { withMetadata } from './metadata.ts'
import { showPath } from './path.ts'
import { type Layers, prepareAll } from './prepare.ts'
import { isError, leftOut, type Problem, problem } from './problem.ts'
import { secretLines, unquoted } from './secret-lines.ts'
import { spot } from './shape.ts'
import { sourceOf } from './source.ts'
import { nearest, type Tree, toData } from './tree.ts'
import type { CloudConfig } from './types.gen.ts'

export type Built =
  | { readonly ok: true; readonly document: Document }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Layers, low to high, to one document. A layer with an error refuses the whole: the machine keeps the document it has
 * rather than half of a new one. Only kernel arguments and definitions of repositories are left out one by one, with a
 * warning, for nobody can mend them while the machine runs.
 */
export function buildDocument(layers: readonly Layer[]): Built {
  const { attempt, told } = settled(layers)
  return finished(layers, attempt, told)
}

/** Definitions that count: those the document asks for, without what is left out for its errors. None where there is no document. */
export function countingDefinitions(layers: readonly Layer[]): readonly Layer[] {
  const { attempt, rest } = settled(layers)
  if (attempt.merged === null) return []
  return layers.filter((layer, i) => {
    return layer.kind === 'definition' && rest[i] === layer && attempt.prepared[i]?.tree !== null
  })
}

interface Settled {
  readonly attempt: Attempt
  /** The layers without what is left out. */
  readonly rest: readonly Layer[]
  /** What there is to say of that. */
  readonly told: readonly Problem[]
}

function settled(layers: readonly Layer[]): Settled {
  const told: Problem[] = []
  for (let rest = layers; ; ) {
    const attempt = attempted(rest)
    const faults = attempt.found.filter((one) => isError(one.problem) && isForeign(layers[one.layer]))
    const less = faults.reduce(withoutFault, rest)
    if (less === rest) return { attempt, rest, told }
    told.push(...faults.map((one) => leftOut(one.problem, whatOf(layers[one.layer]))))
    rest = less
  }
}

/** A complaint about the merged document, and where in which layer it is. */
interface Found {
  readonly problem: Problem
  readonly layer: number
  readonly offset: number
}

interface Attempt extends Layers {
  readonly problems: readonly Problem[]
  /** Null when a layer by itself refuses the document. */
  readonly merged: { readonly tree: Tree; readonly data: CloudConfig } | null
  readonly found: readonly Found[]
}

function attempted(layers: readonly Layer[]): Attempt {
  const read = prepareAll(layers)
  const { prepared } = read
  const problems = prepared.flatMap((one) => one.problems)
  if (problems.some(isError)) return { ...read, problems, merged: null, found: [] }
  const tree = expand(mergeAll(layers, read), layers)
  // The validator has seen every layer, and merging makes nothing of a type that was in none of them.
  const data = toData(tree) as CloudConfig
  const secrets = new Map<number, ReadonlySet<number>>()
  const found = [...read.findings, ...check(data)].map(({ path, at = 'key', ...complaint }): Found => {
    const here = nearest(tree, path)
    const { source, tree: own } = prepared[here.layer] ?? { source: sourceOf('', ''), tree: null }
    const lines = secrets.get(here.layer) ?? secretLines(source, own)
    secrets.set(here.layer, lines)
    const secret = spot(path)?.secret ?? false
    const offset = here[at === 'key' ? 'key' : 'at']
    const told = problem(source, offset, { key: showPath(path), secret, ...complaint })
    return { problem: unquoted(told, lines), layer: here.layer, offset }
  })
  return { ...read, problems, merged: { tree, data }, found }
}

function finished(layers: readonly Layer[], attempt: Attempt, told: readonly Problem[]): Built {
  const problems = [...attempt.problems, ...told, ...attempt.found.map((one) => one.problem)]
  if (attempt.merged === null || problems.some(isError)) return { ok: false, problems }
  const { tree, data } = attempt.merged
  const places = {
    tree,
    layers: layers.map(({ name, file, kind }, i) => ({
      name,
      file,
      kind,
      starts: attempt.prepared[i]?.source.starts ?? [0]
    }))
  }
  let hash: string | undefined
  return {
    ok: true,
    document: {
      data,
      places,
      problems,
      get hash() {
        return (hash ??= hashOf(data))
      }
    }
  }
}

/** Nobody can mend it while the machine runs. */
function isForeign(layer: Layer | undefined): boolean {
  return layer?.kind === 'cmdline' || layer?.kind === 'arguments' || layer?.kind === 'definition'
}

function whatOf(layer: Layer | undefined): string {
  return layer?.kind === 'definition' ? 'the definition' : 'the argument'
}

/** The layers with spaces where the argument at fault stood, so that all others stay where they are; without a definition at fault. */
function withoutFault(layers: readonly Layer[], { layer: at, offset }: Found): readonly Layer[] {
  const layer = layers[at]
  if (layer?.kind === 'definition') return layers.with(at, { ...layer, text: '' })
  const argument = parseCmdline(layer?.text ?? '', at).find(({ start, end }) => start <= offset && offset < end)
  if (layer === undefined || argument === undefined) return layers
  const { start, end } = argument
  const text = layer.text.slice(0, start) + ' '.repeat(end - start) + layer.text.slice(end)
  return layers.with(at, { ...layer, text })
}

function mergeAll(layers: readonly Layer[], { prepared, metadata }: Layers): Tree {
  const none: Tree = { layer: 0, key: 0, at: 0, value: new Map() }
  const trees = upwards(layers).map((at) => prepared[at]?.tree ?? null)
  const merged = trees.reduce<Tree>((below, tree) => (tree === null ? below : merge(below, tree)), none)
  return metadata === null ? merged : withMetadata(merged, metadata.tree)
}

/** Loading node:crypto takes as long as checking a small document, and only an agent asks for the hash. */
function hashOf(data: CloudConfig): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(sorted(data)).digest('hex')
}

/** As JSON, each map in the order of its keys. */
function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([key, child]) => `${JSON.stringify(key)}:${sorted(child)}`).join()}}`
}
