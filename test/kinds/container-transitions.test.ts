// From one document to another: what is done about which container, and why. All others stay as they are.
import t from 'tap'
import type { FieldChange } from '../../src/core/action.ts'
import { effectOf } from '../../src/core/effect.ts'
import type { KindDef } from '../../src/core/kind.ts'
import { plan, type Registry } from '../../src/core/plan.ts'
import type { ContainerSeen, ContainerSpec } from '../../src/core/container.ts'
import type { Key, Owned, Seen, Want } from '../../src/core/resource.ts'
import { container } from '../../src/kinds/container.ts'
import { desiredOf } from '../support/desired.ts'
import type { Services } from '../support/services.ts'

type Service = Services[string]

/** What an engine shows of a container that was made as `spec` says, and runs. */
function made(spec: ContainerSpec): ContainerSeen {
  const host = (spec.create.HostConfig ?? {}) as Readonly<Record<string, unknown>> // a create body
  return {
    id: spec.name,
    name: spec.name,
    leftovers: [],
    hash: spec.hash,
    resources: spec.resources,
    alone: spec.alone,
    definition: () => ({ config: spec.create, host }),
    image: spec.image,
    state: spec.run === 'volumes' ? 'created' : 'running',
    exitCode: 0,
    health: 'none',
    ranThisBoot: true,
    times: null,
    labels: spec.labels
  }
}

/** An engine that answers is another kind's. */
const kinds: Registry = new Map([['container', { ...container, lens: undefined } as unknown as KindDef]])

function wantsOf(services: Services): ReadonlyMap<Key, Want<'container'>> {
  const wants = [...container.want(desiredOf({ rancher: { services } }))]
  return new Map(
    wants.map((want) => [want.key, { ...want, needs: want.needs.filter((key) => key.startsWith('container/')) }])
  )
}

interface Step {
  /** `verb name: why [what it disturbs]`. */
  readonly line: string
  readonly fields: readonly FieldChange[]
}

/** Every action on the way from one document to another. */
function between(from: Services, to: Services, change: Partial<ContainerSeen> = {}): readonly Step[] {
  const seen = new Map<Key, Seen>()
  const owned = new Map<Key, Owned>()
  for (const { key, spec, needs } of wantsOf(from).values()) {
    const is = spec.name === 'web' ? { ...made(spec), ...change } : made(spec)
    seen.set(key, is)
    owned.set(key, { key, spec, needs, before: null })
  }
  return plan(kinds, { wants: wantsOf(to), seen, owned }).actions.map((action) => {
    const { disturbs, fields } = effectOf(kinds, action)
    const what = disturbs.is === 'nothing' ? '' : ` [${disturbs.what}]`
    return { line: `${action.verb} ${action.key.split('/').at(-1)}: ${action.why}${what}`, fields }
  })
}

const lines = (steps: readonly Step[]) => steps.map(({ line }) => line)

const others: Services = {
  db: { image: 'db', volumes: ['db:/data'] },
  proxy: { image: 'p', ports: ['80:80'] },
  idle: { image: 'i' }
}
const SWITCH = '[switches web over, no pause]'
const STOP = '[web is away until the new one runs]'

/** What web is, what it becomes, what is done. */
const table: readonly (readonly [string, Service, Service, string])[] = [
  ['memory given', {}, { mem_limit: '64m' }, 'update web: memory unlimited -> 64 MiB'],
  ['memory raised', { mem_limit: '16m' }, { mem_limit: '32m' }, 'update web: memory 16 MiB -> 32 MiB'],
  ['memory lowered', { mem_limit: '1g' }, { mem_limit: '512m' }, 'update web: memory 1 GiB -> 512 MiB'],
  [
    'memory taken off',
    { mem_limit: '64m' },
    {},
    `replace web: memory 64 MiB -> unlimited; it can not be changed in place ${SWITCH}`
  ],
  [
    'memory under another key',
    { mem_limit: '64m' },
    { deploy: { resources: { limits: { memory: '65m' } } } },
    'update web: memory 64 MiB -> 65 MiB'
  ],
  [
    'swap bounded',
    { mem_limit: '64m' },
    { mem_limit: '64m', memswap_limit: '96m' },
    'update web: memory and swap 128 MiB -> 96 MiB'
  ],
  [
    'swap no longer bounded',
    { mem_limit: '64m' },
    { mem_limit: '64m', memswap_limit: '-1' },
    `replace web: memory and swap 128 MiB -> unlimited; it can not be changed in place ${SWITCH}`
  ],
  ['memory kept', {}, { mem_reservation: '8m' }, 'update web: memory reservation unlimited -> 8 MiB'],
  ['CPUs bounded', {}, { cpus: '1.5' }, 'update web: cpus unlimited -> 1.5'],
  [
    'CPUs no longer bounded',
    { cpus: '1.5' },
    {},
    `replace web: cpus 1.5 -> unlimited; it can not be changed in place ${SWITCH}`
  ],
  ['a quota', {}, { cpu_quota: 50_000 }, 'update web: cpu quota unlimited -> 50000 µs'],
  ['a quota taken off', { cpu_quota: 50_000 }, {}, 'update web: cpu quota 50000 µs -> unlimited'],
  [
    'a quota in place of CPUs',
    { cpus: '1' },
    { cpu_quota: 50_000 },
    `replace web: cpus 1 -> unlimited, cpu quota unlimited -> 50000 µs; it can not be changed in place ${SWITCH}`
  ],
  ['shares', { cpu_shares: 512 }, { cpu_shares: 256 }, 'update web: cpu shares 512 -> 256'],
  [
    'shares taken off',
    { cpu_shares: 512 },
    {},
    `replace web: cpu shares 512 -> default; it can not be changed in place ${SWITCH}`
  ],
  ['pinned to CPUs', {}, { cpuset: '0-1' }, 'update web: cpuset unlimited -> 0-1'],
  ['processes', {}, { pids_limit: 100 }, 'update web: processes unlimited -> 100'],
  ['processes no longer bounded', { pids_limit: 100 }, { pids_limit: -1 }, 'update web: processes 100 -> unlimited'],
  ['restart policy', {}, { restart: 'always' }, 'update web: restart no -> always'],
  [
    'restart policy with a number',
    { restart: 'always' },
    { restart: 'on-failure:3' },
    'update web: restart always -> on-failure:3'
  ],
  [
    'several bounds at once',
    { mem_limit: '64m', restart: 'always' },
    { mem_limit: '96m', pids_limit: 9, restart: 'no' },
    'update web: memory 64 MiB -> 96 MiB, processes unlimited -> 9, restart always -> no'
  ],
  ['image', {}, { image: 'web:2' }, `replace web: image web:1 -> web:2 ${SWITCH}`],
  [
    'image and a bound',
    {},
    { image: 'web:2', mem_limit: '64m' },
    `replace web: image web:1 -> web:2; memory unlimited -> 64 MiB ${SWITCH}`
  ],
  ['command', { command: 'a' }, { command: 'b' }, `replace web: its definition changed: command ${SWITCH}`],
  ['environment', {}, { environment: { A: '1' } }, `replace web: its definition changed: environment ${SWITCH}`],
  ['a label', {}, { labels: { a: 'b' } }, `replace web: its definition changed ${SWITCH}`],
  ['health check', {}, { healthcheck: { test: 'true' } }, `replace web: its definition changed: healthcheck ${SWITCH}`],
  ['capabilities', {}, { cap_add: ['NET_ADMIN'] }, `replace web: its definition changed: cap_add ${SWITCH}`],
  ['a volume read only', {}, { volumes: ['/srv:/srv:ro'] }, `replace web: its definition changed: volumes ${SWITCH}`],
  ['a volume', {}, { volumes: ['/srv:/srv'] }, `replace web: its definition changed: volumes ${STOP}`],
  ['a volume given up', { volumes: ['/srv:/srv'] }, {}, `replace web: its definition changed: volumes ${STOP}`],
  ['volumes of another', {}, { volumes_from: ['db'] }, `replace web: its definition changed: volumes_from ${STOP}`],
  ['a port', {}, { ports: ['8080:80'] }, `replace web: its definition changed: ports ${STOP}`],
  [
    'another port',
    { ports: ['8080:80'] },
    { ports: ['8081:80'] },
    `replace web: its definition changed: ports ${STOP}`
  ],
  ["the machine's network", {}, { net: 'host' }, `replace web: its definition changed: net ${STOP}`],
  ['network of another', {}, { net: 'container:db' }, `replace web: its definition changed: net ${STOP}`],
  ['MAC address', {}, { mac_address: '02:42:ac:11:00:02' }, `replace web: its definition changed: mac_address ${STOP}`],
  ['a device', {}, { devices: ['/dev/fuse'] }, `replace web: its definition changed: devices ${STOP}`],
  ['privileges', {}, { privileged: true }, `replace web: its definition changed: privileged ${STOP}`],
  ['a terminal', {}, { tty: true }, `replace web: its definition changed: tty ${STOP}`]
]

t.test('what becomes of one service leaves the others alone', async (t) => {
  t.ok(table.length >= 25)
  for (const [what, from, to, expected] of table) {
    const is = (more: Service) => ({ ...others, web: { image: 'web:1', ...more } })
    t.same(lines(between(is(from), is(to))), [expected], what)
    t.same(between(is(to), is(to)), [], `${what}: and then nothing`)
  }
})

t.test('services come and go, and take along only those that stand on them', async (t) => {
  const web = { image: 'web:1' }
  const cases: readonly (readonly [string, Services, Services, readonly string[]])[] = [
    ['one more', others, { ...others, web }, ['create web: not there']],
    ['one less', { ...others, web }, others, ['delete web: no longer wanted [web stops for good]']],
    [
      'another name',
      { ...others, web },
      { ...others, www: web },
      ['delete web: no longer wanted [web stops for good]', 'create www: not there']
    ],
    [
      'what lends its volumes',
      { store: { image: 's', volumes: ['/data'] }, web: { ...web, volumes_from: ['store'] }, idle: { image: 'i' } },
      { store: { image: 's:2', volumes: ['/data'] }, web: { ...web, volumes_from: ['store'] }, idle: { image: 'i' } },
      [
        'replace store: image s -> s:2 [store is away until the new one runs]',
        `replace web: its definition changed ${STOP}`
      ]
    ],
    [
      'bounds of what lends its volumes',
      { store: { image: 's', volumes: ['/data'] }, web: { ...web, volumes_from: ['store'] } },
      { store: { image: 's', volumes: ['/data'], mem_limit: '9m' }, web: { ...web, volumes_from: ['store'] } },
      ['update store: memory unlimited -> 9 MiB']
    ]
  ]
  for (const [what, from, to, expected] of cases) t.same(lines(between(from, to)), expected, what)
})

t.test('what is found is put right with the least', async (t) => {
  const web: Services = { ...others, web: { image: 'web:1', restart: 'always', mem_limit: '64m' } }
  const cases: readonly (readonly [string, Partial<ContainerSeen>, readonly string[]])[] = [
    ['stopped', { state: 'exited' }, ['update web: start it: it is exited with code 0']],
    ['paused', { state: 'paused' }, ['update web: resume it: it is paused']],
    [
      'made and never started',
      { state: 'created' },
      ['update web: start it: it has not run since the machine started']
    ],
    [
      'given more memory by hand',
      { resources: { memory: 2 ** 30, memorySwap: 2 ** 31 } },
      ['update web: memory 1 GiB -> 64 MiB']
    ],
    [
      'stopped and its policy changed by hand',
      { state: 'exited', resources: { restart: 'no' } },
      ['update web: restart no -> always; start it: it is exited with code 0']
    ],
    ['on a kernel that can not bound memory', { resources: { restart: 'always' } }, []],
    [
      'a new one that had not taken over',
      { leftovers: [{ id: 'x', name: 'web.new', running: true }] },
      ['update web: a replacement was interrupted; it left web.new [web may be away until one of them runs]']
    ],
    [
      'no container of the name',
      { name: 'web.old', state: 'exited', leftovers: [{ id: 'x', name: 'web.new', running: false }] },
      ['update web: a replacement was interrupted; it left web.old, web.new [web may be away until one of them runs]']
    ]
  ]
  for (const [what, change, expected] of cases) t.same(lines(between(web, web, change)), expected, what)
})

t.test('what changes is told field by field, secrets by their names only', async (t) => {
  const web: Service = { image: 'web:1', command: 'serve', mem_limit: '64m', environment: { TOKEN: 'secret' } }
  const to = (more: Service): Services => ({ web: { ...web, ...more } })
  const cases: readonly (readonly [string, Services, Services, Partial<ContainerSeen>, readonly object[]])[] = [
    [
      'a new one',
      {},
      to({}),
      {},
      [
        { field: 'image', to: 'web:1' },
        { field: 'command', to: ['serve'] },
        { field: 'environment', to: ['TOKEN'] }
      ]
    ],
    [
      'bounds and a start',
      to({}),
      to({ mem_limit: '96m' }),
      { state: 'exited', exitCode: 1 },
      [
        { field: 'memory', from: '64 MiB', to: '96 MiB' },
        { field: 'state', from: 'exited', to: 'running' }
      ]
    ],
    [
      'another image, another secret',
      to({}),
      to({ image: 'web:2', environment: { TOKEN: 'secret2' } }),
      {},
      [
        { field: 'image', from: 'web:1', to: 'web:2' },
        { field: 'environment', from: ['TOKEN'], to: ['TOKEN'] }
      ]
    ],
    ['none any more', to({}), {}, {}, [{ field: 'image', from: 'web:1' }]]
  ]
  for (const [what, from, goal, change, expected] of cases) {
    const [found] = between(from, goal, change)
    t.strictSame(found?.fields, expected, what)
    t.notMatch(JSON.stringify(found?.fields), /secret/, what)
  }
})
