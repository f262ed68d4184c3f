import t from 'tap'
import type { Seen, Want } from '../../src/core/resource.ts'
import type { NetworkInterface } from '../../src/document/types.gen.ts'
import { route } from '../../src/kinds/route.ts'
import { desiredOf } from '../support/desired.ts'
import { routeSpec, seenRoute } from '../support/routes.ts'

function wants(interfaces: Readonly<Record<string, NetworkInterface>>): readonly Want<'route'>[] {
  return [...route.want(desiredOf({ rancher: { network: { interfaces } } }, Object.keys(interfaces)))]
}

/** One want in short: key, way, and what is wrong with it. */
function short({ key, spec }: Want<'route'>): string {
  return [key, spec.via === null ? '' : `via ${spec.via}`, `dev ${spec.dev}`, spec.broken ?? '']
    .join(' ')
    .replace(/ +/g, ' ')
    .trim()
}

t.test('a gateway is the default route of its family', async (t) => {
  const entry = { addresses: ['10.0.0.2/24', 'fd00::2/64'], gateway: '10.0.0.1', gateway_ipv6: 'FD00::1', metric: 7 }
  t.same(wants({ eth0: entry }), [
    {
      key: 'route/main/default@7',
      spec: { ...routeSpec({ via: '10.0.0.1', metric: 7 }), broken: null },
      needs: ['link/eth0', 'address/eth0:10.0.0.2/24'],
      from: 'rancher.network.interfaces.eth0.gateway'
    },
    {
      key: 'route/main/::/0@7',
      spec: { ...routeSpec({ to: '::/0', via: 'fd00::1', metric: 7, scope: null }), broken: null },
      needs: ['link/eth0', 'address/eth0:fd00::2/64'],
      from: 'rancher.network.interfaces.eth0.gateway_ipv6'
    }
  ])
})

t.test('routes become one canonical place each', async (t) => {
  const cases: readonly (readonly [given: NonNullable<NetworkInterface['routes']>[number], short: string])[] = [
    [{ to: '10.1.2.3/8', via: '10.0.0.1' }, 'route/main/10.0.0.0/8 via 10.0.0.1 dev eth0'],
    [{ to: '10.9.9.9' }, 'route/main/10.9.9.9/32 dev eth0'],
    [{ to: 'FD00:0::/32', via: 'fe80::1', metric: 1024 }, 'route/main/fd00::/32 via fe80::1 dev eth0'],
    [{ to: 'default', via: 'fd00::1' }, 'route/main/::/0 via fd00::1 dev eth0'],
    [{ via: '10.0.0.1', metric: 50, table: '100' }, 'route/100/default@50 via 10.0.0.1 dev eth0'],
    [
      { to: '10.0.0.0/8', table: 'blue' },
      "route/0/10.0.0.0/8 dev eth0 there is no routing table 'blue': expected a number, main, local or default"
    ],
    [
      { to: '10.0.0.0/8', via: 'fd00::1' },
      'route/main/10.0.0.0/8 via fd00::1 dev eth0 the gateway fd00::1 and the destination 10.0.0.0/8 are not of one family'
    ],
    [
      { to: '10.0.0.0/8', via: '10.0.0' },
      "route/main/10.0.0.0/8 via 10.0.0 dev eth0 '10.0.0' is no address of a gateway"
    ],
    [
      { to: '10.0/8' },
      "route/main/10.0/8 dev eth0 '10.0/8' is no destination: expected 10.0.0.0/8, fd00::/8, a single address or default"
    ]
  ]
  for (const [given, expected] of cases) {
    t.same(wants({ eth0: { routes: [given] } }).map(short), [expected], JSON.stringify(given))
  }
})

t.test('the metric of the interface is that of its default routes', async (t) => {
  const routes = [{ via: '10.0.0.1' }, { to: '10.0.0.0/8', via: '10.0.0.1' }, { via: '10.0.0.3', metric: 9 }]
  const keys = wants({ eth0: { metric: 5, routes } }).map(({ key }) => key)
  t.same(keys, ['route/main/default@5', 'route/main/10.0.0.0/8', 'route/main/default@9'])
})

t.test('two routes for one place: the first stands, the other says what to do', async (t) => {
  const found = wants({ eth0: { gateway: '10.0.0.1', routes: [{ via: '10.0.0.1' }] }, eth1: { gateway: '10.1.0.1' } })
  t.same(found.map(short), [
    'route/main/default via 10.0.0.1 dev eth0',
    'route/main/default/eth1 via 10.1.0.1 dev eth1 default leads over eth0 by 10.0.0.1 already; both have no metric, give one of them another'
  ])
})

t.test(
  'two ways by one gateway, of which one says its link, are as wanted whichever the kernel takes for the other',
  async (t) => {
    const hop = (dev: string) => ({ via: '10.0.0.1', dev, weight: 1, onlink: false })
    const spec = { ...seenRoute({ via: null, dev: '', nexthops: [hop('eth1'), hop('')] }), broken: null }
    const want: Want<'route'> = { key: 'route/main/default', spec, needs: [], from: '' }
    const seen = (...devs: readonly string[]) => seenRoute({ via: null, dev: '', nexthops: devs.map(hop) })
    t.equal(route.judge(want, seen('eth1', 'eth0'), null), null)
    t.equal(route.judge(want, seen('eth1', 'eth1'), null), null)
    t.match(route.judge(want, seen('eth2', 'eth0'), null), { verb: 'update' })
  }
)

t.test('judge', async (t) => {
  const seen = seenRoute({ via: '10.0.0.1' })
  const [want] = wants({ eth0: { gateway: '10.0.0.1' } })
  if (want === undefined) throw new Error('no route is wanted')
  const broken = { ...want, spec: { ...want.spec, broken: 'no such table' } }
  const claim = route.claims?.(want.key, seen) ?? null
  const cases: readonly (readonly [string, Want<'route'> | null, Seen<'route'> | null, string | null])[] = [
    ['as wanted', want, seen, null],
    ['as wanted, made by another', want, { ...seen, protocol: 'boot' }, null],
    ['not there', want, null, 'create: not there'],
    ['another gateway', want, { ...seen, via: '10.0.0.9' }, 'update: via 10.0.0.9 dev eth0 -> via 10.0.0.1 dev eth0'],
    ['another link', want, { ...seen, dev: 'eth1' }, 'update: via 10.0.0.1 dev eth1 -> via 10.0.0.1 dev eth0'],
    [
      'over several links',
      want,
      { ...seen, via: null, dev: '', nexthops: [{ via: '10.0.0.1', dev: 'eth0', weight: 2, onlink: false }] },
      'update: via 10.0.0.1 dev eth0 weight 2 -> via 10.0.0.1 dev eth0'
    ],
    ['nowhere', want, { ...seen, via: null, dev: '', type: 'blackhole' }, 'update: blackhole -> via 10.0.0.1 dev eth0'],
    [
      'with another source and MTU',
      want,
      { ...seen, source: '10.0.0.2', mtu: 1400 },
      'update: via 10.0.0.1 dev eth0 src 10.0.0.2 mtu 1400 -> via 10.0.0.1 dev eth0'
    ],
    [
      'of another scope',
      want,
      { ...seen, scope: 'link' },
      'update: via 10.0.0.1 dev eth0 scope link -> via 10.0.0.1 dev eth0'
    ],
    ['onlink', want, { ...seen, onlink: true }, 'update: via 10.0.0.1 dev eth0 onlink -> via 10.0.0.1 dev eth0'],
    ['broken', broken, null, 'create: no such table'],
    ['no longer wanted', null, seen, 'delete: no longer wanted']
  ]
  for (const [what, wanted, found, verdict] of cases) {
    const judgement = route.judge(wanted, found, claim)
    t.equal(judgement === null ? null : `${judgement.verb}: ${judgement.why}`, verdict, what)
  }
})

t.test('a route is ours by its protocol number alone', async (t) => {
  const seen = seenRoute({ via: '10.0.0.1' })
  t.match(route.claims?.('route/main/default', seen), { needs: ['link/eth0'], before: null })
  for (const protocol of ['kernel', 'dhcp', 'boot', 'static', '83']) {
    t.equal(route.claims?.('route/main/default', { ...seen, protocol }), null, protocol)
  }
})

t.test('a broken route is never tried', async (t) => {
  const [want] = wants({ eth0: { routes: [{ to: '10.0.0.0/8', table: 'blue' }] } })
  if (want === undefined) throw new Error('no route is wanted')
  const action = {
    id: '',
    key: want.key,
    verb: 'create',
    why: '',
    place: '',
    from: null,
    to: want.spec,
    owned: null,
    needs: [],
    after: [],
    behind: []
  } as const
  await t.rejects(route.act({} as never, action, AbortSignal.timeout(1_000)), { code: 'ROS_ROUTE', retry: 'never' })
})

t.test('one place is for one route; a link that has several for it complains once', async (t) => {
  const routes = [{ to: '10.2.0.0/16', via: '10.0.0.1' }, { to: '10.2.0.0/16' }, { to: '10.2.0.0/16', via: '10.0.0.2' }]
  const all = [
    ...route.want(desiredOf({ rancher: { network: { interfaces: { 'eth*': { routes } } } } }, ['eth0', 'eth1']))
  ]
  t.same(
    all.map(({ key, spec }) => `${key} ${spec.broken === null ? 'is set' : 'is not'}`),
    ['route/main/10.2.0.0/16 is set', 'route/main/10.2.0.0/16/eth0 is not', 'route/main/10.2.0.0/16/eth1 is not']
  )
})
