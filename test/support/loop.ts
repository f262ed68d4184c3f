// The real loop on a model machine: real time, real passes, kinds that read and write a Map.
import { Subject } from 'rxjs'
import { type BootRecord, openBootRecord } from '../../src/agent/boot-record.ts'
import { createEvents } from '../../src/agent/events.ts'
import { openJournal } from '../../src/agent/journal.ts'
import type { TextFile } from '../../src/agent/kept-file.ts'
import { openLedger } from '../../src/agent/ledger.ts'
import { createLoop } from '../../src/agent/loop.ts'
import type { Accepted, Reading } from '../../src/agent/ticks.ts'
import { createStore } from '../../src/agent/store.ts'
import type { KindDef } from '../../src/core/kind.ts'
import type { Want } from '../../src/core/resource.ts'
import type { Host } from '../../src/host/ports.ts'
import { type Machine, modelKind, registry } from './model.ts'

export interface ModelLoopOptions {
  readonly fails?: (key: string) => string | null
  readonly kind?: Partial<KindDef<'image'>>
  readonly journal?: TextFile
  /** Monotonic ms; a test may let it jump. */
  readonly clock?: () => number
}

export async function modelLoop(machine: Machine, options: ModelLoopOptions = {}) {
  const watch = new Subject<void>()
  const readings = new Subject<Reading>()
  let wants: readonly Want<'image'>[] = []
  const def: KindDef<'image'> = {
    ...modelKind(machine, options.fails),
    *want() {
      yield* wants
    },
    watch: () => watch,
    ...options.kind
  }
  const kinds = registry(def)
  const store = createStore()
  const events = createEvents(() => '2026-01-01T00:00:00.000Z')
  const lines: string[] = []
  const host = {
    log: (_level: string, _fields: unknown, message: string) => lines.push(message),
    progress: () => {}
  } as unknown as Host // nothing else is asked of it
  const ledger = await openLedger(kinds, { brief: memory(), lasting: memory() })
  const loop = createLoop({
    kinds,
    host,
    readings,
    facts: async () => ({ links: [], version: '', kernel: '', namespaces: false, stopped: [], shipped: {} }),
    store,
    events,
    ledger,
    journal: await openJournal(options.journal ?? memory()),
    boot: await bootRecord(),
    now: () => '2026-01-01T00:00:00.000Z',
    clock: options.clock ?? (() => performance.now()),
    random: () => 1
  })
  const subscription = loop.start()
  return {
    loop,
    store,
    events,
    ledger,
    lines,
    tick: () => watch.next(),
    stop: () => subscription.unsubscribe(),
    give(...next: readonly Want<'image'>[]) {
      wants = next
      readings.next({ ok: true, document: accepted(JSON.stringify(next)) })
    },
    refuse(complaint: string) {
      readings.next({ ok: false, problems: [complaint], complaint })
    }
  }
}

function accepted(hash: string): Accepted {
  return {
    hash,
    warnings: [],
    data: {},
    pending: () => [],
    desired: (facts) => ({ data: {}, facts, from: (path) => path.join('.') })
  }
}

/** A boot of which nothing is known yet. */
export function bootRecord(): Promise<BootRecord> {
  const files = new Map<string, string>()
  const host = {
    files: {
      read: async (path: string) => files.get(path) ?? null,
      writeAtomic: async (path: string, text: string) => void files.set(path, text)
    }
  } as unknown as Host // nothing else is asked of it
  return openBootRecord(host)
}

/** A ledger file in memory. */
export function memory(): TextFile {
  let text: string | null = null
  return {
    read: async () => text,
    write: async (next) => {
      text = next
    }
  }
}

/** Resolves when `probe` holds; rejects with what it last threw or said after `limit` milliseconds. */
export async function until(probe: () => boolean | Promise<boolean>, limit = 5_000, what = 'condition'): Promise<void> {
  const end = performance.now() + limit
  for (;;) {
    const began = performance.now()
    if (await probe()) return
    const took = performance.now() - began
    if (performance.now() > end) throw new Error(`${what} did not come true within ${limit} ms`)
    // As long as the look took: a slow machine has half its time for what is waited for.
    await new Promise((resolve) => setTimeout(resolve, Math.min(1000, Math.max(5, took))))
  }
}
