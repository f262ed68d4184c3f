// What had been as the document wants it and no longer is, was changed by somebody else: that is told, once, with who it was
// where that is known. What is only to be reported is remembered beyond this agent's life, so that a new one does not heal it.
import { createHash } from 'node:crypto'
import type { Plan } from '../core/plan.ts'
import type { Key, Want } from '../core/resource.ts'
import type { Host } from '../host/ports.ts'
import type { Events } from './events.ts'
import { keeper, type TextFile } from './kept-file.ts'
import type { Hint, Witness } from './witness.ts'

export interface Drift {
  /** `key` was seen to be as `spec` says. */
  met(key: Key, spec: unknown): void
  /**
   * Tells of those actions that only repair what had been as they want it, and of what is left although it had been so. An
   * action ends what is known of its key. `heard`: monotonic ms at which word of it came; null: it was found by looking.
   */
  tell(plan: Pick<Plan, 'actions' | 'left'>, wants: ReadonlyMap<Key, Want>, heard: number | null): void
  /** An action has succeeded: when the drift it repaired was heard of; null: it repaired none, or it was found by looking. */
  repaired(key: Key): number | null
  /** Whether `key` was seen to be as `spec` says, and nothing was done to it since. */
  knows(key: Key, spec: unknown): boolean
  /** Who or what made it drift; null: not known. */
  hint(key: Key): Hint | null
}

export interface DriftParts {
  readonly host: Pick<Host, 'log'>
  readonly events: Events
  readonly witness?: Witness
  readonly memory?: DriftMemory
}

/** What was as wanted, of the keys whose drift is only reported: key -> digest of the spec. */
export interface DriftMemory {
  readonly digests: Map<Key, string>
  /** Whether this key's drift is only reported. */
  readonly keeps: (key: Key) => boolean
  /** Keeps what `digests` holds now. */
  readonly save: () => void
}

export function createDrift({ host, events, witness, memory }: DriftParts): Drift {
  /** Keys seen as wanted since their last action, with the spec they met. */
  const calm = new Map<Key, unknown>()
  const heardAt = new Map<Key, number>()
  /** What was told of keys that have drifted. */
  const told = new Map<Key, { readonly why: string; readonly hint: Hint | null }>()

  /** What was told stays so while it lasts: what is heard since may be of our own doing. */
  const hint = (key: Key) => told.get(key)?.hint ?? witness?.of(key) ?? null
  const knows = (key: Key, spec: unknown) =>
    calm.has(key) ? same(calm.get(key), spec) : memory?.digests.get(key) === digest(spec)

  const say = (key: Key, why: string, doing: string) => {
    const found = witness?.of(key) ?? told.get(key)?.hint ?? null
    const by = found === null ? '' : ` (${found.how})`
    told.set(key, { why, hint: found })
    events.add({ type: 'Warning', reason: 'Drifted', message: `${why}; ${doing}${by}`, key })
    host.log('warn', { key, why, ...(found === null ? {} : { how: found.how }) }, 'drifted')
  }

  return {
    met(key, spec) {
      told.delete(key)
      if (memory?.keeps(key) === true && (calm.get(key) !== spec || !memory.digests.has(key))) {
        const now = digest(spec)
        if (memory.digests.get(key) !== now) {
          memory.digests.set(key, now)
          memory.save()
        }
      }
      calm.set(key, spec)
    },
    tell({ actions, left }, wants, heard) {
      for (const { key, why, timely, message } of left) {
        const want = wants.get(key)
        if (timely === true || want === undefined || told.get(key)?.why === why || !knows(key, want.spec)) continue
        say(key, why, `it is left so: ${message}`)
      }
      for (const { key, to, why, timely } of actions) {
        if (timely === true) continue
        const drifted = to !== null && knows(key, to)
        calm.delete(key)
        if (memory?.digests.delete(key) === true) memory.save()
        if (!drifted) continue
        say(key, why, 'setting it right')
        if (heard !== null) heardAt.set(key, heard)
      }
    },
    repaired(key) {
      const heard = heardAt.get(key) ?? null
      heardAt.delete(key)
      witness?.forget(key)
      return heard
    },
    knows,
    hint
  }
}

/** The memory in a file of /run: a boot begins without it, and applies the document. A file that is none of ours is empty. */
export async function openDriftMemory(
  file: TextFile,
  keeps: (key: Key) => boolean,
  failed: (thrown: unknown) => void
): Promise<DriftMemory> {
  const digests = new Map<Key, string>(parse(await file.read()))
  const save = keeper(file, () => JSON.stringify([...digests]))
  return { digests, keeps, save: () => void save().catch(failed) }
}

function parse(text: string | null): readonly (readonly [Key, string])[] {
  try {
    const entries: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(entries) ? (entries as readonly (readonly [Key, string])[]) : [] // written by us
  } catch {
    return []
  }
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

/** Specs may hold secrets; a digest does not. */
function digest(spec: unknown): string {
  return createHash('sha256').update(JSON.stringify(spec)).digest('hex')
}
