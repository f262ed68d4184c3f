// What a person chose for the next boot: until then the loop leaves what runs as it is. Kept in /run, so a new start of the agent
// remembers it and the boot forgets it.
import type { Files } from '../host/ports.ts'

const FILE = '/run/ros/next-boot.json'

export interface NextBoot {
  /** The engine of User Docker that is to count then; null: none, the document counts now. */
  readonly engine: string | null
  /** null: the document counts now. */
  choose(engine: string | null): Promise<void>
}

export async function openNextBoot(files: Pick<Files, 'read' | 'writeAtomic' | 'remove'>): Promise<NextBoot> {
  let engine = parse(await files.read(FILE))
  return {
    get engine() {
      return engine
    },
    async choose(next) {
      await (next === null ? files.remove(FILE) : files.writeAtomic(FILE, JSON.stringify({ engine: next })))
      engine = next
    }
  }
}

function parse(text: string | null): string | null {
  try {
    const kept: unknown = JSON.parse(text ?? 'null')
    return typeof kept === 'object' && kept !== null && 'engine' in kept && typeof kept.engine === 'string'
      ? kept.engine
      : null
  } catch {
    return null
  }
}
