import t from 'tap'
import type { NetworkInterface } from '../../src/document/types.gen.ts'
import { address } from '../../src/kinds/address.ts'
import { link } from '../../src/kinds/link.ts'
import { route } from '../../src/kinds/route.ts'
import { conform } from '../support/conform.ts'
import { desiredOf } from '../support/desired.ts'
import { imageRoot } from '../support/dhcp-machine.ts'
import { cabledMachine, type NetworkMachine, networkMachine, whyNoNamespace } from '../support/network-machine.ts'

const skip = (await whyNoNamespace()) ?? false

function lines(...all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('')
}

/** `link address protocol` of each address but the loopback's. */
async function addressesOf(net: NetworkMachine): Promise<readonly string[]> {
  const { addresses } = await net.state()
  return addresses.flatMap(({ dev, cidr, protocol }) => (dev === 'lo' ? [] : [`${dev} ${cidr} ${protocol}`.trim()]))
}

/** Passes until nothing is left to do; at most `limit`. Returns how many did something. */
async function settle(
  net: NetworkMachine,
  interfaces: Readonly<Record<string, NetworkInterface>>,
  limit = 3
): Promise<number> {
  for (let done = 0; done <= limit; done += 1) if ((await net.pass(interfaces)) === '') return done
  throw new Error(`after ${limit} passes there is still something to do: ${await net.pass(interfaces)}`)
}

const whole: Readonly<Record<string, NetworkInterface>> = {
  'eth*': { mtu: 1400 },
  eth0: {
    address: '10.0.0.2/24',
    addresses: ['10.0.0.3/24', 'FD00:0::2/64'],
    gateway: '10.0.0.1',
    gateway_ipv6: 'fd00::1',
    mtu: 1450,
    routes: [
      { to: '10.8.1.1/13', via: '10.0.0.9' },
      { to: '10.99.0.0/16', metric: 77, table: '100' },
      { to: '192.0.2.1', via: '198.51.100.1', onlink: true }
    ]
  }
}

t.test('a network is applied once, stays, and leaves no trace', { skip }, async (t) => {
  const net = await cabledMachine(t)
  await net.ip('link set eth0 up')
  await net.ip('link set eth1 up')
  const before = await net.state()
  t.equal(
    await net.pass(whole),
    lines(
      '~ link eth0: mtu 1500 -> 1450',
      '~ link eth1: mtu 1500 -> 1400',
      '+ address eth0:10.0.0.2/24: not there',
      '+ address eth0:10.0.0.3/24: not there',
      '+ address eth0:fd00::2/64: not there',
      '+ route 100/10.99.0.0/16@77: not there',
      '+ route main/192.0.2.1/32: not there',
      '+ route main/10.8.0.0/13: not there',
      '+ route main/::/0: not there',
      '+ route main/default: not there'
    )
  )
  t.equal(await net.pass(whole), '', 'a second pass plans nothing')
  net.starts()
  t.equal(await net.pass(whole), '')
  t.equal(net.starts(), 2, 'one process told the facts, one told all three kinds')
  const { routes } = await net.state()
  const ours = routes.filter(({ protocol }) => protocol === '82')
  t.same(
    ours
      .map(({ to, via, dev, metric, table, onlink }) => `${to} ${via} ${dev} ${metric} ${table} ${onlink}`)
      .toSorted(),
    [
      '10.8.0.0/13 10.0.0.9 eth0 null 254 false',
      '10.99.0.0/16 null eth0 77 100 false',
      '192.0.2.1/32 198.51.100.1 eth0 null 254 true',
      '::/0 fd00::1 eth0 null 254 false',
      'default 10.0.0.1 eth0 null 254 false'
    ]
  )
  t.equal(await settle(net, {}), 1)
  t.same(await net.state(), before)
})

t.test('a changed MTU is one change of the link itself', { skip }, async (t) => {
  const net = await cabledMachine(t)
  await settle(net, whole)
  const before = await net.state()
  net.changes()
  const eth0 = { ...whole['eth0'], mtu: 1470 }
  t.equal(await net.pass({ ...whole, eth0 }), lines('~ link eth0: mtu 1450 -> 1470'))
  t.same(net.changes(), ['link set dev eth0 mtu 1470'])
  const links = before.links.map((link) => (link.name === 'eth0' ? { ...link, mtu: 1470 } : link))
  t.same(await net.state(), { ...before, links }, 'index, addresses and routes are the same')
  const { mtu: _mtu, ...without } = eth0
  t.equal(
    await net.pass({ ...whole, eth0: without }),
    lines('~ link eth0: mtu 1470 -> 1500'),
    'what stood before comes back'
  )
})

t.test('the loopback is up, whatever the document says', { skip }, async (t) => {
  const net = await networkMachine()
  t.teardown(() => net.stop())
  t.equal(await net.pass({}), lines('~ link lo: down -> up'))
  t.equal(await net.pass({ '*': { dhcp: true } }), '')
  const { addresses } = await net.state()
  t.same(
    addresses.map(({ cidr }) => cidr),
    ['127.0.0.1/8', '::1/128']
  )
})

t.test('drift is repaired', { skip }, async (t) => {
  const net = await cabledMachine(t)
  await settle(net, whole)
  const wanted = await net.state()
  const cases = [
    ['address del 10.0.0.3/24 dev eth0', lines('+ address eth0:10.0.0.3/24: not there')],
    ['address del fd00::2/64 dev eth0', lines('+ address eth0:fd00::2/64: not there')],
    ['address add 10.0.0.66/24 dev eth0', lines('~ address eth0:only: removes 10.0.0.66/24: not in the document')],
    [
      'address change 10.0.0.3/24 dev eth0 valid_lft 60 preferred_lft 60',
      lines('~ address eth0:10.0.0.3/24: leased -> static')
    ],
    ['route del default', lines('+ route main/default: not there')],
    [
      'route change default via 10.0.0.7',
      lines('~ route main/default: via 10.0.0.7 dev eth0 -> via 10.0.0.1 dev eth0')
    ],
    ['-6 route replace default via fd00::7', lines('~ route main/::/0: via fd00::7 dev eth0 -> via fd00::1 dev eth0')],
    ['route add 10.77.0.0/16 via 10.0.0.1 proto 82', lines('- route main/10.77.0.0/16: no longer wanted')],
    ['link set eth1 mtu 1300', lines('~ link eth1: mtu 1300 -> 1400')]
  ] as const
  for (const [drift, repair] of cases) {
    await net.ip(drift)
    t.equal(await net.pass(whole), repair, drift)
    t.equal(await net.pass(whole), '', 'once')
    t.same(await net.state(), wanted)
  }
  for (const drift of ['link set eth0 down', 'address flush dev eth0']) {
    await net.ip(drift)
    t.ok(
      (await settle(net, whole)) <= 2,
      `${drift} costs two passes at most: the kernel drops routes with what they hang on`
    )
    t.same(await net.state(), wanted)
  }
})

t.test('what others made is left alone', { skip }, async (t) => {
  const net = await cabledMachine(t)
  await net.ip('link set eth0 up')
  const foreign = [
    'address add 10.5.0.2/24 dev eth0',
    'address add 10.5.0.3/24 dev eth0 valid_lft 600 preferred_lft 600',
    'route add 10.6.0.0/16 via 10.5.0.1 proto dhcp',
    'route add 10.7.0.0/16 via 10.5.0.1',
    'route add default via 10.5.0.1 metric 1002 proto dhcp'
  ]
  for (const words of foreign) await net.ip(words)
  const before = await net.state()
  const eth0 = { dhcp: true, address: '10.0.0.2/24', routes: [{ to: '10.7.0.0/16', via: '10.5.0.1' }] }
  t.equal(
    await net.pass({ eth0 }),
    lines('+ address eth0:10.0.0.2/24: not there'),
    'beside DHCP, and an equal route is adopted'
  )
  t.equal(await net.pass({ eth0 }), '')
  t.equal(await settle(net, { eth0: { dhcp: true } }), 1)
  t.same(await net.state(), before, 'the adopted route is not taken along')
})

t.test('addresses a static link had are given back when it is no longer static', { skip }, async (t) => {
  const net = await cabledMachine(t)
  await net.ip('link set eth0 up')
  for (const cidr of ['10.5.0.2/24', '10.0.0.2/24']) await net.ip(`address add ${cidr} broadcast + dev eth0`)
  const before = await net.state()
  const eth0 = { address: '10.0.0.2/24' }
  t.equal(await net.pass({ eth0 }), lines('~ address eth0:only: removes 10.5.0.2/24: not in the document'))
  t.equal(await net.pass({ eth0 }), '')
  t.equal(await net.pass({ eth0: {} }), lines('- address eth0:only: no longer wanted: gives back 10.5.0.2/24'))
  t.equal(await net.pass({ eth0: {} }), '')
  const unmarked = (found: typeof before) => ({
    ...found,
    addresses: found.addresses.map((address) => ({ ...address, protocol: '' }))
  })
  t.same(unmarked(await net.state()), unmarked(before))
})

t.test('one address gives way to another and the routes follow', { skip }, async (t) => {
  const net = await cabledMachine(t)
  const at = (address: string, gateway: string) => ({
    eth0: { address, gateway, routes: [{ to: '10.8.0.0/16', via: gateway }] }
  })
  await settle(net, at('10.0.0.2/24', '10.0.0.1'))
  t.ok((await settle(net, at('10.1.0.2/24', '10.1.0.1'))) <= 2)
  const { routes } = await net.state()
  t.same(await addressesOf(net), ['eth0 10.1.0.2/24'])
  t.same(routes.map(({ to, via }) => `${to} ${via}`).toSorted(), [
    '10.1.0.0/24 null',
    '10.8.0.0/16 10.1.0.1',
    'default 10.1.0.1'
  ])
})

t.test('taking one of several addresses does not touch the others', { skip }, async (t) => {
  const net = await cabledMachine(t)
  const gateway = '10.0.0.1'
  await settle(net, { eth0: { addresses: ['10.0.0.2/24', '10.0.0.3/24', '10.0.0.4/24'], gateway } })
  net.changes()
  t.equal(await settle(net, { eth0: { addresses: ['10.0.0.3/24', '10.0.0.4/24'], gateway } }), 1)
  t.same(net.changes(), ['address delete 10.0.0.2/24 dev eth0'])
})

t.test('a route goes with its link, and so do two defaults with their metrics', { skip }, async (t) => {
  const net = await cabledMachine(t)
  const both = (metric: number) => ({
    eth0: { address: '10.0.0.2/24', gateway: '10.0.0.1' },
    eth1: { address: '10.1.0.2/24', gateway: '10.1.0.1', metric }
  })
  await settle(net, both(50))
  t.equal(
    await net.pass(both(60)),
    lines('+ route main/default@60: not there', '- route main/default@50: no longer wanted'),
    'the new one is there before the old one goes'
  )
  t.equal(await net.pass(both(60)), '')
  const { routes } = await net.state()
  t.same(
    routes
      .filter(({ to }) => to === 'default')
      .map(({ dev, metric }) => `${dev} ${metric}`)
      .toSorted(),
    ['eth0 null', 'eth1 60']
  )
})

t.test('a link that is not there holds up what hangs on it, and nothing else', { skip }, async (t) => {
  const net = await cabledMachine(t)
  const eth7 = { address: '10.7.0.2/24', gateway: '10.7.0.1', mtu: 1400 }
  const both = { eth0: { address: '10.0.0.2/24' }, eth7 }
  t.equal(await net.pass(both), lines('~ link eth0: down -> up', '+ address eth0:10.0.0.2/24: not there'))
  t.same(net.waiting(), [
    'address/eth7:10.7.0.2/24: waits for link/eth7: there is no link named eth7',
    'route/main/default: waits for link/eth7: there is no link named eth7'
  ])
  await net.ip('link add name eth7 type veth peer name p7')
  await net.ip('link set p7 up')
  t.equal(
    await net.pass(both),
    lines(
      '~ link eth7: mtu 1500 -> 1400, down -> up',
      '+ address eth7:10.7.0.2/24: not there',
      '+ route main/default: not there'
    )
  )
  t.equal(await net.pass(both), '')
  t.same(net.waiting(), [])
})

t.test('our routes are known without the ledger', { skip }, async (t) => {
  const net = await cabledMachine(t)
  const eth0 = { address: '10.0.0.2/24', gateway: '10.0.0.1' }
  await settle(net, { eth0 })
  await net.forget()
  t.equal(await net.pass({ eth0 }), '')
  await net.forget()
  t.equal(await net.pass({}), lines('- route main/default: no longer wanted'))
})

t.test('the kernel’s refusal is told with the thing it refused', { skip }, async (t) => {
  const net = await cabledMachine(t)
  const refused = (eth0: NetworkInterface) => net.pass({ eth0 })
  await t.rejects(refused({ mtu: 65_000_000 }), {
    code: 'ROS_LINK',
    message: /^link eth0: ip link set dev eth0 mtu 65000000/
  })
  await net.ip('link set eth0 up')
  await t.rejects(refused({ address: '10.0.0.300/24' }), {
    code: 'ROS_ADDRESS',
    message: /10\.0\.0\.300\/24 could not be given to eth0: .*any valid prefix/
  })
  await t.rejects(refused({ gateway: '10.0.0.1' }), {
    code: 'ROS_ROUTE',
    message: /no address of eth0 reaches the gateway/
  })
})

t.test('each kind does what every kind must', { skip }, async (t) => {
  const net = await cabledMachine(t)
  await net.ip('link set eth0 up')
  await net.ip('link set eth1 up')
  const desired = desiredOf({ rancher: { network: { interfaces: whole } } }, ['eth0', 'eth1'])
  const { host } = net
  await conform(t, { kind: link, host, desired, snapshot: () => net.state() })
  await net.ip('address add 10.5.0.2/24 broadcast + dev eth0')
  const unmarked = async () => (await addressesOf(net)).map((line) => line.replace(/ 82$/, ''))
  await conform(t, { kind: address, host, desired, snapshot: unmarked })
  await settle(net, { eth0: { addresses: ['10.0.0.2/24', 'fd00::2/64'] } })
  await conform(t, { kind: route, host, desired, snapshot: () => net.state() })
})

const root = imageRoot()
const marking = { skip: skip || (root === null ? 'no image has been built: `npm run image` makes one' : false) }

t.test('with an `ip` that knows how, addresses carry our mark', marking, async (t) => {
  const net = await cabledMachine(t, ['chroot', root ?? '', 'ip'])
  await settle(net, whole)
  t.same(await addressesOf(net), ['eth0 10.0.0.2/24 82', 'eth0 10.0.0.3/24 82', 'eth0 fd00::2/64 82'])
  await net.forget()
  t.equal(await net.pass(whole), '')
  t.match(
    await net.pass({}),
    /^- address eth0:10.0.0.2\/24: no longer wanted$/m,
    'and are known by it when the ledger is lost'
  )
  t.equal(await net.pass({}), '')
  t.same(await addressesOf(net), [])
})
