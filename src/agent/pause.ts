// Maintenance: while it is paused the agent looks and reports, and does nothing. Kept in /run, so that a new start of the agent
// changes nothing and a boot ends it.
import { BehaviorSubject, type Observable } from 'rxjs'
import type { Events } from './events.ts'
import type { TextFile } from './kept-file.ts'
import type { Paused } from './store.ts'

export interface Pause {
  /** null: it is not paused. */
  readonly value: Paused | null
  readonly changes: Observable<Paused | null>
  /** `seconds` null: until somebody resumes. A second pause takes the place of the first. Rejects when it can not be kept. */
  pause(reason: string, seconds: number | null): Promise<Paused>
  /** `how` it came to that, for the event. False: it was not paused. */
  resume(how?: string): Promise<boolean>
}

export interface PauseParts {
  readonly file: TextFile
  readonly events: Events
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds since the machine started: goes on across starts of the agent, whatever is done to the clock. */
  readonly uptime: () => number
}

interface Kept {
  readonly reason: string
  /** ISO time. */
  readonly at: string
  /** Milliseconds since the machine started; null: no end. */
  readonly until: number | null
}

/** setTimeout takes no more: 2^31 - 1 ms, 24 days. */
const LONGEST = 2_147_483_647

export async function openPause({ file, events, now, uptime }: PauseParts): Promise<Pause> {
  let timer: NodeJS.Timeout | null = null
  const state = new BehaviorSubject<Paused | null>(null)

  const shown = ({ reason, at, until }: Kept): Paused => ({
    reason,
    at,
    until: until === null ? null : new Date(now() + until - uptime()).toISOString()
  })
  const tell = (reason: string, message: string) => events.add({ type: 'Normal', reason, message, key: null })

  const end = async (how: string) => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    await file.write('null')
    if (state.value === null) return false
    tell('Resumed', how)
    state.next(null)
    return true
  }

  const expire = (until: number | null) => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (until === null) return
    const left = until - uptime()
    // Where nothing can be written the pause is over all the same.
    const over = () => void end('its time is up').catch(() => state.next(null))
    timer = left > 0 ? setTimeout(() => expire(until), Math.min(left, LONGEST)) : null
    if (timer === null) over()
    else timer.unref()
  }

  const before = parse(await file.read())
  if (before !== null && (before.until === null || before.until > uptime())) {
    state.next(shown(before))
    expire(before.until)
  }

  return {
    get value() {
      return state.value
    },
    changes: state,
    async pause(reason, seconds) {
      const until = seconds === null ? null : uptime() + seconds * 1000
      const kept: Kept = { reason, at: new Date(now()).toISOString(), until }
      await file.write(JSON.stringify(kept))
      const paused = shown(kept)
      const end = paused.until === null ? 'until somebody resumes' : `until ${paused.until}`
      tell('Paused', reason === '' ? end : `${reason} (${end})`)
      state.next(paused)
      expire(until)
      return paused
    },
    resume: (how = 'by command') => end(how)
  }
}

function parse(text: string | null): Kept | null {
  try {
    const kept = JSON.parse(text ?? 'null') as Partial<Kept> | null // written by us
    return typeof kept?.reason === 'string' && kept.until !== undefined ? (kept as Kept) : null
  } catch {
    return null
  }
}
