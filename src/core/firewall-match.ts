// What a rule of rancher.network.firewall fits, in the words of nft. Sets and lists are written without overlaps, which nft
// refuses. Pure.
import { type Cidr, covers, networkOf, parseCidr, showAddress, showCidr } from './cidr.ts'

export type Sets = Readonly<Record<string, readonly string[]>>

/** Part of a rule: its words, and the family they are of; null: they fit both. */
export interface Match {
  readonly family: 4 | 6 | null
  readonly words: string
}

export interface PortSpan {
  readonly first: number
  readonly last: number
}

const ANYTHING: Match = { family: null, words: '' }
export const FAMILIES = [4, 6] as const

/** `@NAME` -> NAME; null: it is no name of a set. */
export function setNamed(text: string): string | null {
  return text.startsWith('@') ? text.slice(1) : null
}

/** Reads `80` and `8000-8100`; null for anything else. */
export function portSpan(text: string): PortSpan | null {
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? []
  const span = { first: Number(first), last: Number(last) }
  return first === undefined || span.first < 1 || span.last > 65_535 || span.first > span.last ? null : span
}

/** Whether a set is one of ports; one without elements may be either. */
export function holdsPorts(elements: readonly string[]): boolean {
  return elements.length > 0 && elements.every((element) => portSpan(element) !== null)
}

/** Networks in order, those within others left out. */
export function networks(texts: readonly string[], family: 4 | 6): readonly string[] {
  const all = texts
    .map((text) => parseCidr(text))
    .filter((cidr): cidr is Cidr => cidr?.family === family)
    .map(networkOf)
    .sort((a, b) => (a.bits < b.bits ? -1 : a.bits > b.bits ? 1 : a.length - b.length))
  const kept: Cidr[] = []
  for (const one of all) {
    const last = kept.at(-1)
    if (last === undefined || !covers(last, one)) kept.push(one)
  }
  return kept.map((one) => (one.length === (family === 4 ? 32 : 128) ? showAddress(one) : showCidr(one)))
}

/** Ports in order, ranges that overlap made one. */
export function ports(texts: readonly string[]): readonly string[] {
  const all = texts
    .map(portSpan)
    .filter((span) => span !== null)
    .sort((a, b) => a.first - b.first)
  const kept: PortSpan[] = []
  for (const span of all) {
    const last = kept.at(-1)
    if (last === undefined || span.first > last.last) kept.push(span)
    else kept.splice(-1, 1, { first: last.first, last: Math.max(last.last, span.last) })
  }
  return kept.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`))
}

/** `iifname "eth0"`; names that a pattern of the list fits are left out. */
export function interfaceMatch(key: 'iifname' | 'oifname', names: readonly string[] | undefined): string {
  if (names === undefined || names.length === 0) return ''
  const within = (name: string) =>
    names.some((other) => other !== name && other.endsWith('*') && name.startsWith(other.slice(0, -1)))
  const kept = [...new Set(names)].filter((name) => !within(name)).sort()
  return `${key} ${anyOf(kept.map((name) => `"${name}"`))}`
}

/** One match for each family that the addresses are of; none at all where a set has only ports. */
export function addressMatches(
  key: 'saddr' | 'daddr',
  texts: readonly string[] | undefined,
  sets: Sets
): readonly Match[] {
  if (texts === undefined || texts.length === 0) return [ANYTHING]
  const name = setNamed(texts[0] ?? '')
  const elements = name === null ? texts : (sets[name] ?? [])
  return FAMILIES.flatMap((family) => {
    const found = networks(elements, family)
    const words = `${family === 4 ? 'ip' : 'ip6'} ${key}`
    if (name !== null && (found.length > 0 || elements.length === 0))
      return [{ family, words: `${words} @${name}.v${family}` }]
    return name !== null || found.length === 0 ? [] : [{ family, words: `${words} ${anyOf(found)}` }]
  })
}

/** Protocol and ports: of both TCP and UDP where ports are named and no protocol is. */
export function portMatch(protocol: string | undefined, texts: readonly string[] | undefined): Match {
  if (protocol === 'icmp') return { family: 4, words: 'meta l4proto icmp' }
  if (protocol === 'icmpv6') return { family: 6, words: 'meta l4proto ipv6-icmp' }
  const name = setNamed(texts?.[0] ?? '')
  const which = name === null ? anyOf(ports(texts ?? [])) : `@${name}.ports`
  if (texts === undefined || texts.length === 0)
    return protocol === undefined ? ANYTHING : { family: null, words: `meta l4proto ${protocol}` }
  const key = protocol === undefined ? 'meta l4proto { tcp, udp } th dport' : `${protocol} dport`
  return { family: null, words: `${key} ${which}` }
}

/** The family that all are of: null where none says; undefined where they are of two. */
export function familyOf(matches: readonly Match[]): 4 | 6 | null | undefined {
  const [first, second] = [...new Set(matches.flatMap(({ family }) => family ?? []))]
  return second === undefined ? (first ?? null) : undefined
}

/** One value as it is, several as an anonymous set. */
export function anyOf(values: readonly string[]): string {
  return values.length === 1 ? (values[0] ?? '') : `{ ${values.join(', ')} }`
}
