import t from 'tap'
import { touchesAccess } from '../../src/core/access.ts'
import type { Value } from '../../src/document/value.ts'

const rancher = (value: Value): Value => ({ rancher: value })

t.test('what the way to the machine hangs on', (t) => {
  const cases: readonly (readonly [string, Value, Value, boolean])[] = [
    ['an interface comes', {}, rancher({ network: { interfaces: { eth0: { dhcp: true } } } }), true],
    ['a name server goes', rancher({ network: { dns: { nameservers: ['1.1.1.1'] } } }), rancher({ network: {} }), true],
    ['sshd goes', {}, rancher({ ssh: { daemon: false } }), true],
    ['a key is another', { ssh_authorized_keys: ['a'] }, { ssh_authorized_keys: ['b'] }, true],
    ['the password', rancher({ password: 'a' }), rancher({ password: 'b' }), true],
    ['a parameter of the network', {}, rancher({ sysctl: { 'net.ipv4.ip_forward': '1' } }), true],
    ['another parameter', {}, rancher({ sysctl: { 'vm.swappiness': '1' } }), false],
    ['a service', {}, rancher({ services: { web: { image: 'nginx' } } }), false],
    ['the console', {}, rancher({ services: { console: { image: 'other' } } }), true],
    ['a file', {}, { write_files: [{ path: '/etc/motd', content: 'x' }] }, false],
    [
      'the same in another order',
      rancher({ network: { dns: { search: ['a'] }, interfaces: {} } }),
      rancher({ network: { interfaces: {}, dns: { search: ['a'] } } }),
      false
    ],
    ['no map where one belongs', rancher('a'), rancher('b'), false]
  ]
  for (const [name, from, to, want] of cases) {
    t.equal(touchesAccess(from, to), want, name)
    t.equal(touchesAccess(to, from), want, `${name}, and back`)
  }
  t.end()
})
