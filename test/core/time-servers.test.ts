import t from 'tap'
import { timeServers } from '../../src/core/time-servers.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'
import { desiredOf } from '../support/desired.ts'

const leases = {
  eth0: { ipv4: { ntp: ['10.0.0.7'] }, ipv6: { ntp: ['fd00::7'] } },
  eth1: { ipv4: { ntp: ['10.1.0.7', '10.0.0.7'] } }
}

t.test('every lease’s time servers, by metric and name, unless the document says otherwise', async (t) => {
  const network = (more: object): CloudConfig => ({ rancher: { network: { leases, ...more } } })
  const both = { interfaces: { 'eth*': { dhcp: true } } }
  const cases: readonly (readonly [string, CloudConfig, string | null])[] = [
    ['all', network(both), 'server 10.0.0.7\nserver fd00::7\nserver 10.1.0.7\n'],
    [
      'by metric',
      network({ interfaces: { eth0: { dhcp: true, metric: 9 }, eth1: { dhcp: true, metric: 1 } } }),
      'server 10.1.0.7\nserver 10.0.0.7\nserver fd00::7\n'
    ],
    [
      'not used',
      network({ interfaces: { eth0: { dhcp: true, dhcp_use: { ntp: false } }, eth1: { dhcp: true } } }),
      'server 10.1.0.7\nserver 10.0.0.7\n'
    ],
    ['no lease counts', network({ interfaces: { 'eth*': { dhcp: true, dhcp_use: { ntp: false } } } }), null],
    ['no lease', { rancher: { network: both } }, null],
    ['the document has the file', { ...network(both), write_files: [{ path: '/etc/ntp.conf', content: 'x' }] }, null]
  ]
  for (const [what, data, expected] of cases) {
    const [file] = timeServers(desiredOf(data, ['eth0', 'eth1']))
    t.equal(file === undefined ? null : file.spec.bytes().toString(), expected, what)
  }
  const [file] = timeServers(desiredOf(network(both), ['eth0', 'eth1']))
  t.match(file, {
    path: '/run/ros/ntp.conf',
    from: ['rancher', 'network', 'leases', 'eth0', 'ipv4', 'ntp'],
    spec: { mode: 0o644, tell: { container: 'ntp', by: 'restart' } }
  })
})
