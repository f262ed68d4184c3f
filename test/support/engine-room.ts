// A machine of namespaces from this side: its agent, its User Docker and its files, reached through /proc without ssh, so that
// what is measured is theirs alone.
import { readdirSync, readFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { writeAtomic } from '../../src/document/write.ts'
import { type TestMachine, USER_FILE } from './machine.ts'
import { until } from './loop.ts'

const SOCKET = { agent: '/run/ros/agent.sock', docker: '/run/docker.sock' } as const

export interface EngineRoom {
  /** Where a path of the machine lies on this host. */
  at(path: string): string
  agent<T>(method: string, path: string): Promise<T>
  /** What the agent answers as text. */
  text(path: string): Promise<string>
  docker<T>(method: string, path: string, body?: unknown): Promise<T>
  /** Saves the user's document, as a whole. */
  save(text: string): Promise<void>
  /** Resolves when the machine is as the document says. */
  settled(): Promise<void>
  /** Milliseconds of one pass over everything, from asking for it to the answer. */
  pass(): Promise<number>
  /** Milliseconds of processor time the agent has used so far. */
  processor(): number
  /** kB resident. */
  resident(): number
  descriptors(): number
}

export function engineRoom({ machine }: Pick<TestMachine, 'machine'>): EngineRoom {
  const at = (path: string): string => `/proc/${machine.pid}/root${path}`
  const textOf = async (name: keyof typeof SOCKET, method: string, path: string, body?: unknown): Promise<string> => {
    const answer = await open(at(SOCKET[name]), method, path, body)
    let text = ''
    for await (const chunk of answer.setEncoding('utf8')) text += String(chunk)
    if ((answer.statusCode ?? 500) >= 400) throw new Error(`${method} ${path}: ${text}`)
    return text
  }
  const call =
    (name: keyof typeof SOCKET) =>
    async <T>(method: string, path: string, body?: unknown): Promise<T> => {
      const text = await textOf(name, method, path, body)
      return (text === '' ? null : JSON.parse(text)) as T // the agent's or the engine's API
    }
  const agent = call('agent')
  const settled = async () => {
    const { settled: done, status } = await agent<Waited>('GET', '/v1/wait?seconds=60')
    if (!done) throw new Error(`the machine did not settle: ${JSON.stringify(status).slice(0, 1000)}`)
  }
  return {
    at,
    agent,
    text: (path) => textOf('agent', 'GET', path),
    docker: call('docker'),
    save: (text) => writeAtomic(at(USER_FILE), text),
    settled,
    async pass() {
      const began = performance.now()
      const { settled: done } = await agent<Waited>('POST', '/v1/reconcile?wait=60')
      if (!done) throw new Error('a pass did not settle')
      return performance.now() - began
    },
    // Fields 14 and 15 of proc(5), in hundredths of a second.
    processor: () =>
      readFileSync(`/proc/${machine.pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')
        .slice(11, 13)
        .reduce((sum, ticks) => sum + Number(ticks) * 10, 0),
    resident: () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${machine.pid}/status`, 'utf8'))?.[1]),
    descriptors: () => readdirSync(`/proc/${machine.pid}/fd`).length
  }
}

/** What User Docker tells of containers, from now on. */
export interface Heard {
  /** Resolves when this was told of all of these; rejects after a minute. */
  all(action: string, names: readonly string[]): Promise<void>
  /** The moment (ms) at which a container was last made, started, renamed or removed. */
  last(): number
  forget(): void
  close(): void
}

export async function listen({ at }: EngineRoom): Promise<Heard> {
  const stream = await open(at(SOCKET.docker), 'GET', '/events')
  const heard = new Map<string, number>()
  let rest = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    const now = performance.now()
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const { Action = '', Actor } = JSON.parse(line) as EngineEvent
      heard.set(`${Action} ${Actor?.Attributes?.name ?? ''}`, now)
    }
  })
  stream.on('error', () => undefined)
  return {
    async all(action, names) {
      const told = () => names.every((name) => heard.has(`${action} ${name}`))
      await until(told, 60_000, `${action} of ${names.join(', ')}`)
    },
    last: () =>
      Math.max(...[...heard].flatMap(([what, at]) => (/^(create|start|rename|destroy) /.test(what) ? [at] : []))),
    forget: () => heard.clear(),
    close: () => stream.destroy()
  }
}

interface Waited {
  readonly settled: boolean
  readonly status: unknown
}

interface EngineEvent {
  readonly Action?: string
  readonly Actor?: { readonly Attributes?: { readonly name?: string } }
}

function open(socketPath: string, method: string, path: string, body?: unknown): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' }
    const call = request({ socketPath, method, path, headers }, resolve)
    call.on('error', reject)
    call.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
