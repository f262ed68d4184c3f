// One run of the agent on a machine, put together as src/main.ts does it, until it has settled or was killed.
import { filter, firstValueFrom, of } from 'rxjs'
import { openBootRecord } from '../../src/agent/boot-record.ts'
import { createEvents } from '../../src/agent/events.ts'
import { openJournal } from '../../src/agent/journal.ts'
import { openLedger } from '../../src/agent/ledger.ts'
import { createLoop, type Loop } from '../../src/agent/loop.ts'
import { createStore, type State } from '../../src/agent/store.ts'
import { sweepDrafts } from '../../src/agent/sweep.ts'
import type { Accepted } from '../../src/agent/ticks.ts'
import type { Facts } from '../../src/core/kind.ts'
import { type Registry, showPlan } from '../../src/core/plan.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'
import type { Host } from '../../src/host/ports.ts'
import { kinds as every } from '../../src/kinds/index.ts'
import { type Death, mortal } from './mortal.ts'

export interface Life {
  /** null: it was killed. */
  readonly state: State | null
  /** Calls that changed the machine. */
  readonly calls: readonly string[]
  /** `verb kind` of every action that was begun. */
  readonly verbs: readonly string[]
  /** What still waits or fails when it should have settled. */
  readonly trouble: readonly string[]
}

/** A probe makes nothing, and looks at what a machine in memory has not. */
const all: Registry = new Map([...every].filter(([kind]) => kind !== 'probe'))

/** Milliseconds in which an agent on a machine in memory settles. */
const LIMIT = 10_000

export async function live(machine: Host, data: CloudConfig, death: Death | null, kinds = all): Promise<Life> {
  const { host, calls, dead } = mortal(machine, death)
  const verbs: string[] = []
  const stop = new AbortController()
  const work = run(host, data, listening(kinds, verbs), stop.signal)
  const limit = AbortSignal.timeout(LIMIT)
  const late = new Promise<'late'>((resolve) => limit.addEventListener('abort', () => resolve('late'), { once: true }))
  const end = await Promise.race([work.settled, dead.then(() => null), late])
  stop.abort()
  const state = end === 'late' ? work.now() : end
  return { state, calls, verbs, trouble: [...(end === 'late' ? ['it did not settle'] : []), ...complaintsOf(state)] }
}

/** What waits or fails, each once. */
export function complaintsOf(state: State | null): readonly string[] {
  const complaints = [...(state?.resources.values() ?? [])].flatMap(({ key, conditions }) =>
    conditions.flatMap(({ type, status, message }) =>
      (type === 'Ready') === (status === 'True') ? [] : [`${key}: ${message}`]
    )
  )
  return [...new Set(complaints)]
}

export interface Running {
  readonly settled: Promise<State>
  now(): State
  /** What it would do now, as text. */
  left(): Promise<string>
}

/** The agent's loop on `host`, with its files where they lie on a machine. */
export function run(host: Host, data: CloudConfig, kinds: Registry, signal: AbortSignal): Running {
  const store = createStore()
  let begun: Loop | null = null
  const end = async (): Promise<State> => {
    const file = (path: string) => ({
      read: () => host.files.read(path),
      write: (text: string) => host.files.writeAtomic(path, text, { mode: 0o600 })
    })
    const files = { brief: file('/run/ros/owned.json'), lasting: file('/var/lib/rancher/state/owned.json') }
    const ledger = await openLedger(kinds, files)
    const journal = await openJournal(file('/run/ros/journal.json'))
    await sweepDrafts(host.files, kinds, new Set([...ledger.owned.keys(), ...journal.unfinished]))
    const loop = createLoop({
      kinds,
      host,
      readings: of({ ok: true, document: accepted(data) }),
      async facts() {
        const { links } = await host.network.look()
        return { links, version: '1', kernel: '6.12', namespaces: false, stopped: [], shipped: {} }
      },
      store,
      events: createEvents(() => ''),
      ledger,
      journal,
      boot: await openBootRecord(host),
      now: () => '',
      clock: () => performance.now(),
      random: () => 0
    })
    begun = loop
    const running = loop.start()
    signal.addEventListener('abort', () => {
      running.unsubscribe()
      void loop.stop(0)
    })
    const quiet = ({ settled, generation, observedGeneration }: State) =>
      settled && generation === 1 && observedGeneration === 1
    return firstValueFrom(store.changes.pipe(filter(quiet)))
  }
  return {
    settled: end(),
    now: () => store.value,
    left: async () => (begun === null ? 'it has not begun' : showPlan((await begun.plan()).actions))
  }
}

function accepted(data: CloudConfig): Accepted {
  return {
    hash: JSON.stringify(data),
    warnings: [],
    data,
    pending: () => [],
    desired: (facts: Facts) => ({
      data,
      facts,
      from: (path) => path.join('.')
    })
  }
}

/** The same kinds; what they begin is written down. */
function listening(kinds: Registry, verbs: string[]): Registry {
  return new Map(
    [...kinds].map(([kind, def]) => [
      kind,
      {
        ...def,
        act(host, action, signal) {
          verbs.push(`${action.verb} ${kind}`)
          return def.act(host, action, signal)
        }
      }
    ])
  )
}
