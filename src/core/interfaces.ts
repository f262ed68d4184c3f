// Which entry of rancher.network.interfaces a link gets. One entry wins, it is never a mixture of several: MAC address,
// MAC glob, PCI path, PCI glob, name, name glob, driver, driver glob, in this order; among equals the one with the most literal
// characters, then the first by name.
import type { Address, NetworkInterface } from '../document/types.gen.ts'
import { canonicalCidr } from './cidr.ts'
import type { LinkFact } from './kind.ts'
import { perDocument } from './per-document.ts'
import { withWifi } from './wifi-networks.ts'

/** A link the document speaks of; one selected by its exact name may not be there. */
export interface ConfiguredLink {
  readonly name: string
  /** With what its wireless networks make of it. */
  readonly entry: NetworkInterface
  /** Path of the entry in the document. */
  readonly path: readonly string[]
}

/** Which links an entry is for. */
export interface Selector {
  readonly key: string
  readonly entry: NetworkInterface
  readonly by: 'mac' | 'pci' | 'name' | 'driver'
  readonly text: string
  /** null: the text is exact. */
  readonly glob: RegExp | null
  /** Characters that are not wildcards. */
  readonly literal: number
}

/** Links whose address is another link's: a MAC address does not say which of them is meant. */
const BORROWS_MAC: ReadonlySet<string> = new Set(['bond', 'team', 'vlan', 'bridge', 'ipvlan'])
/** Tunnels and the kernel's own devices; `eth*` and `*` mean network cards. */
const TUNNELS: ReadonlySet<string> = new Set(
  'tun ipip sit gre gretap erspan ip6tnl ip6gre ip6gretap ip6erspan vti vti6 xfrm vxlan geneve wireguard ifb nlmon'.split(
    ' '
  )
)
/** Loopback and what Docker makes: its bridges and its ends of containers' links. */
const MACHINERY = /^(lo|docker0|docker-sys|docker_gwbridge|dk-.*|veth.*|br-[0-9a-f]{12})$/

/** An address of the document in canonical spelling, with its path. */
export interface StaticAddress {
  readonly cidr: string
  /** Seconds; null: for ever. */
  readonly valid: number | null
  /** Seconds for which it is taken for new connections; null: as long as it is valid. */
  readonly preferred: number | null
  readonly path: readonly (string | number)[]
}

/** Every configured link, by name. */
export const configuredLinks = perDocument(({ data, facts }): readonly ConfiguredLink[] => {
  const selectors = Object.entries(data.rancher?.network?.interfaces ?? {})
    .map(([key, entry]) => selector(key, entry))
    .sort(byPrecedence)
  const globs = selectors.filter(({ glob }) => glob !== null)
  const exact = new Map<string, Selector>()
  for (const candidate of selectors.toReversed()) {
    if (candidate.glob === null) exact.set(`${candidate.by} ${candidate.text}`, candidate)
  }
  const found = new Map<string, Selector>()
  for (const link of facts.links) {
    const [first] = [
      exact.get(`mac ${link.mac.toLowerCase()}`),
      exact.get(`pci ${link.pci ?? ''}`),
      exact.get(`name ${link.name}`),
      exact.get(`driver ${link.driver ?? ''}`),
      globs.find((candidate) => selects(candidate, link))
    ]
      .flatMap((candidate) => (candidate !== undefined && selects(candidate, link) ? [candidate] : []))
      .sort(byPrecedence)
    if (first !== undefined) found.set(link.name, first)
  }
  const present = new Set(facts.links.map((link) => link.name))
  for (const candidate of selectors) {
    const awaited = candidate.by === 'name' && candidate.glob === null && !present.has(candidate.text)
    if (awaited && !found.has(candidate.text)) found.set(candidate.text, candidate)
  }
  const wireless = data.rancher?.network?.wifi_networks
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { entry, key }]) => ({
      name,
      entry: withWifi(entry, wireless),
      path: ['rancher', 'network', 'interfaces', key]
    }))
})

/** `address` and `addresses` of an entry, each once. */
export function staticAddresses({ entry, path }: ConfiguredLink): readonly StaticAddress[] {
  const found = new Map<string, StaticAddress>()
  const add = (given: Address, where: readonly (string | number)[]) => {
    const text = addressText(given)
    const cidr = canonicalCidr(text)
    if (text === '' || found.has(cidr)) return
    const { valid = null, preferred = null } = typeof given === 'string' ? {} : given
    found.set(cidr, { cidr, valid, preferred, path: [...path, ...where] })
  }
  if (entry.address !== undefined) add(entry.address, ['address'])
  for (const [at, address] of (entry.addresses ?? []).entries()) add(address, ['addresses', at])
  return [...found.values()]
}

/** The CIDR of an item of `addresses`; empty where there is none. */
export function addressText(given: Address): string {
  return typeof given === 'string' ? given : (given.address ?? '')
}

/** What an entry selects by: its `match`, or else its key. */
export function selector(key: string, entry: NetworkInterface): Selector {
  const given = entry.match ?? key
  const [, prefix = 'name', rest = given] = /^(mac|pci|driver)[=:](.*)$/is.exec(given) ?? []
  const by = prefix.toLowerCase() as Selector['by'] // one of the words above
  const plain = rest.trim()
  const text = by === 'mac' ? plain.toLowerCase().replaceAll('-', ':') : by === 'pci' ? plain.toLowerCase() : plain
  const glob = /[*?[]/.test(text) ? globbed(text) : null
  const literal = text.replace(/\[[^\]]+\]|[*?]/g, '').length
  return { key, entry, by, text, glob, literal }
}

/** `*` any number of characters, `?` one, `[0-3]` one of a set. */
function globbed(text: string): RegExp {
  const source = text.replace(/\[(!?)([^\]/]+)\]|[\\^$.*+?()[\]{}|]/g, (char: string, not?: string, set?: string) => {
    if (set !== undefined) return `[${not === '!' ? '^' : ''}${set.replace(/[\\^[]/g, '\\$&')}]`
    if (char === '*') return '.*'
    return char === '?' ? '.' : `\\${char}`
  })
  try {
    return new RegExp(`^${source}$`)
  } catch {
    return /^(?!)/ // a set such as [z-a] selects nothing
  }
}

/** Whether an entry is for a link. */
export function selects({ by, text, glob }: Selector, link: LinkFact): boolean {
  const { name, mac, kind, driver = '', pci = '' } = link
  if (glob !== null && (MACHINERY.test(name) || TUNNELS.has(kind))) return false
  if (by === 'mac' && BORROWS_MAC.has(kind)) return false
  const value = { mac: mac.toLowerCase(), pci, name, driver }[by]
  return glob === null ? value === text : glob.test(value)
}

export function byPrecedence(a: Selector, b: Selector): number {
  return rank(a) - rank(b) || b.literal - a.literal || (a.key < b.key ? -1 : 1)
}

const ORDER: readonly Selector['by'][] = ['mac', 'pci', 'name', 'driver']

function rank({ by, glob }: Selector): number {
  return 2 * ORDER.indexOf(by) + (glob === null ? 0 : 1)
}
