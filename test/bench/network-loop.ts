// FILE: in the network namespace it is started in, the agent's own loop with its network kinds brings about the document of FILE and takes
// it away again. Prints milliseconds of each step as JSON.
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EMPTY, firstValueFrom, filter, Subject } from 'rxjs'
import { createEvents } from '../../src/agent/events.ts'
import { openJournal } from '../../src/agent/journal.ts'
import type { TextFile } from '../../src/agent/kept-file.ts'
import { openLedger } from '../../src/agent/ledger.ts'
import { createLoop } from '../../src/agent/loop.ts'
import { createStore } from '../../src/agent/store.ts'
import type { Accepted, Reading } from '../../src/agent/ticks.ts'
import type { KindDef } from '../../src/core/kind.ts'
import type { Registry } from '../../src/core/plan.ts'
import { buildDocument } from '../../src/document/build.ts'
import { placeOf } from '../../src/document/document.ts'
import { showProblems } from '../../src/document/problem.ts'
import { linuxFiles } from '../../src/host/linux/files.ts'
import { linuxNetwork } from '../../src/host/linux/ip.ts'
import { networkLooker } from '../../src/host/linux/network-look.ts'
import { run } from '../../src/host/linux/spawn.ts'
import type { Host } from '../../src/host/ports.ts'
import { address } from '../../src/kinds/address.ts'
import { link } from '../../src/kinds/link.ts'
import { route } from '../../src/kinds/route.ts'
import { bootRecord } from '../support/loop.ts'

const [file = ''] = process.argv.slice(2)
// Each definition is only ever given keys of its own kind.
const kinds: Registry = new Map([link, address, route].map((def) => [def.kind, def as unknown as KindDef]))
const network = linuxNetwork(run, networkLooker())
const host = { network, kernel: { network: EMPTY }, log: () => {}, progress: () => {} } as unknown as Host // these kinds ask for nothing else
const dir = await mkdtemp(join(tmpdir(), 'rosd-bench-'))
const kept = (name: string): TextFile => ({
  read: () => linuxFiles.read(join(dir, name)),
  write: (text) => linuxFiles.writeAtomic(join(dir, name), text)
})
const readings = new Subject<Reading>()
const store = createStore()
const events = createEvents(() => new Date().toISOString())
const loop = createLoop({
  kinds,
  host,
  readings,
  facts: async () => ({
    links: (await network.look()).links.map(({ name, mac, kind }) => ({ name, mac, kind })),
    version: '1',
    kernel: '6.12',
    namespaces: false,
    stopped: [],
    shipped: {}
  }),
  store,
  events,
  ledger: await openLedger(kinds, { brief: kept('owned'), lasting: kept('lasting') }),
  journal: await openJournal(kept('journal')),
  boot: await bootRecord(),
  now: () => new Date().toISOString(),
  clock: () => performance.now(),
  random: Math.random
})
const subscription = loop.start()
const milliseconds: Record<string, number> = {}

await inForce(accepted('#cloud-config\n'))
const text = readFileSync(file, 'utf8')
const whole = await timed('read', async () => accepted(text))
await timed('plan', () => loop.plan(whole))
await timed('apply', () => inForce(whole))
await timed('nothing', () => loop.reconcile(600_000))
const { links } = await network.look()
await timed('remove', () => inForce(accepted('#cloud-config\n')))
const left = (await network.look()).links.length
subscription.unsubscribe()
await rm(dir, { recursive: true })
process.stdout.write(JSON.stringify({ links: links.length - left, milliseconds }))
process.exit(0)

async function timed<T>(step: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now()
  const result = await work()
  milliseconds[step] = performance.now() - began
  return result
}

function accepted(text: string): Accepted {
  const built = buildDocument([{ name: 'cloud-config.yml', file, kind: 'user', text }])
  if (!built.ok) throw new Error(showProblems(built.problems))
  const { document } = built
  const from = (path: readonly (string | number)[]) => `${placeOf(document, path.map(String))} ${path.join('.')}`
  return {
    hash: text,
    warnings: [],
    data: document.data,
    pending: () => [],
    desired: (facts) => ({ data: document.data, facts, from })
  }
}

/** Resolves when a pass has found that nothing of it is left to do. */
async function inForce(document: Accepted): Promise<void> {
  const { generation } = store.value
  readings.next({ ok: true, document })
  await firstValueFrom(
    store.changes.pipe(
      filter((state) => state.generation > generation && state.settled && state.observedGeneration === state.generation)
    )
  )
}
