// Which of the definitions at hand the document asks for, by rancher.services_include, rancher.console and rancher.docker.engine. Pure.
import { isImageName } from '../compose/console.ts'
import { parseIndex, type Section } from '../repository/index.ts'
import { type Finding, meant, quoted } from './checks/finding.ts'
import type { Layer } from './layers.ts'
import { merge } from './merge.ts'
import type { Path } from './shape.ts'
import { isMap, type Tree, toData } from './tree.ts'
import type { CloudConfig } from './types.gen.ts'

export interface Choice {
  /** Indices of the definitions that count. */
  readonly chosen: ReadonlySet<number>
  readonly findings: readonly Finding[]
}

/** A name the document asks for, and where. */
export interface Asked {
  readonly section: Section
  readonly name: string
  readonly path: Path
}

const NOTHING: Choice = { chosen: new Set(), findings: [] }

/** The console and the engine of the image's own document are no definitions. */
const BUILT_IN = 'default'

/**
 * Where no repository is known, as for a document that is read elsewhere, nothing is said. The first that has a name counts: the copy
 * that was enabled, then the image's repository, then the others by their names.
 */
export function choose(layers: readonly Layer[], trees: readonly (Tree | null)[]): Choice {
  if (!layers.some(({ kind }) => kind === 'repository' || kind === 'definition')) return NOTHING
  const data = partOf(trees)
  const declared = repositoriesOf(data)
  const counts = ({ repository = '', file }: Layer) => repository === '' || declared.get(repository) === file
  const repositories = layers.filter((layer) => layer.kind === 'repository' && counts(layer))
  const known = new Set(repositories.map(({ repository }) => repository))
  const chosen = new Set<number>()
  const findings: Finding[] = []
  for (const asked of askedOf(data)) {
    const at = layers.findIndex(({ kind, offer }) => {
      if (kind !== 'definition' || offer === undefined) return false
      const fits = offer.name === asked.name && (offer.section === null || offer.section === asked.section)
      return fits && (offer.from === null || known.has(offer.from))
    })
    if (at !== -1) chosen.add(at)
    const finding = at === -1 ? missing(asked, repositories) : about(asked, layers[at])
    if (finding !== null) findings.push(finding)
  }
  return { chosen, findings }
}

/** The addresses of repositories by name. */
export function repositoriesOf({ rancher }: CloudConfig): ReadonlyMap<string, string> {
  const entries = Object.entries(rancher?.repositories ?? {})
  return new Map(
    entries.flatMap(([name, { url }]) => (url === undefined ? [] : [[name, url.replace(/\/+$/, '')] as const]))
  )
}

/** Every name the document asks for. */
export function askedOf({ rancher }: CloudConfig): readonly Asked[] {
  const { services_include: included = {}, console = BUILT_IN, docker, defaults } = rancher ?? {}
  const engine = docker?.engine ?? ''
  const own = new Set(['', BUILT_IN, defaults?.docker?.engine])
  const services = Object.entries(included).filter(([, runs]) => runs)
  return [
    ...services.map(([name]): Asked => ({ section: 'services', name, path: ['rancher', 'services_include', name] })),
    ...(console === BUILT_IN || isImageName(console)
      ? []
      : [{ section: 'consoles', name: console, path: ['rancher', 'console'] } as const]),
    ...(own.has(engine) ? [] : [{ section: 'engines', name: engine, path: ['rancher', 'docker', 'engine'] } as const])
  ]
}

/** What a name of each section is called. */
const ONE: Readonly<Record<Section, string>> = { services: 'service', consoles: 'console', engines: 'engine' }

/** That the copy is not what was enabled. */
function about({ section, name, path }: Asked, layer: Layer | undefined): Finding | null {
  if (layer?.offer?.altered !== true) return null
  return {
    path,
    code: 'ROS_DOC_REPOSITORY',
    severity: 'warning',
    message: `${layer.file} was changed after ${quoted(name)} was enabled`,
    expected: 'the copy as it was taken',
    fix: section === 'services' ? `ros service enable ${name}` : 'remove the file to take what the repository has'
  }
}

/** Where a repository that could not be read may have it, the rest of the document counts, now and at every boot. */
function missing({ section, name, path }: Asked, repositories: readonly Layer[]): Finding | null {
  const told = { path, at: path[1] === 'services_include' ? 'key' : 'value', code: 'ROS_DOC_REPOSITORY' } as const
  if (/^https?:\/\//.test(name)) {
    const fix = 'it is tried again; /var/log/rosd.log says why it is not there'
    return {
      ...told,
      severity: 'warning',
      message: `${name} has not been fetched yet`,
      expected: 'an address that answers',
      fix
    }
  }
  if (name.startsWith('/')) {
    const expected = 'a definition beside cloud-config.yml'
    return { ...told, severity: 'warning', message: `there is no ${name}`, expected, fix: 'write it, or disable it' }
  }
  if (repositories.length === 0) return null
  const indices = repositories.map((layer) => parseIndex(layer.name, layer.text).index)
  const holder = repositories.find((_, i) => indices[i]?.[section].includes(name) === true)
  if (holder !== undefined) {
    const message = `${holder.name} has ${quoted(name)}, and its definition is not there yet`
    return {
      ...told,
      severity: 'warning',
      message,
      expected: 'a repository that can be read',
      fix: 'it is fetched by itself'
    }
  }
  const unread = repositories.filter(({ unreadable }) => unreadable !== undefined)
  const names = indices.flatMap((index) => index[section])
  const reasons = unread.map(({ repository = '', unreadable = '' }) => `; ${repository}: ${unreadable}`)
  return {
    ...told,
    // What repositories have at the next boot nobody knows, and a boot must not fail for it.
    severity: 'warning',
    message: `there is no ${ONE[section]} ${quoted(name)}${meant(name, names)}${reasons.join('')}`,
    expected: 'a name that a repository has',
    fix: section === 'services' ? '`ros service list` names them' : `\`ros ${ONE[section]} list\` names them`
  }
}

type Part = true | { readonly [key: string]: Part }

const PART: Part = {
  rancher: {
    services_include: true,
    repositories: true,
    console: true,
    docker: { engine: true },
    defaults: { docker: { engine: true } }
  }
}

/** The merged document as far as it says what is asked for. */
export function partOf(trees: readonly (Tree | null)[]): CloudConfig {
  const none: Tree = { layer: 0, key: 0, at: 0, value: new Map() }
  const merged = trees.reduce<Tree>((below, tree) => (tree === null ? below : merge(below, cut(tree, PART))), none)
  // Layers with errors are none, and all others have been validated.
  return toData(merged) as CloudConfig
}

function cut(tree: Tree, part: Part): Tree {
  const { value } = tree
  if (part === true || !isMap(value)) return tree
  const kept = Object.entries(part).flatMap(([key, inner]) => {
    const child = value.get(key)
    return child === undefined ? [] : [[key, cut(child, inner)] as const]
  })
  return { ...tree, value: new Map(kept) }
}
