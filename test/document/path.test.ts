import t from 'tap'
import { parsePath, showPath } from '../../src/document/path.ts'
import { spot } from '../../src/document/shape.ts'
import { distance, suggest } from '../../src/document/suggest.ts'

t.test('dotted paths name keys, those with dots among them', async (t) => {
  const cases = [
    ['hostname', ['hostname']],
    ['rancher.network.dns.nameservers', ['rancher', 'network', 'dns', 'nameservers']],
    ['rancher.sysctl.net.ipv4.ip_forward', ['rancher', 'sysctl', 'net.ipv4.ip_forward']],
    ['rancher.sysctl."net.ipv4.ip_forward"', ['rancher', 'sysctl', 'net.ipv4.ip_forward']],
    ["rancher.sysctl.'net.ipv4.conf.eth0/100.forwarding'", ['rancher', 'sysctl', 'net.ipv4.conf.eth0/100.forwarding']],
    ['rancher.network.interfaces.eth0.mtu', ['rancher', 'network', 'interfaces', 'eth0', 'mtu']],
    ['rancher.network.interfaces.eth0.100.mtu', ['rancher', 'network', 'interfaces', 'eth0.100', 'mtu']],
    ['rancher.network.interfaces.eth0.100', ['rancher', 'network', 'interfaces', 'eth0.100']],
    ['rancher.network.interfaces.eth0.mtuu', ['rancher', 'network', 'interfaces', 'eth0', 'mtuu']],
    ['rancher.network.interfaces.eth*.dhcp', ['rancher', 'network', 'interfaces', 'eth*', 'dhcp']],
    [
      'rancher.network.interfaces."mac=52:54:00:12:34:56".dhcp',
      ['rancher', 'network', 'interfaces', 'mac=52:54:00:12:34:56', 'dhcp']
    ],
    [
      'rancher.registry_auths.registry.example.org.password',
      ['rancher', 'registry_auths', 'registry.example.org', 'password']
    ],
    [
      'rancher.services.web.labels.io.rancher.os.scope',
      ['rancher', 'services', 'web', 'labels', 'io.rancher.os.scope']
    ],
    ['rancher.services.web.imgae', ['rancher', 'services', 'web', 'imgae']],
    ['rancher.services."my.web".image', ['rancher', 'services', 'my.web', 'image']],
    ['rancher.services.web.environment.A', ['rancher', 'services', 'web', 'environment', 'A']],
    ['write_files[2].path', ['write_files', 2, 'path']],
    ['mounts[0][1]', ['mounts', 0, 1]],
    ['rancher.nonsense.a.b', ['rancher', 'nonsense', 'a', 'b']],
    ['rancher.sysctl."a\\"b"', ['rancher', 'sysctl', 'a"b']],
    ['rancher.autoformat."a"."b"', ['rancher', 'autoformat', 'a', 'b']],
    ['', []]
  ] as const
  for (const [text, path] of cases) {
    t.strictSame(parsePath(text), path, text)
    t.strictSame(parsePath(showPath(path)), path, `${text} and back`)
  }
})

t.test('quotes are shown only where they are needed', async (t) => {
  t.equal(showPath(['rancher', 'sysctl', 'net.ipv4.ip_forward']), 'rancher.sysctl.net.ipv4.ip_forward')
  t.equal(showPath(['rancher', 'services', 'my.web', 'image']), 'rancher.services."my.web".image')
  t.equal(showPath(['write_files', 0, 'path']), 'write_files[0].path')
})

t.test('each key knows who has to start again before a change counts', async (t) => {
  const cases = [
    ['rancher.sysctl.vm.swappiness', { applies: 'live', later: false, secret: false }],
    ['rancher.docker.log_driver', { applies: 'restart docker' }],
    ['rancher.system_docker.log_driver', { applies: 'restart system-docker' }],
    ['rancher.system_docker.graph', { applies: 'reboot' }],
    ['rancher.services.web.image', { applies: 'restart web' }],
    ['rancher.services', { applies: 'restart NAME' }],
    ['rancher.docker.userns_enabled', { applies: 'reboot' }],
    ['rancher.upgrade.policy', { later: true }],
    ['rancher.docker.server_key', { later: false, secret: true }],
    ['rancher.bootstrap.x.image', { later: false, inert: /no engine runs/ }],
    ['rancher.state.dev', { applies: 'reboot' }],
    ['rancher.password', { secret: true }],
    ['rancher.ssh.keys.rsa', { secret: true, applies: 'live' }]
  ] as const
  for (const [path, wanted] of cases) t.match(spot(parsePath(path)), wanted, path)
  t.equal(spot(parsePath('rancher.nonsense')), null)
  t.equal(spot(['constructor']), null)
  t.equal(spot(['rancher', 'toString']), null)
})

t.test('the suggestion is at most two slips away, and never half a word', async (t) => {
  const keys = ['dhcp', 'dhcp_args', 'mtu', 'address', 'addresses', 'services']
  const cases = [
    ['dhpc', 'dhcp'],
    ['DHCP', 'dhcp'],
    ['adress', 'address'],
    ['serivces', 'services'],
    ['servics', 'services'],
    ['mt', 'mtu'],
    ['m', null],
    ['ab', null],
    ['gateway', null],
    ['', null]
  ] as const
  for (const [word, wanted] of cases) t.equal(suggest(word, keys), wanted, word)
})

t.test('two letters in the wrong order are one slip', async (t) => {
  t.equal(distance('ab', 'ba'), 1)
  t.equal(distance('kitten', 'sitting'), 3)
  t.equal(distance('same', 'same'), 0)
  t.equal(distance('', 'abc'), 3)
  t.equal(distance('abcdef', 'x', 3), 3, 'no more is counted than is asked')
})
