// The document's layers, read again whenever one of them may have changed, as what the loop takes in.
import { concat, concatMap, from, type Observable, of } from 'rxjs'
import type { Desired, Facts } from '../core/kind.ts'
import { type Built, buildDocument } from '../document/build.ts'
import { salvage } from '../document/salvage.ts'
import { type Document, placeOf } from '../document/document.ts'
import type { Layer } from '../document/layers.ts'
import { pending } from '../document/pending.ts'
import { type Problem, showProblem } from '../document/problem.ts'
import type { LastGood } from './last-good.ts'
import type { Accepted, Reading } from './ticks.ts'

/** A built document as the loop takes it. */
export function accept(document: Document): Accepted {
  return {
    hash: document.hash,
    warnings: document.problems,
    data: document.data,
    pending: (boot) => pending(boot, document),
    desired: (facts: Facts): Desired => ({
      data: document.data,
      facts,
      from: (path) => `${placeOf(document, path.map(String))} ${path.join('.')}`
    })
  }
}

/** The refusal of a document, in the words people read. */
export function refuse(problems: readonly Problem[]): Reading {
  const errors = problems.filter((problem) => problem.severity === 'error')
  return { ok: false, problems, complaint: errors.map(showProblem).join('\n') }
}

export function readingOf(built: Built): Reading {
  return built.ok ? { ok: true, document: accept(built.document) } : refuse(built.problems)
}

/**
 * A first reading at once, then one per tick. If the first is refused, the document that was last accepted (in an earlier
 * boot) comes into force, else what can be saved of the layers; the refusal is told after it.
 */
export function readings(
  read: () => Promise<readonly Layer[]>,
  good: LastGood,
  ticks: Observable<void>
): Observable<Reading> {
  let first = true
  return concat(of(undefined), ticks).pipe(
    concatMap(async (): Promise<readonly Reading[]> => {
      const layers = await read()
      const reading = readingOf(buildDocument(layers))
      const alone = reading.ok || !first
      first = false
      if (reading.ok) await good.keep(layers)
      return alone ? [reading] : [await standIn(layers, good), reading]
    }),
    concatMap((some) => from(some))
  )
}

async function standIn(layers: readonly Layer[], good: LastGood): Promise<Reading> {
  const before = await good.restore(layers)
  const built = before === null ? null : buildDocument(before)
  return { ok: true, document: accept(built?.ok === true ? built.document : salvage(layers).document) }
}
