// The way down: the caller's steps in order (containers, engines), then everything else. Whatever gets stuck is passed
// over; at the deadline the machine goes down as it is.
import { setTimeout as sleep } from 'node:timers/promises'
import { sync } from '../host/linux/libc.ts'
import { endMachine, type PowerAction, letGoOfFiles, rootReadOnly, swapsOff, unmountAll } from '../host/linux/power.ts'
import type { BootLog } from './boot-log.ts'
import { mountAt, mounted } from './mountinfo.ts'
import { barRestarts } from './reexec.ts'
import { askOthers, killOthers, others } from './others.ts'

export interface ShutdownStep {
  /** What it does, as the log says it: `stopped user containers`. */
  readonly name: string
  readonly deadlineMs: number
  /** The signal aborts at the deadline; nobody waits for what goes on after it. */
  readonly act: (signal: AbortSignal) => Promise<void>
}

export interface Shutdown {
  readonly action: PowerAction
  /** For the steps and everything after them: `rancher.shutdown_timeout`. */
  readonly deadlineMs: number
  readonly steps: readonly ShutdownStep[]
  readonly inNamespaces: boolean
  readonly log: Pick<BootLog, 'say'>
}

/** Kept for what comes after the steps. */
const RESERVE_MS = 15_000
/** Share of the deadline for a last sync when everything else took too long. */
const LAST_SHARE = 0.1
const TERM_MS = 5000
const KILL_MS = 2000
const UNMOUNT_MS = 10_000
const SYNC_MS = 30_000

/** Runs one step to its end or its deadline, and says which it was. Never throws. */
async function runStep(step: ShutdownStep, limitMs: number, log: Pick<BootLog, 'say'>): Promise<void> {
  const from = performance.now()
  const took = (): string => `${((performance.now() - from) / 1000).toFixed(2)} s`
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), limitMs)
  const late = new Promise<'late'>((resolve) => limit.signal.addEventListener('abort', () => resolve('late')))
  try {
    const outcome = await Promise.race([step.act(limit.signal), late])
    log.say(outcome === 'late' ? `PASSED OVER: ${step.name}: not done after ${took()}` : `${step.name} ${took()}`)
  } catch (thrown) {
    log.say(`FAILED: ${step.name}: ${(thrown as Error).message} ${took()}`)
  } finally {
    clearTimeout(timer)
  }
}

/** Runs steps one after the other. None gets more than its own deadline, nor all together more than `deadlineMs`. */
export async function runSteps(
  steps: readonly ShutdownStep[],
  deadlineMs: number,
  log: Pick<BootLog, 'say'>
): Promise<void> {
  const end = performance.now() + deadlineMs
  for (const step of steps) await runStep(step, Math.max(0, Math.min(step.deadlineMs, end - performance.now())), log)
}

async function untilAlone(limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs
  for (;;) {
    if (others().length === 0) return true
    if (performance.now() > end) return false
    await sleep(20)
  }
}

function names(): string {
  return others()
    .map(({ name, pid }) => `${name}(${pid})`)
    .join(' ')
}

/** What follows the caller's steps on every machine. In namespaces swap and disks belong to the host. */
function lastSteps(inNamespaces: boolean, log: Pick<BootLog, 'say'>): readonly ShutdownStep[] {
  const say = (lines: readonly string[]): void => lines.forEach((line) => log.say(line))
  const ended: ShutdownStep = {
    name: 'ended all processes',
    deadlineMs: TERM_MS + KILL_MS + 1000,
    act: async () => {
      askOthers()
      if (await untilAlone(TERM_MS)) return
      log.say(`killing ${names()}`)
      killOthers()
      if (!(await untilAlone(KILL_MS))) throw new Error(`${names()} cannot be killed`)
    }
  }
  const unmounted: ShutdownStep = {
    name: 'unmounted filesystems',
    deadlineMs: UNMOUNT_MS,
    act: async () => {
      const targets = mounted().map(({ target }) => target)
      letGoOfFiles(targets)
      say(await unmountAll(targets))
      if (!inNamespaces) rootReadOnly(mountAt('/')?.type ?? 'overlay')
    }
  }
  if (inNamespaces) return [ended, unmounted]
  const swapped: ShutdownStep = {
    name: 'switched off swap',
    deadlineMs: UNMOUNT_MS,
    act: async () => say(await swapsOff())
  }
  const synced: ShutdownStep = { name: 'synced disks', deadlineMs: SYNC_MS, act: sync }
  return [ended, swapped, unmounted, synced]
}

/** What is in memory is written if the disks still take it. */
async function forceDown({ action, deadlineMs, inNamespaces, log }: Shutdown): Promise<never> {
  log.say(`${action} now: the deadline of ${deadlineMs / 1000} s is over`)
  if (!inNamespaces) await Promise.race([sync(), sleep(deadlineMs * LAST_SHARE)])
  return endMachine(action)
}

/**
 * Takes the machine down, at the deadline whatever is still going on. Never resolves, never throws.
 */
export async function shutdown(order: Shutdown): Promise<never> {
  const { action, deadlineMs, inNamespaces, log } = order
  const reserve = Math.min(RESERVE_MS, deadlineMs / 3)
  const force = setTimeout(() => void forceDown(order), deadlineMs * (1 - LAST_SHARE))
  barRestarts(`${action} is under way`)
  const from = performance.now()
  log.say(`${action}: going down, within ${deadlineMs / 1000} s`)
  await runSteps(order.steps, deadlineMs - reserve, log)
  await runSteps(lastSteps(inNamespaces, log), deadlineMs, log)
  log.say(`${action} after ${((performance.now() - from) / 1000).toFixed(2)} s`)
  clearTimeout(force)
  return endMachine(action)
}
