// The view of a real network: where addresses and routes come from.
import t from 'tap'
import { networkView, resourcesOf } from '../../src/agent/network-view.ts'
import { createStore } from '../../src/agent/store.ts'
import type { Key, Want } from '../../src/core/resource.ts'
import { machine as fake } from '../support/fake-host.ts'
import { networkMachine, whyNoNamespace } from '../support/network-machine.ts'

const skip = (await whyNoNamespace()) ?? false

const want = (key: Key, needs: readonly Key[]): readonly [Key, Want] => [
  key,
  { key, spec: { dev: 'eth0', cidr: '' }, needs, from: 'cloud-config.yml:4:7' }
]
const wants = new Map([
  want('link/eth0', ['hook/pre_up:eth0']),
  want('hook/pre_up:eth0', []),
  want('address/eth0:10.0.0.2/24', ['link/eth0']),
  want('container/user/web', ['link/eth0']),
  want('link/eth1', [])
])

t.test('the network and where it comes from', { skip }, async (t) => {
  const machine = await networkMachine()
  t.teardown(() => machine.stop())
  const lines = [
    'link set lo up',
    'link add eth0 type veth peer name p0',
    'link set p0 up',
    'link set eth0 up',
    'address add 10.0.0.2/24 dev eth0',
    'address add 10.0.0.3/24 dev eth0',
    'address add 10.0.0.4/24 dev eth0 valid_lft 600 preferred_lft 600',
    'route add 10.1.0.0/16 via 10.0.0.1 proto 82',
    'route add 10.2.0.0/16 via 10.0.0.1 proto dhcp',
    'route add 10.3.0.0/16 via 10.0.0.1 proto static'
  ]
  await machine.inside(['sh', '-ec', lines.map((line) => `ip ${line}`).join('\n')])
  const found = await networkView(machine.host, createStore().value, wants)
  const links = found.links.map(({ name, up, kind, from }) => [name, up, kind, from])
  t.strictSame(
    links.find(([name]) => name === 'eth0'),
    ['eth0', true, 'veth', 'cloud-config.yml:4:7']
  )
  const four = found.addresses.filter(({ cidr }) => !cidr.includes(':'))
  t.strictSame(
    four.map(({ cidr, origin }) => `${cidr} ${origin}`),
    ['127.0.0.1/8 kernel', '10.0.0.2/24 document', '10.0.0.3/24 others', '10.0.0.4/24 DHCP']
  )
  t.strictSame(
    found.routes.filter(({ family }) => family === 4).map(({ to, origin }) => `${to} ${origin}`),
    ['10.0.0.0/24 kernel', '10.1.0.0/16 document', '10.2.0.0/16 DHCP', '10.3.0.0/16 others (static)']
  )
  t.strictSame([found.dns.nameservers, found.leases, found.wifi, found.notReady], [[], [], [], []])
})

t.test('a wireless link is asked at once, and one that does not answer is shown as such', async (t) => {
  const answers: Readonly<Record<string, string>> = {
    'wlan0 status': 'ssid=home\nfreq=2412\nkey_mgmt=SAE\nwpa_state=COMPLETED\n',
    'wlan0 signal_poll': 'RSSI=-61\n'
  }
  const { host } = fake({
    programs: { wpa_cli: (argv) => answers[argv.slice(-2).join(' ')] ?? 255 },
    parts: { network: { look: async () => ({ links: [], addresses: [], routes: [] }) } }
  })
  const links = new Map([want('wifi/wlan0', ['link/wlan0']), want('wifi/wlan1', ['link/wlan1'])])
  const { wifi } = await networkView(host, createStore().value, links)
  t.strictSame(wifi, [
    {
      dev: 'wlan0',
      state: 'COMPLETED',
      network: 'home',
      bssid: null,
      frequency: 2412,
      keyManagement: 'SAE',
      signal: -61
    },
    { dev: 'wlan1', state: '', network: null, bssid: null, frequency: null, keyManagement: null, signal: null }
  ])
})

t.test('what the document asks of a link', (t) => {
  t.strictSame(resourcesOf(wants, 'eth0'), ['link/eth0', 'hook/pre_up:eth0', 'address/eth0:10.0.0.2/24'])
  t.strictSame(resourcesOf(wants, 'eth1'), ['link/eth1'])
  t.strictSame(resourcesOf(wants, 'eth2'), [])
  t.end()
})
