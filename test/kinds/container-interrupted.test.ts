// The agent is killed, or the engine goes away, before each single call by which a container is changed. The next agent brings
// all to one container of the name.
import t from 'tap'
import type { Action } from '../../src/core/plan.ts'
import type { Docker } from '../../src/host/ports.ts'
import { noDockerd } from '../support/dockerd.ts'
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
