import { type Layer, documentPaths } from '../document/layers.ts'
import type { Io } from './io.ts'
import type { Input } from './input.ts'

/** The user's layer of a text. */
export function userLayer({ name, text }: Input): Layer {
  return { name, file: name, kind: 'user', text }
}

/** The image's own document, of this machine or of the checkout we run from; none where there is neither. */
export async function imageLayer(io: Io): Promise<readonly Layer[]> {
  const { image } = documentPaths()
  for (const file of [image, `rootfs${image}`]) {
    const text = await io.read(file).catch(() => null)
    if (text !== null) return [{ name: 'os-config.yml', file, kind: 'image', text }]
  }
  return []
}
