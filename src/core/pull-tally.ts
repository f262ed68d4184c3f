// An engine's lines about a pull, one for each step of each layer, as one line about the whole. Pure but for what it counts.
import type { PullProgress } from '../host/ports.ts'

/** Layers are told by the first digits of their digests; lines about an image carry its tag in the same place. */
const LAYER = /^[0-9a-f]{12}$/
const OVER = /^(Pull complete|Already exists)/

/** A function from each line to how far the whole is: `2 of 7 layers 41 % of 120.4 MB`. */
export function pullTally(): (line: PullProgress) => string {
  const over = new Set<string>()
  const sizes = new Map<string, { readonly current: number; readonly total: number }>()
  return ({ status, layer, current, total }) => {
    if (!LAYER.test(layer)) return status
    if (!sizes.has(layer)) sizes.set(layer, { current: 0, total: 0 })
    const size = sizes.get(layer)
    if (status === 'Downloading' && total > 0) sizes.set(layer, { current, total })
    else if (/^(Download complete|Verifying|Extracting)/.test(status) || OVER.test(status))
      sizes.set(layer, { current: size?.total ?? 0, total: size?.total ?? 0 })
    if (OVER.test(status)) over.add(layer)
    const layers = `${over.size} of ${sizes.size} layers`
    if (status.startsWith('Retrying')) return `${layers}, ${layer}: ${status.toLowerCase()}`
    const all = [...sizes.values()].reduce((sum, one) => sum + one.total, 0)
    const here = [...sizes.values()].reduce((sum, one) => sum + one.current, 0)
    return all === 0 ? layers : `${layers} ${Math.floor((100 * here) / all)} % of ${(all / 1e6).toFixed(1)} MB`
  }
}
