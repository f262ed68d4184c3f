// Policy rules, as the document and the kernel have them, in one order of words: a rule has no name, it is what it says. Pure.
import type { PolicyRule } from '../document/types.gen.ts'
import { networkOf, parseCidr, showCidr } from './cidr.ts'
import { tableNumber } from './route.ts'

export interface Rule {
  readonly family: 4 | 6
  /** Arguments of `ip rule add`, in the order below. */
  readonly words: readonly string[]
}

const PROTOCOLS: Readonly<Record<string, string>> = {
  icmp: '1',
  tcp: '6',
  udp: '17',
  gre: '47',
  esp: '50',
  ah: '51',
  'ipv6-icmp': '58',
  icmpv6: '58',
  sctp: '132'
}
/** FR_ACT_* of <linux/fib_rules.h>. */
const TYPES: Readonly<Record<string, string>> = { 6: 'blackhole', 7: 'unreachable', 8: 'prohibit' }

/** The rules one entry means: one, or one of each family; a sentence where it can be none. */
export function rulesOf(entry: PolicyRule): readonly Rule[] | string {
  const { priority, from, to, table, type = 'lookup', family } = entry
  if (priority === undefined) return 'it has no priority'
  const prefixes = [from, to].flatMap((text) => (text === undefined ? [] : [parseCidr(text)]))
  const families = new Set(prefixes.map((prefix) => prefix?.family))
  if (families.has(undefined))
    return `\`${parseCidr(from ?? '') === null && from !== undefined ? from : to}\` is no address`
  if (families.size > 1) return '`from` and `to` are of two families'
  const [own] = families
  if (own !== undefined && family !== undefined && family !== 'both' && family !== `ipv${own}`)
    return `its addresses are IPv${own}, and \`family\` is ${family}`
  const number = table === undefined ? null : tableNumber(String(table))
  if (type === 'lookup' && number === null)
    return table === undefined ? 'it says no table' : `there is no table \`${table}\`; give its number`
  const mark = entry.fwmark === undefined ? null : markOf(String(entry.fwmark))
  if (entry.fwmark !== undefined && mark === null) return `\`${entry.fwmark}\` is no mark; write 0x10 or 0x10/0xff`
  const wanted: readonly (4 | 6)[] =
    own === undefined ? ({ ipv4: [4], ipv6: [6], both: [4, 6] }[family ?? 'ipv4'] as (4 | 6)[]) : [own] // lists of families
  return wanted.map((one) => ({
    family: one,
    words: wordsOf({
      not: entry.not === true,
      priority: String(priority),
      from: prefixOf(from),
      to: prefixOf(to),
      iif: entry.iif,
      oif: entry.oif,
      fwmark: mark ?? undefined,
      ipproto: entry.ipproto === undefined ? undefined : protocolOf(String(entry.ipproto)),
      sport: entry.sport === undefined ? undefined : String(entry.sport),
      dport: entry.dport === undefined ? undefined : String(entry.dport),
      uidrange: entry.uidrange,
      goal: type === 'lookup' ? ['table', String(number)] : [type],
      suppress: entry.suppress_prefixlength
    })
  }))
}

/** A rule of `ip -N -json rule show`. */
export interface RuleJson {
  readonly priority: number
  readonly not?: null
  readonly src?: string
  readonly srclen?: number
  readonly dst?: string
  readonly dstlen?: number
  readonly iif?: string
  readonly oif?: string
  readonly fwmark?: string
  readonly fwmask?: string
  readonly ipproto?: string
  readonly sport?: number
  readonly sport_start?: number
  readonly sport_end?: number
  readonly dport?: number
  readonly dport_start?: number
  readonly dport_end?: number
  readonly uid_start?: number
  readonly uid_end?: number
  readonly table?: string
  readonly action?: string
  readonly suppress_prefixlen?: number
  readonly protocol?: string
}

/** The words of a rule that is there. */
export function seenRule(rule: RuleJson, family: 4 | 6): Rule {
  const { action, table = '' } = rule
  const prefix = (address: string | undefined, length: number | undefined) =>
    address === undefined || address === 'all'
      ? undefined
      : prefixOf(length === undefined ? address : `${address}/${length}`)
  const ports = (one: number | undefined, first: number | undefined, last: number | undefined) =>
    first === undefined ? (one === undefined ? undefined : String(one)) : `${first}-${last}`
  return {
    family,
    words: wordsOf({
      not: rule.not === null,
      priority: String(rule.priority),
      from: prefix(rule.src, rule.srclen),
      to: prefix(rule.dst, rule.dstlen),
      iif: rule.iif,
      oif: rule.oif,
      fwmark:
        rule.fwmark === undefined ? undefined : (markOf(`${rule.fwmark}/${rule.fwmask ?? '0xffffffff'}`) ?? undefined),
      ipproto: rule.ipproto === undefined ? undefined : protocolOf(rule.ipproto),
      sport: ports(rule.sport, rule.sport_start, rule.sport_end),
      dport: ports(rule.dport, rule.dport_start, rule.dport_end),
      uidrange: rule.uid_start === undefined ? undefined : `${rule.uid_start}-${rule.uid_end}`,
      goal: action === undefined ? ['table', table] : [TYPES[action] ?? action],
      suppress: rule.suppress_prefixlen
    })
  }
}

interface Parts {
  readonly not: boolean
  readonly priority: string
  readonly from: string | undefined
  readonly to: string | undefined
  readonly iif: string | undefined
  readonly oif: string | undefined
  readonly fwmark: string | undefined
  readonly ipproto: string | undefined
  readonly sport: string | undefined
  readonly dport: string | undefined
  readonly uidrange: string | undefined
  readonly goal: readonly string[]
  readonly suppress: number | undefined
}

function wordsOf({ not, goal, suppress, ...parts }: Parts): readonly string[] {
  return [
    ...(not ? ['not'] : []),
    ...Object.entries(parts).flatMap(([word, value]) => (value === undefined ? [] : [word, value])),
    ...goal,
    ...(suppress === undefined ? [] : ['suppress_prefixlength', String(suppress)])
  ]
}

function prefixOf(text: string | undefined): string | undefined {
  const prefix = text === undefined ? null : parseCidr(text)
  return prefix === null ? undefined : showCidr(networkOf(prefix))
}

/** `0x10`, or `0x10/0xff` where not all bits count; null: it is no mark. */
function markOf(text: string): string | null {
  const [, mark, mask = '0xffffffff'] =
    /^(0x[0-9a-f]{1,8}|\d{1,10})(?:\/(0x[0-9a-f]{1,8}|\d{1,10}))?$/i.exec(text) ?? []
  if (mark === undefined) return null
  const [value, bits] = [Number(mark), Number(mask)]
  if (value > 0xffffffff || bits > 0xffffffff) return null
  return `0x${value.toString(16)}${bits === 0xffffffff ? '' : `/0x${bits.toString(16)}`}`
}

function protocolOf(text: string): string {
  return PROTOCOLS[text.toLowerCase()] ?? text.replace(/^ipproto-/, '')
}
