// `ros` run in this process against a model agent: real table, parser, client, socket and server.
import { readFile, writeFile, chmod } from 'node:fs/promises'
import type { Io } from '../../../src/cli/io.ts'
import { run } from '../../../src/cli/run.ts'
import { AT, modelAgent, type ModelAgentOptions } from '../../api/support/agent.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface RosOptions {
  readonly input?: string
  readonly columns?: number
  /** Standard input is a terminal. */
  readonly typed?: boolean
  /** What is answered to questions, in turn; a question more is a fault. */
  readonly answers?: readonly string[]
  readonly errColumns?: number
  readonly signal?: AbortSignal
  /** Called with all output so far whenever some came. */
  readonly heard?: (out: string, err: string) => void
  readonly tty?: string
  readonly env?: Readonly<Record<string, string>>
  readonly now?: () => number
}

/** One command line; the clock stands 90 s after AT. */
export async function ros(argv: readonly string[], options: RosOptions = {}): Promise<Ran> {
  let out = ''
  let err = ''
  const answers = [...(options.answers ?? [])]
  const tell = () => options.heard?.(out, err)
  const io: Io = {
    out: (text) => {
      out += text
      tell()
    },
    err: (text) => {
      err += text
      tell()
    },
    input: async () => options.input ?? '',
    ask: async (question) => {
      const answer = answers.shift()
      if (answer === undefined) throw new Error(`nobody answers '${question}'`)
      io.err(`${question}${answer}\n`)
      return answer
    },
    read: (path) => readFile(path, 'utf8'),
    write: async (path, text, mode) => {
      await writeFile(path, text)
      await chmod(path, mode)
    },
    env: options.env ?? {},
    tty: () => options.tty ?? '',
    columns: options.columns ?? 0,
    errColumns: options.errColumns ?? 0,
    typed: options.typed ?? false,
    now: options.now ?? (() => Date.parse(AT) + 90_000),
    signal: options.signal ?? new AbortController().signal
  }
  return { code: await run(argv, io), out, err }
}

/** A listening model agent and `ros` on its socket. */
export async function machine(options: ModelAgentOptions = {}) {
  const model = await modelAgent(options)
  await model.listen()
  return {
    ...model,
    ros: (line: string | readonly string[], more: RosOptions = {}) =>
      ros(typeof line === 'string' ? line.split(' ') : line, {
        ...more,
        env: { ROS_SOCKET: model.socket, ...more.env }
      })
  }
}
