// The console that goes on where another was enabled for the next boot. Kept in /run: an agent that starts anew remembers it, and the
// boot forgets it.
import type { Subscription } from 'rxjs'
import { chosenConsole } from '../compose/console.ts'
import { asRosError } from '../core/errors.ts'
import type { HeldConsole } from '../core/held-console.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Files, Host } from '../host/ports.ts'
import type { Store } from './store.ts'

const FILE = '/run/ros/console.json'

export interface ConsoleHold {
  held(): HeldConsole | null
  hold(held: HeldConsole): Promise<void>
  release(): Promise<void>
  /** Lets go once the document names another console than the one that was enabled, by an undo or by hand: who names it again means now. */
  follow(parts: FollowParts): Subscription
}

interface FollowParts {
  readonly store: Pick<Store, 'changes'>
  /** The document in force; null before the first. */
  readonly data: () => CloudConfig | null
  readonly host: Pick<Host, 'log'>
}

export async function openConsoleHold(files: Pick<Files, 'read' | 'writeAtomic' | 'remove'>): Promise<ConsoleHold> {
  let held = parse(await files.read(FILE))
  /** The document in force has named it: it is held before the document does. One of an earlier start of the agent was named by then. */
  let named = held !== null
  const release = async () => {
    if (held === null) return
    await files.remove(FILE)
    held = null
  }
  return {
    held: () => held,
    async hold(next) {
      // Of the services' environment some may be secret.
      await files.writeAtomic(FILE, JSON.stringify(next), { mode: 0o600 })
      held = next
      named = false
    },
    release,
    follow: ({ store, data, host }) =>
      store.changes.subscribe(() => {
        const document = held === null ? null : data()
        if (held === null || document === null) return
        if (chosenConsole(document) === held.enabled) named = true
        else if (named) {
          named = false
          release().catch((thrown: unknown) =>
            host.log('warn', { error: asRosError(thrown).message }, 'the console that was held could not be let go')
          )
        }
      })
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
