// What a command sees of the world around it; tests hand in their own.

export interface Io {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** All of standard input. */
  input(): Promise<string>
  /** A question on standard error; the answer, its first letter in lower case, empty where there is none. */
  ask(question: string): Promise<string>
  /** Bytes of a file as text; rejects with the system's error. */
  read(path: string): Promise<string>
  /** Replaces or makes a file with this mode. */
  write(path: string, text: string, mode: number): Promise<void>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Terminal on standard input, `pts/0`; empty: it is none. */
  readonly tty: () => string
  /** Columns of the terminal on standard output; 0: it is none. */
  readonly columns: number
  /** The same of standard error, where progress is shown. */
  readonly errColumns: number
  /** Standard input is a terminal. */
  readonly typed: boolean
  now(): number
  /** Aborts when the person wants to leave (Ctrl-C, or the reader of our output is gone). */
  readonly signal: AbortSignal
}

/** The process's own. */
export function processIo(): Io {
  const abort = new AbortController()
  process.once('SIGINT', () => {
    abort.abort()
    // A second one ends us at once.
    process.once('SIGINT', () => process.exit(130))
  })
  // Making a stream costs some milliseconds: each is made when it is first used.
  let listening = false
  const stdout = (): NodeJS.WriteStream => {
    if (!listening) process.stdout.on('error', ended)
    listening = true
    return process.stdout
  }
  return {
    out: (text) => void stdout().write(text),
    err: (text) => void process.stderr.write(text),
    async input() {
      const parts: Buffer[] = []
      for await (const part of process.stdin) parts.push(part)
      return Buffer.concat(parts).toString('utf8')
    },
    async ask(question) {
      const { createInterface } = process.getBuiltinModule('node:readline')
      const lines = createInterface({ input: process.stdin, output: process.stderr })
      const answer = new Promise<string>((resolve) => {
        lines.once('close', () => resolve(''))
        lines.question(question, resolve)
      })
      return answer.then((line) => line.trim().slice(0, 1).toLowerCase()).finally(() => lines.close())
    },
    read: (path) => process.getBuiltinModule('node:fs/promises').readFile(path, 'utf8'),
    async write(path, text, mode) {
      const { chmod, writeFile } = process.getBuiltinModule('node:fs/promises')
      await writeFile(path, text, { mode })
      await chmod(path, mode)
    },
    env: process.env,
    tty() {
      if (!process.stdin.isTTY) return ''
      return process.getBuiltinModule('node:fs').readlinkSync('/proc/self/fd/0').replace('/dev/', '')
    },
    get columns() {
      return stdout().isTTY ? process.stdout.columns : 0
    },
    get errColumns() {
      return process.stderr.isTTY ? process.stderr.columns : 0
    },
    get typed() {
      return process.stdin.isTTY === true
    },
    now: Date.now,
    signal: abort.signal
  }
}

/** `ros events | head` is not an error. */
function ended(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
}
