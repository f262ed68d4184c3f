// rancher.network.firewall -> the one nftables table that is ours. Pure. docs/firewall.md says what its rules mean to others.
import type { Firewall, FirewallMasquerade, FirewallPortForward, FirewallRule } from '../document/types.gen.ts'
import { parseCidr, showAddress } from './cidr.ts'
import {
  addressMatches,
  FAMILIES,
  familyOf,
  holdsPorts,
  interfaceMatch,
  type Match,
  networks,
  portMatch,
  ports,
  type Sets
} from './firewall-match.ts'

/** Family and name of the table. */
export const TABLE = 'inet rosd'

/**
 * Before Docker's chains and iptables' (0, -100 and 100), so that what the document says of a port comes first. A packet that
 * is let through here still has to pass theirs; one that is dropped here is gone.
 */
const PRIORITY = { filter: 'filter - 10', dstnat: 'dstnat - 10', srcnat: 'srcnat - 10' } as const

const ANSWERS = 'ct state established,related accept'

/** Without these a machine loses its neighbours and its addresses: RFC 4890 4.4.1, RFC 8415 7.2, RFC 2131 4.1. */
const VITAL = [
  'iifname "lo" accept',
  ANSWERS,
  'ip6 hoplimit 255 icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, nd-redirect } accept',
  'ip6 saddr { ::, fe80::/10 } icmpv6 type { mld-listener-query, mld-listener-report, mld-listener-done, mld2-listener-report } accept',
  'ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept',
  'meta nfproto ipv4 udp sport 67 udp dport 68 accept'
]

/** Published ports, which an engine has given another destination, and what containers send. */
const CONTAINERS = ['ct status dnat accept', 'iifname { "br-*", "dk-*", "docker0", "docker_gwbridge" } accept']

/** The table as `nft -f` reads it; null where the document asks for none. */
export function firewallText(firewall: Firewall | undefined): string | null {
  const { input, forward, masquerade = [], port_forwards = [], sets = {} } = firewall ?? {}
  const chains = [
    ...filterChain('input', VITAL, input?.rules ?? [], [], input?.policy, sets),
    ...filterChain(
      'forward',
      [ANSWERS],
      forward?.rules ?? [],
      forward?.containers === false ? [] : CONTAINERS,
      forward?.policy,
      sets
    ),
    ...natChain('port_forwards', `type nat hook prerouting priority ${PRIORITY.dstnat}`, port_forwards, (one) =>
      forwardLines(one, sets)
    ),
    ...natChain('masquerading', `type nat hook postrouting priority ${PRIORITY.srcnat}`, masquerade, (one) =>
      masqueradeLines(one, sets)
    )
  ]
  if (chains.length === 0) return null
  const blocks = [...Object.entries(sets).flatMap(([name, elements]) => setBlocks(name, elements)), ...chains]
  return `table ${TABLE} {\n${blocks.map(([head, lines]) => block(head, lines)).join('\n')}}\n`
}

/** The table and nothing else is replaced, in one transaction, whatever stood in it; null: it is removed. */
export function transaction(text: string | null): string {
  return `add table ${TABLE}\ndelete table ${TABLE}\n${text ?? ''}`
}

type Block = readonly [head: string, lines: readonly string[]]

function block(head: string, lines: readonly string[]): string {
  return `\t${head} {\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}\n`
}

function setBlocks(name: string, elements: readonly string[]): readonly Block[] {
  const one = (suffix: string, type: string, values: readonly string[]): Block => [
    `set ${name}.${suffix}`,
    [`type ${type}`, 'flags interval', ...(values.length === 0 ? [] : [`elements = { ${values.join(', ')} }`])]
  ]
  const [v4, v6] = [networks(elements, 4), networks(elements, 6)]
  return [
    ...(holdsPorts(elements) ? [] : [one('v4', 'ipv4_addr', v4), one('v6', 'ipv6_addr', v6)]),
    ...(holdsPorts(elements) || elements.length === 0 ? [one('ports', 'inet_service', ports(elements))] : [])
  ]
}

/** None where it would let everything pass. */
function filterChain(
  hook: 'input' | 'forward',
  first: readonly string[],
  rules: readonly FirewallRule[],
  last: readonly string[],
  policy: 'accept' | 'drop' | 'reject' = 'accept',
  sets: Sets
): readonly Block[] {
  if (policy === 'accept' && rules.length === 0) return []
  const head = `type filter hook ${hook} priority ${PRIORITY.filter}; policy ${policy === 'accept' ? 'accept' : 'drop'};`
  const lines = rules.flatMap((rule) => ruleLines(rule, sets))
  const refuse = policy === 'reject' ? ['meta l4proto tcp reject with tcp reset', REJECT] : []
  return [[`chain ${hook}`, [head, ...first, ...lines, ...(policy === 'accept' ? [] : last), ...refuse]]]
}

function natChain<T>(
  name: string,
  head: string,
  given: readonly T[],
  lines: (one: T) => readonly string[]
): readonly Block[] {
  return given.length === 0 ? [] : [[`chain ${name}`, [`${head}; policy accept;`, ...given.flatMap(lines)]]]
}

const REJECT = 'reject with icmpx admin-prohibited'

/** A rule as lines of nft: one, or one for each family of its addresses. None where its addresses and protocol share no family. */
export function ruleLines(rule: FirewallRule, sets: Sets): readonly string[] {
  const { in: input, out, from, to, protocol, port, state, limit, counter, log, comment } = rule
  const transport = portMatch(protocol, port)
  const how = rule.action !== 'reject' ? rule.action : protocol === 'tcp' ? 'reject with tcp reset' : REJECT
  return joined(addressMatches('saddr', from, sets), addressMatches('daddr', to, sets), [transport]).map(
    ({ family, words }) =>
      line(
        interfaceMatch('iifname', input),
        interfaceMatch('oifname', out),
        state === undefined ? '' : `ct state ${[...new Set(state)].sort().join(',')}`,
        family !== null && transport.family !== null && words === transport.words ? nfproto(family) : '',
        words,
        limit === undefined ? '' : `limit rate ${limit}`,
        counter === true ? 'counter' : '',
        log === undefined ? '' : `log prefix "${log} "`,
        how,
        comment === undefined ? '' : `comment "${comment}"`
      )
  )
}

function masqueradeLines({ out, from }: FirewallMasquerade, sets: Sets): readonly string[] {
  return addressMatches('saddr', from, sets).map(({ family, words }) =>
    line(interfaceMatch('oifname', out), family === null ? nfproto(4) : words, 'masquerade')
  )
}

/** Only what is sent to the machine itself: what merely passes through it to the same port of others is not theirs to take. */
function forwardLines({ in: input, from, protocol, port, to }: FirewallPortForward, sets: Sets): readonly string[] {
  const target = forwardTarget(to)
  if (target === null) return []
  const { family, address, port: newPort } = target
  const shown = family === 6 && newPort !== null ? `[${address}]` : address
  const own: Match = { family, words: '' }
  return joined(addressMatches('saddr', from, sets), [own], [portMatch(protocol, port)]).map(({ words }) =>
    line(
      interfaceMatch('iifname', input),
      nfproto(family),
      'fib daddr type local',
      words,
      `dnat ${family === 4 ? 'ip' : 'ip6'} to ${shown}${newPort === null ? '' : `:${newPort}`}`
    )
  )
}

/** Reads `10.0.0.5`, `10.0.0.5:8080`, `fd00::5`, `[fd00::5]:8080`; null for anything else. */
export function forwardTarget(text: string): { family: 4 | 6; address: string; port: number | null } | null {
  const [, six, four, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text) ?? []
  const address = parseCidr(six ?? four ?? text)
  const number = port === undefined ? null : Number(port)
  if (address === null || (six !== undefined && address.family === 4)) return null
  if (number !== null && (number < 1 || number > 65_535)) return null
  return { family: address.family, address: showAddress(address), port: number }
}

/** Each way to take one of every part, where those are of one family. */
function joined(...parts: readonly (readonly Match[])[]): readonly Match[] {
  const ways = parts.reduce<readonly (readonly Match[])[]>(
    (so_far, part) => so_far.flatMap((way) => part.map((one) => [...way, one])),
    [[]]
  )
  return ways.flatMap((way) => {
    const family = familyOf(way)
    return family === undefined ? [] : [{ family, words: line(...way.map(({ words }) => words)) }]
  })
}

function nfproto(family: (typeof FAMILIES)[number]): string {
  return `meta nfproto ipv${family}`
}

function line(...words: readonly string[]): string {
  return words.filter((word) => word !== '').join(' ')
}
