// Ticks at times of the wall clock. The kernel's timers count time that passes, so the clock is looked at again and again: it
// may be set meanwhile, and the machine may sleep.
import { Subject } from 'rxjs'
import type { WallClock } from '../ports.ts'

/** `now` is milliseconds since 1970, `step` those between two looks at it. */
export function createWallClock(now: () => number = Date.now, step = 15_000): WallClock {
  const waiting = new Map<string, number>()
  const rings = new Subject<void>()
  let timer: NodeJS.Timeout | null = null

  const arm = () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (waiting.size === 0) return
    const left = Math.min(...waiting.values()) - now()
    timer = setTimeout(look, Math.max(0, Math.min(left, step))).unref()
  }
  const look = () => {
    const due = [...waiting].filter(([, at]) => at <= now())
    for (const [name] of due) waiting.delete(name)
    if (due.length > 0) rings.next()
    arm()
  }

  return {
    now,
    ring(name, at) {
      if (waiting.get(name) === (at ?? undefined)) return
      if (at === null) waiting.delete(name)
      else waiting.set(name, at)
      arm()
    },
    rings
  }
}
