// Intent before deed: what is about to be done is written down first and crossed out afterwards, so that an agent that was killed
// in between knows what it left half done. It lies in /run: with a reboot the half-done thing is gone, too.
import type { Action } from '../core/action.ts'
import type { Key } from '../core/resource.ts'
import { keeper, type TextFile } from './kept-file.ts'

export interface Journal {
  /** Keys whose actions an earlier agent began and did not end, and nobody has ended since. */
  readonly unfinished: ReadonlySet<Key>
  begin(action: Action): Promise<void>
  end(action: Action): Promise<void>
}

export async function openJournal(file: TextFile): Promise<Journal> {
  const open = new Map<Key, string>(parse(await file.read()))
  const unfinished = new Set(open.keys())
  const save = keeper(file, () => JSON.stringify([...open]))
  return {
    unfinished,
    async begin({ key, id }) {
      open.set(key, id)
      await save()
    },
    async end({ key }) {
      unfinished.delete(key)
      if (open.delete(key)) await save()
    }
  }
}

function parse(text: string | null): readonly (readonly [Key, string])[] {
  try {
    const entries: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(entries) ? (entries as readonly (readonly [Key, string])[]) : [] // written by us
  } catch {
    return []
  }
}
