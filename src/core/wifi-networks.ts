// Which wireless networks an interface joins, and what follows from them for the interface. Pure.
import type { CloudConfig, NetworkInterface, WifiNetwork } from '../document/types.gen.ts'

/** A wireless network by its name in the document. */
export interface NamedNetwork {
  readonly name: string
  readonly network: WifiNetwork
}

type Networks = NonNullable<NonNullable<CloudConfig['rancher']>['network']>['wifi_networks']

/** Those that an entry names and that there are, the one to be tried first at the head; none for a link that is to be down. */
export function wifiNetworks(entry: NetworkInterface, networks: Networks = {}): readonly NamedNetwork[] {
  const { wifi_network: names = [], up = true } = entry
  if (!up) return []
  const found = [...new Set(names)].flatMap((name): readonly NamedNetwork[] => {
    const network = Object.hasOwn(networks, name) ? networks[name] : undefined
    return network === undefined ? [] : [{ name, network }]
  })
  return found.toSorted((a, b) => (b.network.priority ?? 0) - (a.network.priority ?? 0))
}

/**
 * An entry with what its wireless networks make of it, by RancherOS's rule: DHCP, or the address and the gateway of the
 * network. One that says `dhcp: false` and has addresses keeps to these.
 */
export function withWifi(entry: NetworkInterface, networks: Networks): NetworkInterface {
  if (entry.wifi_network === undefined) return entry
  const [first] = wifiNetworks(entry, networks)
  if (first === undefined) return entry
  const { address, gateway } = first.network
  if (address !== undefined)
    return {
      ...entry,
      dhcp: false,
      // Behind the entry's own, whose places in the document are counted.
      addresses: [...(entry.addresses ?? []), address],
      ...(gateway === undefined ? {} : { gateway })
    }
  const fixed = entry.dhcp === false && (entry.address !== undefined || (entry.addresses ?? []).length > 0)
  return fixed ? entry : { ...entry, dhcp: true }
}
