// The console that goes on where another was enabled for the next boot. Kept in /run: an agent that starts anew remembers it, and the
// boot forgets it.
import type { HeldConsole } from '../core/held-console.ts'
import type { Files } from '../host/ports.ts'

const FILE = '/run/ros/console.json'

export interface ConsoleHold {
  held(): HeldConsole | null
  hold(held: HeldConsole): Promise<void>
  release(): Promise<void>
}

export async function openConsoleHold(files: Pick<Files, 'read' | 'writeAtomic' | 'remove'>): Promise<ConsoleHold> {
  let held = parse(await files.read(FILE))
  return {
    held: () => held,
    async hold(next) {
      // Of the services' environment some may be secret.
      await files.writeAtomic(FILE, JSON.stringify(next), { mode: 0o600 })
      held = next
    },
    async release() {
      if (held === null) return
      await files.remove(FILE)
      held = null
    }
  }
}

function parse(text: string | null): HeldConsole | null {
  try {
    const kept: Partial<HeldConsole> | null = JSON.parse(text ?? 'null') // written by us
    const { enabled, service } = kept ?? {}
    return enabled === undefined || service === undefined ? null : { enabled, service }
  } catch {
    return null
  }
}
