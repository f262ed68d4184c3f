// The kind `dhcp` with the image's dhcpcd and real servers at the other end of a cable, and what becomes of their words.
import t from 'tap'
import { type Lease, readLeases } from '../../src/agent/leases.ts'
import type { KindDef } from '../../src/core/kind.ts'
import { plan } from '../../src/core/plan.ts'
import { timeServers } from '../../src/core/time-servers.ts'
import { buildDocument } from '../../src/document/build.ts'
import { documentPaths } from '../../src/document/layers.ts'
import { readLayers } from '../../src/document/read.ts'
import type { NetworkInterface } from '../../src/document/types.gen.ts'
import { dhcp } from '../../src/kinds/dhcp.ts'
import { hostname } from '../../src/kinds/hostname.ts'
import { resolver } from '../../src/kinds/resolver.ts'
import { desiredOf } from '../support/desired.ts'
import { type DhcpMachine, dhcpMachine, imageRoot, whyNoServer } from '../support/dhcp-machine.ts'
import { until } from '../support/loop.ts'
import { whyNoNamespace } from '../support/network-machine.ts'

const root = imageRoot()
const skip =
  root === null
    ? 'no image has been built: `npm run image` makes one with dhcpcd'
    : (whyNoServer() ?? (await whyNoNamespace()) ?? false)
// dhcpcd waits up to a second before its first word, and longer where an address is looked at for conflicts.
t.setTimeout(180_000)
const LIMIT = 40_000

const kinds = new Map([['dhcp', dhcp as unknown as KindDef] as const]) // only its own keys are asked

/** One look, plan and its actions, for one interface. */
function passOn({ host }: DhcpMachine) {
  const last = { pid: 0 }
  const pass = async (eth0?: NetworkInterface): Promise<string> => {
    const signal = AbortSignal.timeout(40_000)
    const interfaces = eth0 === undefined ? {} : { eth0 }
    const wanted = [...dhcp.want(desiredOf({ rancher: { network: { interfaces, dhcp_timeout: 30 } } }, ['eth0']))]
    const wants = new Map(wanted.map((want) => [want.key, { ...want, needs: [] }]))
    const seen = await dhcp.observe(host, ['dhcp/eth0'], signal)
    last.pid = seen.get('dhcp/eth0')?.pid ?? 0
    const claimed = [...seen].flatMap(([key, value]) => dhcp.claims?.(key, value) ?? [])
    const owned = new Map(claimed.map((own) => [own.key, own]))
    const { actions } = plan(kinds, { wants, seen, owned })
    for (const action of actions) await dhcp.act(host, action as never, signal) // planned from dhcp's wants alone
    return actions.map(({ verb, why }) => `${verb}: ${why}`).join(', ')
  }
  return { pass, last }
}

const lease = async ({ host }: DhcpMachine, family: 4 | 6): Promise<Lease | null> =>
  (await readLeases(host)).find((one) => one.family === family) ?? null

/** Addresses of a link by family, but for those of the link alone. */
async function addressesOf({ host }: DhcpMachine, dev: string): Promise<readonly string[]> {
  const { addresses } = await host.network.look()
  return addresses.flatMap((one) => (one.dev === dev && one.scope !== 'link' ? [one.cidr] : []))
}

/** What the machine makes of the leases and a document. */
async function madeOf(machine: DhcpMachine, text: string) {
  const layers = (await readLayers(documentPaths(machine.root), '')).filter(({ kind }) => kind === 'lease')
  const user = { name: 'cloud-config.yml', file: '', kind: 'user', text: `#cloud-config\n${text}` } as const
  const built = buildDocument([...layers, user])
  if (!built.ok) throw new Error(JSON.stringify(built.problems))
  const desired = desiredOf(built.document.data, ['eth0'])
  const [dns] = [...resolver.want(desired)]
  const [name] = [...hostname.want(desired)]
  const [time] = timeServers(desired)
  return {
    dns: dns?.spec.nameservers.map(({ address, from }) => `${address} (${from})`).join(', ') ?? 'none',
    search: dns?.spec.search ?? [],
    name: name?.spec.name ?? 'none',
    time: time?.spec.bytes().toString() ?? 'none',
    write: async () => {
      if (dns === undefined) throw new Error('no name servers are wanted')
      const action = { id: '', key: dns.key, verb: 'update', why: '', place: '', from: null, owned: null } as const
      const rest = { to: dns.spec, needs: [], after: [], behind: [] }
      await resolver.act(machine.host, { ...action, ...rest }, AbortSignal.timeout(1_000))
    }
  }
}

t.test('a lease is taken, kept through a restart and a crash, and given back', { skip }, async (t) => {
  const machine = await dhcpMachine(root ?? '', { plugged: false })
  t.teardown(() => machine.stop())
  const { host } = machine
  const { pass, last } = passOn(machine)
  const asked: NetworkInterface = { dhcp: true }

  const began = performance.now()
  t.equal(await pass(asked), 'create: not started yet')
  t.ok(performance.now() - began < 20_000, 'without a cable nothing waits for a lease')
  t.equal(await pass(asked), '', 'and nothing is done again')
  t.equal(await lease(machine, 4), null)
  await machine.cable(true)
  await until(async () => (await lease(machine, 4)) !== null, LIMIT, 'the lease')
  const first = await addressesOf(machine, 'eth0')
  t.match(first[0], /^10\.3\.0\.\d+\/24$/)
  t.equal(await pass(asked), '')
  t.not(last.pid, 0)

  t.match(await pass({ dhcp: true, dhcp_args: '-4' }), /^update: -A4 .* -> -4 /)
  t.equal((await addressesOf(machine, 'eth0'))[0], first[0], 'the address stays while one client follows the other')
  t.equal(await pass({ dhcp: true, dhcp_args: '-4' }), '')
  await until(async () => (await lease(machine, 4)) !== null, LIMIT, 'the lease')

  process.kill(last.pid, 'SIGKILL')
  const seen = async () => (await dhcp.observe(host, ['dhcp/eth0'], AbortSignal.timeout(1_000))).get('dhcp/eth0')
  await until(async () => (await seen())?.pid === null)
  t.equal(await pass(asked), 'create: dhcpcd ended')
  t.equal(await pass(asked), '')
  await until(async () => (await lease(machine, 4))?.reason !== undefined, LIMIT, 'the lease')

  await host.files.remove('/run/ros/leases/eth0.yml')
  t.equal(await pass(asked), 'update: what the server said was removed from /run/ros/leases')
  await until(async () => (await host.files.list('/run/ros/leases')).includes('eth0.yml'), LIMIT, 'the layer')
  t.equal(await pass(asked), '')

  await machine.serve(false)
  t.equal(await pass(asked), '', 'a server that is gone is no reason to do anything')
  t.equal((await addressesOf(machine, 'eth0'))[0], first[0])
  await machine.serve(true)
  await machine.cable(false)
  await until(async () => (await lease(machine, 4)) === null, LIMIT, 'the lease to end with the cable')
  t.same(await host.files.list('/run/ros/leases'), [])
  t.equal(await pass(asked), '')
  await machine.cable(true)
  await until(async () => (await lease(machine, 4)) !== null, LIMIT, 'the lease to come back')
  t.equal((await addressesOf(machine, 'eth0'))[0], first[0])

  t.equal(await pass(), 'delete: no longer wanted')
  await until(
    async () => !(await addressesOf(machine, 'eth0')).some((one) => one.startsWith('10.')),
    LIMIT,
    'the release'
  )
  // A client that was about to write a lease may do so while it ends; that is seen and taken away as well.
  await until(async () => (await pass()) === '', LIMIT, 'nothing to be left')
  t.same([await host.files.list('/run/ros/leases'), await host.files.list('/run/ros/dhcp')], [[], []])
})

t.test('both families and a prefix: what servers say counts as the interface says', { skip }, async (t) => {
  const machine = await dhcpMachine(root ?? '')
  t.teardown(() => machine.stop())
  const { host, inside } = machine
  const { pass } = passOn(machine)
  const delegation = { prefix_delegation: { to: { lan0: { id: 1 } } } }
  const all: NetworkInterface = { dhcp: true, dhcp6: true, metric: 77, ...delegation }

  t.equal(await pass(all), 'create: not started yet')
  await until(async () => (await readLeases(host)).length === 2, LIMIT, 'both leases')
  await until(async () => (await addressesOf(machine, 'lan0')).length > 0, LIMIT, 'a network of the prefix')
  t.equal(await pass(all), '')

  const [four, six] = await readLeases(host)
  t.match(four, {
    interface: 'eth0',
    family: 4,
    server: '10.3.0.1',
    addresses: [{ cidr: /^10\.3\.0\.\d+\/24$/ }],
    prefixes: [],
    routers: ['10.3.0.1'],
    nameservers: ['10.3.0.1', '10.3.0.2'],
    search: ['a.test', 'b.test'],
    ntp: ['10.3.0.7'],
    hostname: 'guest7'
  })
  const after = (time: string | null | undefined, { since }: Lease) =>
    (Date.parse(time ?? '') - Date.parse(since)) / 1000
  if (four === undefined || six === undefined) throw new Error('a lease is missing')
  t.equal(after(four.renewAt, four), 60)
  t.equal(after(four.expiresAt, four), 120)
  t.match(six, {
    family: 6,
    server: /^[0-9a-f]{20,}$/,
    addresses: [{ cidr: /^2001:db8:3::1[0-9a-f]{2}\/128$/ }],
    prefixes: [{ cidr: /^2001:db8:[0-9a-f]+::\/56$/ }],
    nameservers: ['2001:db8:3::1'],
    search: ['six.test'],
    ntp: ['2001:db8:3::7']
  })
  t.equal(after(six.renewAt, six), 60)
  t.equal(after(six.prefixes[0]?.preferredUntil, six), 200)
  const lan = await addressesOf(machine, 'lan0')
  const network = six.prefixes[0]?.cidr.replace('::/56', ':1::1/64')
  t.ok(lan.includes(network ?? ''), `${lan.join(' ')} has ${network}`)

  const interfaces = 'rancher: {network: {interfaces: {eth0: {dhcp: true, dhcp6: true'
  const found = await madeOf(machine, `${interfaces}}}}}\n`)
  t.same(
    [found.dns, found.search, found.name, found.time],
    [
      '10.3.0.1 (DHCP on eth0), 10.3.0.2 (DHCP on eth0), 2001:db8:3::1 (DHCPv6 on eth0)',
      ['a.test', 'b.test', 'six.test'],
      'guest7',
      'server 10.3.0.7\nserver 2001:db8:3::7\n'
    ]
  )
  const less = await madeOf(machine, `${interfaces}, dhcp_use: {dns: false, ntp: false, hostname: false}}}}}\n`)
  t.same([less.dns, less.search, less.name, less.time], ['', ['a.test', 'b.test', 'six.test'], 'none', 'none'])
  const own = await madeOf(machine, `hostname: mine\n${interfaces}}}, dns: {nameservers: [9.9.9.9]}}}\n`)
  t.same([own.dns, own.name], ['9.9.9.9 (rancher.network.dns)', 'mine'])
  await found.write()
  t.match(await inside(['nslookup', 'nas.a.test', '10.3.0.1']), /10\.3\.0\.5/)
  t.match(await inside(['getent', 'hosts', 'nas']), /10\.3\.0\.5 +nas\.a\.test/, 'by the lease’s server and domain')

  const routes = async () =>
    (await host.network.look()).routes.filter(({ to, dev }) => to === 'default' && dev === 'eth0')
  t.match(await routes(), [{ via: '10.3.0.1', metric: 77 }])
  t.match(machine.log(), /client provides name: rosd-test/)
  const advertised = (await addressesOf(machine, 'eth0')).filter((one) => /^2001:db8:3:0:.*\/64$/.test(one))
  t.equal(advertised.length, 1, 'the kernel has an address of the router’s advertisement')

  const other = { ...all, dhcp_use: { routes: false }, dhcp_hostname: 'printer', dhcp_client_id: 'duid' }
  t.match(await pass(other), /^update: -A --metric 77 /)
  await until(async () => machine.log().includes('client provides name: printer'), LIMIT, 'the other name')
  await until(async () => (await readLeases(host)).length === 2, LIMIT, 'both leases')
  await until(async () => (await routes()).length === 0, LIMIT, 'no default route')

  t.match(await pass({ dhcp: true }), /^update: /)
  await until(async () => (await lease(machine, 4)) !== null, LIMIT, 'the lease of IPv4')
  t.equal(await pass({ dhcp: true }), '')
  t.equal(await lease(machine, 6), null)
  const left = [...(await addressesOf(machine, 'eth0')), ...(await addressesOf(machine, 'lan0'))]
  t.same(
    left.filter((one) => one.includes(':')),
    advertised,
    'addresses of DHCPv6 and its prefix are given back, the advertised one stays'
  )
})

t.test('an address of the link alone, where that is all that is asked for', { skip }, async (t) => {
  const machine = await dhcpMachine(root ?? '')
  t.teardown(() => machine.stop())
  const { pass } = passOn(machine)
  t.equal(await pass({ ipv4ll: true }), 'create: not started yet')
  const local = async () => (await addressesOf(machine, 'eth0')).filter((cidr) => cidr.startsWith('169.254.'))
  await until(async () => (await local()).length === 1, LIMIT, 'the address')
  t.equal(await pass({ ipv4ll: true }), '')
  t.equal(await lease(machine, 4), null, 'no server is asked')
  t.equal(await pass(), 'delete: no longer wanted')
  await until(async () => (await local()).length === 0, LIMIT, 'the address to go')
})

t.test('routes of a lease go where they are not wanted any more, or with another metric', { skip }, async (t) => {
  const machine = await dhcpMachine(root ?? '')
  t.teardown(() => machine.stop())
  const { pass } = passOn(machine)
  const routes = async () =>
    (await machine.host.network.look()).routes
      .filter(({ family, dev, protocol }) => family === 4 && dev === 'eth0' && protocol === 'dhcp')
      .map(({ to, metric }) => `${to} ${metric}`)
      .toSorted()
  const become = (want: readonly string[]) =>
    until(async () => JSON.stringify(await routes()) === JSON.stringify(want), LIMIT, want.join(', '))
  await pass({ dhcp: true, metric: 70 })
  await become(['10.3.0.0/24 70', 'default 70'])
  await pass({ dhcp: true, metric: 50 })
  await become(['10.3.0.0/24 50', 'default 50'])
  await pass({ dhcp: true, metric: 50, dhcp_use: { routes: false } })
  await become(['10.3.0.0/24 50'])
})
