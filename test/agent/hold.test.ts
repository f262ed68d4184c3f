// What goes on until the next boot, on a store and files of the test's own.
import t from 'tap'
import { openHold } from '../../src/agent/hold.ts'
import { HELD_CONSOLE, HELD_ENGINE } from '../../src/agent/holds.ts'
import { createStore } from '../../src/agent/store.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'
import { until } from '../support/loop.ts'

const FILE = '/run/ros/console.json'
const HELD = { enabled: 'debian', service: { image: 'rosd/console:1' } }

function memory(kept: Map<string, string>) {
  return {
    read: async (path: string) => kept.get(path) ?? null,
    writeAtomic: async (path: string, text: string | Uint8Array) => void kept.set(path, String(text)),
    remove: async (path: string) => void kept.delete(path)
  }
}

async function machine(kept: Map<string, string>, console?: string) {
  const store = createStore()
  let said: string | undefined = console
  let known = false
  const hold = await openHold(memory(kept), HELD_CONSOLE)
  const following = hold.follow({
    store,
    data: () => (known ? { rancher: said === undefined ? {} : { console: said } } : null),
    host: { log: () => undefined }
  })
  return {
    hold,
    following,
    /** Comes into force. */
    async say(next?: string) {
      said = next
      known = true
      store.next({ generation: store.value.generation + 1 })
      await new Promise(setImmediate)
    }
  }
}

t.test('it is held before the document names the other, and let go when that one is not named any more', async (t) => {
  const kept = new Map<string, string>()
  const { hold, following, say } = await machine(kept)
  t.teardown(() => following.unsubscribe())
  await say()
  await hold.hold(HELD)
  await say()
  t.same(hold.held(), HELD, 'the document is about to name it')
  await say('debian')
  await say('debian')
  t.same(hold.held(), HELD)
  await say()
  await until(() => hold.held() === null)
  t.notOk(kept.has(FILE), 'nor does an agent that starts anew know of it')
  await say('debian')
  t.equal(hold.held(), null, 'who names it again means now')
})

t.test('an agent that starts anew goes on holding, but not where the document is back', async (t) => {
  for (const [console, holds] of [
    ['debian', true],
    [undefined, false],
    ['fedora', false]
  ] as const) {
    const { hold, following, say } = await machine(new Map([[FILE, JSON.stringify(HELD)]]))
    t.same(hold.held(), HELD, 'before the first document')
    await say(console)
    await until(() => (hold.held() !== null) === holds)
    following.unsubscribe()
  }
})

t.test('one that is enabled in the place of another is held from then on', async (t) => {
  const { hold, following, say } = await machine(new Map())
  t.teardown(() => following.unsubscribe())
  await hold.hold(HELD)
  await say('debian')
  const next = { ...HELD, enabled: 'fedora' }
  await hold.hold(next)
  await say('debian')
  t.same(hold.held(), next)
  await say('fedora')
  t.same(hold.held(), next)
})

t.test('the engine that was enabled is let go by an undo as well', async (t) => {
  const kept = new Map<string, string>()
  const store = createStore()
  let document: CloudConfig = {}
  const hold = await openHold(memory(kept), HELD_ENGINE)
  const following = hold.follow({ store, data: () => document, host: { log: () => undefined } })
  t.teardown(() => following.unsubscribe())
  const say = async (next: CloudConfig) => {
    document = next
    store.next({ generation: store.value.generation + 1 })
    await new Promise(setImmediate)
  }
  await hold.hold({ enabled: 'docker-28.5' })
  await say({ rancher: { docker: { engine: 'docker-28.5' } } })
  t.same((await openHold(memory(kept), HELD_ENGINE)).held(), { enabled: 'docker-28.5' }, 'the next agent knows')
  await say({})
  await until(() => hold.held() === null)
  t.same([...kept], [])
})

t.test('a file that is not one of ours holds nothing', async (t) => {
  for (const text of ['{', '[]', '{"enabled": 1}', 'null', '']) {
    const kept = new Map([HELD_CONSOLE, HELD_ENGINE].map(({ file }) => [file, text]))
    t.equal((await openHold(memory(kept), HELD_CONSOLE)).held(), null, text)
    t.equal((await openHold(memory(kept), HELD_ENGINE)).held(), null, text)
  }
})
