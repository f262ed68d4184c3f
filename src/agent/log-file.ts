// The agent's log on disk. Each line is on its way to the disk when `write` returns, so that a fatal error's is not lost, and is
// appended by name, so that the file may be taken away under it.
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** What pino writes to. */
export interface LogFile {
  write(line: string): void
}

/** As /etc/logrotate.conf has it, which comes by only now and then: an agent that has much to say does not fill the disk until then. */
const FULL = 5_000_000
const OLDER = 4

/**
 * Lines that can not be written, on a full or read-only disk, are lost and nothing else; the first that can be is preceded by one
 * that counts them. A file of `full` bytes becomes `NAME.1`, and so on up to `older`.
 */
export function openLogFile(path: string, now: () => string, { full = FULL, older = OLDER } = {}): LogFile {
  let lost = 0
  const told = () =>
    `${JSON.stringify({ level: WARN, time: now(), lines: lost, msg: 'lines of this log were lost' })}\n`
  return {
    write(line) {
      try {
        mkdirSync(dirname(path), { recursive: true })
        const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
        if (size > 0 && size + Buffer.byteLength(line) > full) shift(path, older)
        appendFileSync(path, lost === 0 ? line : told() + line)
        lost = 0
      } catch {
        lost += 1
      }
    }
  }
}

/** The oldest gives way. */
function shift(path: string, older: number): void {
  for (let number = older - 1; number >= 0; number -= 1) {
    const from = number === 0 ? path : `${path}.${number}`
    if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, `${path}.${number + 1}`)
  }
}

/** pino's number. */
const WARN = 40
