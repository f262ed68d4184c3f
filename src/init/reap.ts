// Waits for orphans: processes whose parent died and whom the kernel gave to PID 1. Two things keep us from taking an exit
// status that libuv is about to collect (its 'exit' event would never come): the set of pids that our own spawn knows, and,
// for children of other libraries and threads, the rule that a zombie must be seen in two sweeps. Between two timers the
// event loop polls, so libuv has collected its own by then, however long the loop was blocked.
import { readdirSync, readFileSync } from 'node:fs'
import { type Waited, waitpid } from '../host/linux/libc.ts'
import { ownPids } from '../host/linux/spawn.ts'

/** Between hearing SIGCHLD and looking: deaths come in crowds. */
const SETTLE_MS = 20
/** Between the first and the second sight of a zombie. */
const AGAIN_MS = 200
const EVERY_MS = 30_000

interface Zombie {
  readonly pid: number
  /** Pid and start time: a pid alone may be another process the next time. */
  readonly identity: string
}

/** The zombie that a line of /proc/PID/stat describes, if it is one and `parent`'s child. */
export function zombieOf(stat: string, parent: number): Zombie | null {
  // The name, in parentheses, may itself hold spaces and parentheses.
  const [state, ppid, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (state !== 'Z' || Number(ppid) !== parent) return null
  const pid = Number.parseInt(stat, 10)
  return { pid, identity: `${pid}@${rest[17] ?? ''}` }
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return otherwise
  }
}

/** Pids of our children: from the kernel's list, or, where it keeps none (no CONFIG_PROC_CHILDREN), every pid there is. */
export function candidates(proc = '/proc'): readonly number[] {
  const lists: string[] = []
  for (const task of readdirSync(`${proc}/self/task`)) {
    const list = readOr(`${proc}/self/task/${task}/children`, '-')
    if (list === '-') return readdirSync(proc).map(Number).filter(Number.isInteger)
    lists.push(list)
  }
  return lists
    .flatMap((list) => list.split(' '))
    .map(Number)
    .filter((pid) => pid > 0)
}

function zombies(): readonly Zombie[] {
  const found: Zombie[] = []
  for (const pid of candidates()) {
    if (ownPids.has(pid)) continue
    const zombie = zombieOf(readOr(`/proc/${pid}/stat`, ''), process.pid)
    if (zombie !== null) found.push(zombie)
  }
  return found
}

/** null when somebody was quicker. */
function waitOr(pid: number): Waited | null {
  try {
    return waitpid(pid)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ECHILD') return null
    throw thrown
  }
}

export interface ReaperOptions {
  /** Called for every orphan waited for; `status` is the undecoded wait status (see `exitOf`). */
  readonly onReaped?: (pid: number, status: number) => void
}

/**
 * Starts waiting for orphans, on SIGCHLD and every 30 s. Needs /proc. After a re-exec the former children are orphans like
 * any other. Returns what stops it.
 */
export function startReaper(options: ReaperOptions = {}): () => void {
  let seen = new Set<string>()
  let timer: NodeJS.Timeout | null = null
  const look = (ms: number): void => {
    timer ??= setTimeout(sweep, ms)
  }
  const sweep = (): void => {
    timer = null
    const next = new Set<string>()
    for (const { pid, identity } of zombies()) {
      if (!seen.has(identity)) {
        next.add(identity)
        continue
      }
      const waited = waitOr(pid)
      if (waited?.pid === pid) options.onReaped?.(pid, waited.status)
    }
    seen = next
    if (seen.size > 0) look(AGAIN_MS)
  }
  const heard = (): void => look(SETTLE_MS)
  process.on('SIGCHLD', heard)
  const every = setInterval(heard, EVERY_MS)
  heard()
  return () => {
    process.off('SIGCHLD', heard)
    clearInterval(every)
    if (timer !== null) clearTimeout(timer)
  }
}
