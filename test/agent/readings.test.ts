import { firstValueFrom, Subject, take, tap, toArray } from 'rxjs'
import t from 'tap'
import { createAnnounced } from '../../src/agent/announced.ts'
import type { Generation } from '../../src/agent/history.ts'
import { readings } from '../../src/agent/readings.ts'
import type { Reading } from '../../src/agent/ticks.ts'
import { keptOf } from '../../src/document/kept.ts'
import type { Layer } from '../../src/document/layers.ts'
import { until } from '../support/loop.ts'

const FACTS = { links: [], version: '', kernel: '', namespaces: false, stopped: [], shipped: {} }
const layers = (user: string): readonly Layer[] => [
  { name: 'os-config.yml', file: '/os-config.yml', kind: 'image', text: 'rancher:\n  defaults:\n    hostname: rosd\n' },
  { name: 'cloud-config.yml', file: '/cloud-config.yml', kind: 'user', text: user },
  { name: 'kernel command line', file: '/proc/cmdline', kind: 'cmdline', text: 'rancher.debug=false' }
]

/** A history of one: the newest generation. */
type Memory = { newest: Generation | null }

/** What a boot with these texts of cloud-config.yml, one after the other, brings into force: host names and refusals. */
async function boot(memory: Memory, ...texts: readonly string[]): Promise<readonly string[]> {
  const ticks = new Subject<void>()
  const left = [...texts]
  const got: string[] = []
  const parts = { read: async () => layers(left.shift() ?? ''), history: memory, announced: createAnnounced(), ticks }
  const done = readings(parts).pipe(
    tap((reading) => {
      if (reading.ok && reading.document.layers !== undefined) memory.newest = generation(reading.document.layers)
    }),
    take(texts.length + (texts[0]?.includes('bad') === true ? 1 : 0)),
    tap((reading) => {
      if (got.push(told(reading)) < texts.length) ticks.next()
    }),
    toArray()
  )
  await firstValueFrom(done)
  return got
}

function told(reading: Reading): string {
  if (!reading.ok) return reading.complaint.split('\n')[0] ?? ''
  return reading.document.desired(FACTS).data.hostname ?? 'none'
}

function generation(all: readonly Layer[]): Generation {
  return { layers: keptOf(all) } as Generation // nothing else is asked of it
}

const good = (name: string) => `#cloud-config\nhostname: ${name}\n`
const BAD = '#cloud-config\nbad: 1\n'
const REFUSED = 'cloud-config.yml:2:1: bad: unknown key'

t.test('a refused document leaves the last good one, also the one of an earlier boot', async (t) => {
  const memory: Memory = { newest: null }
  t.same(await boot(memory, good('a'), BAD, good('b')), ['a', REFUSED, 'b'])
  t.same(await boot(memory, BAD), ['b', REFUSED], 'the next boot')
  t.same(await boot(memory, BAD, good('c')), ['b', REFUSED, 'c'])
  t.same(await boot(memory, BAD), ['c', REFUSED])
})

t.test('without an earlier boot what can be saved is in force', async (t) => {
  t.same(await boot({ newest: null }, BAD), ['none', REFUSED])
})

t.test('who brought a document: who announced it, else the boot, else somebody who edited a file', async (t) => {
  const announced = createAnnounced()
  const texts = [good('a'), good('b'), good('c')]
  announced.expect(layers(good('b')), { how: 'api', who: 'ros', why: '' })
  const ticks = new Subject<void>()
  const parts = { read: async () => layers(texts.shift() ?? ''), history: { newest: null }, announced, ticks }
  const done = readings(parts).pipe(
    take(3),
    tap(() => ticks.next()),
    toArray()
  )
  const by = (await firstValueFrom(done)).map((reading) => (reading.ok ? reading.by?.how : 'refused'))
  t.strictSame(by, ['boot', 'api', 'file'])
})

t.test('what was taken back and is still on the disk is not read again until somebody changes it', async (t) => {
  const announced = createAnnounced()
  announced.bar(layers(good('b')))
  const texts = [good('b'), good('b'), good('c'), good('b')]
  const ticks = new Subject<void>()
  const read = async () => layers(texts.shift() ?? '')
  const got: string[] = []
  const running = readings({ read, history: { newest: null }, announced, ticks }).subscribe((reading) =>
    got.push(told(reading))
  )
  t.teardown(() => running.unsubscribe())
  for (const left of [2, 1, 0]) {
    ticks.next()
    await until(() => texts.length === left)
  }
  await until(() => got.length === 2)
  t.strictSame(got, ['c', 'b'])
})
