// Who is about to write which files: told before they are written, asked when they are read. What is read and was not announced
// was edited by somebody.
import { createHash } from 'node:crypto'
import type { Author } from '../core/author.ts'
import { byHand } from '../document/kept.ts'
import type { Layer } from '../document/layers.ts'

export interface Announced {
  /** These layers will be read, and this is who brought them. */
  expect(layers: readonly Layer[], author: Author): void
  of(layers: readonly Layer[]): Author | undefined
  /** These layers were taken back and could not be taken off the disk: they are not to be read again. */
  bar(layers: readonly Layer[]): void
  /** Whether they are barred; any others lift the bar. */
  barred(layers: readonly Layer[]): boolean
}

/** So many may be under way at once. */
const LIMIT = 16

export function createAnnounced(): Announced {
  const authors = new Map<string, Author>()
  /** What was read last, of what was announced: read again it is the same writing, after anything else it is another. */
  let read: string | null = null
  let bar: string | null = null
  return {
    expect(layers, author) {
      const name = nameOf(layers)
      authors.delete(name)
      authors.set(name, author)
      if (read === name) read = null
      const [oldest] = authors.keys()
      if (authors.size > LIMIT && oldest !== undefined) authors.delete(oldest)
    },
    of(layers) {
      const name = nameOf(layers)
      if (read !== null && read !== name) authors.delete(read)
      read = authors.has(name) ? name : null
      return authors.get(name)
    },
    bar(layers) {
      bar = nameOf(layers)
    },
    barred(layers) {
      if (bar !== null && bar !== nameOf(layers)) bar = null
      return bar !== null
    }
  }
}

function nameOf(layers: readonly Layer[]): string {
  const texts = byHand(layers).map(({ name, text }) => [name, text])
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex')
}
