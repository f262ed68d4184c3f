import t from 'tap'
import { declaredLinks } from '../../src/core/made-links.ts'
import type { NetworkInterface } from '../../src/document/types.gen.ts'
import { desiredOf } from '../support/desired.ts'

type Interfaces = Readonly<Record<string, NetworkInterface>>

/** `NAME: KIND on BELOW options` of each link that is made. */
function made(interfaces: Interfaces, links: readonly string[] = ['eth0', 'eth1']): readonly string[] {
  return declaredLinks(desiredOf({ rancher: { network: { interfaces } } }, links)).flatMap(({ name, made: by }) => {
    if (by === null) return []
    const { kind, on, peer, options } = by.make
    const words = Object.entries(options).map(([key, value]) => `${key}=${value}`)
    return [
      [
        `${name}: ${kind}`,
        ...(on === null ? [] : [`on ${on}`]),
        ...(peer === null ? [] : [`to ${peer}`]),
        ...words
      ].join(' ')
    ]
  })
}

t.test('what the document makes', async (t) => {
  const cases: readonly (readonly [string, Interfaces, readonly string[]])[] = [
    ['a bridge', { br0: { bridge: 'true' } }, ['br0: bridge']],
    ['not one', { br0: { bridge: 'false' }, eth0: { bridge: '' } }, []],
    [
      'a bridge with options, in seconds and switches',
      { br0: { bridge_opts: { stp: true, forward_delay: 4, ageing_time: 0, vlan_filtering: false, priority: 4096 } } },
      ['br0: bridge stp_state=1 forward_delay=400 ageing_time=0 vlan_filtering=0 priority=4096']
    ],
    ['a port has no bridge of its own', { eth0: { bridge: 'br0', bridge_opts: { stp: true } } }, []],
    [
      'a bond by the numbers and words of sysfs',
      {
        bond0: {
          bond_opts: { mode: '4', miimon: '100', lacp_rate: '1', xmit_hash_policy: 'layer3+4', num_unsol_na: '3' }
        }
      },
      ['bond0: bond mode=802.3ad miimon=100 lacp_rate=fast xmit_hash_policy=layer3+4 num_grat_arp=3']
    ],
    ['a bond of which only its links speak', { eth0: { bond: 'bond7' }, eth1: { bond: 'bond7' } }, ['bond7: bond']],
    [
      'VLANs of a link',
      { eth0: { vlans: '100,200:guests' } },
      ['eth0.100: vlan on eth0 id=100 protocol=802.1q', 'guests: vlan on eth0 id=200 protocol=802.1q']
    ],
    [
      'VLANs of every link of a pattern, and none of those',
      { 'eth*': { vlans: '5' } },
      ['eth0.5: vlan on eth0 id=5 protocol=802.1q', 'eth1.5: vlan on eth1 id=5 protocol=802.1q']
    ],
    [
      'VLANs of a link that is made itself',
      { bond0: { bond_opts: { mode: '1' }, vlans: '7' }, br0: { bridge: 'true' }, 'bond0.7': { bridge: 'br0' } },
      ['bond0: bond mode=active-backup', 'bond0.7: vlan on bond0 id=7 protocol=802.1q', 'br0: bridge']
    ],
    [
      'QinQ',
      { outer: { vlan: { id: 10, link: 'eth0', protocol: '802.1ad' } }, inner: { vlan: { id: 20, link: 'outer' } } },
      ['inner: vlan on outer id=20 protocol=802.1q', 'outer: vlan on eth0 id=10 protocol=802.1ad']
    ],
    [
      'the rest of them',
      {
        d0: { dummy: true },
        d1: { dummy: false },
        iv: { ipvlan: { link: 'eth0' } },
        mv: { macvlan: { link: 'eth0' } },
        red: { vrf_table: 10 },
        t0: { tun: { mode: 'tap', user: 1100 } },
        va: { veth: { peer: 'vb' } },
        wg0: { wireguard: { private_key: 'yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=' } },
        vx: { vxlan: { id: 42, link: 'eth0', remote: '239.1.1.1' } }
      },
      [
        'd0: dummy',
        'iv: ipvlan on eth0 mode=l3',
        'mv: macvlan on eth0 mode=bridge',
        'red: vrf table=10',
        't0: tun mode=tap user=1100 multi_queue=0',
        'va: veth to vb',
        'vx: vxlan id=42 dstport=4789 dev=eth0 remote=239.1.1.1',
        'wg0: wireguard'
      ]
    ],
    [
      'two ends that both say so are one',
      { va: { veth: { peer: 'vb' } }, vb: { veth: { peer: 'va' } } },
      ['va: veth to vb']
    ],
    [
      'under a MAC address or a pattern nothing is made',
      { 'br*': { bridge: 'true' }, 'mac=02:00:00:00:00:01': { dummy: true } },
      []
    ],
    ['under another key, by the name it matches', { x: { match: 'br9', bridge: 'true' } }, ['br9: bridge']]
  ]
  for (const [what, interfaces, expected] of cases) t.same(made(interfaces), expected, what)
})

t.test('the other end of a veth comes and goes with the first', async (t) => {
  const all = declaredLinks(
    desiredOf({ rancher: { network: { interfaces: { va: { veth: { peer: 'vb' } }, vb: { mtu: 1400 } } } } })
  )
  t.same(
    all.map(({ name, twin }) => `${name}: ${twin}`),
    ['va: null', 'vb: va']
  )
})
