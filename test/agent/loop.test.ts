import t from 'tap'
import type { Status } from '../../src/core/condition.ts'
import { until, modelLoop } from '../support/loop.ts'
import { want } from '../support/model.ts'

const ready = (status: Status | undefined) => status?.conditions.find((condition) => condition.type === 'Ready')

t.test('applies a document, verifies, stays still', async (t) => {
  const machine = new Map([['image/a', '0']])
  let acts = 0
  const { give, store, loop, events, stop } = await modelLoop(machine, {
    fails: () => {
      acts += 1
      return null
    }
  })
  t.teardown(stop)
  give(want('a', '1'), want('b', '2', ['a']))
  await until(() => store.value.settled)
  t.same(
    [...machine],
    [
      ['image/a', '1'],
      ['image/b', '2']
    ]
  )
  t.equal(store.value.phase, 'Ready')
  t.equal(store.value.observedGeneration, 1)
  t.equal(acts, 2)
  await loop.reconcile(1_000)
  t.equal(acts, 2, 'a second pass does nothing')
  t.same((await loop.plan()).actions, [])
  t.same(
    events.since(0).map((event) => event.reason),
    ['DocumentAccepted', 'Updated', 'Created']
  )
})

t.test('drift is told and set right', async (t) => {
  const machine = new Map([['image/a', '0']])
  const { give, store, events, tick, stop } = await modelLoop(machine)
  t.teardown(stop)
  give(want('a', '1'))
  await until(() => store.value.settled)
  machine.set('image/a', '7')
  tick()
  await until(() => machine.get('image/a') === '1' && store.value.settled)
  t.match(
    events.since(0).find((event) => event.reason === 'Drifted'),
    { key: 'image/a', type: 'Warning', message: '7 -> 1; setting it right' }
  )
})

t.test(
  'a pass that finds all as it was leaves the state alone, and what changed is all that is new in it',
  async (t) => {
    const machine = new Map<string, string>()
    const looks: string[] = []
    const { give, store, tick, stop } = await modelLoop(machine, {
      kind: {
        async observe(_host, keys) {
          looks.push('look')
          return new Map(
            keys.flatMap((key) => (machine.has(key) ? [[key, { id: machine.get(key) ?? '' }] as const] : []))
          )
        }
      }
    })
    t.teardown(stop)
    give(want('a', '1'), want('b', '2'))
    await until(() => store.value.settled)
    const { revision, resources } = store.value
    const before = looks.length
    tick()
    await until(() => looks.length > before)
    await new Promise((resolve) => setImmediate(resolve))
    t.equal(store.value.revision, revision)
    machine.set('image/a', '0')
    tick()
    await until(() => store.value.settled && store.value.revision > revision)
    t.equal(store.value.resources.get('image/b'), resources.get('image/b'), 'the very same')
    t.not(store.value.resources.get('image/a'), resources.get('image/a'))
  }
)

t.test('what a new document changes is no drift', async (t) => {
  const machine = new Map<string, string>()
  const { give, store, events, stop } = await modelLoop(machine)
  t.teardown(stop)
  give(want('a', '1'))
  await until(() => store.value.settled)
  give(want('a', '2'))
  await until(() => store.value.settled && machine.get('image/a') === '2')
  t.notOk(events.since(0).some((event) => event.reason === 'Drifted'))
})

t.test('a key taken out of the document gives back what stood before', async (t) => {
  const machine = new Map([['image/a', '0']])
  const { give, store, ledger, stop } = await modelLoop(machine)
  t.teardown(stop)
  give(want('a', '1'), want('new', '1'))
  await until(() => store.value.settled)
  give()
  await until(() => store.value.settled && store.value.generation === 2)
  t.same([...machine], [['image/a', '0']])
  t.equal(ledger.owned.size, 0)
})

t.test('a refused document changes nothing and is told; the good one again clears it', async (t) => {
  const machine = new Map<string, string>()
  const { give, refuse, store, stop } = await modelLoop(machine)
  t.teardown(stop)
  give(want('a', '1'))
  await until(() => store.value.settled)
  refuse('cloud-config.yml:3:1: unknown key')
  await until(() => store.value.document.complaint !== '')
  t.equal(store.value.generation, 1)
  t.equal(machine.get('image/a'), '1')
  give(want('a', '1'))
  await until(() => store.value.document.complaint === '')
  t.equal(store.value.generation, 1)
})

t.test('one failing resource never stops the others, and what needs it says for whom it waits', async (t) => {
  const machine = new Map<string, string>()
  const { give, store, stop } = await modelLoop(machine, {
    fails: (key) => (key === 'image/bad' ? 'no such parameter' : null)
  })
  t.teardown(stop)
  give(want('bad', '1'), want('good', '1'), want('after', '1', ['bad']))
  await until(() => ready(store.value.resources.get('image/good'))?.status === 'True')
  await until(() => ready(store.value.resources.get('image/after'))?.reason === 'WaitingFor')
  t.match(ready(store.value.resources.get('image/bad')), {
    reason: 'Unexpected',
    message: 'no such parameter (doc.yml:1:1 bad)'
  })
  t.match(ready(store.value.resources.get('image/after')), { message: 'waits for image/bad: no such parameter' })
  t.equal(store.value.phase, 'Degraded')
})

t.test('a failed action is tried again after its rest and heals by itself', async (t) => {
  const machine = new Map<string, string>()
  let tries = 0
  const { give, store, stop } = await modelLoop(machine, { fails: () => (++tries === 1 ? 'busy' : null) })
  t.teardown(stop)
  give(want('a', '1'))
  await until(() => ready(store.value.resources.get('image/a'))?.reason === 'Unexpected')
  await until(() => store.value.settled && machine.get('image/a') === '1')
  t.equal(tries, 2)
})

t.test('a success that never lasts is told as a fight and rests', async (t) => {
  const machine = new Map<string, string>()
  const { give, events, tick, stop } = await modelLoop(machine, {
    kind: {
      // Somebody puts it back at once.
      act: async () => {
        machine.set('image/a', 'theirs')
      }
    }
  })
  t.teardown(stop)
  give(want('a', 'ours'))
  for (let round = 0; round < 6; round += 1) {
    tick()
    await new Promise((resolve) => setTimeout(resolve, 60))
  }
  await until(() => events.since(0).some((event) => event.reason === 'NotConverging'))
  const done = events.since(0).filter((event) => event.reason === 'Updated').length
  t.ok(done <= 5, `it was not done for ever: ${done} times`)
})

t.test('a kind that can not be looked at is unknown, not absent', async (t) => {
  const machine = new Map<string, string>()
  let broken = false
  const { give, store, loop, stop } = await modelLoop(machine, {
    kind: {
      observe: async (_host, keys) => {
        if (broken) throw new Error('the engine does not answer')
        return new Map(
          keys.flatMap((key) => (machine.has(key) ? [[key, { id: machine.get(key) ?? '' }] as const] : []))
        )
      }
    }
  })
  t.teardown(stop)
  give(want('a', '1'))
  await until(() => store.value.settled)
  broken = true
  loop.tick()
  await until(() => ready(store.value.resources.get('image/a'))?.status === 'Unknown')
  t.match(ready(store.value.resources.get('image/a')), { message: 'the engine does not answer' })
  t.equal(machine.get('image/a'), '1')
})

t.test('a long action does not hold up the others, and a new document calls it off', async (t) => {
  const machine = new Map<string, string>()
  let calledOff = false
  const { give, store, stop } = await modelLoop(machine, {
    kind: {
      act: async (_host, action, signal) => {
        if (action.key === 'image/slow' && action.to?.id === '1') {
          await new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason), { once: true })
          ).catch((error: unknown) => {
            calledOff = true
            throw error
          })
        }
        machine.set(action.key, action.to?.id ?? '')
      }
    }
  })
  t.teardown(stop)
  give(want('slow', '1'), want('quick', '1'))
  await until(() => machine.get('image/quick') === '1')
  await until(() => ready(store.value.resources.get('image/slow'))?.reason === 'InProgress')
  give(want('slow', '2'), want('quick', '2'))
  await until(() => store.value.settled)
  t.ok(calledOff)
  t.same(Object.fromEntries(machine), { 'image/quick': '2', 'image/slow': '2' })
})

t.test('an action that ends while the loop looks is not done again on what was seen before', async (t) => {
  const machine = new Map<string, string>()
  const act = Promise.withResolvers<void>()
  const look = Promise.withResolvers<void>()
  let acts = 0
  let looks = 0
  const { give, store, tick, stop } = await modelLoop(machine, {
    kind: {
      async observe(_host, keys) {
        looks += 1
        const found = keys.flatMap((key) => (machine.has(key) ? [[key, { id: machine.get(key) ?? '' }] as const] : []))
        if (looks === 2) await look.promise
        return new Map(found)
      },
      async act(_host, { key }) {
        acts += 1
        await act.promise
        machine.set(key, '1')
      }
    }
  })
  t.teardown(stop)
  give(want('a', '1'))
  await until(() => acts === 1)
  await until(() => {
    tick()
    return looks === 2
  })
  act.resolve()
  await until(() => machine.has('image/a'))
  look.resolve()
  await until(() => store.value.settled)
  t.equal(acts, 1)
})

t.test('what an action says of itself while it runs is read of its resource', async (t) => {
  const told = Promise.withResolvers<void>()
  const { give, store, stop } = await modelLoop(new Map(), {
    kind: {
      async act(host, { key }) {
        await told.promise
        host.progress(key, '3 of 7 layers')
        await new Promise(() => {})
      }
    }
  })
  t.teardown(stop)
  const said = () => ready(store.value.resources.get('image/a'))?.message
  give(want('a', '1'))
  await until(() => said() === 'create: not there')
  told.resolve()
  await until(() => said() === '3 of 7 layers')
})
