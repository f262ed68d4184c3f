// The agent is killed, or the engine goes away, before each single call by which a container is changed. The next agent brings
// all to one container of the name.
import t from 'tap'
import type { Action } from '../../src/core/plan.ts'
import type { Docker } from '../../src/host/ports.ts'
import { noDockerd } from '../support/dockerd.ts'
import { until } from '../support/loop.ts'
import { service, serviceMachine, type Services } from '../support/services.ts'

t.setTimeout(600_000)

const CHANGING = ['create', 'start', 'stop', 'rename', 'remove', 'update', 'unpause', 'kill', 'restart'] as const
/** `killed`: the calls are never made and never answered. `refused`: the engine refuses them. */
type Mode = 'killed' | 'refused'

interface Wrapped {
  readonly docker: Docker
  /** Calls asked for. */
  readonly asked: string[]
  /** Resolves at the first call that was not made. */
  readonly cut: Promise<void>
}

/** An engine of which only the first `good` changing calls are made. */
function interrupted(docker: Docker, good: number, mode: Mode): Wrapped {
  const asked: string[] = []
  let tell = () => {}
  const cut = new Promise<void>((resolve) => {
    tell = resolve
  })
  const wrapped = Object.fromEntries(
    CHANGING.map((name) => [
      name,
      async (...args: readonly never[]) => {
        asked.push(name)
        if (asked.length <= good) return (docker[name] as (...all: readonly never[]) => Promise<unknown>)(...args) // its own arguments
        tell()
        if (mode === 'refused') throw new Error('the engine is away')
        return new Promise(() => {})
      }
    ])
  )
  return { docker: { ...docker, ...wrapped }, asked, cut }
}

interface Path {
  readonly what: string
  readonly from: Services[string] | null
  readonly to: Services[string] | null
  readonly calls: string
  /** The new one is no good: the old one runs in the end. */
  readonly back?: true
  /** The way back is the same. */
  readonly turns?: true
  /** At every moment one of them runs. */
  readonly always?: true
  readonly modes: readonly Mode[]
}

const written = { volumes: ['/tmp:/data'] }
const paths: readonly Path[] = [
  { what: 'made', from: null, to: service(), calls: 'create start', modes: ['killed'] },
  { what: 'taken away', from: service(), to: null, calls: 'stop remove', modes: ['killed'] },
  {
    what: 'bounded',
    from: service({ mem_limit: '16m' }),
    to: service({ mem_limit: '32m' }),
    calls: 'update',
    turns: true,
    always: true,
    modes: ['killed']
  },
  {
    what: 'switched over',
    from: service(),
    to: service({ command: 'sleep 2000' }),
    calls: 'create start rename rename stop remove',
    turns: true,
    always: true,
    modes: ['killed']
  },
  {
    what: 'not switched over',
    from: service(),
    to: service({ command: '/absent' }),
    calls: 'create start remove',
    back: true,
    always: true,
    modes: ['killed']
  },
  {
    what: 'stopped first',
    from: service(written),
    to: service({ ...written, command: 'sleep 2000' }),
    calls: 'create rename rename stop start remove',
    turns: true,
    modes: ['killed', 'refused']
  },
  {
    what: 'stopped first and gone back',
    from: service(written),
    to: service({ ...written, command: '/absent' }),
    calls: 'create rename rename stop start remove start rename',
    back: true,
    modes: ['killed']
  }
]

t.test('killed before any call, one container of the name is left', { skip: noDockerd() ?? false }, async (t) => {
  const machine = await serviceMachine()
  t.teardown(() => machine.destroy())
  const { docker, settle, actions, act } = machine
  const found = async () => (await docker.containers(true)).map(({ name, state }) => `${name} ${state}`).toSorted()
  const one = (from: Services[string] | null): Services => (from === null ? {} : { one: from })
  const only = async (services: Services): Promise<Action> => {
    const [action] = await actions(services)
    if (action === undefined) throw new Error('nothing to do')
    return action
  }
  let points = 0

  for (const path of paths) {
    await t.test(path.what, async (t) => {
      const calls = path.calls.split(' ')
      let [from, to] = [path.from, path.to]
      for (const mode of path.modes) {
        for (let good = 0; good < calls.length; good += 1) {
          await settle(one(from))
          const before = (await docker.container('one'))?.id
          const action = await only(one(to))
          const wrapped = interrupted(docker, good, mode)
          await Promise.race([act(action, wrapped.docker).catch(() => {}), wrapped.cut])
          const point = `${mode} before ${calls[good]} (${good + 1} of ${calls.length})`
          t.same(wrapped.asked.slice(0, good + 1), calls.slice(0, good + 1), point)
          if (path.always)
            t.ok(
              (await found()).some((line) => line.endsWith(' running')),
              `${point}: one of them runs`
            )
          // Going back is an error; what matters is what stands in the end.
          const goal = one(path.back ? from : to)
          await settle(goal).catch((error: unknown) => t.ok(path.back, `${point}: ${String(error)}`))
          t.same(await found(), to === null ? [] : ['one running'], `${point}: one container of the name, and it runs`)
          if (path.back) t.equal((await docker.container('one'))?.id, before, `${point}: the old one`)
          t.same(await actions(goal), [], `${point}: nothing is left to do`)
          points += 1
          // What is there now serves the next point as the old one.
          if (path.turns) [from, to] = [to, from]
        }
      }
    })
  }
  t.comment(`${points} points of interruption`)
  t.equal(points, 34)
})

t.test(
  'what an interrupted replacement left is taken away with its service',
  { skip: noDockerd() ?? false },
  async (t) => {
    const machine = await serviceMachine()
    t.teardown(() => machine.destroy())
    const { docker, settle, actions, act } = machine
    for (const good of [2, 3]) {
      await settle({ one: service() })
      const [action] = await actions({ one: service({ command: 'sleep 2000' }) })
      const wrapped = interrupted(docker, good, 'killed')
      if (action !== undefined) await Promise.race([act(action, wrapped.docker), wrapped.cut])
      t.equal((await docker.containers(true)).length, 2)
      t.same(await settle({}), ['delete container/system/one'])
      t.same(await docker.containers(true), [])
    }
  }
)

t.test('the document changes while the new one is on trial', { skip: noDockerd() ?? false }, async (t) => {
  const machine = await serviceMachine()
  t.teardown(() => machine.destroy())
  const { docker, settle, actions, act } = machine
  const found = async () => (await docker.containers(true)).map(({ name, state }) => `${name} ${state}`).toSorted()
  const one = (more: Services[string]): Services => ({ one: service(more) })
  const never = { test: 'test -e /tmp/never', interval: '100ms', start_period: '60s', retries: 100 }
  const places: readonly (readonly [string, Services[string], string, readonly string[]])[] = [
    ['beside the old one', {}, 'one.new', ['one running', 'one.new running']],
    ['in its place', written, 'one', ['one running', 'one.old exited']]
  ]
  for (const [where, base, name, meanwhile] of places) {
    /** The old one, and the time it was started at. */
    const onTrial = async () => {
      await settle(one(base))
      const was = (await docker.container('one'))?.id ?? ''
      const started = (await docker.life(was))?.started
      const [action] = await actions(one({ ...base, command: 'sleep 2000', healthcheck: never }))
      if (action === undefined) throw new Error('nothing to do')
      const changed = new AbortController()
      const acting = act(action, docker, changed.signal)
      await until(async () => {
        const now = await docker.container(name)
        return now !== null && now.id !== was && now.state === 'running' && now.health === 'starting'
      }, 60_000)
      changed.abort()
      await t.rejects(acting, { name: 'AbortError' }, where)
      t.same(await found(), meanwhile, where)
      return { was, started }
    }
    await onTrial()
    const third = one({ ...base, command: 'sleep 3000' })
    await settle(third)
    t.same(await found(), ['one running'], `${where}: what the document says now`)
    const now = await docker.definition((await docker.container('one'))?.id ?? '')
    t.same(now?.config.Cmd, ['sleep', '3000'], where)
    t.same(await actions(third), [], where)

    const { was, started } = await onTrial()
    await settle(one(base))
    t.same(await found(), ['one running'], `${where}: back`)
    t.equal((await docker.container('one'))?.id, was, `${where}: the old one`)
    if (name !== 'one') t.equal((await docker.life(was))?.started, started, `${where}: which has run on`)
    t.same(await actions(one(base)), [], where)
  }
})

t.test(
  'at a boot a console that is no good gives way to the old one, unlike others',
  { skip: noDockerd() ?? false },
  async (t) => {
    const machine = await serviceMachine()
    t.teardown(() => machine.destroy())
    const { docker, settle, actions } = machine
    const health = (test: string) => ({ healthcheck: { test, interval: '100ms', retries: 2 } })
    const both = (command: string, test: string): Services => ({
      console: service({ command, ...health(test) }),
      other: service({ command, ...health(test) })
    })
    const idOf = async (name: string) => (await docker.container(name))?.id
    const good = both('sleep 1000', 'true')
    await settle(good)
    const [was, other] = [await idOf('console'), await idOf('other')]
    await machine.reboot()
    const bad = both("sh -c 'echo nobody gets in; exec sleep 2000'", 'false')
    const { other: badOther = {}, console: badConsole = {} } = bad
    await t.rejects(settle({ console: badConsole, other: service({ command: 'sleep 1000', ...health('true') }) }), {
      code: 'ROS_ROLLED_BACK',
      retry: 'never',
      message: /does not pass its health check; it said last: nobody gets in; the old one runs again/
    })
    t.match(await docker.container('console'), { id: was, state: 'running' })
    const goal = { console: badConsole, other: badOther }
    await settle(goal)
    t.match(await docker.container('console'), { id: was, state: 'running' }, 'it is not tried again')
    t.not(await idOf('other'), other, 'nobody is locked out by another')
    t.same((await docker.containers(true)).map(({ name }) => name).toSorted(), ['console', 'other'])
    t.same(await actions(goal), [])
  }
)
