// New generations on trial: one that waits to be confirmed over a fresh connection, and one that has to become Ready in time.
// Pure; times are milliseconds of the machine's uptime, which no change of the clock moves.
import type { AgentRules } from './agent-settings.ts'
import type { Author } from './author.ts'
import { STANDARD_SECONDS } from './operator-path.ts'

/** A generation that changed the way to the machine. Until a fresh command arrives it is not known that one can arrive. */
export interface Unconfirmed {
  readonly generation: number
  /** The last one that was not on trial: what is restored. */
  readonly back: number
  readonly seconds: number
  readonly deadline: number
  /** When the change was in force; null: not yet. */
  readonly since: number | null
}

/** A generation came into force. `seconds` 0: it need not be confirmed. */
export interface Arrival {
  readonly generation: number
  readonly before: number
  readonly seconds: number
  readonly now: number
}

/** What waits after an arrival. A second change in the window keeps the generation to go back to. */
export function arrived(open: Unconfirmed | null, arrival: Arrival): Unconfirmed | null {
  const { generation, before, seconds, now } = arrival
  if (seconds === 0) return open === null ? null : { ...open, generation }
  return { generation, back: open?.back ?? before, seconds, deadline: now + seconds * 1000, since: null }
}

/** What is known of a generation that came, for the question whether it has to be confirmed. */
export interface Question {
  readonly by: Author
  readonly rules: Pick<AgentRules, 'confirmSeconds'>
  /** It differs in what any way to the machine hangs on. */
  readonly touches: boolean
  /** It differs in what its author's own path hangs on. */
  readonly touchesOwn: boolean
}

/**
 * Seconds within which it has to be confirmed; 0: it need not be. The command's word counts first, then the document's; where neither
 * says anything, nobody is to cut off the path they came by without a proof that there is another.
 */
export function secondsToConfirm({ by, rules, touches, touchesOwn }: Question): number {
  if (by.confirm !== undefined) return by.confirm
  if (by.how === 'boot' || by.how === 'rollback') return 0
  if (rules.confirmSeconds !== null) return touches ? rules.confirmSeconds : 0
  return touchesOwn ? STANDARD_SECONDS : 0
}

/** How a command came to the agent. */
export interface Way {
  /** When its connection was made; null: it came over none. */
  readonly connected: number | null
  /** When the ssh session it was typed in began; null: it was typed in none. */
  readonly session: number | null
}

/** Why a command that came this way confirms nothing; null: it confirms. */
export function unproven({ since, generation }: Unconfirmed, { connected, session }: Way): string | null {
  const anew = 'log in anew, then `ros confirm`'
  if (since === null)
    return `generation ${generation} is not in force yet: wait until \`ros status\` shows it compared, then ${anew}`
  if (connected === null || connected <= since)
    return `this connection is older than generation ${generation} and proves nothing: ${anew}`
  if (session !== null && session <= since)
    return `this ssh session is older than generation ${generation}, and an old one living on does not prove that a new one can come: ${anew}`
  return null
}

/** A generation that has to become Ready in time. */
export interface Proving {
  readonly generation: number
  readonly back: number
  readonly seconds: number
  readonly deadline: number
  /** What it has to be; absent: everything. One of these that has failed is not waited for: people get in by it. */
  readonly keys?: readonly string[]
  /** Keys that were not well already in the generation before. */
  readonly unwell: readonly string[]
}

export interface Health {
  /** The machine has been compared with the generation. */
  readonly compared: boolean
  /** What is not Ready, and why. */
  readonly failing: readonly { readonly key: string; readonly message: string; readonly failed?: boolean }[]
}

export type Verdict =
  | { readonly is: 'open' }
  | { readonly is: 'passed' }
  | { readonly is: 'failed'; readonly why: string }
  /** Not Ready, and going back would not help. */
  | { readonly is: 'kept'; readonly why: string }

/** Whether a generation has proved itself. As a rule only at its deadline is it given up: until then anything may still come. */
export function prove(proving: Proving, health: Health, now: number): Verdict {
  const { deadline, unwell, seconds, keys } = proving
  const { compared } = health
  const failing = health.failing.filter(({ key }) => keys === undefined || keys.includes(key))
  if (compared && failing.length === 0) return { is: 'passed' }
  const lost =
    compared && keys !== undefined && failing.some(({ key, failed }) => failed === true && !unwell.includes(key))
  if (now < deadline && !lost) return { is: 'open' }
  const [first] = failing
  if (first === undefined) return { is: 'failed', why: `the machine was not compared with it within ${seconds} s` }
  const fresh = failing.find(({ key }) => !unwell.includes(key))
  if (fresh === undefined)
    return { is: 'kept', why: `${first.key}: ${first.message}; it was not well in the generation before either` }
  return { is: 'failed', why: `${fresh.key}: ${fresh.message}` }
}
