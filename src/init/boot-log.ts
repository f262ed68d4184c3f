// The boot, told line by line: on every console and, once there is a /var/log to write to, in boot.log.
// `[   3.214] rosd: mounted /state (ext4, LABEL=RANCHER_STATE) 0.16 s`
import {
  appendFileSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync
} from 'node:fs'
import { dirname } from 'node:path'

export interface BootLog {
  /** One line. */
  say(text: string): void
  /** Does the work and says what it was, its outcome in parentheses and its time; says so and throws on when it fails. */
  step<T>(what: string, work: () => T | Promise<T>, outcome?: (result: T) => string): Promise<T>
  /** The same, but a failure ends with its line: the machine can do without. */
  try<T>(what: string, work: () => T | Promise<T>, outcome?: (result: T) => string): Promise<T | null>
  /** Writes what was said so far to the file, after what it holds (`a`) or in its place (`w`), and from now on every line. */
  keepIn(file: string, how: 'a' | 'w'): void
  /** Everything said so far, for the recovery shell and tests. */
  lines(): readonly string[]
}

/** Where lines go. `uptime` in seconds. */
export interface Ends {
  readonly uptime: () => number
  readonly write: (line: string) => void
}

function secondsUp(): number {
  try {
    return Number.parseFloat(readFileSync('/proc/uptime', 'utf8'))
  } catch {
    return performance.now() / 1000
  }
}

/** Paths of the consoles: the kernel's list of those in use (`tty0 ttyS0`), else those of its command line, else /dev/console. */
export function consolePaths(active: string, cmdline: string): readonly string[] {
  const inUse = active.split(/\s+/).filter(Boolean)
  const asked = [...cmdline.matchAll(/(?:^|\s)console=([^\s,]+)/g)].map((match) => match[1] ?? '')
  const names = inUse.length > 0 ? inUse : asked
  return names.length > 0 ? [...new Set(names)].map((name) => `/dev/${name}`) : ['/dev/console']
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The consoles of this machine. In namespaces there are none: /sys tells of the host's, which are not ours. */
export function consoles(inNamespaces: boolean): readonly string[] {
  if (inNamespaces) return []
  return consolePaths(readOr('/sys/class/tty/console/active'), readOr('/proc/cmdline'))
}

function writeTo(path: string, text: string): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK)
  try {
    writeSync(fd, text)
  } finally {
    closeSync(fd)
  }
}

/**
 * Writes to each console, to our own stdout where there is none. A console that is not there or that nobody reads loses
 * the text: PID 1 never waits for a terminal.
 */
export function writeToConsoles(paths: readonly string[], text: string): void {
  const writes = paths.length === 0 ? [() => writeSync(1, text)] : paths.map((path) => () => writeTo(path, text))
  for (const write of writes) {
    try {
      write()
    } catch {
      // boot.log has it as well; there is nobody else to tell.
    }
  }
}

/** The ends of a real boot. */
export function consoleEnds(inNamespaces: boolean): Ends {
  return { uptime: secondsUp, write: (line) => writeToConsoles(consoles(inNamespaces), `${line}\n`) }
}

/** Opens the log of this boot. */
export function openBootLog(ends: Ends): BootLog {
  const said: string[] = []
  let file: string | null = null
  const say = (text: string): void => {
    const line = `[${ends.uptime().toFixed(3).padStart(8)}] rosd: ${text}`
    said.push(line)
    ends.write(line)
    if (file === null) return
    try {
      appendFileSync(file, `${line}\n`)
    } catch {
      // A full disk must not stop a boot.
    }
  }
  const timed = async <T>(what: string, work: () => T | Promise<T>, outcome?: (result: T) => string): Promise<T> => {
    const from = performance.now()
    const took = (): string => `${((performance.now() - from) / 1000).toFixed(2)} s`
    try {
      const result = await work()
      const detail = outcome?.(result) ?? ''
      say(`${what}${detail === '' ? '' : ` (${detail})`} ${took()}`)
      return result
    } catch (thrown) {
      say(`FAILED ${what}: ${(thrown as Error).message} ${took()}`)
      throw thrown
    }
  }
  return {
    say,
    step: timed,
    try: (what, work, outcome) => timed(what, work, outcome).catch(() => null),
    keepIn: (path, how) => {
      file = path
      try {
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, said.map((line) => `${line}\n`).join(''), { flag: how })
      } catch (thrown) {
        // Nor may a full disk, or one that turned read-only, keep an agent from starting.
        say(`${path} can not be written: ${(thrown as Error).message}`)
      }
    },
    lines: () => said
  }
}
