import t from 'tap'
import { complaints } from './support.ts'

const of = (entries: string) => `rancher: {network: {interfaces: {${entries}}}}\n`

/** The first line of each complaint, without file and key. */
function said(entries: string): readonly string[] {
  return complaints(of(entries))
    .split('\n')
    .filter((line) => line.startsWith('cloud-config.yml:'))
    .map((line) => line.replace(/^[^ ]+: /, '').replace(/rancher\.network\.interfaces\./, ''))
}

t.test('what can not be made is refused with the place and a way out', async (t) => {
  const cases: readonly (readonly [what: string, entries: string, lines: readonly string[]])[] = [
    [
      'of two kinds',
      'x: {dummy: true, vrf_table: 5}',
      ['x.vrf_table: `x` can not be made by `dummy` and by `vrf_table`']
    ],
    [
      'under a pattern',
      "'br*': {bridge: true}",
      ['br*: `br*` is for whatever has that address or name, and `bridge` makes one interface']
    ],
    ['half of it', 'x: {vlan: {id: 5}}, y: {veth: {}}', ['x.vlan: `link` is missing', 'y.veth: `peer` is missing']],
    ['on itself', 'x: {vlan: {id: 5, link: x}}', ['x.vlan.link: `x` is the interface itself']],
    [
      'on a name that can be none',
      'x: {macvlan: {link: a name that is too long}}',
      ['x.macvlan.link: `a name that is too long` is longer than 15 characters']
    ],
    [
      'in a circle',
      'a: {vlan: {id: 1, link: b}}, b: {vlan: {id: 2, link: a}}',
      ['a: interfaces stand on each other in a circle: a, b, a']
    ],
    [
      'a bond of no mode there is',
      'b0: {bond_opts: {mode: active-backups}}',
      ['b0.bond_opts.mode: `active-backups` is no mode of a bond, did you mean `active-backup`?']
    ],
    [
      'a bond with an option there is not',
      'b0: {bond_opts: {mode: 1, mimon: 100}}',
      ['warning: b0.bond_opts.mimon: bonds have no option `mimon`, did you mean `miimon`?']
    ],
    [
      'a bond that watches twice',
      'b0: {bond_opts: {mode: 1, miimon: 100, arp_interval: 100}}',
      ['b0.bond_opts.arp_interval: a bond watches its links by `miimon` or by `arp_interval`, not by both']
    ],
    [
      'a port of no bridge',
      'x: {bridge_port: {cost: 5}}',
      ['warning: x.bridge_port: the interface belongs to no bridge']
    ],
    [
      'of a bridge and of a VRF',
      'br0: {bridge: true}, red: {vrf_table: 5}, x: {bridge: br0, vrf: red}',
      ['warning: x.vrf: `x` belongs to `br0` by `bridge`, and an interface belongs to one only']
    ],
    [
      'a VLAN no port can have',
      'br0: {bridge: true}, x: {bridge: br0, bridge_port: {vlans: [5000, "1-9 pvid", "7 tagged"]}}',
      [
        'x.bridge_port.vlans[0]: `5000` is no VLAN of a port',
        'x.bridge_port.vlans[1]: `1-9 pvid` is no VLAN of a port',
        'x.bridge_port.vlans[2]: `7 tagged` is no VLAN of a port'
      ]
    ]
  ]
  for (const [what, entries, lines] of cases) t.same(said(entries), lines, what)
})

t.test('what can be made draws no word', async (t) => {
  for (const entries of [
    'br0: {bridge: true, bridge_opts: {stp: true}}, eth0: {bridge: br0, bridge_port: {vlans: [10, "20-29", "1 pvid untagged"]}}',
    'b0: {bond_opts: {mode: 4, miimon: 100, xmit_hash_policy: layer3+4}}, eth0: {bond: b0}, eth1: {bond: b0}',
    'outer: {vlan: {id: 10, link: eth0, protocol: 802.1ad}}, eth0.7: {vlan: {id: 7, link: outer}}',
    'va: {veth: {peer: vb}}, vb: {veth: {peer: va}}',
    'red: {vrf_table: 10}, eth0: {vrf: red}, eth1: {bridge: "", vrf: red}, br0: {bridge: true, vrf: red}'
  ])
    t.same(said(entries), [], entries)
})
