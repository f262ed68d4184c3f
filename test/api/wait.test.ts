import t from 'tap'
import { createStore, type State } from '../../src/agent/store.ts'
import { converged, isSettled } from '../../src/api/wait.ts'

const document = (hash: string, complaint = ''): State['document'] => ({
  hash,
  complaint,
  problems: [],
  warnings: [],
  pending: []
})
const settled = { settled: true, generation: 2, observedGeneration: 2 }

t.test('it is over when the document asked for is in force and settled', async (t) => {
  const store = createStore()
  store.next({ document: document('old'), settled: true, generation: 1, observedGeneration: 1 })
  const waiting = converged(store, 'new', 5_000)
  store.next({ document: document('new'), settled: false, generation: 2 })
  store.next({ settled: true })
  store.next({ observedGeneration: 2 })
  t.match(await waiting, { ...settled, document: { hash: 'new' } })
})

t.test('without a document of its own it waits for the one in force', async (t) => {
  const store = createStore()
  store.next({ document: document('any', 'refused'), ...settled })
  t.ok(isSettled(await converged(store, null, 5_000), null))
})

t.test('the state is that of the end when the time is up', async (t) => {
  const store = createStore()
  const waiting = converged(store, 'new', 30)
  store.next({ phase: 'Degraded' })
  const state = await waiting
  t.equal(state.phase, 'Degraded')
  t.notOk(isSettled(state, 'new'))
})

t.test('a complaint from before does not end the wait, one that comes does', async (t) => {
  const store = createStore()
  store.next({ document: document('same', 'a typo'), ...settled })
  const mended = converged(store, 'same', 5_000)
  store.next({ document: document('same') })
  t.match(await mended, { document: { complaint: '' } })
  const spoilt = converged(store, 'new', 5_000)
  store.next({ document: document('same', 'another typo') })
  const state = await spoilt
  t.equal(state.document.complaint, 'another typo')
  t.notOk(isSettled(state, 'new'))
})
