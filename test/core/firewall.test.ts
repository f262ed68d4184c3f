import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import t from 'tap'
import { firewallText, forwardTarget, transaction } from '../../src/core/firewall.ts'
import { buildDocument } from '../../src/document/build.ts'
import type { Firewall } from '../../src/document/types.gen.ts'
import { layer } from '../document/support.ts'
import { whyNoFirewall } from '../support/firewall-machine.ts'

const skip = (await whyNoFirewall()) ?? false

t.test('a document becomes one table', async (t) => {
  const text = firewallText({
    sets: { office: ['203.0.113.0/24', '2001:db8::/48'], web: ['80', '443'] },
    input: { policy: 'drop', rules: [{ action: 'accept', from: ['@office'], protocol: 'tcp', port: ['22'] }] },
    forward: {
      policy: 'reject',
      rules: [
        {
          action: 'accept',
          in: ['lan*', 'lan0', 'eth1'],
          port: ['@web'],
          limit: '5/second',
          counter: true,
          log: 'web',
          comment: 'für alle'
        },
        { action: 'reject', to: ['10.0.0.0/8', '10.1.0.0/16', '192.168.0.1'], protocol: 'tcp', port: ['80', '70-90'] }
      ]
    },
    masquerade: [{ out: ['eth0'] }, { out: ['eth0'], from: ['fd00::/64'] }],
    port_forwards: [{ in: ['eth0'], protocol: 'tcp', port: ['80'], to: '[fd00::5]:8080' }]
  })
  t.equal(
    text,
    `table inet rosd {
	set office.v4 {
		type ipv4_addr
		flags interval
		elements = { 203.0.113.0/24 }
	}

	set office.v6 {
		type ipv6_addr
		flags interval
		elements = { 2001:db8::/48 }
	}

	set web.ports {
		type inet_service
		flags interval
		elements = { 80, 443 }
	}

	chain input {
		type filter hook input priority filter - 10; policy drop;
		iifname "lo" accept
		ct state established,related accept
		ip6 hoplimit 255 icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, nd-redirect } accept
		ip6 saddr { ::, fe80::/10 } icmpv6 type { mld-listener-query, mld-listener-report, mld-listener-done, mld2-listener-report } accept
		ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept
		meta nfproto ipv4 udp sport 67 udp dport 68 accept
		ip saddr @office.v4 tcp dport 22 accept
		ip6 saddr @office.v6 tcp dport 22 accept
	}

	chain forward {
		type filter hook forward priority filter - 10; policy drop;
		ct state established,related accept
		iifname { "eth1", "lan*" } meta l4proto { tcp, udp } th dport @web.ports limit rate 5/second counter log prefix "web " accept comment "für alle"
		ip daddr { 10.0.0.0/8, 192.168.0.1 } tcp dport 70-90 reject with tcp reset
		ct status dnat accept
		iifname { "br-*", "dk-*", "docker0", "docker_gwbridge" } accept
		meta l4proto tcp reject with tcp reset
		reject with icmpx admin-prohibited
	}

	chain port_forwards {
		type nat hook prerouting priority dstnat - 10; policy accept;
		iifname "eth0" meta nfproto ipv6 fib daddr type local tcp dport 80 dnat ip6 to [fd00::5]:8080
	}

	chain masquerading {
		type nat hook postrouting priority srcnat - 10; policy accept;
		oifname "eth0" meta nfproto ipv4 masquerade
		oifname "eth0" ip6 saddr fd00::/64 masquerade
	}
}
`
  )
})

t.test('where nothing would be held up or changed there is no table', async (t) => {
  for (const none of [undefined, {}, { input: { policy: 'accept' } }, { sets: { a: ['80'] } }] as const)
    t.equal(firewallText(none), null)
})

t.test('where a port leads to', async (t) => {
  t.same(
    ['10.0.0.5', '10.0.0.5:80', 'fd00::5', '[FD00::5]:80', '[10.0.0.5]:80', '10.0.0.5:70000', 'x'].map(forwardTarget),
    [
      { family: 4, address: '10.0.0.5', port: null },
      { family: 4, address: '10.0.0.5', port: 80 },
      { family: 6, address: 'fd00::5', port: null },
      { family: 6, address: 'fd00::5', port: 80 },
      null,
      null,
      null
    ]
  )
})

const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1, maxLength: 3 })
const four = ['10.0.0.5', '10.0.0.0/8', '10.1.2.3/16', '0.0.0.0/0', '192.168.0.0/16']
const set = (...names: readonly string[]) => fc.constantFrom(...names).map((name) => [name])
const addresses = fc.oneof(some(four), some([...four, 'fd00::/64', '::/0']), set('@a', '@empty', '@v4'))
const ports = fc.oneof(some(['22', '80', '70-90', '1-65535', '443']), set('@p', '@empty'))
const names = some(['eth0', 'eth*', 'eth1', 'br-lan', 'wg.7', 'in', 'drop'])
const rule = fc.record(
  {
    action: fc.constantFrom('accept', 'drop', 'reject'),
    in: names,
    from: addresses,
    to: addresses,
    protocol: fc.constantFrom('tcp', 'udp', 'icmp', 'icmpv6'),
    port: ports,
    state: some(['new', 'invalid', 'untracked']),
    limit: fc.constantFrom('1/second', '999999/day', '10/minute'),
    counter: fc.boolean(),
    log: fc.constantFrom('x', 'a.b:c-d_e'),
    comment: fc.constantFrom('$x', '; drop', '{ # }', 'größer', "it's", '\u{1f427}')
  },
  { requiredKeys: ['action'] }
)
const policy = fc.constantFrom('accept', 'drop', 'reject')
const firewalls = fc.record({
  sets: fc.constant({
    a: ['10.0.0.0/8', '10.0.0.1', 'fd00::/8', '::1'],
    v4: ['0.0.0.0/0'],
    p: ['80', '1-99'],
    empty: []
  }),
  input: fc.record({ policy, rules: fc.array(rule, { maxLength: 3 }) }),
  forward: fc.record({ policy, containers: fc.boolean(), rules: fc.array(rule, { maxLength: 3 }) }),
  masquerade: fc.array(fc.record({ out: names, from: addresses }, { requiredKeys: ['out'] }), { maxLength: 2 }),
  port_forwards: fc.array(
    fc.record(
      {
        in: names,
        from: addresses,
        port: ports,
        to: fc.constantFrom('10.0.0.5', '10.0.0.5:80', 'fd00::5', '[fd00::5]:1')
      },
      { requiredKeys: ['port', 'to'] }
    ),
    { maxLength: 2 }
  )
})

t.test('what the checks accept, nft takes', { skip }, async (t) => {
  const accepted: string[] = []
  const one = (firewall: unknown) => {
    const built = buildDocument([
      layer('user', `#cloud-config\n${JSON.stringify({ rancher: { network: { firewall } } })}\n`)
    ])
    if (!built.ok) return
    const given: Firewall | undefined = built.document.data.rancher?.network?.firewall
    const text = firewallText(given)
    if (text !== null) accepted.push(transaction(text))
  }
  for (const firewall of fc.sample(firewalls, 200)) one(firewall)
  t.ok(accepted.length > 20, `${accepted.length} of 200`)
  // All as one batch: each replaces the one before.
  const argv = ['--net', 'nft', '-c', '-f', '-']
  t.doesNotThrow(() => execFileSync('unshare', argv, { input: accepted.slice(0, 60).join('\n'), stdio: 'pipe' }))
})
