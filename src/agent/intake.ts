// How a reading of the document comes into force, or is refused beside the last good one.
import { showAuthor } from '../core/author.ts'
import type { Host } from '../host/ports.ts'
import type { BootRecord } from './boot-record.ts'
import type { Chronicle } from './chronicle.ts'
import type { Events } from './events.ts'
import type { Store } from './store.ts'
import type { Accepted, Reading } from './ticks.ts'

export interface IntakeParts {
  readonly store: Store
  readonly events: Events
  readonly host: Pick<Host, 'log'>
  readonly boot: BootRecord
  /** Writes down what comes into force; absent: nothing is kept. */
  readonly chronicle?: Pick<Chronicle, 'enter' | 'refresh'>
}

/**
 * Takes a reading in: a good one that wants something else than `current` raises the generation and is returned; null means
 * that what is in force stays.
 */
export async function takeIn(
  reading: Reading,
  current: Accepted | null,
  { store, events, host, boot, chronicle }: IntakeParts
): Promise<Accepted | null> {
  const { document, generation } = store.value
  if (!reading.ok) {
    if (document.complaint === reading.complaint) return null
    events.add({ type: 'Warning', reason: 'DocumentRefused', message: reading.complaint, key: null })
    const problems = reading.problems.length
    host.log('error', { problems }, 'the document was refused; the last good one stays in force')
    store.next({ document: { ...document, problems: reading.problems, complaint: reading.complaint } })
    return null
  }
  const { hash, warnings } = reading.document
  const same = current?.hash === hash
  if (same) await chronicle?.refresh(reading.document)
  if (same && document.complaint === '') return null
  const pending = await boot.compare(reading.document)
  const next = same ? generation : ((await chronicle?.enter(reading.document, current, reading.by)) ?? generation + 1)
  store.next({
    document: { hash, warnings, pending, problems: [], complaint: '' },
    ...(same ? {} : { generation: next, settled: false })
  })
  if (same) return null
  const { by } = reading
  const who = by === undefined || by.who + by.why === '' ? '' : `: ${showAuthor(by)}`
  events.add({ type: 'Normal', reason: 'DocumentAccepted', message: `generation ${next}${who}`, key: null })
  return reading.document
}
