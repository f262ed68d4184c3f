// The firewall's table on a real kernel: drift, refusals, and what every kind must do.
import t, { type Test } from 'tap'
import type { Firewall } from '../../src/document/types.gen.ts'
import { firewall } from '../../src/kinds/firewall.ts'
import { conform } from '../support/conform.ts'
import { desiredOf } from '../support/desired.ts'
import { firewallMachine, shared, whyNoFirewall } from '../support/firewall-machine.ts'

const skip = (await whyNoFirewall()) ?? false
const WEB = 'tcp dport 80 accept'

t.setTimeout(120_000)
const made = skip === false ? await firewallMachine(t.testdir()) : null
t.teardown(() => made?.stop())

const machine = (t: Test) => shared(t, made)

t.test('drift is repaired by one transaction', { skip }, async (t) => {
  const net = machine(t)
  const wanted: Firewall = {
    sets: { office: ['10.0.1.0/24'] },
    input: {
      policy: 'drop',
      rules: [
        { action: 'accept', from: ['@office'], protocol: 'tcp', port: ['80'], counter: true },
        { action: 'accept', protocol: 'udp', port: ['53'] }
      ]
    }
  }
  t.equal(await net.pass(wanted), '+ firewall machine: there is no table inet rosd\n')
  t.equal(await net.pass(wanted), '')
  const print = async () => (await net.inside('router', 'nft -s list table inet rosd')).stdout
  const right = await print()
  const handle = `$(nft -a list chain inet rosd input | sed -n 's/.*udp dport 53 accept # handle //p')`
  const cases = [
    [`nft delete rule inet rosd input handle ${handle}`, 'chain input: - udp dport 53 accept'],
    [`nft add rule inet rosd input ${WEB}`, `chain input: + ${WEB}`],
    [`nft insert rule inet rosd input ${WEB}`, `chain input: + ${WEB}`],
    [
      `nft replace rule inet rosd input handle ${handle} udp dport 54 accept`,
      'chain input: - udp dport 53 accept, the first of 2 lines'
    ],
    ['nft flush chain inet rosd input', 'chain input: - iifname "lo" accept, the first of 8 lines'],
    ['nft delete chain inet rosd input', '- chain input, the first of 10 lines'],
    [
      'nft add element inet rosd office.v4 { 10.9.0.0/16 }',
      'set office.v4: - elements = { 10.0.1.0/24 }, the first of 2 lines'
    ],
    ['nft flush set inet rosd office.v4', 'set office.v4: - elements = { 10.0.1.0/24 }'],
    ['nft add set inet rosd other { type mark\\; }', '+ set other, the first of 2 lines'],
    ['nft add chain inet rosd input { policy accept\\; }', 'policy drop;, the first of 2 lines'],
    ['nft add chain inet rosd more { type filter hook output priority 0\\; policy drop\\; }', '+ chain more'],
    ['nft delete table inet rosd', '+ firewall machine: there is no table inet rosd'],
    ['nft flush ruleset', '+ firewall machine: there is no table inet rosd']
  ] as const
  net.transactions()
  for (const [line, repair] of cases) {
    t.equal((await net.inside('router', line)).stderr, '', line)
    t.match(await net.pass(wanted), repair, line)
    t.equal(net.transactions(), 1, 'one transaction')
    t.equal(await print(), right)
    t.equal(await net.pass(wanted), '')
    t.equal(net.transactions(), 0, 'and none where nothing is wrong')
  }
  await net.fetch('client', '10.0.1.1')
  t.match((await net.inside('router', 'nft list table inet rosd')).stdout, /counter packets [1-9]/)
  t.equal(await net.pass(wanted), '', 'what is counted is no change')
  net.files.delete(net.note)
  t.match(await net.pass(wanted), 'who filled the table inet rosd is not known')
  t.equal(await net.pass(wanted), '')
})

t.test('what nft refuses changes nothing', { skip }, async (t) => {
  const net = machine(t)
  const good: Firewall = { input: { policy: 'drop' } }
  await net.pass(good)
  const { stdout } = await net.inside('router', 'nft list ruleset')
  // Past the checks of the document, which would not let it come so far.
  const bad: Firewall = {
    input: { rules: [{ action: 'accept', from: ['@nobody'], port: ['@nobody'], protocol: 'tcp' }] }
  }
  await t.rejects(
    net.pass({
      ...bad,
      masquerade: [{ out: ['@'], from: ['@nobody'] }],
      sets: { nobody: ['80'] },
      port_forwards: [{ port: ['@none'], to: '10.0.0.1' }]
    }),
    {
      code: 'ROS_FIREWALL',
      message: /nft refuses the firewall, and nothing was changed: Error: .*@none/s
    }
  )
  t.equal((await net.inside('router', 'nft list ruleset')).stdout, stdout)
})

t.test('it does what every kind must', { skip }, async (t) => {
  const net = machine(t)
  const desired = desiredOf({
    rancher: { network: { firewall: { input: { policy: 'drop', rules: [{ action: 'accept', port: ['22'] }] } } } }
  })
  await conform(t, {
    kind: firewall,
    host: net.host,
    desired,
    snapshot: async () => (await net.inside('router', 'nft list ruleset')).stdout
  })
})
