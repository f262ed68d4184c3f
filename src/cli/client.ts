// HTTP over the agent's socket. node:http comes from getBuiltinModule: an ESM import of it costs 38 ms.
import type { IncomingMessage } from 'node:http'
import type { RefusalBody } from '../api/refusal.ts'
import { EXIT, Failure, messageOf } from './failure.ts'

export const SOCKET = '/run/ros/agent.sock'

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  /** Sent as it is with `type`; without a type as JSON. */
  readonly body?: unknown
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Client {
  readonly socket: string
  /** The answer's JSON. A refusal rejects with `Refused`, an agent that cannot be reached with a Failure. */
  call<T>(path: string, request?: Request): Promise<T>
  /** The answer as text. */
  text(path: string, request?: Request): Promise<string>
  /** Values of a stream of JSON lines, until it ends or `signal` aborts. */
  stream<T>(path: string, request?: Request, signal?: AbortSignal): AsyncIterable<T>
}

/** The agent said no, and why. */
export class Refused extends Failure {
  readonly body: RefusalBody

  constructor(body: RefusalBody) {
    super(EXIT.failed, body.detail)
    this.name = 'Refused'
    this.body = body
  }
}

/** `caller` says who uses it, where that is known; it goes along with what changes something. */
export function createClient(socket: string, signal: AbortSignal, caller?: () => string): Client {
  const text = async (path: string, request: Request = {}) => read(await send(socket, path, by(request), signal))
  const by = (request: Request): Request =>
    caller === undefined || (request.method ?? 'GET') === 'GET'
      ? request
      : { ...request, headers: { ...request.headers, 'ros-caller': caller() } }
  return {
    socket,
    text,
    // The agent's answers have the types of src/api/view.ts; a test of every route holds that.
    call: async <T>(path: string, request?: Request) => JSON.parse(await text(path, request)) as T,
    async *stream<T>(path: string, request: Request = {}, stop: AbortSignal = signal) {
      const answer = await send(socket, path, request, AbortSignal.any([signal, stop]))
      answer.setEncoding('utf8')
      let rest = ''
      try {
        for await (const part of answer) {
          const lines = (rest + part).split('\n')
          rest = lines.pop() ?? ''
          for (const line of lines) if (line !== '') yield JSON.parse(line) as T
        }
      } catch (error) {
        if (signal.aborted || stop.aborted) return
        throw new Failure(EXIT.unreachable, `the agent ended the stream: ${messageOf(error)}`)
      }
    }
  }
}

async function send(socket: string, path: string, request: Request, signal: AbortSignal): Promise<IncomingMessage> {
  const http = process.getBuiltinModule('node:http')
  const body =
    request.body === undefined ? null : typeof request.body === 'string' ? request.body : JSON.stringify(request.body)
  const type = body === null ? {} : { 'content-type': request.type ?? 'application/json' }
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = {
      socketPath: socket,
      path: path + queryOf(request.query ?? {}),
      method: request.method ?? 'GET',
      // A connection of its own: by its age the agent judges what it proves.
      agent: false,
      headers: { host: 'localhost', ...request.headers, ...type },
      signal
    }
    const outgoing = http.request(options, resolve)
    outgoing.on('error', (error) => reject(signal.aborted ? new Failure(130, '') : unreachable(socket, error)))
    outgoing.end(body ?? undefined)
  })
  const status = answer.statusCode ?? 0
  if (status < 400) return answer
  const said = await read(answer)
  throw new Refused(refusalOf(said, status))
}

async function read(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of answer) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

function refusalOf(text: string, status: number): RefusalBody {
  try {
    return JSON.parse(text) as RefusalBody // whatever answers with an error on this socket is the agent
  } catch {
    return { type: 'about:blank', title: 'No answer of the agent', status, detail: text, code: 'ROS_API_FAILED' }
  }
}

function queryOf(query: NonNullable<Request['query']>): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]]
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
}

function unreachable(socket: string, error: NodeJS.ErrnoException): Failure {
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return new Failure(EXIT.unreachable, `Need to be root: only root may open ${socket}; try \`sudo ros\``)
  }
  if (error.code === 'ENOENT') {
    return new Failure(
      EXIT.unreachable,
      `the agent does not run here: ${socket} is not there (--socket PATH names another)`
    )
  }
  if (error.code === 'ECONNREFUSED')
    return new Failure(EXIT.unreachable, `the agent does not run: nobody listens on ${socket}`)
  return new Failure(EXIT.unreachable, `the agent could not be reached through ${socket}: ${error.message}`)
}
