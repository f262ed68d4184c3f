// The firewall on a real kernel, with real packets.
import t, { type Test } from 'tap'
import type { Firewall } from '../../src/document/types.gen.ts'
import { firewallMachine, shared, whyNoFirewall } from '../support/firewall-machine.ts'

const skip = (await whyNoFirewall()) ?? false

t.setTimeout(120_000)
const made = skip === false ? await firewallMachine(t.testdir()) : null
t.teardown(() => made?.stop())

const machine = (t: Test) => shared(t, made)

/** As Docker 26 makes them for `-p 8080:80` of one container on its bridge, and nothing else let through. */
const DOCKER = [
  'iptables -P FORWARD DROP',
  'iptables -N DOCKER',
  'iptables -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  'iptables -A FORWARD -o docker0 -j DOCKER',
  'iptables -A FORWARD -i docker0 ! -o docker0 -j ACCEPT',
  'iptables -A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp --dport 80 -j ACCEPT',
  'iptables -t nat -N DOCKER',
  'iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER',
  'iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
  'iptables -t nat -A DOCKER ! -i docker0 -p tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80'
].join(' && ')

t.test('packets: policies, rules and sets', { skip }, async (t) => {
  const net = machine(t)
  const router = () => Promise.all([net.fetch('client', '10.0.1.1'), net.ping('client', 'fd00:1::1')])
  t.same(await router(), ['router', true], 'without a firewall')
  const cases: readonly (readonly [string, Firewall, readonly unknown[]])[] = [
    ['a policy of drop', { input: { policy: 'drop' } }, ['', false]],
    [
      'a port and a protocol',
      { input: { policy: 'reject', rules: [{ action: 'accept', protocol: 'tcp', port: ['80'] }] } },
      ['router', false]
    ],
    [
      'a network of the other family',
      { input: { policy: 'reject', rules: [{ action: 'accept', from: ['fd00:1::/64'] }] } },
      ['', true]
    ],
    [
      'a set of both families, and one of ports',
      {
        sets: { office: ['10.0.1.0/24', 'fd00:1::2'], web: ['80', '8000-8100'] },
        input: { policy: 'reject', rules: [{ action: 'accept', from: ['@office'], port: ['@web'] }] }
      },
      ['router', false]
    ],
    [
      'the first rule that fits decides',
      {
        input: {
          rules: [
            { action: 'reject', in: ['lan*'], protocol: 'tcp' },
            { action: 'accept', in: ['lan0'], protocol: 'tcp' }
          ]
        }
      },
      ['', true]
    ]
  ]
  for (const [what, wanted, answer] of cases) {
    await net.pass(wanted)
    t.same(await router(), answer, what)
    t.equal(await net.pass(wanted), '', `${what}: once`)
  }
  t.equal(await net.fetch('router', '10.0.2.2'), 'server', 'answers to what the machine asks come in')
  await net.inside('router', 'ip -6 neigh flush all')
  await net.pass({ input: { policy: 'drop', rules: [{ action: 'accept', protocol: 'icmpv6' }] } })
  t.same(await router(), ['', true], 'neighbours are still found')
  await net.pass({ input: { policy: 'drop' } })
  await net.inside('client', 'ip -6 neigh flush all')
  await net.ping('client', 'fd00:1::1')
  t.match((await net.inside('client', 'ip -6 neigh show fd00:1::1')).stdout, /REACHABLE/, 'and find this machine')
})

t.test('packets: what passes through', { skip }, async (t) => {
  const net = machine(t)
  const through = () => Promise.all([net.fetch('client', '10.0.2.2'), net.fetch('server', '10.0.1.2')])
  t.same(await through(), ['server', 'client'])
  await net.pass({ forward: { policy: 'reject', rules: [{ action: 'accept', in: ['lan0'], out: ['wan0'] }] } })
  t.same(await through(), ['server', ''], 'one way')
  const masquerade = [{ out: ['wan0'], from: ['10.0.1.0/24'] }]
  await net.inside('server', 'ip route del default')
  t.teardown(() => net.inside('server', 'ip route add default via 10.0.2.1'))
  t.equal(await net.fetch('client', '10.0.2.2'), '', 'the server does not know the way back')
  await net.pass({ masquerade })
  t.equal(await net.fetch('client', '10.0.2.2'), 'server', 'it needs none to an address of the router')
  const forwards: Firewall = {
    masquerade,
    forward: { policy: 'reject' },
    port_forwards: [
      { in: ['lan0'], protocol: 'tcp', port: ['8000-8100'], to: '10.0.2.2:80' },
      { in: ['wan0'], protocol: 'tcp', port: ['81'], to: '10.0.1.2:80' },
      { protocol: 'tcp', port: ['82'], to: '[fd00:2::2]:80' }
    ]
  }
  await net.pass(forwards)
  t.equal(await net.fetch('client', '10.0.1.1:8001'), 'server', 'a port leads on, whatever the policy')
  t.equal(await net.fetch('server', '10.0.2.1:81'), 'client')
  t.equal(await net.fetch('client', '10.0.1.1:81'), '', 'by its interface alone')
  t.equal(await net.fetch('client', '[fd00:1::1]:82'), 'server')
  t.equal(await net.fetch('client', '10.0.2.2'), '', 'nothing else does')
  t.equal(await net.pass(forwards), '')
  await net.pass({ ...forwards, forward: { policy: 'accept' } })
  t.equal(await net.fetch('client', '10.0.2.2:8001'), '', 'ports of others are theirs')
})

t.test('containers: published ports and what they ask are not cut off', { skip }, async (t) => {
  const net = machine(t)
  t.equal((await net.inside('router', DOCKER)).stderr, '')
  t.teardown(() => net.inside('router', 'nft flush ruleset'))
  const before = await net.others()
  const reach = () =>
    Promise.all([
      net.fetch('client', '10.0.1.1:8080'),
      net.fetch('container', '10.0.2.2'),
      net.fetch('client', '172.17.0.2'),
      net.fetch('container', '172.17.0.1')
    ])
  t.same(await reach(), ['container', 'server', 'container', 'router'], 'without a firewall')
  for (const [what, wanted, answer] of [
    ['input drop', { input: { policy: 'drop' } }, ['container', 'server', 'container', '']],
    ['forward drop', { forward: { policy: 'drop' } }, ['container', 'server', '', 'router']],
    ['without containers', { forward: { policy: 'drop', containers: false } }, ['', '', '', 'router']],
    [
      'a rule before them',
      { forward: { policy: 'drop', rules: [{ action: 'reject', in: ['lan0'], port: ['80'] }] } },
      ['', 'server', '', 'router']
    ],
    [
      'a port of its own before a published one',
      { port_forwards: [{ protocol: 'tcp', port: ['8080'], to: '10.0.2.2:80' }] },
      ['', 'server', 'container', 'router']
    ]
  ] as const) {
    await net.pass(wanted)
    t.same(await reach(), answer, what)
  }
  t.equal(await net.pass(undefined), '- firewall machine: no longer wanted\n')
  t.same(await reach(), ['container', 'server', 'container', 'router'], 'all of it is gone')
  t.equal(await net.others(), before, 'rules of others are the same, to their handles')
})

t.test('replaced as a whole: no packet is lost, no answer is cut off', { skip }, async (t) => {
  const net = machine(t)
  const wanted = (port: number): Firewall => ({
    input: {
      policy: 'drop',
      rules: [
        { action: 'accept', protocol: 'icmp' },
        { action: 'accept', port: [`${port}`] }
      ]
    },
    forward: { policy: 'drop', rules: [{ action: 'accept', in: ['lan0'], protocol: 'icmp' }] },
    masquerade: [{ out: ['wan0'] }]
  })
  await net.pass(wanted(1))
  const pings = ['10.0.1.1', '10.0.2.2'].map((to) => net.inside('client', `busybox ping -q -c 150 -i 0.01 ${to}`))
  let done = false
  const ended = Promise.all(pings).finally(() => (done = true))
  let replaced = 1
  while (!done) await net.pass(wanted((replaced += 1)))
  for (const { stdout } of await ended) t.match(stdout, /150 packets transmitted, 150 packets received, 0% packet loss/)
  t.ok(replaced > 3, `${replaced} tables`)
})
