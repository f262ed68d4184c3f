import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { networkLooker, NOTHING, readingOf } from '../../../src/host/linux/network-look.ts'
import { attributesOf, messagesOf } from '../../../src/host/linux/netlink.ts'
import type { NetworkLook } from '../../../src/host/ports.ts'

const skip = process.getuid?.() === 0 ? false : 'namespaces of the network need root'

/** What both find in a namespace in which these `ip` commands were given. */
function looks(...commands: readonly string[]) {
  const program = join(import.meta.dirname, 'support/look-both.ts')
  const text = execFileSync('unshare', ['--net', process.execPath, program, ...commands], { encoding: 'utf8' })
  return JSON.parse(text) as { readonly marks: boolean; readonly kernel: NetworkLook; readonly ip: NetworkLook } // printed by our own program
}

t.test('the kernel’s messages say what ip says', { skip }, async (t) => {
  const { marks, kernel, ip } = looks(
    'link set lo up',
    'link add v0 mtu 1400 type veth peer name v1',
    'link set v0 address 02:00:00:00:00:01 alias uplink up',
    'link set v1 up',
    'link add b0 type bridge',
    'link add quiet type bridge',
    'address add 10.1.2.3/24 dev v0 broadcast +',
    'address add 10.1.2.4/24 dev v0 valid_lft 600 preferred_lft 600',
    'address add 10.9.0.1 peer 10.9.0.2/32 dev b0',
    'address add fd00:1::3/64 dev v0 nodad',
    'link set b0 up',
    'route add default via 10.1.2.1 metric 7 proto 82',
    'route add 10.7.0.0/16 via 10.5.5.5 dev v0 onlink table 100',
    'route add blackhole 10.8.0.0/16',
    'route add 10.6.0.0/16 nexthop via 10.1.2.1 dev v0 weight 3 nexthop dev b0',
    'route add 10.61.0.0/16 nexthop via 10.77.0.1 dev v0 onlink nexthop via 10.1.2.9 dev v0',
    'route add unreachable fd00:8::/48',
    'route add prohibit 10.81.0.0/16 table 7 metric 3',
    'route add 10.82.0.0/16 via 10.1.2.1 src 10.1.2.4 mtu 1300',
    'route add 10.83.0.0/16 dev v0 scope global',
    'address add fd00:5::1 peer fd00:5::2/64 dev v0 nodad valid_lft 7200 preferred_lft 0',
    'route add fd00:7::/48 mtu 1280 nexthop via fd00:5::7 dev v0 weight 2 nexthop via fd00:5::8 dev v0',
    'route add 10.4.0.0/16 via inet6 fd00:1::9 dev v0',
    'route add ::/0 via fd00:1::1 dev v0',
    'route add fd00:2::/48 via fd00:1::1 dev v0 metric 5'
  )
  const marked = (look: NetworkLook) =>
    look.addresses.map((address) => (marks ? address : { ...address, protocol: '' }))
  t.same(kernel.links, ip.links)
  t.same(marked(kernel), marked(ip))
  t.same(kernel.routes, ip.routes)

  const v0 = kernel.links.find(({ name }) => name === 'v0')
  t.match(v0, { mac: '02:00:00:00:00:01', mtu: 1400, up: true, carrier: true, kind: 'veth', alias: 'uplink' })
  t.match(
    kernel.links.find(({ name }) => name === 'quiet'),
    { up: false, carrier: false, kind: 'bridge', alias: '' }
  )
  t.match(kernel.addresses.filter(({ dev }) => dev === 'v0').slice(0, 2), [
    { cidr: '10.1.2.3/24', family: 4, dynamic: false, scope: 'global', peer: null, valid: null, dad: true },
    { cidr: '10.1.2.4/24', family: 4, dynamic: true, scope: 'global' }
  ])
  t.match(kernel.routes.filter(({ to, table }) => table === 254 && to === 'default')[0], {
    family: 4,
    via: '10.1.2.1',
    dev: 'v0',
    metric: 7,
    onlink: false,
    protocol: '82'
  })
  t.match(
    kernel.addresses.find(({ cidr }) => cidr === 'fd00:5::1/64'),
    { peer: 'fd00:5::2', preferred: 0, dad: false, state: 'usable' }
  )
  t.match(
    kernel.addresses.find(({ cidr }) => cidr === '10.9.0.1/32'),
    { peer: '10.9.0.2' }
  )
  const route = (to: string) => kernel.routes.find((one) => one.to === to)
  t.match(route('10.82.0.0/16'), { via: '10.1.2.1', source: '10.1.2.4', mtu: 1300, scope: 'global', type: 'unicast' })
  t.match(route('10.83.0.0/16'), { via: null, scope: 'global', mtu: null, source: null })
  t.match(route('10.81.0.0/16'), { type: 'prohibit', dev: '', table: 7, metric: 3 })
  t.match(route('fd00:8::/48'), { type: 'unreachable', dev: '', scope: null })
  t.same(route('10.6.0.0/16')?.nexthops, [
    { via: '10.1.2.1', dev: 'v0', weight: 3, onlink: false },
    { via: null, dev: 'b0', weight: 1, onlink: false }
  ])
  t.match(route('10.61.0.0/16')?.nexthops[0], { via: '10.77.0.1', onlink: true })
  t.match(route('fd00:7::/48'), {
    mtu: 1280,
    nexthops: [
      { via: 'fd00:5::7', weight: 2 },
      { via: 'fd00:5::8', weight: 1 }
    ]
  })
  t.match(kernel.routes.filter(({ table }) => table === 100)[0], { to: '10.7.0.0/16', via: '10.5.5.5', onlink: true })
})

t.test('more links than one answer of the kernel holds are all told', { skip }, async (t) => {
  const { kernel, ip } = looks(...Array.from({ length: 120 }, (_, i) => `link add b${i} type bridge`))
  t.equal(kernel.links.length, 121)
  t.same(kernel.links, ip.links)
})

t.test('looking leaves no descriptor open', { skip }, async (t) => {
  const look = networkLooker()
  look()
  const before = readdirSync('/proc/self/fd').length
  for (let i = 0; i < 20; i++) look()
  t.equal(readdirSync('/proc/self/fd').length, before)
})

/** One message: length, type, flags, number, sender, body. */
function message(type: number, flags: number, body: readonly number[]): Buffer {
  const bytes = Buffer.alloc(16 + body.length)
  bytes.writeUInt32LE(bytes.length, 0)
  bytes.writeUInt16LE(type, 4)
  bytes.writeUInt16LE(flags, 6)
  Buffer.from(body).copy(bytes, 16)
  return bytes
}

/** An attribute, padded. */
const attribute = (number: number, bytes: readonly number[]) => [
  4 + bytes.length,
  0,
  number,
  0,
  ...bytes,
  ...Array.from({ length: -bytes.length & 3 }, () => 0)
]
const linkNamed = (index: number, name: string) => {
  const fixed = [0, 0, 1, 0, index, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
  return { type: 16, body: Buffer.from([...fixed, ...attribute(3, [...Buffer.from(name), 0])]) }
}
const addressOn = (index: number, last: number) => ({
  type: 20,
  body: Buffer.from([2, 24, 128, 0, index, 0, 0, 0, ...attribute(1, [10, 0, 0, last])])
})

t.test('what is told in the same words is the same thing, what changed is read anew', async (t) => {
  const first = readingOf([linkNamed(1, 'lo'), linkNamed(2, 'a'), addressOn(2, 1), addressOn(2, 2)], NOTHING)
  t.same(
    first.look.addresses.map(({ dev, cidr }) => `${dev} ${cidr}`),
    ['a 10.0.0.1/24', 'a 10.0.0.2/24']
  )
  const second = readingOf([linkNamed(1, 'lo'), linkNamed(2, 'a'), addressOn(2, 1), addressOn(2, 3)], first)
  t.equal(second.look.links[1], first.look.links[1])
  t.equal(second.look.addresses[0], first.look.addresses[0])
  t.same(
    second.look.addresses.map(({ cidr }) => cidr),
    ['10.0.0.1/24', '10.0.0.3/24']
  )
  t.equal(second.addresses.length, 2, 'nothing gone is remembered')
  const numbers = (look: NetworkLook) => look.addresses.map(({ cidr }) => Number(/\.(\d+)\//.exec(cidr)?.[1]))
  for (const [what, before, after, kept] of [
    ['one came', [1, 2, 3], [1, 4, 2, 3], [1, 2, 3]],
    ['one went', [1, 2, 3, 4], [1, 3, 4], [1, 3, 4]],
    ['the first changed', [1, 2, 3], [9, 2, 3], [2, 3]],
    ['the last went', [1, 2, 3], [1, 2], [1, 2]],
    ['all are others', [1, 2], [3, 4], []],
    ['there were none', [], [1], []],
    ['two in a row changed', [1, 2, 3, 4], [8, 9, 3, 4], [3, 4]]
  ] as const) {
    const link = linkNamed(2, 'a')
    const then = readingOf([link, ...before.map((last) => addressOn(2, last))], NOTHING)
    const now = readingOf([link, ...after.map((last) => addressOn(2, last))], then)
    t.same(numbers(now.look), after, what)
    const same = now.look.addresses.filter((address) => then.look.addresses.includes(address))
    t.same(numbers({ ...now.look, addresses: same }), kept, `${what}: these are not read again`)
  }
})

t.test('a link that was renamed has its addresses under its new name', async (t) => {
  const first = readingOf([linkNamed(2, 'a'), addressOn(2, 1)], NOTHING)
  const second = readingOf([linkNamed(2, 'b'), addressOn(2, 1)], first)
  t.same(
    second.look.addresses.map(({ dev }) => dev),
    ['b']
  )
})

t.test('a datagram is taken apart up to its end', async (t) => {
  const { messages, done } = messagesOf(Buffer.concat([message(16, 2, [1, 2, 3, 4]), message(3, 2, [0, 0, 0, 0])]))
  t.same(
    messages.map(({ type, body }) => [type, [...body]]),
    [[16, [1, 2, 3, 4]]]
  )
  t.equal(done, true)
  t.equal(messagesOf(message(16, 2, [])).done, false)
})

t.test('what is not whole is refused', async (t) => {
  t.equal(messagesOf(message(16, 0x10, [])).whole, false, 'it changed while it was told')
  t.equal(messagesOf(message(16, 2, [])).whole, true)
  t.throws(() => messagesOf(message(2, 0, [0xff, 0xff, 0xff, 0xff])), /errno 1$/)
  t.throws(() => messagesOf(message(16, 2, [1, 2, 3, 4]).subarray(0, 18)), /ends too early/)
})

t.test('attributes that nobody asked for are passed over, a broken one ends the list', async (t) => {
  const bytes = Buffer.from([0, 0, 5, 0, 3, 0, 65, 0, 0, 0, 8, 0, 4, 0x80, 1, 2, 3, 4, 2, 0, 9, 0])
  t.same([...attributesOf(bytes, 2, new Set([4, 9]))], [[4, Buffer.from([1, 2, 3, 4])]])
  t.same([...attributesOf(bytes, 2, new Set([3]))], [[3, Buffer.from([65])]])
})
