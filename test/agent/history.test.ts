// Generations on a real disk: kept, pruned, and what a full disk, a damaged file or an interrupted undo leave.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createChronicle } from '../../src/agent/chronicle.ts'
import { createEvents } from '../../src/agent/events.ts'
import { type Generation, openHistory, type Room } from '../../src/agent/history.ts'
import { accept } from '../../src/agent/readings.ts'
import { createStore } from '../../src/agent/store.ts'
import { openUserFiles } from '../../src/agent/user-files.ts'
import { documentPaths, type Layer } from '../../src/document/layers.ts'
import { linuxFiles } from '../../src/host/linux/files.ts'
import type { Files } from '../../src/host/ports.ts'
import { built, layer } from '../document/support.ts'

const AT = '2026-01-01T00:00:00.000Z'
const DAY = 86_400_000
const ROOM: Room = { keep: 200, days: 365, megabytes: 32 }

const entry = (generation: number, more: Partial<Generation> = {}): Generation => ({
  generation,
  at: AT,
  by: { how: 'file', who: '', why: '' },
  changed: [],
  more: 0,
  outcome: { is: 'open' },
  unwell: [],
  hash: '',
  changes: [],
  layers: [layer('user', `#cloud-config\nhostname: h${generation}\n`)],
  plan: null,
  ...more
})

function opened(folder: string, files: Files = linuxFiles, now = Date.parse(AT)) {
  const events = createEvents(() => AT)
  return openHistory({ files, events, log: () => {}, now: () => now, folder }).then((history) => ({ history, events }))
}

const numbers = (list: readonly { readonly generation: number }[]) => list.map(({ generation }) => generation)

t.test('what is kept is there for the next agent, for root alone', async (t) => {
  const folder = join(t.testdir(), 'history')
  const { history } = await opened(folder)
  t.equal(history.newest, null)
  await history.add(entry(1), ROOM)
  await history.add(entry(2), ROOM)
  await history.amend(1, { outcome: { is: 'superseded', by: 2 } })
  await history.amend(9, { unwell: ['x'] })
  const { history: next } = await opened(folder)
  t.strictSame(numbers(next.list()), [1, 2])
  t.strictSame(next.newest, entry(2))
  t.strictSame((await next.read(1))?.outcome, { is: 'superseded', by: 2 })
  t.equal(await next.read(9), null)
  t.equal((await linuxFiles.stat(join(folder, '00000002.json')))?.mode, 0o600)
})

t.test(
  'what is pruned: by number, by age but for fifty, by size; never the newest two, nor what is needed',
  async (t) => {
    const cases: readonly (readonly [string, number, Partial<Room>, number, readonly number[], readonly number[]])[] = [
      ['nothing', 4, {}, 0, [], [1, 2, 3, 4]],
      ['by number', 4, { keep: 3 }, 0, [], [2, 3, 4]],
      ['fifty stay however old', 50, { days: 1 }, 3 * DAY, [], Array.from({ length: 50 }, (_, i) => i + 1)],
      ['older ones beyond them', 53, { days: 1 }, 3 * DAY, [], Array.from({ length: 50 }, (_, i) => i + 4)],
      ['by size', 5, { megabytes: 0.0001 }, 0, [], [4, 5]],
      ['what is needed stays', 5, { keep: 2 }, 0, [2], [2, 4, 5]]
    ]
    for (const [name, count, room, later, pinned, want] of cases) {
      const folder = join(t.testdir(), 'history')
      const { history } = await opened(folder, linuxFiles, Date.parse(AT) + later)
      history.pin(...pinned)
      for (let generation = 1; generation < count; generation += 1) await history.add(entry(generation), ROOM)
      await history.add(entry(count), { ...ROOM, ...room })
      t.strictSame(numbers(history.list()), want, name)
      t.equal((await readdir(folder)).length, want.length, name)
    }
  }
)

t.test('a disk that takes nothing stops nothing: the newest is in memory, and it is told once', async (t) => {
  const folder = join(t.testdir(), 'history')
  let full = true
  const writeAtomic: Files['writeAtomic'] = (path, bytes, attributes) =>
    full
      ? Promise.reject(new Error('ENOSPC: no space left on device'))
      : linuxFiles.writeAtomic(path, bytes, attributes)
  const { history, events } = await opened(folder, { ...linuxFiles, writeAtomic })
  await history.add(entry(1), ROOM)
  await history.add(entry(2), ROOM)
  t.equal(history.newest?.generation, 2)
  t.match(events.since(0), [
    { reason: 'HistoryNotKept', message: /^generation 1 is in force and could not be written down: ENOSPC/ }
  ])
  t.equal(events.since(0).length, 1)
  full = false
  await history.amend(2, { outcome: { is: 'settled', ms: 5 } })
  t.strictSame(numbers((await opened(folder)).history.list()), [2])
})

t.test('a damaged file is no generation', async (t) => {
  const folder = t.testdir({ '00000001.json': 'half a fi', '00000002.json': JSON.stringify(entry(2)), other: '' })
  t.strictSame(numbers((await opened(folder)).history.list()), [2])
})

/** A chronicle over an own history; `boot` begins the next boot on the same disk. */
async function chronicleOf(t: Test) {
  const folder = join(t.testdir(), 'history')
  const boot = async () => {
    const { history } = await opened(folder)
    const store = createStore()
    const troubles = { now: new Map() }
    const chronicle = createChronicle({ history, store, troubles, now: () => AT, clock: () => 0 })
    let current: ReturnType<typeof accept> | null = null
    return {
      history,
      async enter(...layers: readonly Layer[]) {
        const document = accept(built(...layers), layers)
        const generation = await chronicle.enter(document, current, undefined)
        current = document
        store.next({ generation })
        return generation
      }
    }
  }
  return boot
}

t.test('numbers go on across boots, and only what people and programs change has one', async (t) => {
  const boot = await chronicleOf(t)
  const user = (name: string, comment = '') => layer('user', `#cloud-config\n${comment}hostname: ${name}\n`)
  const lease = layer('lease', '#cloud-config\nrancher:\n  network:\n    dns:\n      nameservers: [10.0.2.3]\n')
  const first = await boot()
  t.equal(await first.enter(user('a')), 1)
  t.equal(await first.enter(lease, user('a')), 1, 'a lease makes none')
  t.equal(await first.enter(lease, user('b')), 2)
  const second = await boot()
  t.equal(await second.enter(user('b')), 2, 'a boot with the same document keeps its number')
  t.equal(await second.enter(lease, user('b')), 2)
  const third = await boot()
  t.equal(await third.enter(user('b', '# mine\n')), 2, 'so does one with a comment more')
  t.match(third.history.newest?.layers, [{ text: '#cloud-config\n# mine\nhostname: b\n' }])
  const fourth = await boot()
  t.equal(await fourth.enter(user('c')), 3, 'what was changed while it was off is a new one')
  t.strictSame(fourth.history.newest?.changed, ['~ hostname'])
  t.strictSame(fourth.history.newest?.by, { how: 'file', who: 'cloud-config.yml', why: '' })
})

t.test('an undo that a power cut stopped half way is ended by the next start', async (t) => {
  const root = t.testdir()
  const paths = documentPaths(root)
  const folder = join(root, 'var/lib/rancher/conf')
  await mkdir(join(folder, 'cloud-config.d'), { recursive: true })
  await writeFile(join(folder, 'cloud-config.yml'), 'new\n')
  await writeFile(join(folder, 'cloud-config.d/10.yml'), 'new\n')
  const old: readonly Layer[] = [
    { name: 'cloud-config.d/20.yml', file: join(folder, 'cloud-config.d/20.yml'), kind: 'conf', text: 'old\n' },
    { name: 'cloud-config.yml', file: join(folder, 'cloud-config.yml'), kind: 'user', text: 'old\n' }
  ]
  let writes = 0
  const writeAtomic: Files['writeAtomic'] = (path, bytes, attributes) => {
    writes += 1
    // Refused texts twice, the intent, the first file.
    return writes > 4 ? Promise.reject(new Error('power cut')) : linuxFiles.writeAtomic(path, bytes, attributes)
  }
  const files = await openUserFiles({ ...linuxFiles, writeAtomic }, paths)
  await t.rejects(files.put(old, []), { message: 'power cut' })
  t.equal(await readFile(join(folder, 'cloud-config.yml'), 'utf8'), 'new\n', 'half way')
  await openUserFiles(linuxFiles, paths)
  t.equal(await readFile(join(folder, 'cloud-config.yml'), 'utf8'), 'old\n')
  t.strictSame(await readdir(join(folder, 'cloud-config.d')), ['20.yml'])
  const refused = (await readdir(folder)).filter((name) => name.includes('.refused-'))
  t.match(refused.toSorted(), [/^cloud-config\.d-10\.yml\.refused-/, /^cloud-config\.yml\.refused-/])
  await openUserFiles(linuxFiles, paths)
  t.strictSame(await readdir(join(root, 'var/lib/rancher/state')), [], 'nothing is left to do')
})
