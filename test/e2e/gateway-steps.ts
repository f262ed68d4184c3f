// What the gateway of gateway.test.ts does, step by step.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { NetworkView } from '../../src/api/network.ts'
import { sshFrom } from '../support/far-end.ts'
import type { GatewayMachine } from '../support/gateway-machine.ts'
import { unanswered } from '../support/pings.ts'

const EXAMPLE = readFileSync(new URL('../../examples/edge-gateway.yml', import.meta.url), 'utf8')
/** Asks a web server who asks. Not by busybox, which as a static program can not look up names. */
const ask = (url: string) =>
  `'${process.execPath}' -e "fetch('http://${url}/cgi-bin/who', { signal: AbortSignal.timeout(20_000) }).then(async (said) => process.stdout.write(await said.text()))"`
/** Whether a connection can be made. */
const tries = (address: string, port: number) =>
  `'${process.execPath}' -e "const say = (word) => { process.stdout.write(word); process.exit() }; setTimeout(say, 3_000, 'no'); require('net').connect(${port}, '${address}').on('connect', () => say('yes')).on('error', () => say('no'))"`
const BY_NAME = ask('www.provider.test')
/** What the document decides of the network, by lines; busybox has an `ip` of its own. */
const PICTURE = [
  "/usr/bin/ip -br link show | grep -Ev '^(veth|docker0)'",
  '/usr/bin/ip -br -4 address show | grep -v ^eth1',
  // The kernel makes this one with the first VRF, and keeps it.
  '/usr/bin/ip rule | grep -v l3mdev',
  '/usr/bin/ip route show proto 82',
  'bridge vlan show',
  'nft -s list table inet rosd'
].join('\n')

const network = ({ json }: GatewayMachine) => json<NetworkView>('network status')

/** The lease of the card that leads to the provider; empty: it has none. */
async function leased(gateway: GatewayMachine): Promise<string> {
  const { addresses } = await network(gateway)
  return addresses.find(({ dev, origin }) => dev === 'eth1' && origin === 'DHCP')?.cidr ?? ''
}

async function picture({ root }: GatewayMachine): Promise<readonly string[]> {
  return (await root(PICTURE)).split('\n').toSorted()
}

export async function cards(t: Test, { root }: GatewayMachine): Promise<void> {
  const release = await root('uname -r')
  t.match(release, /^\d+\.\d+\.\d+\S*-amd64\n$/)
  t.notMatch(release, /cloud/)
  t.equal(await root('ls -d /sys/class/net/eth*/device | wc -l'), '5\n')
}

export async function declared(t: Test, gateway: GatewayMachine): Promise<void> {
  const { apply, until, root } = gateway
  await apply(EXAMPLE)
  const cidr = /^2001:db8:50:\S+\/64$/
  await until('the router of the provider is heard', async () =>
    (await network(gateway)).addresses.some((address) => cidr.test(address.cidr))
  )
  const view = await network(gateway)
  for (const address of [
    { dev: 'eth0', cidr: '10.0.2.15/24', origin: 'DHCP' },
    { dev: 'eth1', cidr: /^10\.50\.0\.5\d\/24$/, origin: 'DHCP' },
    { dev: 'eth1', cidr, origin: 'RA' },
    { dev: 'lan', cidr: '192.168.10.1/24', origin: 'document' },
    { dev: 'guests', cidr: '192.168.20.1/24', origin: 'document' },
    { dev: 'servers', cidr: '192.168.30.1/24', origin: 'document' }
  ]) {
    const found = view.addresses.find(({ dev, origin }) => dev === address.dev && origin === address.origin)
    t.match(found, { ...address, state: 'usable' })
  }
  for (const route of [
    { to: 'default', via: '10.50.0.1', dev: 'eth1', origin: 'DHCP' },
    { to: '10.51.0.0/16', via: '10.50.0.2', dev: 'eth1', origin: 'DHCP' },
    { to: '192.168.40.0/24', via: '192.168.30.2', dev: 'servers', origin: 'document' }
  ])
    t.match(
      view.routes.find(({ to, family }) => to === route.to && family === 4),
      route
    )
  t.match(view.rules, [{ rule: 'priority 100 from 192.168.20.0/24 to 192.168.10.0/24 prohibit' }])
  t.match(view.dns, { nameservers: [{ address: '10.50.0.1', from: /eth1$/ }], search: ['provider.test'] })
  t.match(
    view.leases.find((lease) => lease.interface === 'eth1'),
    { server: '10.50.0.1', ntp: ['10.50.0.7'] }
  )
  t.same(view.notReady, [])
  t.match(await root('cat /run/ros/ntp.conf'), /10\.50\.0\.7/)
  t.equal(await root('hostname'), 'edge\n', 'the document’s, not the server’s')
  t.equal(await root('ros plan'), 'nothing to do\n')
}

export async function across(t: Test, gateway: GatewayMachine): Promise<void> {
  const { root, tried, wan, left, trunk } = gateway
  const address = (await leased(gateway)).replace('/24', '')
  t.equal(await left.inside(BY_NAME), `${address}\n`, 'by name, and by its own address')
  t.equal(await wan.inside(ask(`${address}:8080`)), '10.50.0.1\n', 'the port leads to the LAN')
  t.equal(await wan.inside(tries(address, 8080)), 'yes')
  t.equal(await wan.inside(tries(address, 22)), 'no', 'nothing else is let in')
  await root('ping -c 1 -W 20 web && ping -c 1 -W 20 192.168.20.2 && ping -c 1 -W 20 192.168.40.9')
  await left.inside('busybox ping -c 1 -W 20 192.168.10.30')
  t.same(trunk.pinged.get(20), ['192.168.20.2'], 'in the VLAN of guests')
  t.same(trunk.pinged.get(30), ['192.168.40.9'], 'by the route')
  t.same(trunk.pinged.get(10), ['192.168.10.30'], 'through the bridge')
  const guest = await tried('/usr/bin/ip route get 192.168.10.10 from 192.168.20.2 iif guests')
  t.match(guest.text, /prohibit|Permission denied|not permitted/, 'guests do not reach the LAN')
}

export async function flood(t: Test, { root, until, left, dir }: GatewayMachine): Promise<void> {
  const cards = ['lan', 'eth2', 'eth3', 'eth4', 'guests', 'servers']
  const carriers = () =>
    root(`cd /sys/class/net; head -n 1 ${cards.map((card) => `${card}/carrier_changes`).join(' ')}`)
  const before = await carriers()
  const file = join(dir, 'flood')
  const pings = left.start(['sh', '-c', `exec busybox ping -i 0.005 192.168.10.20 >${file}`])
  const said = () => (existsSync(file) ? readFileSync(file, 'utf8') : '')
  await until('it is answered', async () => said().includes('seq=20 '))
  const set = (key: string, value: string) =>
    root(`ros config set --wait 120 rancher.network.interfaces.${key} '${value}'`)
  await set('eth4.bridge_port.vlans', '[10, 20, 30, 50]')
  t.match(await root('bridge vlan show dev eth4'), /\b50\b/)
  await set('guests.mtu', '1300')
  t.match(await root('/usr/bin/ip link show dev guests'), /mtu 1300/)
  await set('eth4.bridge_port.vlans', '[10, 20, 30]')
  await set('guests.mtu', '1400')
  const length = said().length
  await until('it is answered still', async () => said().slice(length).split(' seq=').length > 200)
  pings.kill('SIGINT')
  await until('it has ended', async () => said().includes('packet loss'))
  // On a quiet machine none is. On a busy one the queues of an emulated processor drop single ones; a link that went would take dozens.
  const lost = unanswered(said())
  const run = Math.max(0, ...lost.map((first) => lost.filter((one) => one >= first && one < first + 20).length))
  t.ok(run < 10 && lost.length < 50, `lost: ${lost.join(', ')}`)
  t.equal(await carriers(), before, 'no carrier went')
  t.comment(said().slice(said().lastIndexOf(' ping statistics')))
}

export async function drift(t: Test, gateway: GatewayMachine): Promise<void> {
  const { root, until } = gateway
  const before = await picture(gateway)
  const ip = [
    'address delete 192.168.10.1/24 dev lan',
    'route delete 192.168.40.0/24',
    'rule delete priority 100',
    'link set dev eth3 nomaster',
    'link delete dev guests',
    'link set dev servers mtu 1300'
  ].map((words) => `/usr/bin/ip ${words}`)
  const bridge = ['vlan delete dev lan vid 30 self', 'vlan add dev eth2 vid 99'].map((words) => `bridge ${words}`)
  await root(['set -e', ...bridge, ...ip, 'nft flush table inet rosd'].join('\n'))
  await until('it is put right', async () => JSON.stringify(await picture(gateway)) === JSON.stringify(before)).catch(
    () => {} // what is missing is shown below
  )
  t.same(await picture(gateway), before)
  await root('ros wait --timeout 120')
  t.equal(await root('ros plan'), 'nothing to do\n')
  const events = await root('ros events')
  for (const key of ['route/main/192.168.40', 'link/eth3', 'link/guests', 'bridge-vlan/eth2', 'firewall/machine'])
    t.match(events, new RegExp(`Drifted +${key}`))
}

export async function cable(t: Test, gateway: GatewayMachine): Promise<void> {
  const { root, until, left } = gateway
  const [lease, asked] = [await leased(gateway), requests(gateway)]
  await gateway.plug('eth1', false)
  await until('it has no carrier', async () => (await root('cat /sys/class/net/eth1/carrier')) === '0\n')
  await gateway.plug('eth1', true)
  await until('it is asked for', async () => requests(gateway) > asked)
  await until('it is there', async () => (await leased(gateway)) !== '')
  t.equal(await leased(gateway), lease)
  await until('the LAN has its way out', async () => (await left.tried(BY_NAME)).stdout === lease.replace('/24', '\n'))
  await root('ros wait --timeout 120')
}

/** How often a client asked for its lease. */
function requests({ leases }: GatewayMachine): number {
  return leases().split('DHCPREQUEST').length - 1
}

export async function restart(t: Test, gateway: GatewayMachine): Promise<void> {
  const { root, until } = gateway
  const [lease, pids, asked] = [await leased(gateway), await root('pidof dhcpcd'), requests(gateway)]
  await root('ros service restart network')
  await until('it is asked for', async () => requests(gateway) > asked)
  t.equal(await leased(gateway), lease)
  t.equal(await root('pidof dhcpcd'), pids, 'by the clients that were there')
  const text = await root('ros network explain eth2')
  t.match(text, /eth2 +has it/)
  t.match(text, /bridge-vlan\/eth2 +True/)
}

export async function vrf(t: Test, { machine, root, apply, right }: GatewayMachine): Promise<void> {
  const card = '      eth3: {vrf: ops, address: 192.168.50.1/24}\n      ops: {vrf_table: 50}'
  const accept = "  sysctl: {net.ipv4.tcp_l3mdev_accept: '1'}\n"
  const moved = EXAMPLE.replace(/^ {6}eth3: .*$/m, card).replace('in: [eth0,', 'in: [eth0, ops, eth3,')
  await apply(moved.replace('  network:\n', `${accept}  network:\n`))
  await right.inside('ip address add 192.168.50.2/24 dev eth0')
  const over = (line: string) => sshFrom(right, { ...machine, host: '192.168.50.1', port: 22 }, line)
  const { path } = JSON.parse(await over('sudo ros network status --json')) as NetworkView
  const links = [{ name: 'eth3' }, { name: 'ops', kind: 'vrf' }]
  t.match(path, { client: '192.168.50.2', links, to: '192.168.50.0/24' })
  t.match(await over('sudo ros config set rancher.network.interfaces.eth3.mtu 1400 2>&1'), /ros confirm/)
  await root('ros undo --wait 120')
  await right.inside('ip address delete 192.168.50.2/24 dev eth0')
  await apply(EXAMPLE)
  t.equal(await root('ros plan'), 'nothing to do\n')
}

export async function reboot(t: Test, gateway: GatewayMachine): Promise<void> {
  const { machine, root, tried, until } = gateway
  const before = await picture(gateway)
  await gateway.plug('eth1', false)
  const ready = () => machine.log().split('all services are ready').length
  const [boots, began] = [ready(), performance.now()]
  await machine.ssh(['sudo', 'reboot'])
  await until('it is ready', async () => ready() > boots, 60)
  t.comment(`ready again after ${((performance.now() - began) / 1000).toFixed(0)} s`)
  await until('a shell answers', async () => (await tried('true')).code === 0)
  t.equal(await leased(gateway), '', 'and there is no lease')
  await gateway.plug('eth1', true)
  await until('there is a lease', async () => (await leased(gateway)) !== '')
  await root('ros wait --timeout 300')
  t.same(await picture(gateway), before)
  t.equal(await root('ros plan'), 'nothing to do\n')
}
