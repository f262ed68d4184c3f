// Why the loop leaves something as it is although it is not as the document says: a pause, or the document's own drift policy.
import { agentSettings } from '../core/agent-settings.ts'
import { driftPolicy } from '../core/drift-policy.ts'
import type { World } from '../core/plan.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Drift } from './drift.ts'
import type { Pause } from './pause.ts'

/** Undefined where a document leaves nothing: no key is asked about then. */
export function leaves(
  pause: Pick<Pause, 'value'>,
  drift: Pick<Drift, 'knows' | 'hint'>
): (document: CloudConfig) => World['leave'] {
  return (document) => {
    const { value } = pause
    if (value !== null) {
      const message = value.reason === '' ? 'paused' : `paused: ${value.reason}`
      return () => ({ reason: 'Paused', message })
    }
    const { drift: rules } = agentSettings(document)
    if (Object.keys(rules).length === 0) return undefined
    return (key, { timely }, want) => {
      const { policy, rule } = driftPolicy(rules, key)
      if (policy === 'freeze') return { reason: 'Frozen', message: `rancher.drift freezes ${rule}` }
      // What the document itself has changed is done all the same, and what it is time for.
      if (policy === 'heal' || timely === true || want === null || !drift.knows(key, want.spec)) return null
      const hint = drift.hint(key)
      return {
        reason: 'Reported',
        message: `rancher.drift only reports ${rule}${hint === null ? '' : ` (${hint.how})`}`
      }
    }
  }
}
