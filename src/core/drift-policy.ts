// What is done about a thing that is no longer as the document says although nobody changed the document: `rancher.drift`.
// Pure.
import { type Key, kindOf } from './resource.ts'

/** `heal`: it is set right. `report`: it is told and stays. `freeze`: nothing of it is changed, for the document neither. */
export type DriftPolicy = 'heal' | 'report' | 'freeze'

/** `sysctl`, `sysctl/vm.swappiness`, `container/user/*` -> policy. */
export type DriftRules = Readonly<Record<string, DriftPolicy>>

export interface Ruled {
  readonly policy: DriftPolicy
  /** The entry that decided; null: none, so it is healed. */
  readonly rule: string | null
}

/** The policy of one key. Of the entries that match the most specific wins: more of the key written out, then no star. */
export function driftPolicy(rules: DriftRules, key: Key): Ruled {
  let best: string | null = null
  for (const rule of Object.keys(rules)) {
    if (matches(rule, key) && (best === null || weight(rule) > weight(best))) best = rule
  }
  return { policy: best === null ? 'heal' : (rules[best] ?? 'heal'), rule: best }
}

function matches(rule: string, key: Key): boolean {
  if (!rule.includes('/')) return rule === kindOf(key)
  if (!rule.includes('*')) return rule === key
  const parts = rule.split('*')
  const [first = '', ...others] = parts
  const last = others.pop() ?? ''
  if (key.length < first.length + last.length || !key.startsWith(first) || !key.endsWith(last)) return false
  let at = first.length
  for (const part of others) {
    const found = key.indexOf(part, at)
    if (found === -1 || found + part.length > key.length - last.length) return false
    at = found + part.length
  }
  return true
}

/** Letters that are not stars; half a letter more where there is no star. */
function weight(rule: string): number {
  const letters = rule.replaceAll('*', '').length
  return rule.includes('*') || !rule.includes('/') ? letters : letters + 0.5
}
