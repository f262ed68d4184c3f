import t from 'tap'
import { edgesOf, orderOf } from '../../src/compose/order.ts'
import type { Service } from '../../src/document/types.gen.ts'

const system = (labels: Record<string, string> = {}) => ({ labels: { 'io.rancher.os.scope': 'system', ...labels } })
const after = (names: string) => ({ labels: { 'io.rancher.os.after': names } })
const before = (names: string) => ({ labels: { 'io.rancher.os.before': names } })

/** `a -> b` for each need, `a ~> b` for a wish that was given up, `a -> b -> a` for a circle. */
function shown(services: Record<string, Service>) {
  const { needs, loosened, circles } = orderOf(services)
  return {
    needs: [...needs].flatMap(([from, to]) => [...to].map((other) => `${from} -> ${other}`)).toSorted(),
    dropped: loosened.flatMap(({ dropped }) => dropped.map(({ from, to }) => `${from} ~> ${to}`)),
    circles: circles.map((circle) => [...circle.map(({ from }) => from), circle[0]?.from].join(' -> '))
  }
}

t.test('every way to name another service is an edge', async (t) => {
  const edges = edgesOf('web', {
    depends_on: { a: {}, b: { required: false } },
    links: ['c:db'],
    volumes_from: ['d:ro'],
    net: 'container:e',
    pid: 'container:f',
    ipc: 'host',
    labels: { 'io.rancher.os.after': 'g, h', 'io.rancher.os.before': 'i,' }
  })
  t.same(
    [...edges].map(({ from, to, hard, place }) => `${from} ${hard ? '->' : '~>'} ${to} ${place.join('.')}`),
    [
      'web -> a depends_on.a',
      'web ~> b depends_on.b',
      'web -> c links.0',
      'web -> d volumes_from.0',
      'web -> e net',
      'web -> f pid',
      'web ~> g labels.io.rancher.os.after',
      'web ~> h labels.io.rancher.os.after',
      'i ~> web labels.io.rancher.os.before'
    ]
  )
})

t.test('names that are not there, and those of the other engine, are no needs', async (t) => {
  t.same(
    shown({
      syslog: system(),
      docker: { ...system(), log_driver: 'syslog' },
      web: { links: ['db'], depends_on: { docker: {}, nowhere: {}, constructor: {} }, log_driver: 'syslog' },
      db: before('web,syslog')
    }),
    { needs: ['docker -> syslog', 'web -> db'], dropped: [], circles: [] }
  )
})

t.test('a wish that closes a circle gives way, what is hard does not', async (t) => {
  const cases: readonly (readonly [string, Record<string, Service>, readonly string[], readonly string[]])[] = [
    ['two wishes', { a: after('b'), b: after('a') }, ['b -> a'], ['a ~> b']],
    ['a wish against a link', { a: after('b'), b: { links: ['a'] } }, ['b -> a'], ['a ~> b']],
    ['told from the other side', { a: { links: ['b'] }, b: after('a') }, ['a -> b'], ['b ~> a']],
    ['before and after', { a: before('b'), b: before('a') }, ['b -> a'], ['a ~> b']],
    ['itself', { a: after('a') }, [], ['a ~> a']],
    [
      'three, and one that hangs on them',
      { d: after('a'), a: after('b'), b: { links: ['c'] }, c: after('a') },
      ['b -> c', 'c -> a', 'd -> a'],
      ['a ~> b']
    ],
    [
      'optional dependencies',
      { a: { depends_on: { b: { required: false } } }, b: { depends_on: { a: {} } } },
      ['b -> a'],
      ['a ~> b']
    ]
  ]
  for (const [what, services, needs, dropped] of cases) t.same(shown(services), { needs, dropped, circles: [] }, what)
})

t.test('circles of hard edges are told, one of each knot and as short as can be', async (t) => {
  const hard = (...names: readonly string[]): Service => ({ volumes_from: names })
  const circles = (services: Record<string, Service>) => shown(services).circles
  t.same(circles({ a: hard('b'), b: hard('a') }), ['a -> b -> a'])
  t.same(circles({ a: hard('a') }), ['a -> a'])
  t.same(circles({ a: hard('b', 'c'), b: hard('c'), c: hard('a'), x: hard('a', 'y'), y: hard('x') }), [
    'a -> b -> c -> a',
    'x -> y -> x'
  ])
  t.same(circles({ syslog: { volumes_from: ['a'] }, a: { log_driver: 'syslog' } }), ['syslog -> a -> syslog'])
})

t.test('a chain of thousands is no circle, and a ring of thousands is one', async (t) => {
  const names = Array.from({ length: 20_000 }, (_, at) => `s${at}`)
  const chain = (last: string) =>
    Object.fromEntries(names.map((name, at) => [name, { links: [names[at + 1] ?? last] } satisfies Service]))
  t.equal(orderOf(chain('nobody')).circles.length, 0)
  t.equal(orderOf(chain('s0')).circles[0]?.length, 20_000)
})

t.test('what is asked of those before: conditions, states behind names, and that they need not be', async (t) => {
  const services: Record<string, Service> = {
    web: {
      depends_on: {
        plain: {},
        started: { condition: 'service_started' },
        healthy: { condition: 'service_healthy', restart: true },
        done: { condition: 'service_completed_successfully' },
        perhaps: { required: false },
        both: { condition: 'service_started', required: false }
      },
      links: ['both'],
      labels: { 'io.rancher.os.after': 'late[ready], last [healthy] , odd[x]' }
    },
    ...Object.fromEntries('plain started healthy done perhaps both late last odd'.split(' ').map((name) => [name, {}])),
    first: before('web[completed]')
  }
  const { gates } = orderOf(services)
  t.same(
    [...(gates.get('web') ?? [])].map(([name, { until, optional }]) => `${name} ${until}${optional ? '?' : ''}`),
    ['started started', 'healthy healthy', 'done completed', 'perhaps ready?', 'last healthy', 'first completed']
  )
  t.same(
    edgesOf('web', after('db[ready], cache')).map(({ to, hard }) => `${to} ${hard}`),
    ['db true', 'cache false'],
    'who says how far it must be means it'
  )
})
