import t from 'tap'
import { knowsMarks, linuxNetwork, parseLook } from '../../../src/host/linux/ip.ts'

const LINKS = [
  {
    ifindex: 1,
    ifname: 'lo',
    flags: ['LOOPBACK', 'UP', 'LOWER_UP'],
    mtu: 65536,
    address: '00:00:00:00:00:00',
    addr_info: []
  },
  {},
  {
    ifindex: 3,
    ifname: 'eth0',
    flags: ['BROADCAST', 'UP'],
    mtu: 1500,
    address: '52:54:00:12:34:56',
    ifalias: 'uplink',
    linkinfo: { info_kind: 'veth' },
    addr_info: [
      { family: 'inet', local: '10.0.0.2', prefixlen: 24, scope: '0', protocol: '0x52' },
      { family: 'inet', local: '10.0.0.3', prefixlen: 24, scope: '0', dynamic: true },
      { family: 'inet6', local: 'fe80::1', prefixlen: 64, scope: '253', protocol: '0x3' }
    ]
  }
]
const ROUTES = [
  { type: '1', dst: 'default', gateway: '10.0.0.1', dev: 'eth0', table: '254', protocol: '82', scope: '0', flags: [] },
  {
    type: '1',
    dst: 'default',
    gateway: 'fd00:0::1',
    dev: 'eth0',
    table: '254',
    protocol: '9',
    metric: 1024,
    flags: ['onlink'],
    pref: 'medium'
  },
  {
    type: '1',
    dst: '10.9.9.9',
    via: { family: 'inet6', host: 'fd00::9' },
    dev: 'eth0',
    table: '100',
    protocol: '16',
    metric: 7,
    flags: []
  },
  { type: '1', dst: '10.8.0.0/16', table: '254', protocol: '3', nexthops: [{}, {}] },
  { type: '6', dst: '10.7.0.0/16', table: '254', protocol: '4' },
  { type: '2', dst: '10.0.0.2', dev: 'eth0', table: '255', protocol: '2' }
]
const TEXT = `${JSON.stringify(LINKS)}\n${JSON.stringify(ROUTES)}\n`

t.test('what `ip` says is taken in canonical words', async (t) => {
  const { links, addresses, routes } = parseLook(TEXT)
  const bare = { txqueuelen: 0, on: '', master: '', options: {}, port: null }
  t.same(links, [
    {
      ...bare,
      index: 1,
      name: 'lo',
      mac: '00:00:00:00:00:00',
      mtu: 65536,
      up: true,
      carrier: true,
      kind: '',
      alias: ''
    },
    {
      ...bare,
      index: 3,
      name: 'eth0',
      mac: '52:54:00:12:34:56',
      mtu: 1500,
      up: true,
      carrier: false,
      kind: 'veth',
      alias: 'uplink'
    }
  ])
  t.same(
    addresses.map(({ dev, cidr, family, protocol, dynamic, scope }) =>
      [dev, cidr, family, protocol, dynamic, scope].join(' ')
    ),
    ['eth0 10.0.0.2/24 4 82 false global', 'eth0 10.0.0.3/24 4  true global', 'eth0 fe80::1/64 6 3 false link']
  )
  t.same(
    routes.map((route) =>
      [route.family, route.to, route.via, route.dev, route.metric, route.table, route.onlink, route.protocol].join(' ')
    ),
    [
      '4 default 10.0.0.1 eth0  254 false 82',
      '6 ::/0 fd00::1 eth0  254 true ra',
      '4 10.9.9.9/32 fd00::9 eth0 7 100 false dhcp',
      '4 10.8.0.0/16    254 false boot',
      '4 10.7.0.0/16    254 false static'
    ]
  )
})

t.test('an empty machine is no error', async (t) => {
  t.same(parseLook(''), { links: [], addresses: [], routes: [] })
})

/** `ip` as a script: each answer in turn. */
function scripted(
  ...answers: readonly { readonly stdout?: string; readonly stderr?: string; readonly code?: number }[]
) {
  const asked: string[] = []
  const network = linuxNetwork(async (argv) => {
    const answer = answers[asked.push(argv.join(' ')) - 1]
    if (answer === undefined) throw new Error(`not scripted: ${argv.join(' ')}`)
    return { code: 0, stdout: '', stderr: '', ...answer }
  })
  return { network, asked }
}

t.test('those who look in one turn share a process; a later one gets a new one', async (t) => {
  const { network, asked } = scripted({ stdout: TEXT }, {}, { stdout: '' })
  const looks = await Promise.all([network.look(), network.look(), network.look()])
  t.equal(looks[0], looks[2])
  t.same(asked, ['ip -N -json -details -batch -'])
  await network.change(['link', 'set', 'dev', 'eth0', 'up'])
  t.same((await network.look()).links, [])
  t.equal(asked.length, 3)
})

t.test('a look does not join one that has begun', async (t) => {
  const { network, asked } = scripted({ stdout: TEXT }, { stdout: '' })
  const first = network.look()
  while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve))
  t.same((await network.look()).links, [])
  t.equal((await first).links.length, 2)
})

t.test('a dump the kernel interrupted is asked for again', async (t) => {
  const { network, asked } = scripted({ stderr: 'Dump was interrupted and may be inconsistent.\n' }, { stdout: TEXT })
  t.equal((await network.look()).links.length, 2)
  t.equal(asked.length, 2)
})

t.test('a failed look is an error of everyone who asked, and of nobody after', async (t) => {
  const { network } = scripted({ stdout: '{' }, { stdout: '' })
  const [one, two] = await Promise.allSettled([network.look(), network.look()])
  t.same([one.status, two.status], ['rejected', 'rejected'])
  t.same((await network.look()).links, [])
})

t.test('a refused change says what was asked and what the kernel said', async (t) => {
  const { network } = scripted({ code: 2, stderr: 'RTNETLINK answers: No such process\n' }, { code: 1 })
  await t.rejects(network.change(['route', 'delete', 'default']), {
    message: 'ip route delete default: No such process'
  })
  await t.rejects(network.change(['link']), { message: 'ip link: exit code 1' })
})

t.test('marks of addresses came with iproute2 6.4', async (t) => {
  const cases = [
    ['ip utility, iproute2-6.15.0, libbpf 1.5.0', true],
    ['ip utility, iproute2-6.4.0', true],
    ['ip utility, iproute2-6.1.0, libbpf 1.1.2', false],
    ['ip utility, iproute2-7.0.0', true],
    ['ip utility, iproute2-5.15.0', false],
    ['BusyBox v1.35.0 multi-call binary.', false]
  ] as const
  for (const [version, known] of cases) t.equal(knowsMarks(version), known, version)
  const { network, asked } = scripted({ stdout: 'ip utility, iproute2-6.15.0\n' })
  t.equal(await network.marksAddresses(), true)
  t.equal(await network.marksAddresses(), true)
  t.same(asked, ['ip -V'])
})

t.test('words that `ip` has for some values alone are read as the others are', async (t) => {
  const of = (kind: string, data: object) => {
    const link = { ifindex: 4, ifname: 'x', flags: [], mtu: 1500, linkinfo: { info_kind: kind, info_data: data } }
    return parseLook(`${JSON.stringify([link])}\n[]`).links[0]?.options
  }
  t.same(of('vxlan', { id: 7, group: '239.7.7.7' }), { id: '7', remote: '239.7.7.7' })
  t.same(of('vxlan', { id: 7, group6: 'ff05::7' }), { id: '7', remote: 'ff05::7' })
  t.same(of('bond', { arp_validate: null }), { arp_validate: 'none' })
})
