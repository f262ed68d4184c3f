// New generations on trial: one that waits to be confirmed over a fresh connection, and one that has to become Ready in time.
// Pure; times are milliseconds of the machine's uptime, which no change of the clock moves.

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

/** A generation came into force. `touches`: what the way to the machine hangs on; `seconds` 0: nothing is to be confirmed. */
export interface Arrival {
  readonly generation: number
  readonly before: number
  readonly touches: boolean
  readonly seconds: number
  readonly now: number
}

/** What waits after an arrival. A second change in the window keeps the generation to go back to. */
export function arrived(open: Unconfirmed | null, arrival: Arrival): Unconfirmed | null {
  const { generation, before, touches, seconds, now } = arrival
  if (open !== null && (!touches || seconds === 0)) return { ...open, generation }
  if (!touches || seconds === 0) return null
  return { generation, back: open?.back ?? before, seconds, deadline: now + seconds * 1000, since: null }
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
  /** Keys that were not well already in the generation before. */
  readonly unwell: readonly string[]
}

export interface Health {
  /** The machine has been compared with the generation. */
  readonly compared: boolean
  /** What is not Ready, and why. */
  readonly failing: readonly { readonly key: string; readonly message: string }[]
}

export type Verdict =
  | { readonly is: 'open' }
  | { readonly is: 'passed' }
  | { readonly is: 'failed'; readonly why: string }
  /** Not Ready, and going back would not help. */
  | { readonly is: 'kept'; readonly why: string }

/** Whether a generation has proved itself. Only at its deadline is it given up: until then anything may still come. */
export function prove({ deadline, unwell, seconds }: Proving, { compared, failing }: Health, now: number): Verdict {
  if (compared && failing.length === 0) return { is: 'passed' }
  if (now < deadline) return { is: 'open' }
  const [first] = failing
  if (first === undefined) return { is: 'failed', why: `the machine was not compared with it within ${seconds} s` }
  const fresh = failing.find(({ key }) => !unwell.includes(key))
  if (fresh === undefined)
    return { is: 'kept', why: `${first.key}: ${first.message}; it was not well in the generation before either` }
  return { is: 'failed', why: `${fresh.key}: ${fresh.message}` }
}
