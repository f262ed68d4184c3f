// Containers a person stopped or took away by command. Kept in /run, so an agent restart remembers them and the next boot does not.
import type { Key } from '../core/resource.ts'
import type { Files } from '../host/ports.ts'

const FILE = '/run/ros/stopped.json'

/** `stopped`: it is kept, and made where it is not there. `down`: it is not there. */
export type Rest = 'stopped' | 'down'

export interface Stopped {
  list(): readonly Key[]
  /** Those of them that are not even to be there. */
  down(): readonly Key[]
  add(key: Key, rest?: Rest): Promise<void>
  remove(key: Key): Promise<void>
}

export async function openStopped(files: Files): Promise<Stopped> {
  const keys = new Map<Key, Rest>(parse(await files.read(FILE)))
  const save = () => files.writeAtomic(FILE, JSON.stringify([...keys]))
  return {
    list: () => [...keys.keys()].sort(),
    down: () => [...keys].flatMap(([key, rest]) => (rest === 'down' ? [key] : [])).sort(),
    async add(key, rest = 'stopped') {
      keys.set(key, rest)
      await save()
    },
    async remove(key) {
      if (keys.delete(key)) await save()
    }
  }
}

function parse(text: string | null): readonly (readonly [Key, Rest])[] {
  try {
    const keys: unknown = JSON.parse(text ?? '[]')
    // Written by us; an earlier agent of this boot may have written keys alone.
    const all = Array.isArray(keys) ? (keys as readonly (Key | readonly [Key, Rest])[]) : []
    return all.map((one) => (typeof one === 'string' ? [one, 'stopped'] : one))
  } catch {
    return []
  }
}
