// Intent before deed: what is about to be done is written down first and crossed out afterwards, so that an agent that was killed
// in between knows what it left half done. It lies in /run: with a reboot the half-done thing is gone, too.
import type { Action } from '../core/action.ts'
import { type Key, looksLikeKey } from '../core/resource.ts'
import type { Host } from '../host/ports.ts'
import type { Events } from './events.ts'
import { keeper, type TextFile } from './kept-file.ts'

export interface Intent {
  readonly key: Key
  /** `verb key` of the action. */
  readonly id: string
}

export interface Journal {
  /** What an earlier agent began and did not end, as this one found it. */
  readonly interrupted: readonly Intent[]
  /** Keys whose last action was begun and has not ended well: the agent was killed, it failed, or it is under way. */
  readonly unfinished: ReadonlySet<Key>
  /** Resolves when the intent is kept; only then the deed may begin. */
  begin(action: Action): Promise<void>
  end(action: Action): Promise<void>
  /** Nothing more is to be done about these. */
  forget(keys: readonly Key[]): Promise<void>
}

export async function openJournal(file: TextFile): Promise<Journal> {
  const interrupted = parse(await file.read())
  const open = new Map(interrupted.map(({ key, id }) => [key, id]))
  const unfinished = new Set(open.keys())
  const save = keeper(file, () => JSON.stringify([...open]))
  const forget = async (keys: readonly Key[]) => {
    const known = keys.filter((key) => open.delete(key))
    for (const key of known) unfinished.delete(key)
    if (known.length > 0) await save()
  }
  return {
    interrupted,
    unfinished,
    async begin({ key, id }) {
      open.set(key, id)
      unfinished.add(key)
      await save()
    },
    end: ({ key }) => forget([key]),
    forget
  }
}

/** Says what an earlier agent did not come to the end of. */
export function tellInterrupted({ interrupted }: Journal, events: Events, host: Pick<Host, 'log'>): void {
  for (const { key, id } of interrupted) {
    events.add({ type: 'Warning', reason: 'Interrupted', message: `${id}: the agent ended before it was done`, key })
    host.log('warn', { key, action: id }, 'an action was interrupted')
  }
}

/** A journal that can not be read is an empty one: whatever a look shows is put right without it. */
function parse(text: string | null): readonly Intent[] {
  try {
    const entries: unknown = JSON.parse(text ?? '[]')
    if (!Array.isArray(entries)) return []
    return entries.flatMap((entry: unknown) => {
      const [key, id] = Array.isArray(entry) ? (entry as readonly unknown[]) : []
      return looksLikeKey(key) && typeof id === 'string' ? [{ key, id }] : []
    })
  } catch {
    return []
  }
}
