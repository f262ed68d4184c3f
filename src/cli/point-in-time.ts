import { secondsOf } from './duration.ts'

/** ISO time of a time ago (`5m`) or of a point in time; null: the text is neither. `now` in milliseconds. */
export function pointInTime(text: string, now: number): string | null {
  const seconds = secondsOf(text)
  const at = seconds === null ? Date.parse(text) : now - seconds * 1000
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}
