// The key that has the console made anew, on a store and files of the test's own.
import t from 'tap'
import { openConsoleRebuilds } from '../../src/agent/console-rebuilds.ts'
import { createEvents } from '../../src/agent/events.ts'
import { createStore } from '../../src/agent/store.ts'
import type { Author } from '../../src/core/author.ts'
import type { Edit } from '../../src/api/edits.ts'
import { until } from '../support/loop.ts'

const FILE = '/var/lib/rancher/state/console-rebuilds'

function parts(stubborn = false) {
  const kept = new Map<string, string>()
  const files = {
    read: async (path: string) => kept.get(path) ?? null,
    writeAtomic: async (path: string, text: string | Uint8Array) => void kept.set(path, String(text))
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
