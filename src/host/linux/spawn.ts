// Every process of the agent starts here: the reaper of PID 1 must know which children are libuv's to wait for. Nothing
// here blocks the event loop (no spawnSync): a PID 1 that waits neither answers nor reaps.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import type { RunResult } from '../ports.ts'

/** Where programs are looked for; the kernel and the initrd start PID 1 with no PATH worth having. */
export const PATH = '/usr/sbin:/usr/bin:/sbin:/bin'

const base = { PATH, HOME: '/root', LANG: 'C.UTF-8' }
const own = new Set<number>()

/** Children whose exit libuv waits for. The set is complete in every turn of the event loop. */
export const ownPids: ReadonlySet<number> = own

export interface RunOptions {
  readonly input?: string
  readonly signal?: AbortSignal
  /** SIGKILL after this many milliseconds. */
  readonly timeoutMs?: number
  /** Added to PATH, HOME and LANG; nothing else of the agent's environment is passed on. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** false: a non-zero exit code is an answer, not an error. */
  readonly check?: boolean
}

/** A running process. `exited` resolves with the exit code, 128 + n after signal n; it never rejects. */
export interface Running {
  readonly pid: number
  readonly exited: Promise<number>
  kill(signal: NodeJS.Signals): void
}

const signalNumbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15
}

function codeOf(code: number | null, signal: NodeJS.Signals | null): number {
  if (code !== null) return code
  return 128 + (signalNumbers[signal ?? ''] ?? 0)
}

function start(argv: readonly string[], options: SpawnOptions): ChildProcess {
  const [program, ...args] = argv
  if (program === undefined) throw new Error('cannot run an empty command: expected a program and its arguments')
  const child = spawn(program, args, { ...options, env: { ...base, ...options.env } })
  const { pid } = child
  if (pid !== undefined) {
    own.add(pid)
    child.once('exit', () => own.delete(pid))
  }
  return child
}

function cannotStart(argv: readonly string[], cause: NodeJS.ErrnoException): Error {
  const why = cause.code === 'ENOENT' ? `not found in ${PATH} (or its working directory is not there)` : cause.message
  return new Error(`cannot start '${argv.join(' ')}': ${why}`, { cause })
}

/** The end of what a program said, short enough for one message. */
function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-4).join('; ').slice(-600)
}

/**
 * Runs a program to its end. Rejects when it cannot be started, is aborted or killed by the time-out, and, unless `check`
 * is false, when it exits with another code than 0.
 */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { input, signal, timeoutMs, env, cwd, check = true } = options
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason as Error)
      return
    }
    const child = start(argv, {
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      env: env ?? {},
      ...(cwd === undefined ? {} : { cwd })
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    let late = false
    const timer =
      timeoutMs === undefined ? undefined : setTimeout(() => ((late = true), child.kill('SIGKILL')), timeoutMs)
    const abort = (): boolean => child.kill('SIGKILL')
    signal?.addEventListener('abort', abort, { once: true })
    const settle = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
    child.stdout?.on('data', (bytes: Buffer) => stdout.push(bytes))
    child.stderr?.on('data', (bytes: Buffer) => stderr.push(bytes))
    // A program that does not read its input to the end is no error of ours; its exit code says what it thinks.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
    child.once('error', (cause) => {
      settle()
      reject(cannotStart(argv, cause))
    })
    child.once('close', (exit, killed) => {
      settle()
      const code = codeOf(exit, killed)
      const result: RunResult = {
        code,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString()
      }
      if (signal?.aborted === true) reject(signal.reason as Error)
      else if (late) reject(new Error(`'${argv.join(' ')}' did not end within ${timeoutMs} ms and was killed`))
      else if (code !== 0 && check)
        reject(new Error(`'${argv.join(' ')}' exited with ${code}: ${lastLines(result.stderr || result.stdout)}`))
      else resolve(result)
    })
  })
}

function watched(argv: readonly string[], child: ChildProcess): Running {
  const { pid } = child
  // Without a pid there was no fork; the reason comes as an event in the next turn, too late for a plain throw.
  if (pid === undefined) child.once('error', () => {})
  if (pid === undefined) throw new Error(`cannot start '${argv.join(' ')}': not found in ${PATH}, or not a program`)
  const exited = new Promise<number>((resolve) => child.once('exit', (code, signal) => resolve(codeOf(code, signal))))
  return { pid, exited, kill: (signal) => void child.kill(signal) }
}

/**
 * Starts a process that may outlive the agent: a session of its own, no pipes, its output appended to a file. After the
 * agent has executed itself anew, such a process is an orphan of PID 1 like any other and goes on.
 */
export function startDaemon(
  argv: readonly string[],
  options: { readonly logFile: string; readonly env?: Readonly<Record<string, string>> }
): Running {
  mkdirSync(dirname(options.logFile), { recursive: true })
  const log = openSync(options.logFile, 'a', 0o640)
  try {
    const child = start(argv, { detached: true, stdio: ['ignore', log, log], cwd: '/', env: options.env ?? {} })
    return watched(argv, child)
  } finally {
    closeSync(log)
  }
}

/** Starts a process on an open terminal (its stdin, stdout and stderr), in the agent's session. */
export function startOn(
  terminal: number,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {}
): Running {
  return watched(argv, start(argv, { stdio: [terminal, terminal, terminal], cwd: '/', env: { ...env } }))
}
