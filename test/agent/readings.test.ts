import { firstValueFrom, Subject, take, toArray } from 'rxjs'
import t from 'tap'
import { lastGood } from '../../src/agent/last-good.ts'
import { readings } from '../../src/agent/readings.ts'
import type { Layer } from '../../src/document/layers.ts'
import { memory } from '../support/loop.ts'

const FACTS = { links: [], version: '', kernel: '', namespaces: false, stopped: [], shipped: {} }
const layers = (user: string): readonly Layer[] => [
  { name: 'os-config.yml', file: '/os-config.yml', kind: 'image', text: 'rancher:\n  defaults:\n    hostname: rosd\n' },
  { name: 'cloud-config.yml', file: '/cloud-config.yml', kind: 'user', text: user },
  { name: 'kernel command line', file: '/proc/cmdline', kind: 'cmdline', text: 'rancher.debug=false' }
]

/** What a boot with these texts of cloud-config.yml, one after the other, brings into force: host names and refusals. */
async function boot(file: ReturnType<typeof memory>, ...texts: readonly string[]): Promise<readonly string[]> {
  const ticks = new Subject<void>()
  const left = [...texts]
  const got: string[] = []
  const done = firstValueFrom(
    readings(async () => layers(left.shift() ?? ''), lastGood(file), ticks).pipe(
      take(texts.length + (texts[0]?.includes('bad') === true ? 1 : 0)),
      toArray()
    )
  )
  for (let times = 1; times < texts.length; times += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    ticks.next()
  }
  for (const reading of await done) {
    got.push(
      reading.ok ? (reading.document.desired(FACTS).data.hostname ?? 'none') : (reading.complaint.split('\n')[0] ?? '')
    )
  }
  return got
}
const good = (name: string) => `#cloud-config\nhostname: ${name}\n`
const BAD = '#cloud-config\nbad: 1\n'
const REFUSED = 'cloud-config.yml:2:1: bad: unknown key'

t.test('a refused document leaves the last good one, also the one of an earlier boot', async (t) => {
  const file = memory()
  t.same(await boot(file, good('a'), BAD, good('b')), ['a', REFUSED, 'b'])
  t.same(await boot(file, BAD), ['b', REFUSED], 'the next boot')
  t.same(await boot(file, BAD, good('c')), ['b', REFUSED, 'c'])
  t.same(await boot(file, BAD), ['c', REFUSED])
})

t.test('without an earlier boot what can be saved is in force', async (t) => {
  t.same(await boot(memory(), BAD), ['none', REFUSED])
})

t.test('a memory that can not be read is none', async (t) => {
  const file = memory()
  await file.write('half a fi')
  t.same(await boot(file, BAD), ['none', REFUSED])
})
