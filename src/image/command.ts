import { spawn, spawnSync } from 'node:child_process'

/** Where and with what a tool runs; `input` goes to its standard input. */
export interface CommandOptions {
  readonly cwd?: string
  /** Added to the environment; `undefined` takes a variable out of it. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly input?: string | Buffer
  /** Return what it wrote to standard error, too. */
  readonly both?: boolean
}

/** A tool ended with another status than 0, or could not be started at all. */
export class CommandError extends Error {
  readonly status: number | null

  constructor(argv: readonly string[], status: number | null, said: string) {
    const words = argv.join(' ')
    super(
      `${words.length > 300 ? `${words.slice(0, 300)} …` : words}: ${reason(status)}${said === '' ? '' : `\n${said}`}`
    )
    this.status = status
  }
}

/**
 * Runs a tool of the build machine to its end and returns what it printed.
 * @throws CommandError naming the command, its status and the end of its error output
 */
export function run(argv: readonly string[], options: CommandOptions = {}): string {
  const done = spawnSync(argv[0] ?? '', argv.slice(1), {
    encoding: 'utf8',
    maxBuffer: 256 << 20,
    env: environment(options),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.input === undefined ? {} : { input: options.input })
  })
  if (done.error !== undefined) throw new CommandError(argv, null, done.error.message)
  if (done.status !== 0) throw new CommandError(argv, done.status, tail(`${done.stdout}\n${done.stderr}`))
  return options.both === true ? done.stdout + done.stderr : done.stdout
}

/**
 * As `run`, without blocking: several at once use both processors. Standard output is returned.
 * @param heard is called with every piece of output as it comes
 */
export function start(
  argv: readonly string[],
  options: CommandOptions = {},
  heard: (text: string) => void = () => {}
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(argv[0] ?? '', argv.slice(1), {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: environment(options),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd })
    })
    const out: Buffer[] = []
    const said: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => {
      out.push(chunk)
      heard(chunk.toString())
    })
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
    child.on('error', (error) => reject(new CommandError(argv, null, error.message)))
    child.on('close', (status) => {
      const text = Buffer.concat(out).toString()
      if (status === 0) resolve(text)
      else reject(new CommandError(argv, status, tail(text + Buffer.concat(said).toString())))
    })
    child.stdin.on('error', () => {}) // a tool that ends before reading its input says why by its status
    child.stdin.end(options.input)
  })
}

// Messages and sort orders must not depend on whose machine this is; depmod and others lie where only root looks.
function environment(options: CommandOptions): NodeJS.ProcessEnv {
  const path = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`
  return { ...process.env, PATH: path, LC_ALL: 'C', TZ: 'UTC', ...options.env }
}

function tail(text: string): string {
  return text.trim().split('\n').slice(-15).join('\n')
}

function reason(status: number | null): string {
  return status === null ? 'could not be run' : `ended with status ${status}`
}
