// What is written down around actions: the intent before one, what is ours after it, what has gone and is nobody's concern any more.
import type { Action } from '../core/action.ts'
import { asRosError } from '../core/errors.ts'
import type { World } from '../core/plan.ts'
import { type Key, kindOf } from '../core/resource.ts'
import type { Host } from '../host/ports.ts'
import type { Drift } from './drift.ts'
import type { Failures } from './failures.ts'
import type { Journal } from './journal.ts'
import type { Ledger } from './ledger.ts'

export interface Records {
  /** Before an action. When it rejects, the action may not begin. */
  begin(action: Action): Promise<void>
  /** After an action that succeeded. */
  end(action: Action): Promise<void>
  /**
   * After a look and its plan: what is as wanted is ours from now on, what is neither wanted nor there is forgotten. `planned`:
   * keys with something still to be done.
   */
  settle(world: World, planned: ReadonlySet<Key>): Promise<void>
}

export interface RecordsParts {
  readonly ledger: Ledger
  readonly journal: Journal
  readonly drift: Pick<Drift, 'met'>
  readonly failures: Pick<Failures, 'settled'>
  readonly host: Pick<Host, 'log'>
}

export function createRecords({ ledger, journal, drift, failures, host }: RecordsParts): Records {
  /** Why the ledger is behind; '' when it is not. */
  let unkept = ''
  return {
    async begin(action) {
      const { key, to, needs, place, from } = action
      await journal.begin(action)
      if (to !== null) await ledger.intend({ key, spec: to, needs, from: place }, from)
    },
    async end(action) {
      if (action.verb === 'delete') await ledger.release([action.key])
      await journal.end(action)
    },
    async settle(world, planned) {
      const over = (key: Key) =>
        !planned.has(key) && world.held?.has(key) !== true && world.unknown?.has(kindOf(key)) !== true
      const claims = [...world.wants.values()].flatMap((want) => {
        const seen = world.seen.get(want.key) ?? null
        return seen !== null && over(want.key) ? [{ want, seen }] : []
      })
      for (const { want } of claims) {
        drift.met(want.key, want.spec)
        failures.settled(want.key)
      }
      const gone = [...ledger.owned.keys()].filter((key) => !world.wants.has(key) && over(key))
      try {
        await ledger.claim(claims)
        await ledger.release(gone)
        await journal.forget([...journal.unfinished].filter(over))
        unkept = ''
      } catch (thrown) {
        // A full disk must not stop the loop. The next pass tries again, and no action begins without its intent.
        const { message } = asRosError(thrown)
        if (message !== unkept) host.log('error', { error: message }, 'what is owned could not be kept')
        unkept = message
      }
    }
  }
}
