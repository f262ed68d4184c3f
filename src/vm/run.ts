import { spawn } from 'node:child_process'
import { constants } from 'node:os'

export interface Ran {
  /** Exit status; 128 + signal number as shells say it; 124 when the time was over. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly stdin?: string
  /** Milliseconds; then SIGKILL. */
  readonly timeout?: number
  readonly env?: NodeJS.ProcessEnv
}

/** Runs a command to its end and never rejects for its exit status; rejects when it cannot be started. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const [file = '', ...args] = argv
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'], env: options.env ?? process.env })
    let stdout = ''
    let stderr = ''
    let late = false
    const timer =
      options.timeout === undefined
        ? undefined
        : setTimeout(() => {
            late = true
            child.kill('SIGKILL')
            // A grandchild may hold the pipes open for ever; the answer is the same.
            child.stdout.destroy()
            child.stderr.destroy()
          }, options.timeout)
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.stdin.on('error', () => {}) // the command need not read what it is given
    child.stdin.end(options.stdin ?? '')
    child.on('error', (cause: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      const why = cause.code === 'ENOENT' ? 'not found; install the package that holds it' : cause.message
      reject(new Error(`cannot run ${file}: ${why}`, { cause }))
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code: late ? 124 : (code ?? 128 + signalNumber(signal)), stdout, stderr })
    })
  })
}

/** The same, but anything other than exit status 0 is an error that shows what the command said. */
export async function must(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(argv, options)
  if (code === 0) return stdout
  throw new Error(`${argv.join(' ')}: exit status ${code}: ${(stderr || stdout).trim() || 'it said nothing'}`)
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === null ? 0 : (constants.signals[signal] ?? 0)
}
