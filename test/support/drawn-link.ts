// What makes a link, drawn at random: of every kind, on any other.
import fc from 'fast-check'
import { few, flag, name, number, one, some } from './drawn.ts'

const KEY_A = 'yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk='
const KEY_B = 'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg='

/** What makes a link, or makes it belong to another; or nothing of that. */
export const madeLink = fc.oneof(
  fc.constant({}),
  fc.constant({ bridge: 'true' }),
  some({
    stp: flag,
    priority: number(0, 65_535),
    forward_delay: number(2, 30),
    hello_time: number(1, 10),
    max_age: number(6, 40),
    ageing_time: number(0, 600),
    vlan_filtering: flag,
    vlan_protocol: one('802.1q', '802.1ad'),
    vlan_default_pvid: number(0, 9),
    multicast_snooping: flag,
    multicast_querier: flag
  }).map((bridge_opts) => ({ bridge_opts })),
  fc
    .record({
      bridge: name,
      bridge_port: some({
        cost: number(1, 99),
        priority: number(0, 63),
        hairpin: flag,
        isolated: flag,
        learning: flag,
        guard: flag,
        vlans: one(['10'], ['20-29', '1 pvid untagged'])
      })
    })
    .map((port) => port),
  name.map((bond) => ({ bond })),
  few(
    {
      mode: number(0, 6),
      ...Object.fromEntries(
        'miimon updelay downdelay use_carrier arp_interval resend_igmp num_grat_arp all_slaves_active min_links lp_interval packets_per_slave ad_actor_sys_prio ad_user_port_key tlb_dynamic_lb peer_notify_delay'
          .split(' ')
          .map((word) => [word, one(1, '1')])
      ),
      arp_validate: one('none', 'all'),
      arp_all_targets: one('any', 'all'),
      primary: name,
      primary_reselect: one('always', 'better'),
      fail_over_mac: one('none', 'active'),
      xmit_hash_policy: one('layer2', 'layer3+4'),
      lacp_rate: one('slow', 'fast'),
      ad_select: one('stable', 'count'),
      ad_actor_system: one('02:00:00:00:00:07')
    },
    4
  ).map((bond_opts) => ({ bond_opts })),
  fc
    .record({ id: number(1, 9), link: name, protocol: one('802.1q', '802.1ad') }, { requiredKeys: ['id', 'link'] })
    .map((vlan) => ({ vlan })),
  fc
    .record({ link: name, mode: one('private', 'vepa', 'bridge') }, { requiredKeys: ['link'] })
    .map((macvlan) => ({ macvlan })),
  fc.record({ link: name, mode: one('l2', 'l3', 'l3s') }, { requiredKeys: ['link'] }).map((ipvlan) => ({ ipvlan })),
  fc
    .record(
      {
        id: number(1, 3),
        link: name,
        local: one('10.0.0.1'),
        remote: one('10.0.0.9', '239.1.1.1'),
        port: one(4789, 8472),
        ttl: number(1, 9),
        learning: flag
      },
      { requiredKeys: ['id'] }
    )
    .map((vxlan) => ({ vxlan })),
  name.map((peer) => ({ veth: { peer } })),
  fc.constant({ dummy: true }),
  some({ mode: one('tun', 'tap'), user: number(1, 9), group: number(1, 9), multi_queue: flag }).map((tun) => ({ tun })),
  fc
    .record(
      {
        private_key: one(KEY_A),
        listen_port: number(1, 9),
        fwmark: number(1, 9),
        peers: fc.tuple(
          fc.record(
            {
              public_key: one(KEY_B),
              preshared_key: one(KEY_A),
              endpoint: one('192.0.2.1:51820'),
              allowed_ips: one(['10.9.0.2'], ['10.20.0.0/16', 'fd00::/8']),
              persistent_keepalive: number(0, 25)
            },
            { requiredKeys: ['public_key'] }
          )
        )
      },
      { requiredKeys: ['private_key'] }
    )
    .map((wireguard) => ({ wireguard })),
  name.map((vrf) => ({ vrf })),
  number(10, 11).map((vrf_table) => ({ vrf_table }))
)
