import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { parseLease } from '../../src/agent/leases.ts'

const hook = new URL('../../rootfs/usr/lib/rosd/services/dhcpcd-hook', import.meta.url).pathname

/** What dhcpcd 10.1 was seen to pass when a lease begins. */
const lease = {
  reason: 'BOUND',
  protocol: 'dhcp',
  interface: 'eth0',
  if_up: 'true',
  if_down: 'false',
  new_ip_address: '10.77.0.24',
  new_subnet_cidr: '24',
  new_routers: '10.77.0.1',
  new_domain_name_servers: '10.77.0.1 10.77.0.2',
  new_domain_name: 'example.org',
  new_domain_search: 'a.example.org b.example.org',
  new_host_name: 'guest7',
  new_dhcp_server_identifier: '10.77.0.1',
  new_ntp_servers: '10.77.0.9',
  new_dhcp_lease_time: '60',
  new_dhcp_renewal_time: '20',
  new_dhcp_rebinding_time: '50'
}

/** The same of DHCPv6, with an address and a prefix. */
const lease6 = {
  reason: 'BOUND6',
  protocol: 'dhcp6',
  interface: 'eth0',
  if_up: 'true',
  if_down: 'false',
  new_dhcp6_domain_search: 'six.test',
  new_dhcp6_ia_na1_ia_addr1: '2001:db8:3::11e',
  new_dhcp6_ia_na1_ia_addr1_pltime: '200',
  new_dhcp6_ia_na1_ia_addr1_vltime: '300',
  new_dhcp6_ia_na1_iaid: '00000001',
  new_dhcp6_ia_na1_t1: '60',
  new_dhcp6_ia_na1_t2: '100',
  new_dhcp6_ia_pd1_iaid: '00000002',
  new_dhcp6_ia_pd1_prefix1: '2001:db8:f00::',
  new_dhcp6_ia_pd1_prefix1_length: '56',
  new_dhcp6_ia_pd1_prefix1_pltime: '200',
  new_dhcp6_ia_pd1_prefix1_vltime: '300',
  new_dhcp6_name_servers: '2001:db8:3::1',
  new_dhcp6_server_id: '00010001329b5a6f5a9b270aa1f9',
  new_dhcp6_sntp_servers: '2001:db8:3::7'
}

function run(dir: string, env: Readonly<Record<string, string>>): readonly string[] {
  execFileSync('sh', [hook], { env: { PATH: process.env.PATH ?? '', ROSD_RUN: dir, ...env } })
  return ['leases', 'dhcp'].flatMap((folder) =>
    existsSync(`${dir}/${folder}`) ? readdirSync(`${dir}/${folder}`).toSorted() : []
  )
}
const whole = (dir: string, name = 'eth0') => parse(readFileSync(`${dir}/leases/${name}.yml`, 'utf8'))
/** What the layer says of eth0 and IPv4, where it says only that. */
const layer = (dir: string) => {
  const found = whole(dir)
  if (found === null) return null
  const { leases, ...others } = found.rancher.network
  t.same([others, Object.keys(leases.eth0)], [{}, ['ipv4']])
  return leases.eth0.ipv4
}
const told = (dir: string, name = 'eth0') => JSON.parse(readFileSync(`${dir}/dhcp/${name}.lease`, 'utf8'))

t.test('a lease becomes a layer of the document and a record for people, for root alone', async (t) => {
  const dir = t.testdir()
  t.same(run(dir, lease), ['eth0.yml', 'eth0.lease'])
  t.same(layer(dir), {
    hostname: 'guest7',
    nameservers: ['10.77.0.1', '10.77.0.2'],
    search: ['a.example.org', 'b.example.org'],
    ntp: ['10.77.0.9']
  })
  const { at, ...rest } = told(dir)
  t.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  t.same(rest, {
    interface: 'eth0',
    family: 4,
    reason: 'BOUND',
    addresses: [{ address: '10.77.0.24', length: 24, preferredSeconds: null, validSeconds: 60 }],
    prefixes: [],
    routers: ['10.77.0.1'],
    nameservers: ['10.77.0.1', '10.77.0.2'],
    search: ['a.example.org', 'b.example.org'],
    ntp: ['10.77.0.9'],
    hostname: 'guest7',
    server: '10.77.0.1',
    leaseSeconds: 60,
    renewSeconds: 20,
    rebindSeconds: 50
  })
  for (const file of ['leases/eth0.yml', 'dhcp/eth0.lease']) t.equal(statSync(`${dir}/${file}`).mode & 0o777, 0o600)
})

t.test('what a DHCPv6 server says has files of its own, with the prefixes it delegates', async (t) => {
  const dir = t.testdir()
  run(dir, lease)
  t.same(run(dir, lease6), ['eth0,6.yml', 'eth0.yml', 'eth0,6.lease', 'eth0.lease'])
  t.same(whole(dir, 'eth0,6'), {
    rancher: {
      network: {
        leases: { eth0: { ipv6: { nameservers: ['2001:db8:3::1'], search: ['six.test'], ntp: ['2001:db8:3::7'] } } }
      }
    }
  })
  const lasting = { preferredSeconds: 200, validSeconds: 300 }
  const { at: _at, ...rest } = told(dir, 'eth0,6')
  t.same(rest, {
    interface: 'eth0',
    family: 6,
    reason: 'BOUND6',
    server: '00010001329b5a6f5a9b270aa1f9',
    addresses: [{ address: '2001:db8:3::11e', length: 128, ...lasting }],
    prefixes: [{ address: '2001:db8:f00::', length: 56, ...lasting }],
    routers: [],
    nameservers: ['2001:db8:3::1'],
    search: ['six.test'],
    ntp: ['2001:db8:3::7'],
    hostname: null,
    leaseSeconds: 300,
    renewSeconds: 60,
    rebindSeconds: 100
  })
  t.match(parseLease(readFileSync(`${dir}/dhcp/eth0,6.lease`, 'utf8')), {
    prefixes: [{ cidr: '2001:db8:f00::/56' }],
    addresses: [{ cidr: '2001:db8:3::11e/128' }]
  })
  const delegated = { reason: 'DELEGATED6', protocol: 'dhcp6', if_up: 'false', if_down: 'true' }
  t.equal(run(dir, { ...delegated, interface: 'lan0', new_delegated_dhcp6_prefix: '2001:db8:f00:1::1/64' }).length, 4)
  t.same(run(dir, { ...lease6, reason: 'EXPIRE6', if_down: 'true', if_up: 'false' }), ['eth0.yml', 'eth0.lease'])
  run(dir, lease6)
  t.same(run(dir, { interface: 'eth0', reason: 'NOCARRIER', protocol: 'link', if_up: 'false', if_down: 'true' }), [])
})

t.test('renewing a lease that says the same leaves the layer untouched', async (t) => {
  const dir = t.testdir()
  run(dir, lease)
  const before = statSync(`${dir}/leases/eth0.yml`)
  run(dir, { ...lease, reason: 'RENEW' })
  t.equal(statSync(`${dir}/leases/eth0.yml`).ino, before.ino)
  t.equal(told(dir).reason, 'RENEW')
  run(dir, { ...lease, reason: 'RENEW', new_domain_name_servers: '10.77.0.3' })
  t.same(layer(dir).nameservers, ['10.77.0.3'])
})

t.test('only what the server said is in the layer', async (t) => {
  const {
    new_host_name,
    new_domain_search: _search,
    new_domain_name,
    new_domain_name_servers,
    new_ntp_servers,
    ...bare
  } = lease
  const dir = t.testdir()
  run(dir, bare)
  t.equal(layer(dir), null)
  t.equal(told(dir).hostname, null)
  run(dir, { ...bare, new_domain_name })
  t.same(layer(dir), { search: ['example.org'] })
  run(dir, { ...bare, new_domain_name_servers })
  t.same(layer(dir), { nameservers: ['10.77.0.1', '10.77.0.2'] })
  run(dir, { ...bare, new_ntp_servers })
  t.same(layer(dir), { ntp: ['10.77.0.9'] })
  run(dir, { ...bare, new_host_name })
  t.same(layer(dir), { hostname: 'guest7' })
})

t.test('words that are no names or addresses do not get in', async (t) => {
  const dir = t.testdir({ loot: '' })
  run(dir, {
    ...lease,
    new_host_name: 'x"\nrancher: {ssh: {daemon: false}}',
    new_domain_name_servers: '10.0.0.1 $(rm${IFS}loot) * 1.2.3.4;id fe80::1%eth0',
    new_domain_search: 'ok.example `id` -bad ..',
    new_ntp_servers: '"]; x',
    new_subnet_cidr: '24, "x": 1',
    new_dhcp_lease_time: '-1'
  })
  t.same(layer(dir), { nameservers: ['10.0.0.1', 'fe80::1%eth0'], search: ['ok.example'] })
  run(dir, { ...lease, new_host_name: 'guest7\n"evil' })
  t.equal(layer(dir).hostname, undefined)
  t.equal(told(dir).hostname, null)
  run(dir, { ...lease, new_subnet_cidr: '24, "x": 1', new_dhcp_lease_time: '-1' })
  t.equal(told(dir).addresses[0].length, null)
  t.equal(told(dir).leaseSeconds, null)
  t.ok(readdirSync(dir).includes('loot'))
})

t.test('a name of an interface that would leave the folder is refused', async (t) => {
  const dir = t.testdir({ in: {} })
  for (const name of ['../eth0', '.hidden', 'a/b', 'a b', '']) run(`${dir}/in`, { ...lease, interface: name })
  t.same(readdirSync(dir), ['in'])
  t.same(readdirSync(`${dir}/in`), [])
  t.same(run(`${dir}/in`, { ...lease, interface: 'eth0.100' }), ['eth0.100.yml', 'eth0.100.lease'])
})

const ends: readonly (readonly [string, Readonly<Record<string, string>>, boolean])[] = [
  ['expiry', { reason: 'EXPIRE', protocol: 'dhcp', if_up: 'false', if_down: 'true' }, true],
  ['release', { reason: 'STOP', protocol: 'dhcp', if_up: 'false', if_down: 'true' }, true],
  ['loss of the carrier', { reason: 'NOCARRIER', protocol: 'link', if_up: 'false', if_down: 'true' }, true],
  ['removal of the interface', { reason: 'DEPARTED', protocol: 'link', if_up: 'false', if_down: 'true' }, true],
  [
    'the end of a client that leaves its addresses',
    { reason: 'STOPPED', protocol: 'link', if_up: 'false', if_down: 'false' },
    false
  ],
  ['start', { reason: 'PREINIT', protocol: 'link', if_up: 'false', if_down: 'false' }, false],
  ['the end of IPv6 advertisements', { reason: 'STOP6', protocol: 'dhcp6', if_up: 'false', if_down: 'true' }, false]
]
for (const [what, env, gone] of ends) {
  t.test(`${what} ${gone ? 'removes' : 'keeps'} the lease of that interface, and no other's`, async (t) => {
    const dir = t.testdir()
    run(dir, lease)
    run(dir, { ...lease, interface: 'eth1' })
    writeFileSync(`${dir}/leases/other.yml`, '')
    const left = run(dir, { interface: 'eth0', ...env })
    t.same(left, [
      ...(gone ? [] : ['eth0.yml']),
      'eth1.yml',
      'other.yml',
      ...(gone ? [] : ['eth0.lease']),
      'eth1.lease'
    ])
  })
}
