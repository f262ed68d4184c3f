// Containers a person stopped by command. Kept in /run, so an agent restart remembers them and the next boot does not.
import type { Key } from '../core/resource.ts'
import type { Files } from '../host/ports.ts'

const FILE = '/run/ros/stopped.json'

export interface Stopped {
  list(): readonly Key[]
  add(key: Key): Promise<void>
  remove(key: Key): Promise<void>
}

export async function openStopped(files: Files): Promise<Stopped> {
  const keys = new Set<Key>(parse(await files.read(FILE)))
  const save = () => files.writeAtomic(FILE, JSON.stringify([...keys]))
  return {
    list: () => [...keys].sort(),
    async add(key) {
      keys.add(key)
      await save()
    },
    async remove(key) {
      if (keys.delete(key)) await save()
    }
  }
}

function parse(text: string | null): readonly Key[] {
  try {
    const keys: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(keys) ? (keys as Key[]) : [] // written by us
  } catch {
    return []
  }
}
