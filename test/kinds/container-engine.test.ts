// Containers on a real engine: how little a change disturbs.
import { readFileSync } from 'node:fs'
import Dockerode from 'dockerode'
import t from 'tap'
import { effectOf } from '../../src/core/effect.ts'
import type { Docker } from '../../src/host/ports.ts'
import { kinds } from '../../src/kinds/index.ts'
import { noDockerd } from '../support/dockerd.ts'
import { until } from '../support/loop.ts'
import { service, serviceMachine, type Services } from '../support/services.ts'

t.setTimeout(300_000)

const KEY = 'container/system/one'
/** Runs at once, serves a moment later. */
const slow = (marker: string): Services[string] =>
  service({
    command: ['sh', '-c', `sleep 0.3; touch /tmp/serves; exec sleep ${marker}`],
    healthcheck: { test: 'test -e /tmp/serves', interval: '200ms', retries: 20 }
  })

t.test('services on a real engine', { skip: noDockerd() ?? false, timeout: 300_000 }, async (t) => {
  const machine = await serviceMachine()
  t.teardown(() => machine.destroy())
  const { docker, settle, actions, events } = machine
  const engine = new Dockerode({ socketPath: machine.engine.socket })
  const stateOf = async (name: string) => {
    const { Id, State } = await engine.getContainer(name).inspect()
    return { id: Id, pid: State.Pid, started: State.StartedAt }
  }
  const names = async () => (await docker.containers(true)).map(({ name }) => name).toSorted()
  const only = async (services: Services) => {
    const [action, ...more] = await actions(services)
    if (action === undefined || more.length > 0) throw new Error(`not one action: ${more.length + 1}`)
    return { id: action.id, why: action.why, ...effectOf(kinds, action) }
  }
  const others: Services = { aa: service(), bb: service({ volumes: ['/tmp:/srv'] }), cc: service({ tty: true }) }
  await settle({ ...others, one: service({ mem_limit: '16m' }) })
  const untouched = async () => Promise.all(['aa', 'bb', 'cc'].map(stateOf))
  const before = await untouched()

  await t.test('bounds change in place: the same process, another value in the kernel', async (t) => {
    const was = await stateOf('one')
    const goal = { ...others, one: service({ mem_limit: '32m', cpu_shares: 512, pids_limit: 50, cpus: '0.5' }) }
    t.match(await only(goal), {
      id: `update ${KEY}`,
      why: 'memory 16 MiB -> 32 MiB, cpus unlimited -> 0.5, cpu shares default -> 512, processes unlimited -> 50',
      disturbs: { is: 'nothing', what: '' },
      irreversible: null
    })
    t.same(await settle(goal), [`update ${KEY}`])
    t.same(await stateOf('one'), was)
    t.same(kernel(was.pid), { memory: '33554432', processes: '50' })

    await engine.getContainer('one').update({ PidsLimit: 7 })
    await until(async () => (await actions(goal)).length > 0)
    t.match(await only(goal), { id: `update ${KEY}`, why: 'processes 7 -> 50' }, "somebody's update is drift")
    t.same(await settle(goal), [`update ${KEY}`])
    t.same([await stateOf('one'), kernel(was.pid)], [was, { memory: '33554432', processes: '50' }])

    const unbound = { ...others, one: service({ cpu_shares: 512, pids_limit: 50, cpus: '0.5' }) }
    t.match(await only(unbound), {
      id: `replace ${KEY}`,
      why: 'memory 32 MiB -> unlimited; it can not be changed in place'
    })
    t.same(await settle(unbound), [`replace ${KEY}`])
    t.same(await settle({ ...others, one: service() }), [`replace ${KEY}`])
  })

  await t.test('what can run twice is switched over: the new one starts before the old one ends', async (t) => {
    await settle({ ...others, one: slow('1000') })
    const was = await stateOf('one')
    const from = events.length
    t.match(await only({ ...others, one: slow('2000') }), {
      id: `replace ${KEY}`,
      why: 'its definition changed: command',
      disturbs: { is: 'restart', what: 'switches one over, no pause' },
      irreversible: /outside named volumes/
    })
    t.same(await settle({ ...others, one: slow('2000') }), [`replace ${KEY}`])
    const is = await stateOf('one')
    t.not(is.id, was.id)
    await until(() => events.some(({ action, id }) => action === 'destroy' && id === was.id))
    const told = events.slice(from).map(({ action, id }) => `${action} ${id === was.id ? 'old' : 'new'}`)
    const order = ['start new', 'health_status: healthy new', 'rename old', 'rename new', 'die old', 'destroy old']
    t.same(
      told.filter((event) => order.includes(event)),
      order
    )
    t.same(await names(), ['aa', 'bb', 'cc', 'one'])
  })

  await t.test('a new one that is not good never takes over', async (t) => {
    const was = await stateOf('one')
    for (const [bad, retry, message] of [
      [
        { command: "sh -c 'echo no file; exit 3'" },
        'soon',
        /the new one ended with code 3; it said last: no file; the old one runs on/
      ],
      [
        { healthcheck: { test: 'echo ill; false', interval: '100ms', retries: 1 } },
        'never',
        /the new one does not pass its health check; the old one runs on/
      ],
      [{ command: '/absent' }, 'soon', /the new one does not start: .*no such file.*; the old one runs on/],
      [{ image: 'test/absent:1' }, 'soon', /No such image/]
    ] as const) {
      const code = retry === 'soon' ? 'ROS_CONTAINER' : 'ROS_ROLLED_BACK'
      await t.rejects(settle({ ...others, one: service(bad) }), { code, retry, message })
      t.same([await stateOf('one'), await names()], [was, ['aa', 'bb', 'cc', 'one']])
    }
  })

  await t.test('what can not run twice stops first, and comes back when the new one is no good', async (t) => {
    const one = (more: Services[string]) => ({ ...others, one: service({ volumes: ['/tmp:/data'], ...more }) })
    await settle(one({}))
    const was = await stateOf('one')
    t.match(await only(one({ command: '/absent' })), {
      id: `replace ${KEY}`,
      disturbs: { is: 'interrupt', what: 'one is away until the new one runs' }
    })
    for (const [bad, retry, message] of [
      [{ command: '/absent' }, 'soon', /the new one does not start: .*no such file.*; the old one runs again$/],
      [
        { healthcheck: { test: 'false', interval: '100ms', retries: 1 } },
        'never',
        /the new one does not pass its health check; the old one runs again\. .*'ros reconcile'$/
      ]
    ] as const) {
      const code = retry === 'soon' ? 'ROS_CONTAINER' : 'ROS_ROLLED_BACK'
      await t.rejects(settle(one(bad)), { code, retry, message })
      t.equal((await stateOf('one')).id, was.id)
      t.ok((await stateOf('one')).pid > 0)
      t.same(await names(), ['aa', 'bb', 'cc', 'one'])
    }
    t.same(await settle(one({ environment: { SECRET: 'x' } })), [`replace ${KEY}`])
    t.same((await only(one({ environment: { SECRET: 'y', MORE: 'z' } }))).fields, [
      { field: 'environment', from: ['SECRET'], to: ['MORE', 'SECRET'] }
    ])
  })

  await t.test('a definition that was no good is not tried again before the document says another one', async (t) => {
    const one = (more: Services[string]) => ({ ...others, one: service({ volumes: ['/tmp:/data'], ...more }) })
    const health = (test: string) => ({ healthcheck: { test, interval: '100ms', retries: 2 } })
    await settle(one(health('true')))
    const was = await stateOf('one')
    const bad = one({ command: "sh -c 'echo broken; exec sleep 1000'", ...health('false'), mem_limit: '32m' })
    await t.rejects(settle(bad), {
      code: 'ROS_ROLLED_BACK',
      retry: 'never',
      message: /; it said last: broken; the old one runs again/
    })
    t.same(await settle(bad), [], 'its bounds, too, are those of the definition before')
    t.match(await machine.complaint(bad, KEY), {
      reason: 'RolledBack',
      message:
        'the definition before is in force: the new one does not pass its health check; it said last: broken; the old one runs again'
    })
    t.equal((await stateOf('one')).id, was.id)
    await docker.stop(was.id, 1)
    t.same(await settle(bad), [`update ${KEY}`], 'it is kept running')
    await machine.forgive()
    await t.rejects(settle(bad), { code: 'ROS_ROLLED_BACK' }, 'a person has it tried again')
    const good = one({ command: 'sleep 1001', ...health('true') })
    t.same(await settle(good), [`replace ${KEY}`])
    t.equal(await machine.complaint(good, KEY), null)
    t.same(await names(), ['aa', 'bb', 'cc', 'one'])
  })

  await t.test('it waits for a port that another container is about to give up', async (t) => {
    const goal = { ...others, one: service({ volumes: ['/tmp:/data'], command: 'sleep 3000' }) }
    let refusals = 0
    const busy: Docker = {
      ...docker,
      async start(id) {
        refusals += 1
        if (refusals <= 2) throw new Error('Bind for 0.0.0.0:80 failed: port is already allocated')
        return docker.start(id)
      }
    }
    t.same(await settle(goal, busy), [`replace ${KEY}`])
    t.equal(refusals, 3)
    t.same(await names(), ['aa', 'bb', 'cc', 'one'])
  })

  await t.test('what runs once runs again when it is made anew', async (t) => {
    const once = (command: string): Services => ({
      ...others,
      one: service({ command, labels: { 'io.rancher.os.detach': 'false' } })
    })
    for (const code of ['3', '4']) {
      t.same(await settle(once(`sh -c 'exit ${code}'`)), [`replace ${KEY}`])
      await until(async () => (await docker.container('one'))?.exitCode === Number(code))
      t.same(await names(), ['aa', 'bb', 'cc', 'one'])
      t.same(await actions(once(`sh -c 'exit ${code}'`)), [])
    }
    await settle({ ...others, one: service() })
  })

  await t.test('a job is made, started at its times, and never beside itself', async (t) => {
    const job = (command: string): Services => ({
      ...others,
      one: service({ command, restart: 'always', labels: { 'cron.schedule': '@every 1h' } })
    })
    const { clock } = machine
    const times = async () => (await machine.look()).get(KEY)?.times
    t.same(await settle(job("sh -c 'exit 3'")), [`replace ${KEY}`])
    t.match(await docker.container('one'), { state: 'created' })
    t.match(await times(), { last: null, due: null })
    clock.ahead = 3_600_000
    const [due, ...more] = await actions(job("sh -c 'exit 3'"))
    t.match([due, ...more], [{ id: `update ${KEY}`, why: /^run it: it is due since /, timely: true }])
    if (due !== undefined) await machine.act(due)
    clock.ahead = 0
    await until(async () => (await times())?.last?.ended !== null)
    const ran = await times()
    t.match(ran, { last: { exitCode: 3 }, due: null, skipped: null })
    t.ok(Date.parse(ran?.last?.started ?? '') <= Date.parse(ran?.last?.ended ?? ''))
    t.same(await settle(job("sh -c 'exit 3'")), [], 'what failed is not tried again')
    clock.ahead = 3_600_000
    t.equal((await actions(job("sh -c 'exit 3'"))).length, 1)

    clock.ahead = 0
    t.same(await settle(job('sleep 1000')), [`replace ${KEY}`])
    clock.ahead = 3_600_000
    t.same(await settle(job('sleep 1000')), [`update ${KEY}`])
    const was = await stateOf('one')
    t.match(await times(), { due: null, skipped: /Z$/, last: { ended: null, exitCode: null } })
    t.same(await settle(job('sleep 1000')), [])
    t.same(await stateOf('one'), was)
    clock.ahead = 0
    await settle({ ...others, one: service() })
  })

  await t.test('what has the name and not our mark is never touched', async (t) => {
    const goal = { ...others, one: service({ command: 'sleep 7' }) }
    for (const name of ['one.new', 'one.old']) {
      const id = await docker.create(name, { Image: 'test/busybox:1' })
      await t.rejects(settle(goal), { message: new RegExp(`a container '${name}' exists that rosd did not make`) })
      t.match(await docker.container(name), { id, state: 'created' })
      await docker.remove(id)
    }
  })

  await t.test('who removes a container that others remove at the same time has removed it', async (t) => {
    const id = await docker.create('passing', { Image: 'test/busybox:1' })
    await docker.start(id)
    await Promise.all([docker.remove(id), docker.remove(id), docker.remove(id)])
    t.equal(await docker.container('passing'), null)
  })

  t.same(await untouched(), before, 'in all of this no other container was touched')

  await t.test('what waits to be started again has no process', async (t) => {
    const two = await docker.create('two', {
      Image: 'test/busybox:1',
      Cmd: ['sh', '-c', 'exit 1'],
      HostConfig: { NetworkMode: 'none', RestartPolicy: { Name: 'always' } }
    })
    await docker.start(two)
    // Each time it waits twice as long: from the fifth on seconds.
    const waits = async () => {
      const { RestartCount, State } = await engine.getContainer('two').inspect()
      return RestartCount > 4 && State.Restarting
    }
    await until(waits, 60_000)
    const pids = (await docker.processes()).map(({ pid }) => pid)
    t.ok(pids.length > 0 && !pids.includes(0), pids.join(' '))
    await docker.remove(two)
  })

  await t.test('between an old one and a new one lies no more than a stop and a start take', async (t) => {
    const one = (seconds: number) => ({
      ...others,
      one: service({ command: `sleep ${seconds}`, volumes: ['/tmp:/data'] })
    })
    await settle(one(1000))
    const clocked: { at: number; what: string }[] = []
    const stream = await engine.getEvents({ filters: { type: ['container'], event: ['die', 'start'] } })
    stream.on('data', (chunk: Buffer) => {
      for (const line of chunk.toString().trim().split('\n')) {
        const { Action, timeNano } = JSON.parse(line)
        clocked.push({ at: timeNano / 1e6, what: Action })
      }
    })
    const gap = async (work: () => Promise<unknown>) => {
      clocked.length = 0
      await work()
      await until(() => clocked.length >= 2)
      t.same(
        clocked.map(({ what }) => what),
        ['die', 'start']
      )
      return Math.round((clocked[1]?.at ?? Number.NaN) - (clocked[0]?.at ?? Number.NaN))
    }
    const ours: number[] = []
    const bare: number[] = []
    for (let round = 0; round < 3; round += 1) {
      ours.push(await gap(() => settle(one(2000 + round))))
      const { id } = await stateOf('one')
      bare.push(
        await gap(async () => {
          await docker.stop(id, 1)
          await docker.start(id)
        })
      )
    }
    ;(stream as NodeJS.ReadableStream & { destroy(): void }).destroy()
    const [mine = 0, floor = 0] = [ours, bare].map((times) => Math.min(...times))
    t.comment(
      `ms from the end of the old one to the start of the new: ${ours.join(', ')}; bare stop and start: ${bare.join(', ')}`
    )
    t.ok(mine <= 2 * floor, `${mine} ms, ${floor} ms bare`)
  })
})

/** What the kernel bounds a process to: control groups of version 1 or 2. */
function kernel(pid: number): { readonly memory: string; readonly processes: string } {
  const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(':'))
  const read = (controller: string, v1: string, v2: string) => {
    const own = groups.find(([, controllers = '']) => controllers.split(',').includes(controller))
    if (own !== undefined) return readFileSync(`/sys/fs/cgroup/${controller}${own[2]}/${v1}`, 'utf8').trim()
    return readFileSync(`/sys/fs/cgroup${groups[0]?.[2]}/${v2}`, 'utf8').trim()
  }
  return {
    memory: read('memory', 'memory.limit_in_bytes', 'memory.max'),
    processes: read('pids', 'pids.max', 'pids.max')
  }
}
