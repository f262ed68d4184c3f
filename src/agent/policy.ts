// What keeps the loop from doing what the document asks, and what it knows of those who undo it, put together.
import { skip, type Subscription } from 'rxjs'
import { agentSettings } from '../core/agent-settings.ts'
import { driftPolicy, type DriftRules } from '../core/drift-policy.ts'
import type { Host } from '../host/ports.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import { createDrift, type Drift, openDriftMemory } from './drift.ts'
import type { Events } from './events.ts'
import type { Enabled, Hold } from './hold.ts'
import type { TextFile } from './kept-file.ts'
import { leaves } from './leave.ts'
import type { Loop, LoopParts } from './loop.ts'
import { openPause, type Pause } from './pause.ts'
import type { Store } from './store.ts'
import { createWitness, witness } from './witness.ts'

export interface PolicyParts {
  readonly host: Host
  readonly events: Events
  /** The engine that was enabled for the next boot. */
  readonly engine: Pick<Hold<Enabled>, 'held'>
  readonly store: Store
  /** Both die with the boot. */
  readonly files: { readonly pause: TextFile; readonly drift: TextFile }
  /** The document in force, or the one that is about to be. */
  readonly data: () => CloudConfig
  /** Monotonic milliseconds. */
  readonly clock: () => number
  /** Milliseconds since the machine started. */
  readonly uptime: () => number
}

export interface Policy {
  readonly pause: Pause
  readonly forLoop: Pick<LoopParts, 'leave'> & { readonly drift: Drift }
  /** Listens to kernel and engines, and has the loop look when a pause begins or ends. */
  start(loop: Pick<Loop, 'tick'>): Subscription
}

export async function openPolicy({
  host,
  events,
  engine,
  store,
  files,
  data,
  clock,
  uptime
}: PolicyParts): Promise<Policy> {
  const pause = await openPause({ file: files.pause, events, now: Date.now, uptime })
  const known = createWitness(clock)
  // Asked for every resource of every pass.
  let rules: { readonly of: CloudConfig; readonly drift: DriftRules } | null = null
  const reported = (key: Parameters<Drift['knows']>[0]) => {
    const of = data()
    if (rules?.of !== of) rules = { of, drift: agentSettings(of).drift }
    return driftPolicy(rules.drift, key).policy === 'report'
  }
  const memory = await openDriftMemory(files.drift, reported, (thrown) =>
    host.log('warn', { error: String(thrown) }, 'what was as wanted could not be kept')
  )
  const drift = createDrift({ host, events, witness: known, memory })
  store.next({ paused: pause.value })
  return {
    pause,
    forLoop: { drift, leave: leaves(pause, drift, engine) },
    start(loop) {
      const all = witness(host, known, clock)
      const changed = (paused: Pause['value']) => {
        store.next({ paused })
        loop.tick()
      }
      all.add(pause.changes.pipe(skip(1)).subscribe(changed))
      return all
    }
  }
}
