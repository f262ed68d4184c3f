// PID 1 starts itself anew with execve(2): same pid, same children, fresh heap. What the next run must know goes along in
// one environment variable.
import { accessSync, constants } from 'node:fs'

export type Why = 'boot' | 'fatal' | 'heap' | 'command' | 'recovery'

/** Why this run was started, and when earlier ones died. */
export interface Restart {
  readonly why: Why
  /** For people: the error's first lines, or the heap's figures. */
  readonly reason: string
  /** Times (ms since 1970) of fatal errors within the last minute. */
  readonly fatals: readonly number[]
}

const VARIABLE = 'ROSD_RESTART'
const MINUTE_MS = 60_000
/** The third fatal error within a minute: starting anew does not help. */
const TOO_MANY = 3
/** An argument or variable may have 128 KiB; a reason needs less. */
const REASON_LENGTH = 4000

const atBoot: Restart = { why: 'boot', reason: '', fatals: [] }

/** What the run before wrote; the first run of a boot (or anything unreadable) is `boot`. */
export function restartOf(env: Readonly<Record<string, string | undefined>>): Restart {
  const text = env[VARIABLE]
  if (text === undefined) return atBoot
  try {
    const { why, reason, fatals } = JSON.parse(text) as Partial<Restart>
    if (why === undefined || reason === undefined || !Array.isArray(fatals)) return atBoot
    return { why, reason, fatals }
  } catch {
    return atBoot
  }
}

/** What the next run is told. A fatal error counts; the third within a minute asks for the recovery shell. */
export function nextRestart(before: Restart, why: 'fatal' | 'heap' | 'command', reason: string, now: number): Restart {
  const recent = before.fatals.filter((at) => now - at < MINUTE_MS)
  const fatals = why === 'fatal' ? [...recent, now] : recent
  return { why: fatals.length >= TOO_MANY ? 'recovery' : why, reason: reason.slice(0, REASON_LENGTH), fatals }
}

let barred: string | null = null

/** From now on `reexec` throws: a machine on its way down must not come back half way. */
export function barRestarts(reason: string): void {
  barred = reason
}

/**
 * Replaces this process by a fresh run of the same script with the same flags. Descriptors but stdio are closed, children
 * stay. Throws if the program is not there any more: execve itself would end the process.
 */
export function reexec(restart: Restart): never {
  if (barred !== null) throw new Error(`not started anew: ${barred}`)
  if (process.execve === undefined)
    throw new Error('this Node cannot execute itself anew: process.execve is missing (Node 24 has it)')
  accessSync(process.execPath, constants.X_OK)
  const argv = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  return process.execve(process.execPath, argv, { ...process.env, [VARIABLE]: JSON.stringify(restart) })
}
