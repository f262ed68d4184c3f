import { isSection, type Path, root, type Shape, step } from './shape.ts'
import { suggest } from './suggest.ts'

/**
 * The keys a dotted path names. Keys with dots may be quoted, `rancher.sysctl."net.ipv4.ip_forward"`; in a map of plain
 * values what is left of the path is the key, so `rancher.sysctl.net.ipv4.ip_forward` is the same. In a map of
 * sections the key is as short as the rest of the path allows: `interfaces.eth0.100.mtu` is mtu of `eth0.100`.
 * `[2]` is the third element of a list. A path the schema does not know is split at every dot.
 */
export function parsePath(text: string): Path {
  const words = split(text)
  return fit(root, words) ?? words.map((word) => word.key)
}

interface Word {
  readonly key: string | number
  readonly quoted: boolean
}

function split(text: string): readonly Word[] {
  const words: Word[] = []
  for (const match of text.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\[(\d+)\]|([^.[\]]+|[[\]])/g)) {
    const [, double, single, index, plain] = match
    if (index !== undefined) words.push({ key: Number(index), quoted: true })
    else if (plain !== undefined) words.push({ key: plain, quoted: false })
    else words.push({ key: (double ?? single ?? '').replaceAll(/\\(.)/g, '$1'), quoted: true })
  }
  return words
}

/** The words as keys of the shape, joining neighbours where that is the only way to fit; null when nothing fits. */
function fit(shape: Shape, words: readonly Word[]): Path | null {
  const [first, ...rest] = words
  if (first === undefined) return []
  if (first.quoted || isSection(shape) || shape.is !== 'map') {
    const next = step(shape, first.key)
    const tail = next === undefined ? null : fit(next, rest)
    return tail === null ? null : [first.key, ...tail]
  }
  // Names of services have no need of dots: after one comes a key, known or not.
  if (shape.names !== undefined) {
    const tail = shape.rest === undefined ? null : fit(shape.rest, rest)
    return tail === null ? null : [first.key, ...tail]
  }
  const plain = words.findIndex((word) => word.quoted)
  for (let taken = 1; taken <= (plain === -1 ? words.length : plain); taken++) {
    const key = words
      .slice(0, taken)
      .map((word) => word.key)
      .join('.')
    const next = step(shape, key)
    const tail = next === undefined || mistyped(next, words[taken - 1], taken) ? null : fit(next, words.slice(taken))
    if (tail !== null) return [key, ...tail]
  }
  return null
}

/** Whether the last word of a joined key is rather a key of the section with a slip in it: `eth0.mtuu`. */
function mistyped(section: Shape, word: Word | undefined, taken: number): boolean {
  if (taken === 1 || section.is !== 'map' || section.keys === undefined || word === undefined) return false
  return suggest(String(word.key), Object.keys(section.keys)) !== null
}

/** The dotted form of a path, quoted only where it would not be understood otherwise. */
export function showPath(path: Path): string {
  const plain = join(path, (key) => key)
  if (same(parsePath(plain), path)) return plain
  const quoted = (key: string): string => `"${key.replaceAll(/["\\]/g, '\\$&')}"`
  const some = join(path, (key) => (/^[\w$*:/=-]+$/.test(key) ? key : quoted(key)))
  // Below a map of plain values, where a section is one mistake more
  return same(parsePath(some), path) ? some : join(path, quoted)
}

function join(path: Path, show: (key: string) => string): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? show(key) : `.${show(key)}`)).join('')
}

function same(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i])
}
