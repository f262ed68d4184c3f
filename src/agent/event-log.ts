// The events on disk, as lines of JSON: two files of bounded size, the newer one and the one before it.
import { appendFileSync, readFileSync, renameSync, statSync } from 'node:fs'
import type { Event, EventLog } from './events.ts'

/** Bytes after which the file becomes the old one. */
const FULL = 1_048_576

/**
 * Opens (or begins) the log at `path`; the file before it is `path` with `.1`. What can not be written, on a full disk, is lost
 * to the next start of the agent and to nothing else. `keep`: how many of the newest are read back.
 */
export function openEventLog(path: string, { full = FULL, keep = 1024 } = {}): EventLog {
  const old = `${path}.1`
  const newest = textOf(path)
  let kept = eventsIn(newest)
  if (kept.length < keep) kept = [...eventsIn(textOf(old)), ...kept]
  let size = sizeOf(path)
  // A line that was cut off by a power cut ends where the next one begins.
  let torn = newest !== '' && !newest.endsWith('\n')
  return {
    kept: rising(kept).slice(-keep),
    append(event) {
      const line = `${torn ? '\n' : ''}${JSON.stringify(event)}\n`
      try {
        if (size > 0 && size + Buffer.byteLength(line) > full) {
          renameSync(path, old)
          size = 0
        }
        appendFileSync(path, line)
        torn = false
        size += Buffer.byteLength(line)
      } catch {
        // Of a line written half nothing more is known.
        torn = true
        size = sizeOf(path)
      }
    }
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

function eventsIn(text: string): readonly Event[] {
  return text.split('\n').flatMap((line) => {
    try {
      const event = JSON.parse(line) as Partial<Event> | null // written by us, or torn
      return typeof event?.rev === 'number' && typeof event.at === 'string' ? [event as Event] : []
    } catch {
      return []
    }
  })
}

/** From the newest backwards for as long as the numbers fall: older agents began with 1 at every boot. */
function rising(events: readonly Event[]): readonly Event[] {
  let from = events.length - 1
  while (from > 0 && (events[from - 1]?.rev ?? 0) < (events[from]?.rev ?? 0)) from -= 1
  return events.slice(Math.max(0, from))
}
