// Jobs through the loop: an engine in memory, and a clock that a test sets.
import { Subject } from 'rxjs'
import t from 'tap'
import { createEvents } from '../../src/agent/events.ts'
import { openJournal } from '../../src/agent/journal.ts'
import { createDrift } from '../../src/agent/drift.ts'
import { leaves } from '../../src/agent/leave.ts'
import { openLedger } from '../../src/agent/ledger.ts'
import { createLoop } from '../../src/agent/loop.ts'
import { tellRuns } from '../../src/agent/runs.ts'
import { createStore, type Paused } from '../../src/agent/store.ts'
import type { Accepted, Reading } from '../../src/agent/ticks.ts'
import type { KindDef } from '../../src/core/kind.ts'
import type { Key } from '../../src/core/resource.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'
import type { ContainerInfo, Docker, DockerEvent, Host } from '../../src/host/ports.ts'
import { container } from '../../src/kinds/container.ts'
import { away } from '../support/away.ts'
import { desiredOf } from '../support/desired.ts'
import { bootRecord, memory, until } from '../support/loop.ts'

process.env.TZ = 'UTC'

const KEY = 'container/system/job'
const job = (schedule: string): CloudConfig => ({
  rancher: {
    services: { job: { image: 'i', labels: { 'io.rancher.os.scope': 'system', 'cron.schedule': schedule } } }
  }
})

/** A machine with one job, made at `begin`; it starts and ends only as the test and the loop say. */
async function machine(schedule: string, begin: string) {
  let now = Date.parse(begin)
  const rings = new Subject<void>()
  const heard = new Subject<DockerEvent>()
  const iso = () => new Date(now).toISOString()
  let made: { labels: ContainerInfo['labels']; body: object; created: number } | null = null
  const life = { started: null as number | null, ended: null as number | null, exitCode: 0 }
  const starts: string[] = []
  const runs = () => life.started !== null && life.ended === null
  const info = (): ContainerInfo[] => {
    if (made === null) return []
    const state = life.started === null ? 'created' : life.ended === null ? 'running' : 'exited'
    const { labels, created: createdAt } = made
    const rest = { image: 'i', exitCode: life.exitCode, health: 'none' as const, createdAt, status: '', labels }
    return [{ id: 'x', name: 'job', state, ...rest }]
  }
  const docker: Partial<Docker> = {
    ping: async () => '26',
    containers: async () => info(),
    events: () => heard,
    definition: async () => ({ config: {}, host: {} }),
    life: async () => (made === null ? null : { created: made.created, ...life }),
    async create(_name, { Labels, ...body }) {
      made = { labels: Labels as ContainerInfo['labels'], body, created: now } // as the kind made them
      return 'x'
    },
    async start() {
      if (runs()) throw new Error('it runs already')
      starts.push(iso())
      Object.assign(life, { started: now, ended: null })
    }
  }
  const alarms = new Map<string, number>()
  const host = {
    docker: { system: docker, user: { ...away, events: () => heard } },
    files: { list: async () => [], writeInPlace: async () => {} },
    wall: {
      now: () => now,
      ring: (name: string, at: number | null) => (at === null ? alarms.delete(name) : alarms.set(name, at)),
      rings
    },
    log: () => {},
    progress: () => {}
  } as unknown as Host // all that the kind and the loop ask for
  const def: KindDef<'container'> = {
    ...container,
    // Its engine and its image are there.
    *want(desired) {
      for (const want of container.want(desired)) yield { ...want, needs: [] }
    },
    lens: undefined as never
  }
  const kinds = new Map([['container', def as unknown as KindDef]]) as never // one kind is enough
  const [store, events, readings] = [createStore(), createEvents(iso), new Subject<Reading>()]
  const pause = { value: null as Paused | null }
  const drift = createDrift({ host, events })
  const stopped: Key[] = []
  const loop = createLoop({
    kinds,
    host,
    readings,
    facts: async () => ({ ...desiredOf({}).facts, stopped }),
    store,
    events,
    ledger: await openLedger(kinds, { brief: memory(), lasting: memory() }),
    journal: await openJournal(memory()),
    boot: await bootRecord(),
    drift,
    leave: leaves(pause, drift),
    now: iso,
    clock: () => performance.now(),
    random: () => 1
  })
  const running = loop.start()
  running.add(tellRuns(store, events))
  const give = (data: CloudConfig) => {
    const document = {
      hash: JSON.stringify(data),
      warnings: [],
      data,
      pending: () => [],
      desired: (facts) => ({ ...desiredOf(data), facts })
    } satisfies Accepted
    readings.next({ ok: true, document })
  }
  const status = () => store.value.resources.get(KEY)
  /** Resolves when the loop has looked at the machine as it is now, and has nothing more to do. */
  const settled = async () => {
    const { revision } = store.value
    const state = await loop.reconcile(pause.value === null ? 5_000 : 300)
    if (pause.value === null && !(state.settled && state.revision > revision)) throw new Error('it did not settle')
  }
  give(job(schedule))
  await until(() => status() !== undefined && store.value.settled)
  return {
    starts,
    pause,
    give,
    settled,
    told: () =>
      events
        .since(0)
        .flatMap(({ key, reason, message }) =>
          key === KEY ? [`${reason}: ${message.replace(/ \(\d+ ms\)$/, '')}`] : []
        ),
    condition: () => status()?.conditions.find(({ type }) => type === 'Ready'),
    alarm: () => new Date(alarms.get('x') ?? 0).toISOString(),
    /** Sets the clock; it rings as a real one does. */
    async clock(time: string) {
      now = Date.parse(time)
      if ((alarms.get('x') ?? Number.POSITIVE_INFINITY) <= now) rings.next()
      await settled()
    },
    runs,
    async end(exitCode: number) {
      if (!runs()) throw new Error('it does not run')
      Object.assign(life, { ended: now, exitCode })
      await settled()
    },
    stop: () => running.unsubscribe()
  }
}

t.test('a job is started at its times, and tells of its ends', async (t) => {
  const at = await machine('@hourly', '2026-06-01T10:10:00Z')
  t.teardown(at.stop)
  t.same(at.starts, [], 'not when it is made')
  t.match(at.condition(), { status: 'True', message: 'it has not run yet; the next is at 2026-06-01T11:00:00.000Z' })
  t.equal(at.alarm(), '2026-06-01T11:00:00.000Z')
  await at.clock('2026-06-01T11:00:00Z')
  t.same(at.starts, ['2026-06-01T11:00:00.000Z'])
  await at.clock('2026-06-01T11:00:05Z')
  await at.end(0)
  await at.clock('2026-06-01T11:59:59Z')
  await at.clock('2026-06-01T12:00:00.100Z')
  await at.end(3)
  t.match(at.condition(), {
    status: 'False',
    reason: 'Complaint',
    message:
      /^its run of 2026-06-01T12:00:00.100Z ended with exit code 3; it is not tried again before 2026-06-01T13:00:00.000Z/
  })
  await at.clock('2026-06-01T12:30:00Z')
  t.equal(at.starts.length, 2, 'what failed is not tried again')
  await at.clock('2026-06-01T13:00:00Z')
  await at.end(0)
  t.match(at.condition(), { status: 'True' })
  t.same(at.told().slice(1), [
    'RunStarted: run it: it is due since 2026-06-01T11:00:00.000Z',
    'RunEnded: the run of 2026-06-01T11:00:00.000Z ended with exit code 0 after 5 s; the next is at 2026-06-01T12:00:00.000Z',
    'RunStarted: run it: it is due since 2026-06-01T12:00:00.000Z',
    'RunFailed: the run of 2026-06-01T12:00:00.100Z ended with exit code 3 after 0 s; the next is at 2026-06-01T13:00:00.000Z',
    'RunStarted: run it: it is due since 2026-06-01T13:00:00.000Z',
    'RunEnded: the run of 2026-06-01T13:00:00.000Z ended with exit code 0 after 0 s; the next is at 2026-06-01T14:00:00.000Z'
  ])
})

t.test('it never runs twice at once; what came meanwhile is left out, and told once a run', async (t) => {
  const at = await machine('* * * * * *', '2026-06-01T10:00:00Z')
  t.teardown(at.stop)
  for (const second of ['01', '02', '03', '04']) await at.clock(`2026-06-01T10:00:${second}Z`)
  t.same(at.starts, ['2026-06-01T10:00:01.000Z'])
  await at.end(0)
  t.equal(at.starts.length, 1)
  await at.clock('2026-06-01T10:00:05Z')
  t.same(at.starts, ['2026-06-01T10:00:01.000Z', '2026-06-01T10:00:05.000Z'])
  t.same(
    at.told().filter((line) => line.startsWith('RunSkipped')),
    ['RunSkipped: left out the run of 2026-06-01T10:00:02.000Z: that of 2026-06-01T10:00:01.000Z is still under way']
  )
})

t.test('a clock that jumps brings one run at most, and no job to a halt', async (t) => {
  const at = await machine('@every 1m', '2026-06-01T10:00:00Z')
  t.teardown(at.stop)
  const run = async (time: string) => {
    await at.clock(time)
    const began = at.starts.at(-1)
    if (at.runs()) await at.end(0)
    return [at.starts.length, began]
  }
  t.same(await run('2026-06-01T10:01:00Z'), [1, '2026-06-01T10:01:00.000Z'])
  t.same(await run('2027-06-01T10:01:00Z'), [2, '2027-06-01T10:01:00.000Z'], 'a year forward')
  t.same(await run('2026-06-01T10:01:30Z'), [3, '2026-06-01T10:01:30.000Z'], 'and back')
  t.same(await run('2026-06-01T10:02:29Z'), [3, '2026-06-01T10:01:30.000Z'])
  t.same(await run('2026-06-01T10:02:30Z'), [4, '2026-06-01T10:02:30.000Z'])
})

t.test('many runs are no fight and no drift', async (t) => {
  const at = await machine('* * * * * *', '2026-06-01T10:00:00Z')
  t.teardown(at.stop)
  for (let second = 10; second < 20; second += 1) {
    await at.clock(`2026-06-01T10:00:${second}Z`)
    await at.end(0)
  }
  t.equal(at.starts.length, 10)
  t.same([...new Set(at.told().map((line) => line.split(':')[0]))], ['Created', 'RunStarted', 'RunEnded'])
})

t.test('a pause starts nothing, and what it missed is made up for once', async (t) => {
  const at = await machine('@hourly', '2026-06-01T10:10:00Z')
  t.teardown(at.stop)
  at.pause.value = { reason: 'new disk', at: '', until: null }
  await at.clock('2026-06-01T11:00:00Z')
  await at.clock('2026-06-01T12:00:00Z')
  t.same(at.starts, [])
  t.match(at.condition(), { status: 'False', reason: 'Paused', message: /run it: it is due since .*paused: new disk/ })
  at.pause.value = null
  await at.settled()
  t.same(at.starts, ['2026-06-01T12:00:00.000Z'])
  t.same(at.told().slice(1), ['RunStarted: run it: it is due since 2026-06-01T11:00:00.000Z'])
})

t.test('drift that is only reported does not keep a job from its times; what is frozen stays', async (t) => {
  for (const [policy, starts] of [
    ['report', ['2026-06-01T11:00:00.000Z']],
    ['freeze', []]
  ] as const) {
    const at = await machine('@hourly', '2026-06-01T10:10:00Z')
    t.teardown(at.stop)
    const { rancher } = job('@hourly')
    at.give({ rancher: { ...rancher, drift: { container: policy } } })
    await at.clock('2026-06-01T11:00:00Z')
    t.same(at.starts, starts, policy)
  }
})
