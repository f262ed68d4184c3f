// The console that goes on until the next boot, on a store and files of the test's own.
import t from 'tap'
import { openConsoleHold } from '../../src/agent/console-hold.ts'
import { createStore } from '../../src/agent/store.ts'
import { until } from '../support/loop.ts'

const FILE = '/run/ros/console.json'
const HELD = { enabled: 'debian', service: { image: 'rosd/console:1' } }

async function machine(kept: Map<string, string>, console?: string) {
  const files = {
    read: async (path: string) => kept.get(path) ?? null,
    writeAtomic: async (path: string, text: string | Uint8Array) => void kept.set(path, String(text)),
    remove: async (path: string) => void kept.delete(path)
  }
  const store = createStore()
  let said: string | undefined = console
  let known = false
  const hold = await openConsoleHold(files)
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
