// The real loop over some of the real kinds: documents are handed in as data.
import { Subject } from 'rxjs'
import { createEvents } from '../../src/agent/events.ts'
import { openJournal } from '../../src/agent/journal.ts'
import { openLedger } from '../../src/agent/ledger.ts'
import { createLoop } from '../../src/agent/loop.ts'
import { createStore, type Store } from '../../src/agent/store.ts'
import type { Reading } from '../../src/agent/ticks.ts'
import type { Registry } from '../../src/core/plan.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'
import type { Host } from '../../src/host/ports.ts'
import { desiredOf } from './desired.ts'
import { bootRecord, memory } from './loop.ts'

export interface DocumentLoop {
  readonly store: Store
  save(data: CloudConfig): void
  stop(): Promise<void>
}

export async function documentLoop(kinds: Registry, host: Host): Promise<DocumentLoop> {
  const readings = new Subject<Reading>()
  const store = createStore()
  const loop = createLoop({
    kinds,
    host,
    readings,
    facts: async () => desiredOf({}).facts,
    store,
    events: createEvents(() => '2026-01-01T00:00:00.000Z'),
    ledger: await openLedger(kinds, { brief: memory(), lasting: memory() }),
    journal: await openJournal(memory()),
    boot: await bootRecord(),
    now: () => '2026-01-01T00:00:00.000Z',
    clock: () => performance.now(),
    random: () => 1
  })
  const subscription = loop.start()
  return {
    store,
    save(data) {
      const desired = () => desiredOf(data)
      readings.next({
        ok: true,
        document: { hash: JSON.stringify(data), warnings: [], data, pending: () => [], desired }
      })
    },
    async stop() {
      await loop.stop(5_000)
      subscription.unsubscribe()
    }
  }
}
