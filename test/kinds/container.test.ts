import { join } from 'node:path'
import t from 'tap'
import { LABEL, NO_CONTAINER } from '../../src/compose/project.ts'
import { resourcesOf } from '../../src/compose/resources.ts'
import type { ContainerSeen, ContainerSpec } from '../../src/core/container.ts'
import type { Key, Want } from '../../src/core/resource.ts'
import type { Host } from '../../src/host/ports.ts'
import { container } from '../../src/kinds/container.ts'
import { conform } from '../support/conform.ts'
import { away } from '../support/away.ts'
import { desiredOf } from '../support/desired.ts'
import { noDockerd, startEngine } from '../support/dockerd.ts'
import { writeTestImage } from '../support/test-image.ts'

const KEY = 'container/system/one'
const want = (spec: Partial<ContainerSpec> = {}): Want<'container'> => ({
  key: KEY,
  spec: { ...NO_CONTAINER, scope: 'system', name: 'one', image: 'i', hash: 'h', again: 'always', ...spec },
  needs: [],
  from: ''
})
const seen = (change: Partial<ContainerSeen> = {}): ContainerSeen => ({
  id: 'x',
  name: 'one',
  leftovers: [],
  hash: 'h',
  resources: resourcesOf({}),
  alone: null,
  definition: () => ({ config: {}, host: {} }),
  image: 'i',
  state: 'running',
  exitCode: 0,
  health: 'none',
  ranThisBoot: true,
  times: null,
  labels: {},
  ...change
})
const TIMES = { last: null, due: null, skipped: null, next: '2026-01-02T03:00:00.000Z' }
const DUE = { ...TIMES, due: '2026-01-01T03:00:00.000Z' }
const FRESH = 'start it: it has not run since the machine started'

t.test('what is done about a container', async (t) => {
  const table: readonly (readonly [string, Partial<ContainerSpec>, Partial<ContainerSeen> | null, string | null])[] = [
    ['missing', {}, null, 'create: not there'],
    ['as wanted', {}, {}, null],
    ['taken away by command', { up: false, down: true }, null, null],
    ['taken away by command, and there', { up: false, down: true }, {}, 'update: take it away, as commanded'],
    ['another definition', {}, { hash: 'other' }, 'replace: its definition changed'],
    ['another image', { image: 'j' }, { hash: 'other' }, 'replace: image i -> j'],
    ['killed', {}, { state: 'exited', exitCode: 137 }, 'update: start it: it is exited with code 137'],
    ['ended well, restart always', {}, { state: 'exited' }, 'update: start it: it is exited with code 0'],
    ['ended well, restart on failure', { again: 'on-failure' }, { state: 'exited' }, null],
    [
      'ended badly, restart on failure',
      { again: 'on-failure' },
      { state: 'exited', exitCode: 1 },
      'update: start it: it is exited with code 1'
    ],
    ['ended badly, restart never', { again: 'never' }, { state: 'exited', exitCode: 1 }, null],
    [
      'of an earlier boot, restart never',
      { again: 'never' },
      { state: 'exited', ranThisBoot: false },
      `update: ${FRESH}`
    ],
    ['paused', {}, { state: 'paused' }, 'update: resume it: it is paused'],
    ['restarting by itself', {}, { state: 'restarting' }, null],
    ['being removed', {}, { state: 'removing' }, null],
    ['stopped by command, still running', { up: false }, {}, 'update: stop it, as commanded'],
    ['stopped by command', { up: false }, { state: 'exited' }, null],
    ['volumes', { run: 'volumes' }, { state: 'created', ranThisBoot: false }, null],
    ['once, not yet', { run: 'once' }, { state: 'exited', ranThisBoot: false }, `update: ${FRESH}`],
    ['once, under way', { run: 'once' }, {}, null],
    ['once, done', { run: 'once' }, { state: 'exited' }, null],
    ['a job, not due', { run: 'scheduled' }, { state: 'created', ranThisBoot: false, times: TIMES }, null],
    [
      'a job that is due',
      { run: 'scheduled' },
      { state: 'exited', exitCode: 1, times: DUE },
      'update: run it: it is due since 2026-01-01T03:00:00.000Z'
    ],
    ['a job that is due, stopped by command', { run: 'scheduled', up: false }, { state: 'exited', times: DUE }, null],
    ['a job under way, stopped by command', { run: 'scheduled', up: false }, {}, 'update: stop it, as commanded'],
    ['a job that runs', { run: 'scheduled' }, { times: TIMES }, null],
    ['no definition at all', { broken: "'lots' is not a size" }, null, "create: 'lots' is not a size"]
  ]
  for (const [name, spec, is, expected] of table) {
    const judged = container.judge(want(spec), is === null ? null : seen(is), null)
    t.equal(judged === null ? null : `${judged.verb}: ${judged.why}`, expected, name)
  }
  const due = container.judge(want({ run: 'scheduled' }), seen({ state: 'exited', times: DUE }), null)
  t.equal(due?.timely, true, 'it sets nothing right')
  const bounds = resourcesOf({ Memory: 1 })
  const both = container.judge(
    want({ run: 'scheduled', resources: bounds }),
    seen({ state: 'exited', times: DUE }),
    null
  )
  t.match(both, { verb: 'update', why: /^memory .*; run it: / })
  t.equal(both?.timely, undefined, 'bounds that were changed are drift')
  t.same(container.judge(null, seen(), null), { verb: 'delete', why: 'no longer wanted' })
  t.equal(container.judge(null, null, null), null)
})

t.test('when what hangs on a container may start', async (t) => {
  const table: readonly (readonly [string, Partial<ContainerSpec>, Partial<ContainerSeen> | null, true | string])[] = [
    ['running', {}, {}, true],
    ['healthy', {}, { health: 'healthy' }, true],
    ['health not known yet', {}, { health: 'starting' }, 'its health check has not passed yet'],
    ['unhealthy', {}, { health: 'unhealthy' }, 'its health check fails'],
    ['stopped by command', { up: false }, { state: 'exited' }, true],
    ['once, under way', { run: 'once' }, {}, 'it has not run to its end yet'],
    ['once, done', { run: 'once' }, { state: 'exited' }, true],
    ['volumes', { run: 'volumes' }, { state: 'created' }, true],
    ['a job that has not run', { run: 'scheduled' }, { state: 'created', times: TIMES }, true]
  ]
  for (const [name, spec, is, expected] of table) {
    t.equal(container.ready?.(want(spec), is === null ? null : seen(is)), expected, name)
  }
  t.equal(container.complain?.(want({ run: 'once' }), seen({ state: 'exited', exitCode: 3 })), 'ended with exit code 3')
})

t.test('on a real engine', { skip: noDockerd() ?? false, timeout: 120_000 }, async (t) => {
  const engine = await startEngine()
  t.teardown(() => engine.destroy())
  const archive = join(engine.dir, 'image.tar')
  writeTestImage(archive, 'test/busybox:1')
  const signal = new AbortController().signal
  await engine.docker.load(archive, () => {}, signal)
  const ran = new Set<string>()
  const files = {
    list: async (folder: string) => (folder === '/run/ros/ran' ? [...ran] : []),
    writeInPlace: async (path: string) => void ran.add(path.split('/').at(-1) ?? ''),
    remove: async (path: string) => void ran.delete(path.split('/').at(-1) ?? '')
  }
  const host = { docker: { system: engine.docker, user: away }, files } as unknown as Host // all it asks for

  const wanted = (command: string, more: object = {}): Want<'container'> => {
    const service = {
      image: 'test/busybox:1',
      command,
      net: 'none',
      labels: { 'io.rancher.os.scope': 'system' },
      stop_grace_period: '1s',
      ...more
    }
    const [found] = [...container.want(desiredOf({ rancher: { services: { one: service } } }))]
    if (found === undefined) throw new Error('one service is one want')
    return found
  }
  const look = async () => (await container.observe(host, [KEY], signal)).get(KEY) ?? null
  const settle = async (goal: Want<'container'> | null): Promise<readonly string[]> => {
    const done: string[] = []
    for (let round = 0; round < 4; round += 1) {
      const is = await look()
      const judged = container.judge(goal, is, null)
      if (judged === null) return done
      done.push(judged.verb)
      const action = {
        id: '',
        key: KEY as Key<'container'>,
        place: '',
        from: is,
        to: goal?.spec ?? null,
        owned: null,
        needs: [],
        after: [],
        behind: [],
        ...judged
      }
      await container.act(host, action, signal)
    }
    throw new Error(`it does not settle: ${done.join(', ')}`)
  }

  t.same(await settle(wanted('sleep 1000')), ['create'])
  const first = await look()
  t.match(first, { state: 'running', ranThisBoot: true })
  t.same(await settle(wanted('sleep 1000')), [], 'a second time there is nothing to do')
  await engine.docker.kill(first?.id ?? '', 'KILL')
  t.same(await settle(wanted('sleep 1000')), ['update'])
  t.equal((await look())?.id, first?.id, 'the same container, started again')
  t.same(await settle(wanted('sleep 2000')), ['replace'])
  t.not((await look())?.id, first?.id)
  const second = await look()
  t.same([...ran], [second?.id], 'the mark of the old one went with it')
  await t.rejects(settle(wanted('sleep 3000', { image: 'test/absent:1' })), {
    code: 'ROS_CONTAINER',
    message: /No such image/
  })
  t.same(await look(), second, 'a definition that the engine refuses leaves the old container running')
  t.same(await settle(null), ['delete'])
  t.equal(await look(), null)

  await engine.docker.create('one', { Image: 'test/busybox:1' })
  await t.rejects(settle(wanted('sleep 1')), { message: /a container 'one' exists that rosd did not make/ })
  t.ok(await engine.docker.container('one'), 'it is left alone')
  await engine.docker.remove('one')

  const base = { image: 'test/busybox:1', net: 'none', stop_signal: 'SIGKILL' }
  const system = { 'io.rancher.os.scope': 'system' }
  const services = {
    serves: { ...base, command: 'sleep 1000', labels: system },
    once: { ...base, command: 'true', labels: { ...system, 'io.rancher.os.detach': 'false' } },
    holds: { ...base, volumes: ['/data'], labels: { ...system, 'io.rancher.os.createonly': 'true' } }
  }
  const snapshot = async () =>
    (await engine.docker.containers(true)).map(({ name, labels }) => `${name} ${labels[LABEL.hash]}`).toSorted()
  // Its engine is another kind's.
  const { lens: _lens, ...kind } = container
  await conform(t, { kind, host, desired: desiredOf({ rancher: { services } }), snapshot })
})
