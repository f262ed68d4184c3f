// What goes on as it is where something else was enabled for the next boot. Kept in /run: an agent that starts anew remembers it, and
// the boot forgets it.
import type { Subscription } from 'rxjs'
import { asRosError } from '../core/errors.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Files, Host } from '../host/ports.ts'
import type { Store } from './store.ts'

export interface Enabled {
  /** The name that the document has for the next boot. */
  readonly enabled: string
}

export interface Hold<T extends Enabled> {
  held(): T | null
  hold(held: T): Promise<void>
  release(): Promise<void>
  /** Lets go once the document names another than the one that was enabled, by an undo or by hand: who names it again means now. */
  follow(parts: FollowParts): Subscription
}

interface FollowParts {
  readonly store: Pick<Store, 'changes'>
  /** The document in force; null before the first. */
  readonly data: () => CloudConfig | null
  readonly host: Pick<Host, 'log'>
}

export interface Holdable<T extends Enabled> {
  /** File of /run. */
  readonly file: string
  /** Which one a document names. */
  readonly named: (document: CloudConfig) => string
  /** What a file says; null where it is not one of ours. */
  readonly parse: (kept: Partial<T>) => T | null
}

export async function openHold<T extends Enabled>(
  files: Pick<Files, 'read' | 'writeAtomic' | 'remove'>,
  { file, named: namedBy, parse }: Holdable<T>
): Promise<Hold<T>> {
  let held = keptIn(await files.read(file), parse)
  /** The document in force has named it: it is held before the document does. One of an earlier start of the agent was named by then. */
  let named = held !== null
  const release = async () => {
    if (held === null) return
    await files.remove(file)
    held = null
  }
  return {
    held: () => held,
    async hold(next) {
      // Of a service's environment some may be secret.
      await files.writeAtomic(file, JSON.stringify(next), { mode: 0o600 })
      held = next
      named = false
    },
    release,
    follow: ({ store, data, host }) =>
      store.changes.subscribe(() => {
        const document = held === null ? null : data()
        if (held === null || document === null) return
        if (namedBy(document) === held.enabled) named = true
        else if (named) {
          named = false
          release().catch((thrown: unknown) =>
            host.log('warn', { file, error: asRosError(thrown).message }, 'what was held could not be let go')
          )
        }
      })
  }
}

function keptIn<T extends Enabled>(text: string | null, parse: (kept: Partial<T>) => T | null): T | null {
  try {
    const kept: unknown = JSON.parse(text ?? 'null')
    return typeof kept === 'object' && kept !== null ? parse(kept) : null
  } catch {
    return null
  }
}
