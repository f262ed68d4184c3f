// The agent's log on disk. Each line is on its way to the disk when `write` returns, so that a fatal error's is not lost, and is
// appended by name, so that the file may be taken away under it.
import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/** What pino writes to. */
export interface LogFile {
  write(line: string): void
}

/**
 * Lines that can not be written, on a full or read-only disk, are lost and nothing else; the first that can be is preceded by one
 * that counts them.
 */
export function openLogFile(path: string, now: () => string): LogFile {
  let lost = 0
  const told = () =>
    `${JSON.stringify({ level: WARN, time: now(), lines: lost, msg: 'lines of this log were lost' })}\n`
  return {
    write(line) {
      try {
        mkdirSync(dirname(path), { recursive: true })
        appendFileSync(path, lost === 0 ? line : told() + line)
        lost = 0
      } catch {
        lost += 1
      }
    }
  }
}

/** pino's number. */
const WARN = 40
