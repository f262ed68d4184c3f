// What DHCP servers said to the links that ask them, in the order in which it counts. Pure.
import type { LeaseWords, NetworkInterface } from '../document/types.gen.ts'
import { type ConfiguredLink, configuredLinks } from './interfaces.ts'
import type { Desired } from './kind.ts'

/** What one server said. */
export interface Leased {
  readonly dev: string
  readonly family: 4 | 6
  readonly words: LeaseWords
  /** The interface's own word on what of it counts; absent: all. */
  readonly use: NonNullable<NetworkInterface['dhcp_use']>
  /** Path of `words` in the document. */
  readonly path: readonly string[]
}

/** Links by the metric of their entry, then by name; those without a metric come last, as dhcpcd's own metrics are high. */
export function byMetric(links: readonly ConfiguredLink[]): readonly ConfiguredLink[] {
  const metric = ({ entry }: ConfiguredLink) => entry.metric ?? Infinity
  return links.toSorted((a, b) => {
    const [one, other] = [metric(a), metric(b)]
    return one === other ? (a.name < b.name ? -1 : 1) : one - other
  })
}

/** Whether a link has a DHCP client, for IPv4, for IPv6, for a prefix, or for an address of the link alone. */
export function asksDhcp({ dhcp, dhcp6, prefix_delegation, ipv4ll }: NetworkInterface): boolean {
  return dhcp === true || dhcp6 === true || prefix_delegation !== undefined || ipv4ll === true
}

/** By interface as `byMetric` has it, IPv4 first. */
export function leased(desired: Desired): readonly Leased[] {
  const leases = desired.data.rancher?.network?.leases ?? {}
  if (Object.keys(leases).length === 0) return []
  return byMetric(configuredLinks(desired).filter(({ name }) => Object.hasOwn(leases, name))).flatMap((link) =>
    ofLink(desired, link)
  )
}

/** Of one link; of one that asks no server nothing counts, whatever still lies there. */
export function ofLink({ data }: Desired, { name: dev, entry }: ConfiguredLink): readonly Leased[] {
  const leases = data.rancher?.network?.leases ?? {}
  if (!asksDhcp(entry) || !Object.hasOwn(leases, dev)) return []
  return ([4, 6] as const).flatMap((family) => {
    const words = leases[dev]?.[`ipv${family}`]
    const path = ['rancher', 'network', 'leases', dev, `ipv${family}`]
    return words === undefined ? [] : [{ dev, family, words, use: entry.dhcp_use ?? {}, path }]
  })
}
