// What is on trial across agents and boots: the real shell with a clock that is set by hand, restoring is only noted.
import { Subject } from 'rxjs'
import t, { type Test } from 'tap'
import type { Arrived } from '../../src/agent/chronicle.ts'
import { createEvents } from '../../src/agent/events.ts'
import type { TextFile } from '../../src/agent/kept-file.ts'
import { createOnTrial } from '../../src/agent/on-trial.ts'
import { createStore } from '../../src/agent/store.ts'
import { agentRules } from '../../src/core/agent-settings.ts'
import type { Status } from '../../src/core/condition.ts'
import type { Key, Seen } from '../../src/core/resource.ts'
import { memory, until } from '../support/loop.ts'

const AT = '2026-01-01T00:00:00.000Z'

interface Parts {
  readonly file?: TextFile
  readonly mark?: TextFile
  readonly probes?: ReadonlyMap<string, Seen<'probe'>>
  readonly fails?: () => boolean
}

async function trial(t: Test, { file = memory(), mark = memory(), probes = new Map(), fails = () => false }: Parts) {
  const clock = { now: 1_000 }
  const store = createStore()
  const events = createEvents(() => AT)
  const restored: string[] = []
  const resumed: string[] = []
  const changes = new Subject<void>()
  let again = 0
  const history = {
    newest: null,
    list: () => [],
    read: async () => null,
    add: async () => {},
    amend: async () => {},
    pin: () => {},
    written: async () => {}
  }
  const made = createOnTrial({
    file,
    mark,
    history,
    store,
    events,
    troubles: { now: new Map() },
    probes: {
      changes,
      list: () => probes,
      again: () => {
        again += 1
      }
    },
    restorer: {
      async rollBack(generation, why) {
        if (fails()) throw new Error('no space left')
        restored.push(`${generation}: ${why}`)
        await made.arrived(arrival(generation + 10, { by: { how: 'rollback', who: '', why } }))
        return { taken: true, plan: { actions: [], waiting: [], left: [] }, generation: generation + 10 }
      },
      async rollBackFiles(generation, why) {
        if (fails()) throw new Error('read-only file system')
        restored.push(`files of ${generation}: ${why}`)
      }
    },
    resume: async (why) => resumed.push(why),
    uptime: () => clock.now,
    log: () => {}
  })
  await made.begin()
  const following = made.follow()
  t.teardown(() => following.unsubscribe())
  return { made, store, events, clock, restored, resumed, changes, again: () => again }
}

const rules = (confirm: number, rollback: number) => agentRules({ rancher: { agent: { confirm, rollback } } })

const arrival = (generation: number, more: Partial<Arrived> = {}): Arrived => ({
  generation,
  before: generation - 1,
  by: { how: 'file', who: '', why: '' },
  rules: rules(60, 0),
  seconds: 60,
  unwell: [],
  ...more
})

const status = (key: Key, ready: boolean): Status => ({
  key,
  from: '',
  observedGeneration: 1,
  conditions: [
    { type: 'Ready', status: ready ? 'True' : 'False', reason: '', message: 'so it is', lastTransitionTime: AT },
    ...(ready
      ? []
      : [{ type: 'Progressing', status: 'True', reason: '', message: '', lastTransitionTime: AT } as const])
  ],
  seen: null
})

const resources = (...all: readonly Status[]) => new Map(all.map((one) => [one.key, one]))

t.test('an agent that starts anew in the same boot goes on with the time that is left', async (t) => {
  const files = { file: memory(), mark: memory() }
  const first = await trial(t, files)
  await first.made.arrived(arrival(7))
  t.match(first.store.value.confirm, { generation: 7, back: 6, deadline: 61_000 })
  const second = await trial(t, files)
  t.match(second.store.value.confirm, { generation: 7, back: 6, deadline: 61_000 })
  t.strictSame(second.restored, [])
  second.clock.now = 61_000
  second.store.next({ settled: true })
  await until(() => second.restored.length > 0)
  t.strictSame(second.restored, ['6: not confirmed within 60 s'])
  await until(() => second.resumed.length > 0)
  t.strictSame(second.resumed, ['generation 6 is restored'], 'a pause does not keep it from being carried out')
  t.equal(second.store.value.confirm, null)
})

t.test('a boot in the window puts the files back before anything is read', async (t) => {
  const file = memory()
  const first = await trial(t, { file })
  await first.made.arrived(arrival(7))
  const second = await trial(t, { file })
  t.strictSame(second.restored, ['files of 6: the machine was started anew before it was confirmed'])
  t.equal(second.store.value.confirm, null)
  t.strictSame((await trial(t, { file })).restored, [], 'once')
})

t.test('where the files can not be put back at boot, the loop goes back at once', async (t) => {
  const file = memory()
  const first = await trial(t, { file })
  await first.made.arrived(arrival(7))
  let fails = true
  const second = await trial(t, {
    file,
    fails: () => {
      const now = fails
      fails = false
      return now
    }
  })
  await until(() => second.restored.length > 0)
  t.strictSame(second.restored, ['6: not confirmed within 60 s'])
})

t.test('it counts as in force only when nothing of the way to the machine is under way', async (t) => {
  const { made, store, clock } = await trial(t, {})
  await made.arrived(arrival(7))
  store.next({ generation: 7, observedGeneration: 7, resources: resources(status('link/eth0', false)) })
  t.equal(store.value.confirm?.since, null, 'a link is')
  await t.rejects(made.confirm({ connected: 2_000, session: null }), { code: 'ROS_API_NOT_CONFIRMED' })
  clock.now = 3_000
  store.next({ resources: resources(status('link/eth0', true), status('image/user/web', false)) })
  await until(() => store.value.confirm?.since === 3_000)
  await made.heard({ connected: 2_000, session: null })
  t.not(store.value.confirm, null, 'a command from before')
  t.equal(await made.confirm({ connected: 4_000, session: null }), 7)
})

t.test('what could not be restored is tried again', async (t) => {
  let full = true
  const { made, restored, clock, store, events } = await trial(t, { fails: () => full })
  await made.arrived(arrival(7))
  clock.now = 61_000
  store.next({ settled: true })
  await until(() => events.since(0).some(({ reason }) => reason === 'RollbackFailed'))
  t.match(store.value.confirm, { generation: 7 })
  full = false
  store.next({ settled: false })
  await until(() => restored.length > 0)
})

t.test('probes are tried anew before a generation passes: what they said before is of the past', async (t) => {
  const spec: Seen<'probe'>['spec'] = {
    target: { is: 'tcp', host: 'a', port: 1 },
    intervalMs: 1,
    timeoutMs: 1,
    retries: 1
  }
  const probes = new Map<string, Seen<'probe'>>([['web', { spec, state: 'passes', message: 'it answers' }]])
  const { made, store, clock, restored, changes, again } = await trial(t, { probes })
  await made.arrived(arrival(7, { rules: rules(0, 30), seconds: 0 }))
  store.next({ generation: 7, observedGeneration: 7, resources: resources(status('container/user/web', false)) })
  t.equal(again(), 0, 'something else is not Ready yet')
  probes.set('web', { spec, state: 'new', message: 'it has not answered yet' })
  store.next({ resources: resources(status('container/user/web', true), status('probe/web', true)) })
  t.equal(again(), 1)
  probes.set('web', { spec, state: 'fails', message: 'connect ECONNREFUSED' })
  changes.next()
  clock.now = 31_000
  changes.next()
  await until(() => restored.length > 0)
  t.strictSame(restored, ['6: not Ready within 30 s: probe/web: connect ECONNREFUSED'])
  t.equal(again(), 1)
})

t.test('a change that has to prove one thing goes back as soon as that has failed', async (t) => {
  const { made, store, restored } = await trial(t, {})
  const keys = ['container/system/console']
  const by = { how: 'api', who: '', why: '', proves: { seconds: 600, keys } } as const
  await made.arrived(arrival(7, { by, seconds: 0 }))
  const failed = status('container/system/console', false)
  const conditions = [
    { type: 'Degraded', status: 'True', reason: 'Container', message: 'no ssh', lastTransitionTime: AT } as const
  ]
  store.next({ generation: 7, observedGeneration: 6, resources: resources({ ...failed, conditions }) })
  t.strictSame(restored, [], 'not compared with it yet')
  store.next({ observedGeneration: 7 })
  await until(() => restored.length > 0)
  t.strictSame(restored, ['6: it failed: container/system/console: no ssh'])
})
