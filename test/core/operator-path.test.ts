import t from 'tap'
import { type OperatorPath, routeTo, showPath, touchesPath } from '../../src/core/operator-path.ts'
import type { CloudConfig, NetworkInterface } from '../../src/document/types.gen.ts'
import { routeSpec } from '../support/routes.ts'

type Interfaces = Readonly<Record<string, NetworkInterface>>

const PATH: OperatorPath = {
  client: '192.0.2.7',
  links: [
    { name: 'br0', mac: '52:54:00:00:00:01', kind: 'bridge' },
    { name: 'eth0', mac: '52:54:00:00:00:01', kind: '' }
  ],
  via: '10.0.0.1',
  to: 'default'
}
const NEAR: OperatorPath = { ...PATH, client: '10.0.0.7', via: null, to: '10.0.0.0/24' }
const UNKNOWN: OperatorPath = { client: '', links: [], via: null, to: '' }

const network = (interfaces: Interfaces, more: object = {}): CloudConfig => ({
  rancher: { network: { interfaces, ...more } }
})

t.test('whether a change touches the path an operator came by', (t) => {
  const base: Interfaces = { br0: { address: '10.0.0.2/24', gateway: '10.0.0.1' }, eth0: { mtu: 1500 }, eth1: {} }
  const cases: readonly (readonly [string, CloudConfig, boolean, OperatorPath?])[] = [
    ['the link itself', network({ ...base, br0: { address: '10.0.0.3/24', gateway: '10.0.0.1' } }), true],
    ['a link below it', network({ ...base, eth0: { mtu: 1400 } }), true],
    ['a pattern that takes a link of it', network({ ...base, 'eth*': { mtu: 1400 } }), false],
    ['another entry that takes a link of it', network({ ...base, 'mac=52:54:00:00:00:01': { mtu: 1400 } }), true],
    ['another link', network({ ...base, eth1: { mtu: 1400 } }), false],
    ['an address elsewhere', network({ ...base, eth1: { address: '10.9.0.2/24' } }), false],
    ['an address whose network has the client', network({ ...base, eth1: { address: '192.0.2.2/24' } }), true],
    ['a route to the client', network({ ...base, eth1: { routes: [{ to: '192.0.2.0/24', via: '10.9.0.1' }] } }), true],
    ['a route elsewhere', network({ ...base, eth1: { routes: [{ to: '198.51.100.0/24', via: '10.9.0.1' }] } }), false],
    ['another default route', network({ ...base, eth1: { gateway: '10.9.0.1' } }), true],
    ['a client of DHCP, which may bring one', network({ ...base, eth1: { dhcp: true } }), true],
    ['another default route, for a client nearby', network({ ...base, eth1: { gateway: '10.9.0.1' } }), false, NEAR],
    ['a name server', network(base, { dns: { nameservers: ['10.0.0.5'] } }), true],
    ['commands around the network', network(base, { post_cmds: ['true'] }), true],
    ['a proxy', network(base, { http_proxy: 'http://10.0.0.5' }), false],
    ['sshd', { rancher: { ...network(base).rancher, ssh: { daemon: false } } }, true],
    ['a key', { ...network(base), ssh_authorized_keys: ['ssh-rsa AAAA'] }, true],
    ['a parameter of the network', { rancher: { ...network(base).rancher, sysctl: { 'net.x': '1' } } }, true],
    ['a service', { rancher: { ...network(base).rancher, services: { web: { image: 'nginx' } } } }, false],
    ['another link, for a path that is not known', network({ ...base, eth1: { mtu: 1400 } }), true, UNKNOWN],
    ['a service, for such a path', { rancher: { ...network(base).rancher, services: {} } }, false, UNKNOWN]
  ]
  for (const [name, to, want, path = PATH] of cases) {
    t.equal(touchesPath(network(base), to, path), want, name)
    t.equal(touchesPath(to, network(base), path), want, `${name}, and back`)
  }
  t.end()
})

t.test('the route that leads straightest to an address', (t) => {
  const route = (to: string, dev: string) => ({
    ...routeSpec({ to, dev }),
    family: 4 as const,
    protocol: 'static'
  })
  const routes = [route('default', 'eth0'), route('10.0.0.0/8', 'eth0'), route('10.1.0.0/16', 'eth1')]
  t.equal(routeTo({ routes }, '10.1.0.9', 'eth0'), '10.0.0.0/8')
  t.equal(routeTo({ routes }, '10.1.0.9', 'eth1'), '10.1.0.0/16')
  t.equal(routeTo({ routes }, '8.8.8.8', 'eth0'), 'default')
  t.equal(routeTo({ routes }, '8.8.8.8', 'eth1'), '')
  t.equal(routeTo({ routes }, 'fe80::1%eth0', 'eth0'), '')
  t.end()
})

t.test('a path as people read it', (t) => {
  t.equal(showPath(PATH), '192.0.2.7 over br0 on eth0, default by 10.0.0.1')
  t.equal(showPath(NEAR), '10.0.0.7 over br0 on eth0, 10.0.0.0/24')
  t.equal(showPath(UNKNOWN), 'an ssh session')
  t.equal(showPath({ ...UNKNOWN, client: '192.0.2.7' }), '192.0.2.7')
  t.end()
})
