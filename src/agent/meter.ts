// What the loop tells whoever counts.
import type { Outcome } from './execute.ts'

export interface Meter {
  /** A pass has ended. Milliseconds; `actions`: how many it planned. */
  passed(ms: number, actions: number): void
  ended(outcome: Outcome): void
  /** Something that had drifted was set right. Milliseconds from the tick that brought it to the end of the action. */
  repaired(key: string, ms: number): void
}

export const NO_METER: Meter = { passed: () => {}, ended: () => {}, repaired: () => {} }
