import t from 'tap'
import { type Case, complaints } from './support.ts'

const routes = (text: string) => `rancher:\n  network:\n    routes: [${text}]\n`

/** What is said first of each, without its place and its line. */
const cases: readonly (readonly [...Case, message: RegExp])[] = [
  ['no way', routes('{to: 10.0.0.0/8}'), /says no way to its destination/],
  ['a gateway of what leads nowhere', routes('{to: 10.0.0.0/8, type: blackhole, via: 10.0.0.1}'), /leads nowhere/],
  ['two ways of saying where', routes('{via: 10.0.0.1, nexthops: [{via: 10.0.0.2}]}'), /stand in `nexthops`/],
  ['families', routes('{to: 10.0.0.0/8, nexthops: [{via: "fd00::1"}]}'), /not of one family/],
  ['no gateway of IPv6', routes('{to: "fd00::/8", nexthops: [{dev: eth0}]}'), /over gateways only/],
  [
    'a source of the other family',
    routes('{to: 10.0.0.0/8, dev: eth0, source: "fd00::1"}'),
    /of IPv6, and the route is one of IPv4/
  ],
  ['a scope of IPv6', routes('{to: "fd00::/8", dev: eth0, scope: link}'), /have no scope/],
  ['a scope behind a gateway', routes('{to: 10.0.0.0/8, via: 10.0.0.1, scope: link}'), /not of scope link/],
  ['one place twice', routes('{to: 10.0.0.0/8, dev: eth0}, {to: 10.0.0.0/8, dev: eth1}'), /network.routes has a route/],
  [
    '`dev` below an interface',
    'rancher: {network: {interfaces: {eth0: {routes: [{to: 10.0.0.0/8, dev: eth1}]}}}}\n',
    /whatever `dev` says/
  ]
]

t.test('routes that can not be are told with what to do', async (t) => {
  for (const [what, text, message] of cases) t.match(complaints(text), message, what)
})

t.test('nothing is said of routes that can be', async (t) => {
  for (const text of [
    routes('{to: 10.0.0.0/8, type: blackhole}, {to: "fd00::/8", type: prohibit, metric: 5}'),
    routes('{to: default, nexthops: [{via: 10.0.0.1, weight: 2}, {dev: eth1}]}'),
    routes('{to: 10.0.0.0/8, via: 10.1.0.1, mtu: 1400, source: 10.1.0.2}, {to: 10.0.0.0/8, via: 10.1.0.1, table: 7}')
  ])
    t.equal(complaints(text), '', text)
})
