// What the kernel keeps of links it makes, by kind: the words of `ip link`, the attribute numbers of <linux/if_link.h> and
// <linux/if_tunnel.h>, and whether it can be changed while the link is there. Both readers of links and those who change them go by it.

/** One thing a kind of link has. Its value is text, numbers in decimal, in the words of `ip` where it has words. */
export interface LinkOption {
  /** What `ip link … type KIND` calls it. */
  readonly word: string
  readonly attribute: number
  readonly type: 'u8' | 'u16' | 'u32' | 'be16' | 'ip' | 'mac' | 'link'
  /** Words of its numbers. */
  readonly names?: Readonly<Record<number, string>>
  /** It can be changed only by making the link anew. */
  readonly fixed?: true
  /** It can be changed only while the link is down. */
  readonly resting?: true
  /** What a new link has, where it is always the same. */
  readonly usual?: string
  /** What `ip -json` calls it, where that is not the word. */
  readonly json?: string
}

const named = (...words: readonly string[]): Readonly<Record<number, string>> => Object.fromEntries(words.entries())
const option = (word: string, attribute: number, type: LinkOption['type'], more: Partial<LinkOption> = {}) => ({
  word,
  attribute,
  type,
  ...more
})
const fixed = { fixed: true } as const
const resting = { resting: true } as const

/** ETH_P_8021Q and ETH_P_8021AD. */
const PROTOCOLS = { 0x8100: '802.1q', 0x88a8: '802.1ad' } as const
/** What `ip` takes by word where it takes numbers elsewhere. */
const SWITCH = { names: named('off', 'on') } as const
const ON_OFF_ACTIVE = named('none', 'active', 'backup', 'all')

/** By the kernel's name of the kind. Kinds without anything to set are here too: the ones this system makes. */
export const LINK_KINDS: Readonly<Record<string, readonly LinkOption[]>> = {
  bridge: [
    option('forward_delay', 1, 'u32', { usual: '1500' }),
    option('hello_time', 2, 'u32', { usual: '200' }),
    option('max_age', 3, 'u32', { usual: '2000' }),
    option('ageing_time', 4, 'u32', { usual: '30000' }),
    option('stp_state', 5, 'u32', { usual: '0' }),
    option('priority', 6, 'u16', { usual: '32768' }),
    option('vlan_filtering', 7, 'u8', { usual: '0' }),
    option('vlan_protocol', 8, 'be16', { names: PROTOCOLS }),
    option('mcast_snooping', 23, 'u8', { usual: '1' }),
    option('mcast_querier', 25, 'u8', { usual: '0' }),
    option('vlan_default_pvid', 39, 'u16', { usual: '1' })
  ],
  bond: [
    // The kernel refuses another mode while something belongs to the bond.
    option('mode', 1, 'u8', {
      ...fixed,
      names: named('balance-rr', 'active-backup', 'balance-xor', 'broadcast', '802.3ad', 'balance-tlb', 'balance-alb')
    }),
    option('miimon', 3, 'u32', { usual: '0' }),
    option('updelay', 4, 'u32', { usual: '0' }),
    option('downdelay', 5, 'u32', { usual: '0' }),
    option('use_carrier', 6, 'u8', { usual: '1' }),
    option('arp_interval', 7, 'u32', { usual: '0' }),
    option('arp_validate', 9, 'u32', { names: ON_OFF_ACTIVE }),
    option('arp_all_targets', 10, 'u32', { names: named('any', 'all') }),
    option('primary', 11, 'link'),
    option('primary_reselect', 12, 'u8', { names: named('always', 'better', 'failure') }),
    // As the mode.
    option('fail_over_mac', 13, 'u8', { ...fixed, names: named('none', 'active', 'follow') }),
    option('xmit_hash_policy', 14, 'u8', {
      names: named('layer2', 'layer3+4', 'layer2+3', 'encap2+3', 'encap3+4', 'vlan+srcmac')
    }),
    option('resend_igmp', 15, 'u32', { usual: '1' }),
    option('num_grat_arp', 16, 'u8', { json: 'num_peer_notif', usual: '1' }),
    option('all_slaves_active', 17, 'u8', { usual: '0' }),
    option('min_links', 18, 'u32', { usual: '0' }),
    option('lp_interval', 19, 'u32', { usual: '1' }),
    option('packets_per_slave', 20, 'u32', { usual: '1' }),
    option('lacp_rate', 21, 'u8', { ...resting, names: named('slow', 'fast'), json: 'ad_lacp_rate' }),
    option('ad_select', 22, 'u8', { ...resting, names: named('stable', 'bandwidth', 'count') }),
    option('ad_actor_sys_prio', 24, 'u16', { usual: '65535' }),
    option('ad_user_port_key', 25, 'u16', resting),
    option('ad_actor_system', 26, 'mac'),
    option('tlb_dynamic_lb', 27, 'u8', { ...resting, usual: '1' }),
    option('peer_notify_delay', 28, 'u32', { usual: '0' })
  ],
  vlan: [option('id', 1, 'u16', fixed), option('protocol', 5, 'be16', { ...fixed, names: PROTOCOLS })],
  macvlan: [option('mode', 1, 'u32', { names: { 1: 'private', 2: 'vepa', 4: 'bridge', 8: 'passthru', 16: 'source' } })],
  ipvlan: [option('mode', 1, 'u16', { names: named('l2', 'l3', 'l3s') })],
  vxlan: [
    option('id', 1, 'u32', fixed),
    option('remote', 2, 'ip', { ...fixed, json: 'remote' }),
    // `ip -json` has a word of its own for a remote that is a group.
    option('remote', 2, 'ip', { ...fixed, json: 'group' }),
    option('remote', 16, 'ip', { ...fixed, json: 'group6' }),
    option('dev', 3, 'link', { ...fixed, json: 'link' }),
    option('local', 4, 'ip', fixed),
    option('ttl', 5, 'u8', fixed),
    option('learning', 7, 'u8', fixed),
    option('dstport', 15, 'be16', { ...fixed, json: 'port' }),
    option('remote', 16, 'ip', { ...fixed, json: 'remote6' }),
    option('local', 17, 'ip', { ...fixed, json: 'local6' })
  ],
  dummy: [],
  veth: [],
  wireguard: [],
  vrf: [option('table', 1, 'u32', fixed)],
  tun: [
    option('user', 1, 'u32', fixed),
    option('group', 2, 'u32', fixed),
    option('mode', 3, 'u8', { ...fixed, names: { 1: 'tun', 2: 'tap' }, json: 'type' }),
    option('multi_queue', 7, 'u8', fixed)
  ]
}

/** What a bridge keeps of a port, IFLA_BRPORT_*; the words are those of `ip link … type bridge_slave`. */
export const PORT_OPTIONS: readonly LinkOption[] = [
  option('priority', 2, 'u16', { usual: '32' }),
  option('cost', 3, 'u32'),
  option('hairpin', 4, 'u8', { ...SWITCH, usual: 'off' }),
  option('guard', 5, 'u8', { ...SWITCH, usual: 'off' }),
  option('learning', 8, 'u8', { ...SWITCH, usual: 'on' }),
  option('isolated', 33, 'u8', { ...SWITCH, usual: 'off' })
]

/** A value as the kernel will tell it: the word for a number that has one, yes and no as 1 and 0. */
export function optionValue(option: LinkOption, given: string | number | boolean): string {
  if (typeof given === 'boolean') return option.names?.[Number(given)] ?? String(Number(given))
  const text = String(given).trim().toLowerCase()
  if (option.names !== undefined) return option.names[Number(text)] ?? text
  if (['on', 'yes', 'true'].includes(text)) return '1'
  if (['off', 'no', 'false'].includes(text)) return '0'
  return text
}
