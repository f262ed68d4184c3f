import { buildDocument } from './build.ts'
import type { Document } from './document.ts'
import type { Layer, LayerKind } from './layers.ts'
import { prepareAll } from './prepare.ts'
import { isError, type Problem } from './problem.ts'

/** People mend these while the machine runs; the kernel command line, which they cannot, may be what they mend it with. */
const mendable: ReadonlySet<LayerKind> = new Set(['user', 'conf', 'metadata', 'machine', 'lease'])

/**
 * The best document there is when the layers as they are cannot be one and none is in force yet, at boot: layers with
 * errors are left out, and so are others until what is left builds: files from the top down, then the kernel command line.
 */
export function salvage(layers: readonly Layer[]): {
  readonly document: Document
  readonly problems: readonly Problem[]
} {
  const built = buildDocument(layers)
  if (built.ok) return { document: built.document, problems: [] }
  const { prepared } = prepareAll(layers)
  const sound = layers.map((layer, i) => (prepared[i]?.problems.some(isError) === true ? emptied(layer) : layer))
  const downwards = [...sound.keys()].toReversed()
  const order = [...downwards.filter((i) => isMendable(sound[i])), ...downwards.filter((i) => !isMendable(sound[i]))]
  for (let given = 0; given <= order.length; given++) {
    const gone = new Set(order.slice(0, given))
    const less = buildDocument(sound.map((layer, i) => (gone.has(i) ? emptied(layer) : layer)))
    if (less.ok) return { document: less.document, problems: built.problems }
  }
  throw new Error('empty layers must make a document')
}

function emptied({ name, file, kind, repository, offer }: Layer): Layer {
  const ofCatalogue = { ...(repository === undefined ? {} : { repository }), ...(offer === undefined ? {} : { offer }) }
  return { name, file, kind, text: '', ...ofCatalogue }
}

function isMendable(layer: Layer | undefined): boolean {
  return layer !== undefined && mendable.has(layer.kind)
}
