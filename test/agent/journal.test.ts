import t from 'tap'
import { createEvents } from '../../src/agent/events.ts'
import { openJournal, tellInterrupted } from '../../src/agent/journal.ts'
import { plan } from '../../src/core/plan.ts'
import { memory, modelLoop, until } from '../support/loop.ts'
import { modelKind, registry, want, wantMap } from '../support/model.ts'

const kinds = registry(modelKind(new Map()))
const [a, b] = plan(kinds, {
  wants: wantMap(want('a', '1'), want('b', '1')),
  seen: new Map(),
  owned: new Map()
}).actions
if (a === undefined || b === undefined) throw new Error('the plan for two missing things is two actions')

t.test('what was begun and not ended is known to the next agent, and told', async (t) => {
  const file = memory()
  const journal = await openJournal(file)
  await journal.begin(a)
  await journal.begin(b)
  await journal.end(b)
  const next = await openJournal(file)
  t.same([...next.unfinished], ['image/a'])
  const events = createEvents(() => '')
  const lines: string[] = []
  tellInterrupted(next, events, {
    log: (_level, fields, message) => lines.push(`${message} ${JSON.stringify(fields)}`)
  })
  t.match(events.since(0), [{ type: 'Warning', reason: 'Interrupted', message: /^create image\/a/, key: 'image/a' }])
  t.same(lines, ['an action was interrupted {"key":"image/a","action":"create image/a"}'])
  await next.forget(['image/a', 'image/never'])
  t.same((await openJournal(file)).interrupted, [])
})

t.test('a damaged journal stops nobody', async (t) => {
  const table: readonly (readonly [text: string, keys: readonly string[]])[] = [
    ['', []],
    ['[["image/a","create im', []],
    ['{"image/a":1}', []],
    ['7', []],
    ['[["image/a","create image/a"],["image/b"],null,5,[null,null],["nokey","x"]]', ['image/a']]
  ]
  for (const [text, keys] of table) {
    const journal = await openJournal({ read: async () => text, write: async () => {} })
    t.same([...journal.unfinished], keys, text)
  }
})

t.test('an action with a part no look shows is done again when it failed in the middle', async (t) => {
  let told = 0
  const machine = new Map<string, string>()
  const made = modelKind(machine)
  const loop = await modelLoop(machine, {
    kind: {
      finishes: true,
      async act(host, action, signal) {
        await made.act(host, action, signal)
        told += 1
        if (told === 1) throw new Error('its reader could not be told')
      }
    }
  })
  loop.give(want('a', '1'))
  await until(() => loop.store.value.phase === 'Degraded')
  t.equal(machine.get('image/a'), '1', 'as a look sees it all is well')
  await loop.loop.reconcile(2_000)
  await until(() => loop.store.value.settled)
  t.equal(told, 2)
  t.equal(loop.store.value.phase, 'Ready')
  loop.stop()
})

t.test('a deletion is brought to its end, too, and what is over is forgotten', async (t) => {
  const machine = new Map([['image/a', '1']])
  const told: string[] = []
  const journal = memory()
  await journal.write('[["image/a","delete image/a"],["image/gone","create image/gone"]]')
  const made = modelKind(machine)
  const loop = await modelLoop(machine, {
    journal,
    kind: {
      finishes: true,
      async act(host, action, signal) {
        told.push(action.id)
        await made.act(host, action, signal)
      }
    }
  })
  await loop.ledger.claim([{ want: want('a', '2'), seen: { id: '1' } }])
  loop.give()
  await until(() => loop.store.value.settled && loop.store.value.observedGeneration === 1)
  t.same(told, ['delete image/a'])
  t.equal(await journal.read(), '[]')
  loop.stop()
})

t.test('a disk that is full stops no pass', async (t) => {
  const machine = new Map([['image/a', '1']])
  const journal = { read: async () => '[["image/b","x"]]', write: () => Promise.reject(new Error('ENOSPC')) }
  const loop = await modelLoop(machine, { journal })
  loop.give(want('a', '1'))
  await until(() => loop.store.value.settled)
  t.same(
    loop.lines.filter((line) => line !== 'looked'),
    ['an action was interrupted', 'what is owned could not be kept']
  )
  loop.stop()
})
