// `ros network` against a model agent.
import t from 'tap'
import type { LinkView, NetworkView } from '../../src/api/network.ts'
import type { ActionView } from '../../src/api/view.ts'
import { networkPart, onPath } from '../../src/cli/network-plan.ts'
import type { Key } from '../../src/core/resource.ts'
import { machine } from './support/ros.ts'

const link = (name: string, more: Partial<LinkView> = {}): LinkView => ({
  name,
  kind: '',
  driver: '',
  pci: '',
  up: true,
  carrier: true,
  mtu: 1500,
  mac: '52:54:00:00:00:01',
  master: '',
  on: '',
  speed: null,
  from: null,
  ...more
})

const network: Omit<NetworkView, 'path'> = {
  links: [
    link('lo', { mtu: 65_536, mac: '00:00:00:00:00:00' }),
    link('eth0', { speed: 1000, master: 'br0' }),
    link('eth1', { up: false, carrier: false }),
    link('br0', { kind: 'bridge', carrier: false })
  ],
  addresses: [
    { dev: 'lo', cidr: '127.0.0.1/8', origin: 'kernel', state: 'usable' },
    { dev: 'br0', cidr: '10.0.0.2/24', origin: 'document', state: 'duplicate' },
    { dev: 'eth1', cidr: '10.3.0.52/24', origin: 'DHCP', state: 'usable' }
  ],
  routes: [
    { to: 'default', family: 4, via: '10.0.0.1', dev: 'br0', metric: null, table: 254, origin: 'document' },
    { to: '10.3.0.0/24', family: 4, via: null, dev: 'eth1', metric: 204, table: 100, origin: 'DHCP' }
  ],
  rules: [{ family: 4, rule: 'priority 100 from 10.20.0.0/16 table 100', from: 'cloud-config.yml:9:5' }],
  dns: {
    nameservers: [
      { address: '10.0.0.5', from: 'rancher.network.dns' },
      { address: '10.3.0.1', from: 'DHCP on eth1' }
    ],
    search: ['example.org'],
    options: []
  },
  wifi: [
    {
      dev: 'wlan0',
      state: 'COMPLETED',
      network: 'home',
      bssid: '02:00:00:00:01:00',
      frequency: 2412,
      signal: -30,
      keyManagement: 'WPA2-PSK'
    },
    { dev: 'wlan1', state: '', network: null, bssid: null, frequency: null, signal: null, keyManagement: null }
  ],
  leases: [
    {
      interface: 'eth1',
      family: 4,
      reason: 'BOUND',
      server: '10.3.0.1',
      addresses: [{ cidr: '10.3.0.52/24', preferredUntil: null, validUntil: null }],
      prefixes: [],
      routers: [],
      nameservers: [],
      search: [],
      ntp: [],
      hostname: null,
      since: '2026-01-01T00:00:00Z',
      renewAt: null,
      rebindAt: null,
      expiresAt: '2026-01-01T01:01:30Z'
    }
  ],
  notReady: [{ key: 'hook/post_up:eth1', reason: 'HookFailed', message: 'post_up:eth1: command 1 of 1 failed' }]
}
const path = { client: '192.0.2.7', links: [{ name: 'br0', mac: '', kind: 'bridge' }], via: '10.0.0.1', to: 'default' }
const peer = () => ({ pid: 7, name: 'ros', session: 1, from: '192.0.2.7', to: '' })

const user = `#cloud-config
rancher:
  network:
    interfaces:
      eth*: {dhcp: true}
      eth0:
        mtu: 1400
      mac=52:54:00:00:00:01: {address: 10.0.0.2/24}
      mac=52:54:*: {dhcp: true}
`

t.test('the network in tables', async (t) => {
  const { ros, stop } = await machine({ network, path, peer })
  t.teardown(stop)
  const { code, out } = await ros('network status')
  t.equal(code, 0)
  t.equal(
    out,
    `you came from 192.0.2.7 over br0, default by 10.0.0.1

LINK  STATE       MTU    MAC                KIND    OF   SPEED
lo    up          65536  00:00:00:00:00:00  -       -    -
eth0  up          1500   52:54:00:00:00:01  -       br0  1G
eth1  down        1500   52:54:00:00:00:01  -       -    -
br0   no carrier  1500   52:54:00:00:00:01  bridge  -    -

WI-FI  STATE      NETWORK  SIGNAL   MHZ   KEYS
wlan0  COMPLETED  home     -30 dBm  2412  WPA2-PSK
wlan1  no answer  -        -        -     -

ADDRESS       LINK  FROM
127.0.0.1/8   lo    kernel
10.0.0.2/24   br0   document, duplicate
10.3.0.52/24  eth1  DHCP

ROUTE        VIA       LINK  METRIC  TABLE  FROM
default      10.0.0.1  br0   -       main   document
10.3.0.0/24  -         eth1  204     100    DHCP

RULE                                      FROM
priority 100 from 10.20.0.0/16 table 100  cloud-config.yml:9:5

NAME SERVER  FROM
10.0.0.5     rancher.network.dns
10.3.0.1     DHCP on eth1

search example.org

LEASE  ADDRESS       SERVER    LEFT
eth1   10.3.0.52/24  10.3.0.1  60m

NOT READY          REASON      MESSAGE
hook/post_up:eth1  HookFailed  post_up:eth1: command 1 of 1 failed
`
  )
  t.ok(
    out.split('\n').every((line) => line.length <= 80),
    'within 80 columns'
  )
  const one = (await ros('network status eth1')).out
  t.match(one, /^eth1 +down/m)
  t.match(one, /^10\.3\.0\.1 +DHCP on eth1$/m)
  t.match(one, /^hook\/post_up:eth1/m)
  t.notMatch(one, /br0 |10\.0\.0\.2|search/)
  t.match(await ros('network status eth9'), { code: 1, err: /there is no link eth9; there are: lo, eth0, eth1, br0/ })
  t.match(JSON.parse((await ros('network status --json')).out), { ...network, path })
  t.equal((await ros(['complete', 'network', 'explain', ''])).out, 'lo\t\neth0\t\neth1\t\nbr0\tbridge\n')
})

t.test('why a link is set up as it is', async (t) => {
  const { ros, stop, root } = await machine({ network, user })
  t.teardown(stop)
  const { code, out } = await ros('network explain eth0')
  t.equal(code, 0)
  const short = out.replaceAll(root, '')
  t.match(short, /^eth0: a card, 52:54:00:00:00:01$/m)
  t.match(short, /^mac=52:54:00:00:00:01 +has it +MAC address 52:54:00:00:00:01 +\S*cloud-config\.yml:8:\d+$/m)
  t.match(short, /^mac=52:54:\* +lost +MAC pattern 52:54:\* /m)
  t.match(short, /^eth0 +lost +name eth0 +\S*cloud-config\.yml:6:\d+$/m)
  t.match(short, /^ {2}mac=52:54:00:00:00:01: a MAC address comes first of those that select it$/m)
  t.match(short, /^ {2}eth0: a MAC address goes before a name$/m)
  t.match(short, /^ {2}eth\*: a MAC address goes before a name pattern$/m)
  t.match(short, /address +10\.0\.0\.2\/24 +\S*cloud-config\.yml:8:\d+ +counts$/m)
  const absent = (await ros('network explain eth7')).out
  t.match(absent, /^eth7: not there$/m)
  t.match(absent, /^eth\* +would take it +name pattern eth\*/m)
  t.match(absent, /^ {2}eth\*: no other entry selects it$/m)
  t.match(await ros('network explain wlan0'), { code: 1, err: /there is no link wlan0, and no entry would take it/ })
})

t.test("a plan's part that is the network", async (t) => {
  const { ros, stop } = await machine({ network, path, peer })
  t.teardown(stop)
  t.equal(
    (await ros('network plan')).out,
    'nothing to do\nyou came from 192.0.2.7 over br0, default by 10.0.0.1: nothing of this is on that way\n'
  )
  const action = (key: Key): ActionView => ({
    id: `update ${key}`,
    key,
    verb: 'update',
    why: '',
    place: '',
    after: [],
    disturbs: { is: 'nothing', what: '' },
    irreversible: null,
    fields: []
  })
  const keys: readonly Key[] = [
    'container/user/web',
    'link/br0',
    'link/eth1',
    'address/br0:10.0.0.2/24',
    'hook/pre_up:br0',
    'resolver/machine'
  ]
  const plan = networkPart({ actions: keys.map(action), waiting: [], left: [], hash: 'x' })
  t.strictSame(
    plan.actions.map(({ key }) => key),
    keys.slice(1)
  )
  t.strictSame(onPath(plan, path), ['link/br0', 'address/br0:10.0.0.2/24', 'hook/pre_up:br0', 'resolver/machine'])
})

t.test('keys of tunnels are told nobody', async (t) => {
  const secret = 'yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk='
  const wg = `#cloud-config\nrancher:\n  network:\n    interfaces:\n      wg0: {wireguard: {private_key: ${secret}}}\n`
  const { ros, stop } = await machine({ network, user: wg })
  t.teardown(stop)
  for (const line of ['network explain wg0', 'network explain wg0 --json', 'network plan --json']) {
    const { out, err } = await ros(line)
    t.match(out, /wg0|actions/, line)
    t.notMatch(out + err, secret.slice(0, 20), line)
  }
})
