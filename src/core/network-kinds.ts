/** Kinds that are the network. */
export const NETWORK_KINDS: ReadonlySet<string> = new Set(
  'hook link ethtool bridge-vlan wireguard wifi address route rule dhcp resolver hosts firewall'.split(' ')
)
