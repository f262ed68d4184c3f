// The parts that remember and take back, put together.
import { Subscription } from 'rxjs'
import type { DocumentPaths, Layer } from '../document/layers.ts'
import type { Files, Host } from '../host/ports.ts'
import { type Announced, createAnnounced } from './announced.ts'
import { type Chronicle, createChronicle } from './chronicle.ts'
import type { Events } from './events.ts'
import { type History, openHistory } from './history.ts'
import type { TextFile } from './kept-file.ts'
import type { Loop } from './loop.ts'
import { createOnTrial, type OnTrial, type OnTrialParts } from './on-trial.ts'
import { createRestorer, type Restorer } from './restorer.ts'
import type { Store } from './store.ts'
import { createTroubles } from './troubles.ts'
import { openUserFiles } from './user-files.ts'

export interface Past {
  readonly history: History
  readonly announced: Announced
  readonly restorer: Restorer
  readonly trial: OnTrial
  readonly chronicle: Chronicle
  /** Watches over how generations fare; to be called when the loop starts. */
  follow(): Subscription
}

export interface PastParts {
  readonly files: Files
  readonly probes: OnTrialParts['probes']
  readonly paths: DocumentPaths
  readonly layers: () => Promise<readonly Layer[]>
  /** Where what is on trial is kept: beyond the boot, and within it. */
  readonly trial: { readonly file: TextFile; readonly mark: TextFile }
  readonly store: Store
  readonly events: Events
  readonly log: Host['log']
  readonly offer: Loop['offer']
  readonly resume: OnTrialParts['resume']
  /** ISO time. */
  readonly now: () => string
  /** Monotonic milliseconds. */
  readonly clock: () => number
  /** Milliseconds the machine has been up. */
  readonly uptime: () => number
}

/** To be opened before the document is first read: what was interrupted or not confirmed is made good. */
export async function openPast(parts: PastParts): Promise<Past> {
  const { files, probes, paths, layers, trial: where, store, events, log, offer, resume, now, clock, uptime } = parts
  const announced = createAnnounced()
  const folder = `${paths.root}/var/lib/rancher/state/history`
  const history = await openHistory({ files, events, log, now: () => Date.parse(now()), folder })
  const userFiles = await openUserFiles(files, paths)
  const restorer = createRestorer({ history, files: userFiles, announced, layers, offer, log })
  const troubles = createTroubles(store)
  const trial = createOnTrial({ ...where, history, store, troubles, probes, events, restorer, resume, uptime, log })
  await trial.begin()
  const arrived: OnTrial['arrived'] = (arrival) => trial.arrived(arrival)
  const chronicle = createChronicle({ history, store, troubles, now, clock, arrived })
  return {
    history,
    announced,
    restorer,
    trial,
    chronicle,
    follow() {
      const all = new Subscription()
      for (const one of [troubles, chronicle, trial]) all.add(one.follow())
      return all
    }
  }
}
