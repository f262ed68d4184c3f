// Policy rules of rancher.network.rules. A rule is what it says: another word is another rule, made before the old one goes. Ours carry our
// routing protocol number; equal ones of others count as there and stay.
import { RosError } from '../core/errors.ts'
import type { KindDef } from '../core/kind.ts'
import { type Key, nameOf, type Seen } from '../core/resource.ts'
import { PROTOCOL } from '../core/route.ts'
import { type Rule, type RuleJson, rulesOf, seenRule } from '../core/rules.ts'
import type { Host } from '../host/ports.ts'

export const rule: KindDef<'rule'> = {
  kind: 'rule',
  resync: 60_000,
  width: 100,
  deadline: 30_000,
  makeFirst: true,

  *want({ data, from }) {
    for (const [at, entry] of (data.rancher?.network?.rules ?? []).entries()) {
      const rules = rulesOf(entry)
      // What can be none is refused by the checks.
      if (typeof rules === 'string') continue
      for (const one of rules)
        yield { key: keyOf(one), spec: one, needs: [], from: from(['rancher', 'network', 'rules', at]) }
    }
  },

  judge(want, seen, owned) {
    if (want !== null) return seen === null ? { verb: 'create', why: 'not there' } : null
    return seen === null || owned === null ? null : { verb: 'delete', why: 'no longer wanted' }
  },

  claims: (key, { family, words, ours }) => (ours ? { key, spec: { family, words }, before: null, needs: [] } : null),

  show: ({ ours }) => ({ ours }),

  disturbs: ({ to }) =>
    to === null || to.words.includes('table')
      ? { is: 'nothing', what: '' }
      : { is: 'interrupt', what: 'what the rule is for goes nowhere' },

  watch: (host) => host.kernel.network,

  async observe(host, keys) {
    const seen = new Map<Key<'rule'>, Seen<'rule'>>()
    // To ask for rules takes two processes: not where none was ours and none is wanted.
    if (keys.length === 0 && without.has(host.network)) return seen
    for (const family of [4, 6] as const) {
      for (const entry of await ask(host, family)) {
        const one = seenRule(entry, family)
        const ours = entry.protocol === PROTOCOL
        if (ours || !seen.has(keyOf(one))) seen.set(keyOf(one), { ...one, ours })
      }
    }
    if ([...seen.values()].some(({ ours }) => ours)) without.delete(host.network)
    else without.add(host.network)
    return seen
  },

  async act(host, { key, to, owned }) {
    const one = to ?? owned?.spec
    if (one === undefined) return
    const family = one.family === 6 ? ['-6'] : []
    try {
      const verb = to === null ? 'delete' : 'add'
      await host.network.change([...family, 'rule', verb, ...one.words, 'protocol', PROTOCOL])
    } catch (cause) {
      const words = cause instanceof Error ? cause.message : String(cause)
      if (to === null && /No such file/.test(words)) return
      throw new RosError('ROS_RULE', `rule ${nameOf(key)}: ${words}`, 'soon', cause)
    }
  }
}

/** Networks in which the last look found no rule of ours. */
const without = new WeakSet<Host['network']>()

function keyOf({ family, words }: Rule): Key<'rule'> {
  return `rule/${family}:${words.join(' ')}`
}

async function ask(host: Host, family: 4 | 6): Promise<readonly RuleJson[]> {
  const argv = ['ip', '-N', `-${family}`, '-json', 'rule', 'show']
  const { stdout } = await host.runner.run(argv, { timeoutMs: 10_000 })
  return stdout.trim() === '' ? [] : (JSON.parse(stdout) as readonly RuleJson[]) // its format is fixed
}
