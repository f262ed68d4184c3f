// Why the loop leaves something as it is although it is not as the document says: a pause, or the document's own drift policy.
import { agentSettings } from '../core/agent-settings.ts'
import { wantedEngine } from '../core/engine-name.ts'
import { driftPolicy } from '../core/drift-policy.ts'
import type { World } from '../core/plan.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Drift } from './drift.ts'
import type { Enabled, Hold } from './hold.ts'
import type { Pause } from './pause.ts'

/** Undefined where a document leaves nothing: no key is asked about then. */
export function leaves(
  pause: Pick<Pause, 'value'>,
  drift: Pick<Drift, 'knows' | 'hint'>,
  engine: Pick<Hold<Enabled>, 'held'> = { held: () => null }
): (document: CloudConfig) => World['leave'] {
  return (document) => {
    const { value } = pause
    if (value !== null) {
      const message = value.reason === '' ? 'paused' : `paused: ${value.reason}`
      return () => ({ reason: 'Paused', message })
    }
    const { drift: rules } = agentSettings(document)
    const enabled = engine.held()?.enabled
    const waits = enabled === wantedEngine(document)
    if (Object.keys(rules).length === 0 && !waits) return undefined
    return (key, { timely, verb }, want) => {
      if (waits && key === 'container/system/docker' && verb === 'replace')
        return {
          reason: 'NextBoot',
          message: `${enabled} is User Docker from the next boot on; until then nothing changes`
        }
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
