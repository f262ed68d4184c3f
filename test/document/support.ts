import { type Built, buildDocument } from '../../src/document/build.ts'
import type { Document } from '../../src/document/document.ts'
import type { Layer, LayerKind } from '../../src/document/layers.ts'
import { type Problem, showProblem } from '../../src/document/problem.ts'

const names: Record<LayerKind, string> = {
  image: 'os-config.yml',
  repository: 'index.yml of the image',
  definition: 'repository/w/web.yml',
  oem: 'oem-config.yml',
  lease: 'leases/eth0.yml',
  machine: 'machine.yml',
  conf: 'cloud-config.d/10.yml',
  user: 'cloud-config.yml',
  metadata: 'metadata',
  cmdline: 'kernel command line',
  arguments: 'init arguments'
}

/** A layer by its kind, under the name people know it by. */
export function layer(kind: LayerKind, text: string, name = names[kind]): Layer {
  return { name, file: `/${name}`, kind, text }
}

/** The user's document alone; the first line of a cloud-config is added, so the body begins in line 2. */
export function user(body: string): Layer {
  return layer('user', `#cloud-config\n${body}`)
}

export function built(...layers: readonly Layer[]): Document {
  const result: Built = buildDocument(layers)
  if (!result.ok) throw new Error(result.problems.map(showProblem).join('\n'))
  return result.document
}

/** Everything there is to say about layers, as it is printed. */
export function said(...layers: readonly Layer[]): readonly string[] {
  return problemsOf(...layers).map(showProblem)
}

export function problemsOf(...layers: readonly Layer[]): readonly Problem[] {
  const result = buildDocument(layers)
  return result.ok ? result.document.problems : result.problems
}
