// The last good document outlives the boot: a file that was broken and not mended before a reboot does not cost the machine
// its network.
import { createHash } from 'node:crypto'
import type { Layer } from '../document/layers.ts'
import type { TextFile } from './kept-file.ts'

/** Layers that people and programs change while the machine runs; the others come with each boot anew. */
const KEPT = new Set<Layer['kind']>(['machine', 'conf', 'user', 'metadata'])

export interface LastGood {
  /** `layers` with those that change replaced by what they were when a document of them was last accepted; null: never was. */
  restore(layers: readonly Layer[]): Promise<readonly Layer[] | null>
  /** Remembers the layers of an accepted document; writes only when they differ from what is remembered. */
  keep(layers: readonly Layer[]): Promise<void>
}

export function lastGood(file: TextFile): LastGood {
  let written = ''
  return {
    async restore(layers) {
      const kept = parse(await file.read())
      if (kept === null) return null
      const first = layers.findIndex((layer) => KEPT.has(layer.kind))
      const at = first < 0 ? layers.length : first
      const rest = layers.filter((layer) => !KEPT.has(layer.kind))
      const below = layers.slice(0, at).filter((layer) => !KEPT.has(layer.kind)).length
      return [...rest.slice(0, below), ...kept, ...rest.slice(below)]
    },
    async keep(layers) {
      const text = JSON.stringify(layers.filter((layer) => KEPT.has(layer.kind)))
      const hash = createHash('sha256').update(text).digest('hex')
      if (hash === written) return
      if ((await file.read()) !== text) await file.write(text)
      written = hash
    }
  }
}

function parse(text: string | null): readonly Layer[] | null {
  try {
    const layers: unknown = JSON.parse(text ?? 'null')
    return Array.isArray(layers) ? (layers as readonly Layer[]) : null // written by us
  } catch {
    return null
  }
}
