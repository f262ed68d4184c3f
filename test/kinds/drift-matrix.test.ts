// Every key below rancher.network is changed by hand in some case and put right (test/support/network-play.ts plays them), or a line
// here says why not.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { type NetworkCase, networkCases } from '../support/network-cases.ts'
import { NETWORK_KEYS, says } from '../support/network-keys.ts'

const ROOT = new URL('../../', import.meta.url)

/** Keys that no case changes: why, and the test that has something to say of them. */
const EXCEPTIONS: readonly { readonly keys: RegExp; readonly why: string; readonly test: string | null }[] = [
  { keys: /^match$/, why: 'it says which link is meant; nothing on the machine holds it', test: null },
  {
    keys: /^(dhcp|ipv4ll|prefix_delegation|\/dhcp_timeout)/,
    why: 'arguments of dhcpcd, which are compared as a whole; a client needs a server',
    test: 'test/kinds/dhcp.test.ts: judge'
  },
  {
    keys: /^\/leases/,
    why: 'what servers said; it is written by the hook of dhcpcd, and asked for again when it was removed',
    test: 'test/kinds/dhcp.test.ts: a lease whose layer was removed is asked for anew, what an ended client left is taken away'
  },
  {
    keys: /^(pre_up|post_up|\/pre_cmds|\/post_cmds)$/,
    why: 'commands run once; what they did is theirs',
    test: 'test/kinds/hook.test.ts: '
  },
  {
    keys: /^\/(http_proxy|https_proxy|no_proxy)$/,
    why: 'environment of the engines',
    test: 'test/kinds/engine.test.ts: '
  },
  {
    keys: /^(wifi_network$|\/wifi_networks|\/modem_networks)/,
    why: 'settings of a supplicant and of modems, which need a radio',
    test: 'test/kinds/wifi.test.ts: is started, told of another key, put back, and taken away'
  },
  {
    keys: /^wake_on_lan$/,
    why: 'no card of namespaces and virtual machines can be woken up',
    test: null
  },
  {
    keys: /^\/firewall\.input\.rules\.out$/,
    why: 'what comes in goes out by no link: it is refused in this place',
    test: null
  },
  {
    keys: /^wireguard\.peers\.endpoint$/,
    why: 'it moves by itself with its peer: what is seen there is no drift',
    test: null
  }
]

/** What the plan of a step has to name, by the key that the step says it changes: `$1` is a part of the key. */
const NAMED: readonly (readonly [keys: RegExp, named: string])[] = [
  [
    /^(?:bond_opts|bridge_opts|bridge_port|tun)\.(priority|cost|hairpin|isolated|learning|guard|user|group|mode|multi_queue)$/,
    ' $1 '
  ],
  [/^bond_opts\.(.*)$/, ' $1 '],
  [/^bridge_opts\.multicast_(.*)$/, ' mcast_$1 '],
  [/^bridge_opts\.stp$/, ' stp_state '],
  [/^bridge_opts\.(.*)$/, ' $1 '],
  [/^bridge_port\.vlans$/, '~ bridge-vlan '],
  [/^(mtu|mac|txqueuelen|alias)$/, ' $1 '],
  [/^up$/, ' down'],
  [/^(?:bridge|bond|vrf)$/, 'master '],
  [/^(?:vlan|macvlan|ipvlan)\.link$/, ' on '],
  [/^vxlan\.link$/, ' dev '],
  [/^vxlan\.port$/, ' dstport '],
  [/^vrf_table$/, ' table '],
  [/^(?:vlan|macvlan|ipvlan|vxlan)\.(.*)$/, ' $1 '],
  [/^(?:dummy|vlans|veth\.peer)$/, '\\+ link '],
  [/^(?:address|addresses)(?:$|\..*)/, ' address '],
  [/^(?:gateway|gateway_ipv6|metric|\/?routes\..*)$/, ' route '],
  [/^\/rules\..*/, ' rule '],
  [/^\/firewall\..*/, ' firewall '],
  [/^\/?dns\..*/, ' resolver '],
  [/^\/hosts$/, ' hosts '],
  [/^wireguard\..*/, ' wireguard '],
  [/^offloads$/, ' ethtool '],
  [/^ipv6$/, 'disable_ipv6'],
  [/^ipv6_privacy$/, 'use_tempaddr'],
  [/^\/?(accept_ra|forwarding)$/, '($1|ip_forward)']
]

function casesOf(folder: string): readonly NetworkCase[] {
  const all = new URL(folder, ROOT)
  return readdirSync(all).flatMap((file) => networkCases(new URL(file, all)))
}

const cases = [...casesOf('test/kinds/networks/'), ...casesOf('test/e2e/networks/')]
const steps = cases.flatMap((one) =>
  (one.drift ?? []).map(({ of = [], plan, later = [] }) => ({ one, of, plan: [...plan, ...later].join('\n') }))
)
const covered = new Set(steps.flatMap(({ of }) => of))

t.test('every key is changed by hand in some case and put right, or it is said why not', async (t) => {
  t.ok(NETWORK_KEYS.size > 150, `${NETWORK_KEYS.size} keys`)
  const excepted = (name: string) => EXCEPTIONS.some(({ keys }) => keys.test(name))
  t.same(
    [...NETWORK_KEYS].filter((name) => !covered.has(name) && !excepted(name)).toSorted(),
    [],
    'no case changes these'
  )
  t.same([...covered].filter(excepted), [], 'there are cases of these: they are no exceptions')
  t.comment(`${covered.size} of ${NETWORK_KEYS.size} keys by ${steps.length} steps of ${cases.length} networks`)
})

t.test('what a case says it changes is a key, and its document has it', async (t) => {
  for (const { one, of } of steps) {
    const last = one.then?.at(-1) ?? one
    for (const name of of) {
      t.ok(NETWORK_KEYS.has(name), `${one.name}: ${name} is a key`)
      t.ok(says(last.network, name), `${one.name}: the document says ${name}`)
    }
  }
})

t.test('the plan that puts a key right names what the key is about', async (t) => {
  for (const { one, of, plan } of steps)
    for (const name of of) {
      const [keys, named = ''] = NAMED.find(([some]) => some.test(name)) ?? []
      const word = keys === undefined ? null : new RegExp(name.replace(keys, named))
      t.match(plan, word ?? /^(?!)/, `${one.name}: ${name}`)
    }
})

t.test('no exception is idle, and the tests that exceptions name are there', async (t) => {
  for (const { keys, why, test } of EXCEPTIONS) {
    t.ok(
      [...NETWORK_KEYS].some((name) => keys.test(name)),
      `${why}: of some key`
    )
    if (test === null) continue
    const [file = '', name = ''] = test.split(': ')
    const url = new URL(file, ROOT)
    t.ok(existsSync(url) && readFileSync(url, 'utf8').includes(`t.test('${name}`), test)
  }
})

t.test('every network of a case has a name of its own', async (t) => {
  t.equal(new Set(cases.map(({ name }) => name)).size, cases.length)
  t.ok(cases.length >= 80)
})
