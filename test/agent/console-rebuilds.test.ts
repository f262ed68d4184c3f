// The key that has the console made anew, on a store and files of the test's own.
import t from 'tap'
import { openConsoleRebuilds } from '../../src/agent/console-rebuilds.ts'
import { createEvents } from '../../src/agent/events.ts'
import { createStore } from '../../src/agent/store.ts'
import type { Author } from '../../src/core/author.ts'
import type { Edit } from '../../src/api/edits.ts'
import { until } from '../support/loop.ts'

const FILE = '/var/lib/rancher/state/console-rebuilds'
const MARK = '/run/ros/console-rebuilds'

function parts(stubborn = false) {
  const kept = new Map<string, string>()
  const files = {
    read: async (path: string) => kept.get(path) ?? null,
    writeAtomic: async (path: string, text: string | Uint8Array) => void kept.set(path, String(text)),
    remove: async (path: string) => void kept.delete(path)
  }
  const store = createStore()
  const events = createEvents(() => '2026-01-01T00:00:00Z')
  let asked = false
  let ticks = 0
  let edits = 0
  const config = {
    async change(edit: Edit, _ifMatch: string | null, _by: Author) {
      edits += 1
      t.match(edit, { settings: [{ path: ['rancher', 'force_console_rebuild'], value: false }] })
      asked = stubborn
      return { hash: '', documentHash: '', confirmSeconds: 0, changes: [], warnings: [] }
    },
    get: async (key: string) => ({ key, value: asked, text: '', place: 'kernel command line:1:1', origins: [] })
  }
  return {
    kept,
    files,
    events,
    edits: () => edits,
    ticks: () => ticks,
    follow: {
      store,
      events,
      config,
      data: () => ({ rancher: { force_console_rebuild: asked } }),
      tick: () => {
        ticks += 1
      }
    },
    say(value: boolean) {
      asked = value
      store.next({ observedGeneration: store.value.observedGeneration + 1 })
    }
  }
}

t.test('each time it is asked for it is counted, and the key is taken back', async (t) => {
  const one = parts()
  const rebuilds = await openConsoleRebuilds(one.files)
  const following = rebuilds.follow(one.follow)
  t.teardown(() => following.unsubscribe())
  one.say(false)
  t.equal(rebuilds.count(), 0, 'nothing is asked')
  one.say(true)
  await until(() => one.edits() === 1)
  t.same([rebuilds.count(), one.kept.get(FILE), one.ticks()], [1, '1\n', 1])
  one.say(false)
  one.say(true)
  await until(() => one.edits() === 2)
  t.equal((await openConsoleRebuilds(one.files)).count(), 2, 'an agent that starts anew knows')
})

t.test('where a layer above says so it is told, and done once', async (t) => {
  const one = parts(true)
  const rebuilds = await openConsoleRebuilds(one.files)
  const following = rebuilds.follow(one.follow)
  t.teardown(() => following.unsubscribe())
  one.say(true)
  await until(() => one.events.since(0).some(({ message }) => /stays true, for kernel command line:1:1/.test(message)))
  one.say(true)
  t.equal(rebuilds.count(), 1)
})

t.test('a layer above that goes on asking counts once in a boot, however often the agent starts', async (t) => {
  const one = parts(true)
  const start = async () => {
    const rebuilds = await openConsoleRebuilds(one.files)
    const following = rebuilds.follow(one.follow)
    one.say(true)
    // A later pass, too.
    one.say(true)
    await until(() => one.kept.get(MARK)?.endsWith('stays\n') === true)
    return { rebuilds, following }
  }
  for (let starts = 0; starts < 3; starts++) {
    const { rebuilds, following } = await start()
    await new Promise(setImmediate)
    t.same([rebuilds.count(), one.kept.get(FILE), one.edits()], [1, '1\n', 1])
    following.unsubscribe()
  }
  one.kept.delete(MARK) // as a boot does
  const { rebuilds, following } = await start()
  t.same([rebuilds.count(), one.edits()], [2, 2], 'the next boot makes it anew')
  following.unsubscribe()
})

t.test('once no layer asks any more, asking again in the same boot counts again', async (t) => {
  const one = parts(true)
  const rebuilds = await openConsoleRebuilds(one.files)
  const following = rebuilds.follow(one.follow)
  t.teardown(() => following.unsubscribe())
  one.say(true)
  await until(() => one.kept.has(MARK) && one.edits() === 1)
  one.say(false)
  await until(() => !one.kept.has(MARK))
  one.say(true)
  await until(() => one.edits() === 2)
  t.equal(rebuilds.count(), 2)
})

t.test('an agent that ended half way goes on, and does not count twice', async (t) => {
  for (const [what, counted] of [
    ['before it was counted', ''],
    ['after', '1\n']
  ] as const) {
    const one = parts()
    one.kept.set(MARK, '1\n')
    if (counted !== '') one.kept.set(FILE, counted)
    const rebuilds = await openConsoleRebuilds(one.files)
    const following = rebuilds.follow(one.follow)
    one.say(true)
    await until(() => !one.kept.has(MARK))
    t.same([rebuilds.count(), one.kept.get(FILE), one.edits()], [1, '1\n', 1], what)
    following.unsubscribe()
  }
})
