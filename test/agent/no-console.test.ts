import t from 'tap'
import { noConsole } from '../../src/agent/no-console.ts'
import { createStore, type Store } from '../../src/agent/store.ts'
import { conditionsOf, type Finding, type Status } from '../../src/core/condition.ts'
import type { Key } from '../../src/core/resource.ts'

const NEEDS = (): readonly Key[] => ['engine/system', 'image/system/debian:13', 'container/system/network']
const failed: Finding = { is: 'failed', reason: 'EngineStart', message: 'it ended' }
const settled: Finding = { is: 'settled', message: '' }
const running: Finding = { is: 'running', message: 'create' }

function tell(store: Store, found: Readonly<Record<string, Finding>>): void {
  const statuses = Object.entries(found).map(([key, finding]) => {
    const status = {
      key: key as Key,
      from: '',
      observedGeneration: 1,
      seen: null,
      conditions: conditionsOf(finding, [], '')
    }
    return [status.key, status satisfies Status] as const
  })
  store.next({ resources: new Map(statuses) })
}

t.test('what fails and is not ready in time is the reason, whatever it is doing at that moment', async (t) => {
  const store = createStore()
  const waiting = noConsole(store, NEEDS, 20)
  tell(store, { 'engine/system': failed })
  tell(store, { 'engine/system': running })
  t.equal(await waiting, 'there is no console: engine/system: it ended')
})

t.test('a second try that succeeds is no reason, and the console ends the watch', async (t) => {
  const store = createStore()
  const waiting = noConsole(store, NEEDS, 20)
  tell(store, { 'engine/system': failed })
  tell(store, { 'engine/system': settled })
  const first = await Promise.race([waiting, new Promise((resolve) => setTimeout(() => resolve('still waiting'), 60))])
  t.equal(first, 'still waiting')
  tell(store, { 'engine/system': settled, 'container/system/console': settled })
  t.equal(await waiting, null)
})

t.test('what no console stands on may fail', async (t) => {
  const store = createStore()
  const waiting = noConsole(store, NEEDS, 0)
  tell(store, { 'container/system/ntp': failed })
  tell(store, { 'container/system/ntp': failed, 'container/system/console': settled })
  t.equal(await waiting, null)
})

t.test('its image is, whichever that is', async (t) => {
  const store = createStore()
  const waiting = noConsole(store, NEEDS, 0)
  tell(store, { 'image/system/other:1': failed, 'container/system/network': failed })
  tell(store, { 'image/system/debian:13': { ...failed, message: 'no such image' } })
  t.equal(await waiting, 'there is no console: image/system/debian:13: no such image')
})
