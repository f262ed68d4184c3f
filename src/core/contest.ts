// Which entries of rancher.network.interfaces are for a link, in the order in which they would get it, and why. Pure.
import { byPrecedence, type Selector, selector, selects } from './interfaces.ts'
import type { Desired, LinkFact } from './kind.ts'

export interface Contender {
  /** Key of the entry. */
  readonly key: string
  /** `name eth0`, `name pattern eth*`, `MAC address 52:54:…`, `MAC pattern 52:54:*`. */
  readonly selects: string
  readonly wins: boolean
  /** Why it has the link, or why it has not. */
  readonly why: string
}

/** Every entry that selects a link, the one that has it first. A link that is not there is selected by its name alone. */
export function contest({ data }: Pick<Desired, 'data'>, link: LinkFact): readonly Contender[] {
  const all = Object.entries(data.rancher?.network?.interfaces ?? {})
    .map(([key, entry]) => selector(key, entry))
    .filter((one) => selects(one, link))
    .sort(byPrecedence)
  const [first] = all
  return all.map((one) => ({
    key: one.key,
    selects: said(one),
    wins: one === first,
    why: first === undefined || one === first ? winning(one, all.length) : losing(one, first)
  }))
}

function winning(one: Selector, count: number): string {
  return count === 1 ? 'no other entry selects it' : `a ${kindOf(one)} comes first of those that select it`
}

function losing(one: Selector, first: Selector): string {
  if (kindOf(one) !== kindOf(first)) return `a ${kindOf(first)} goes before a ${kindOf(one)}`
  if (one.literal !== first.literal)
    return `\`${first.text}\` has more letters that are no wildcards (${first.literal}, and it ${one.literal})`
  return `as exact as \`${first.key}\`, whose key comes first by name`
}

function said(one: Selector): string {
  return `${kindOf(one)} ${one.text}`
}

function kindOf({ by, glob }: Selector): string {
  const what = { mac: 'MAC', pci: 'PCI', name: 'name', driver: 'driver' }[by]
  if (glob !== null) return `${what} pattern`
  return { MAC: 'MAC address', PCI: 'PCI path' }[what] ?? what
}
