import t from 'tap'
import { createDrift, openDriftMemory } from '../../src/agent/drift.ts'
import { createEvents } from '../../src/agent/events.ts'
import { leaves } from '../../src/agent/leave.ts'
import { createWitness } from '../../src/agent/witness.ts'
import type { Paused } from '../../src/agent/store.ts'
import { plan, type World } from '../../src/core/plan.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'
import { memory, until } from '../support/loop.ts'
import { modelKind, registry, want, wantMap } from '../support/model.ts'

const machine = new Map<string, string>()
const kinds = registry(modelKind(machine))

async function agent(file = memory(), data: CloudConfig = {}, paused: Paused | null = null) {
  const events = createEvents(() => '')
  const witness = createWitness(() => 0)
  const rules = { value: data }
  const keeps = (key: string) => rules.value.rancher?.drift?.[key] === 'report'
  const kept = await openDriftMemory(file, keeps, () => {})
  const drift = createDrift({ host: { log: () => {} }, events, witness, memory: kept })
  const pause = { value: paused }
  const leave = leaves(pause, drift)
  /** What a pass does: the plan is told, what is as wanted is met. */
  const pass = (value: string, seen: string) => {
    const wants = wantMap(want('a', value))
    const world: World = { wants, seen: new Map([['image/a', { id: seen }]]), owned: new Map() }
    const found = leave(rules.value)
    const plotted = plan(kinds, { ...world, ...(found === undefined ? {} : { leave: found }) })
    drift.tell(plotted, wants, null)
    if (plotted.actions.length + plotted.left.length === 0) drift.met('image/a', wants.get('image/a')?.spec)
    return plotted
  }
  const told = () => events.since(0).map(({ message }) => message)
  const does = (value: string, seen: string) => {
    const { actions, left } = pass(value, seen)
    return [...actions.map(({ id }) => id), ...left.map(({ message }) => message)].join()
  }
  return { does, told, witness, rules, drift, pause, file }
}

const report: CloudConfig = { rancher: { drift: { 'image/a': 'report' } } }
const freeze: CloudConfig = { rancher: { drift: { image: 'freeze' } } }

t.test('drift is healed and told, with who it was where that is known', async (t) => {
  const { does, told, witness } = await agent()
  t.equal(does('one', 'one'), '')
  t.equal(does('one', 'two'), 'update image/a')
  does('one', 'one')
  witness.note('image/a', { how: 'changed by ip (pid 7)', by: 'ip (pid 7)' })
  does('one', 'three')
  t.same(told(), ['two -> one; setting it right', 'three -> one; setting it right (changed by ip (pid 7))'])
})

t.test('what the document changes is no drift', async (t) => {
  const { does, told } = await agent()
  does('one', 'one')
  t.equal(does('two', 'one'), 'update image/a')
  t.same(told(), [])
})

t.test('drift that is only reported stays and is told once; a change of the document is done', async (t) => {
  const { does, told } = await agent(memory(), report)
  t.equal(does('one', 'zero'), 'update image/a', 'it has never been as wanted')
  does('one', 'one')
  const left = 'rancher.drift only reports image/a'
  for (let i = 0; i < 3; i += 1) t.equal(does('one', 'two'), left)
  t.same(told(), [`two -> one; it is left so: ${left}`])
  t.equal(does('one', 'three'), left)
  t.equal(told().length, 2, 'another value is another drift')
  t.equal(does('four', 'three'), 'update image/a')
})

t.test('what was as wanted is known to the next agent, and not to the next boot', async (t) => {
  const { does, file } = await agent(memory(), report)
  does('one', 'one')
  await until(async () => (await file.read()) !== null)
  const next = await agent(file, report)
  t.equal(next.does('one', 'two'), 'rancher.drift only reports image/a')
  t.match(next.told(), [/^two -> one; it is left so/])
  t.equal((await agent(memory(), report)).does('one', 'two'), 'update image/a')
  t.equal((await agent(file, report)).does('two', 'one'), 'update image/a', 'that is another spec')
})

t.test('no secret of a spec is kept', async (t) => {
  const { does, file } = await agent(memory(), report)
  does('s3cret', 's3cret')
  await until(async () => (await file.read()) !== null)
  t.notMatch(await file.read(), 's3cret')
})

t.test('only what is reported is kept', async (t) => {
  const { does, file, rules } = await agent(memory(), {})
  does('one', 'one')
  t.equal(await file.read(), null)
  rules.value = report
  does('one', 'one')
  await until(async () => (await file.read()) !== null)
  t.equal(does('one', 'two'), 'rancher.drift only reports image/a')
})

t.test('what is frozen is never changed, for the document neither', async (t) => {
  const { does, told } = await agent(memory(), freeze)
  t.equal(does('one', 'zero'), 'rancher.drift freezes image')
  t.same(told(), [], 'the document asks for something new: no drift')
  does('one', 'one')
  does('one', 'two')
  t.same(told(), ['two -> one; it is left so: rancher.drift freezes image'])
})

t.test('a pause leaves everything, and says why', async (t) => {
  const { does, told, pause } = await agent(memory(), {}, { reason: 'new disk', at: '', until: null })
  t.equal(does('one', 'zero'), 'paused: new disk')
  does('one', 'one')
  does('one', 'two')
  t.same(told(), ['two -> one; it is left so: paused: new disk'])
  pause.value = null
  t.equal(does('one', 'two'), 'update image/a', 'afterwards it is done')
})
