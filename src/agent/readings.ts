// The document's layers, read again whenever one of them may have changed, as what the loop takes in.
import { concat, concatMap, from, type Observable, of } from 'rxjs'
import type { Author } from '../core/author.ts'
import type { Desired, Facts } from '../core/kind.ts'
import { buildDocument } from '../document/build.ts'
import { salvage } from '../document/salvage.ts'
import { type Document, placeOf } from '../document/document.ts'
import { withKept } from '../document/kept.ts'
import type { Layer } from '../document/layers.ts'
import { pending } from '../document/pending.ts'
import { type Problem, showProblem } from '../document/problem.ts'
import type { Announced } from './announced.ts'
import type { History } from './history.ts'
import type { Accepted, Reading } from './ticks.ts'

/** A built document as the loop takes it; `layers` are what it was made of, where all of them count. */
export function accept(document: Document, layers?: readonly Layer[]): Accepted {
  return {
    hash: document.hash,
    warnings: document.problems,
    data: document.data,
    pending: (boot) => pending(boot, document),
    desired: (facts: Facts): Desired => ({
      data: document.data,
      facts,
      from: (path) => `${placeOf(document, path.map(String))} ${path.join('.')}`
    }),
    ...(layers === undefined ? {} : { layers })
  }
}

/** The refusal of a document, in the words people read. */
export function refuse(problems: readonly Problem[]): Reading {
  const errors = problems.filter((problem) => problem.severity === 'error')
  return { ok: false, problems, complaint: errors.map(showProblem).join('\n') }
}

export function readingOf(layers: readonly Layer[], by: Author): Reading {
  const built = buildDocument(layers)
  return built.ok ? { ok: true, document: accept(built.document, layers), by } : refuse(built.problems)
}

export interface ReadingsParts {
  readonly read: () => Promise<readonly Layer[]>
  readonly history: Pick<History, 'newest'>
  readonly announced: Pick<Announced, 'of' | 'barred'>
  /** When to read again. */
  readonly ticks: Observable<void>
}

/**
 * A first reading at once, then one per tick. If the first is refused, the generation that was last accepted (in an earlier
 * boot) comes into force, else what can be saved of the layers; the refusal is told after it.
 */
export function readings({ read, history, announced, ticks }: ReadingsParts): Observable<Reading> {
  let first = true
  return concat(of(undefined), ticks).pipe(
    concatMap(async (): Promise<readonly Reading[]> => {
      const layers = await read()
      if (announced.barred(layers)) return []
      const by = announced.of(layers) ?? { how: first ? 'boot' : 'file', who: '', why: '' }
      const reading = readingOf(layers, by)
      const alone = reading.ok || !first
      first = false
      return alone ? [reading] : [standIn(layers, history), reading]
    }),
    concatMap((some) => from(some))
  )
}

function standIn(layers: readonly Layer[], { newest }: Pick<History, 'newest'>): Reading {
  const by: Author = { how: 'boot', who: '', why: 'the newest document is refused' }
  const before = newest === null ? null : readingOf(withKept(layers, newest.layers), by)
  return before?.ok === true ? before : { ok: true, document: accept(salvage(layers).document), by }
}
