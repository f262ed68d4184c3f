// Runs on the machine, as its root: kills a system service again and again, and in turn with it the process of a twin that
// System Docker itself restarts. When a container died and when it ran again, its events say.
// Arguments: how many times, milliseconds between two kills of the same. Prints JSON.
import { type IncomingMessage, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const [times = 0, period = 0] = process.argv.slice(2).map(Number)
const socketPath = '/run/system-docker.sock'
const SERVICE = 'syslog'
const TWIN = 'bench-twin'
const LIMIT = 60_000

interface Heard {
  readonly name: string
  readonly action: string
  readonly at: number
}

/** Milliseconds from the kill. */
interface Repair {
  readonly died: number
  readonly running: number
}

function open(method: string, path: string, body?: unknown): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const call = request({ socketPath, method, path, headers }, resolve)
    call.on('error', reject)
    call.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await open(method, path, body)
  let text = ''
  for await (const chunk of answer.setEncoding('utf8')) text += String(chunk)
  if ((answer.statusCode ?? 500) >= 400) throw new Error(`${method} ${path}: ${text}`)
  return (text === '' ? null : JSON.parse(text)) as T // the engine's API
}

const heard: Heard[] = []
async function listen(): Promise<IncomingMessage> {
  const stream = await open('GET', '/events')
  let rest = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    const at = performance.now()
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const event = JSON.parse(line) as { Action?: string; Actor?: { Attributes?: { name?: string } } }
      heard.push({ name: event.Actor?.Attributes?.name ?? '', action: event.Action ?? '', at })
    }
  })
  return stream
}

async function killed(name: string, kill: () => Promise<unknown>): Promise<Repair> {
  heard.length = 0
  const began = performance.now()
  await kill()
  const at = (action: string) => heard.find((event) => event.name === name && event.action === action)?.at
  while (at('start') === undefined) {
    if (performance.now() - began > LIMIT) throw new Error(`${name} does not run again after ${LIMIT} ms`)
    await sleep(2)
  }
  return { died: (at('die') ?? Number.NaN) - began, running: (at('start') ?? Number.NaN) - began }
}

interface Inspected {
  readonly Config: { readonly Image: string }
  readonly HostConfig: object
  readonly State: { readonly Pid: number }
}

/** The same container as the service's, but that the engine restarts it and nobody else looks after it. */
async function makeTwin(): Promise<void> {
  const { Config, HostConfig } = await ask<Inspected>('GET', `/containers/${SERVICE}/json`)
  await ask('POST', `/containers/create?name=${TWIN}`, {
    Image: Config.Image,
    Entrypoint: ['/bin/sleep'],
    Cmd: ['1d'],
    HostConfig: { ...HostConfig, RestartPolicy: { Name: 'always' } }
  })
  await ask('POST', `/containers/${TWIN}/start`)
}

const events = await listen()
const service: Repair[] = []
const twin: Repair[] = []
try {
  await makeTwin()
  await sleep(period)
  for (let i = 0; i < times; i++) {
    service.push(await killed(SERVICE, () => ask('POST', `/containers/${SERVICE}/kill`)))
    await sleep(period * (0.45 + Math.random() / 10))
    const { State } = await ask<Inspected>('GET', `/containers/${TWIN}/json`)
    twin.push(await killed(TWIN, async () => process.kill(State.Pid, 'SIGKILL')))
    await sleep(period * (0.45 + Math.random() / 10))
  }
} finally {
  await ask('DELETE', `/containers/${TWIN}?force=true`)
  events.destroy()
}
process.stdout.write(JSON.stringify({ service, twin }))
