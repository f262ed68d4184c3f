// Runs on the machine beside PID 1: undoes what the agent made, one thing after another, and measures until it is right again.
// Arguments: how many times each, how many things there are of a kind, the image of containers. Prints milliseconds by kind as JSON.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

const [times, things] = process.argv.slice(2, 4).map(Number) as [number, number]
const image = process.argv[4]
/** Milliseconds between two looks, between two repairs, and until it is given up. */
const [LOOK, PAUSE, LIMIT] = [2, 250, 60_000]

function ask(method: string, path: string, body?: unknown): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const call = request({ socketPath: '/run/docker.sock', method, path, headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      answer.on('end', () => resolve(text))
    })
    call.on('error', reject)
    call.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** What the engine tells of containers: asking it all the time would slow down what is measured. */
const heard = new Map<string, number>()
request({ socketPath: '/run/docker.sock', path: '/events' }, (answer) => {
  let rest = ''
  answer.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const { Action, Actor } = JSON.parse(line) as { Action: string; Actor?: { Attributes?: { name?: string } } }
      heard.set(`${Action} ${Actor?.Attributes?.name}`, performance.now())
    }
  })
}).end()

async function told(what: string): Promise<number> {
  for (const until = performance.now() + LIMIT; performance.now() < until; await sleep(1)) {
    const at = heard.get(what)
    if (at !== undefined) return at
  }
  throw new Error(`the engine did not tell of '${what}' within ${LIMIT} ms`)
}

/** Kills containers until they run again; `mend` is what is done as soon as the engine says that one died. */
async function kills(nameOf: (i: number) => string, mend: (name: string) => unknown): Promise<readonly number[]> {
  const took: number[] = []
  for (let time = 0; time < times; time++) {
    const name = nameOf(time % things)
    heard.clear()
    const began = performance.now()
    const killed = ask('POST', `/containers/${name}/kill`)
    await told(`die ${name}`)
    await mend(name)
    took.push((await told(`start ${name}`)) - began)
    await killed
    await sleep(PAUSE * (0.75 + Math.random() / 2))
  }
  return took
}

async function measured(undo: (i: number) => unknown, isRight: (i: number) => boolean | Promise<boolean>) {
  const took: number[] = []
  for (let time = 0; time < times; time++) {
    const i = time % things
    await undo(i)
    const began = performance.now()
    while (!(await isRight(i))) {
      if (performance.now() - began > LIMIT) throw new Error(`number ${i} is not right after ${LIMIT} ms`)
      await sleep(LOOK)
    }
    took.push(performance.now() - began)
    await sleep(PAUSE * (0.75 + Math.random() / 2))
  }
  return took
}

// Containers nobody looks after, made as the agent makes its own.
for (let i = 0; i < things; i++) {
  const body = { Image: image, Cmd: ['sleep', '1d'], StopSignal: 'SIGKILL', HostConfig: { NetworkMode: 'bridge' } }
  await ask('POST', `/containers/create?name=bare${i}`, body)
  await ask('POST', `/containers/bare${i}/start`)
}
const bare = await kills(
  (i) => `bare${i}`,
  (name) => ask('POST', `/containers/${name}/start`)
)
for (let i = 0; i < things; i++) await ask('DELETE', `/containers/bare${i}?force=true`)
await sleep(LOOK * 500)
const container = await kills(
  (i) => `s${i}`,
  () => undefined
)
const address = await measured(
  (i) => execFileSync('ip', ['address', 'delete', `10.77.${i}.1/24`, 'dev', `d${i}`]),
  (i) => networkInterfaces()[`d${i}`]?.some((one) => one.address === `10.77.${i}.1`) === true
)
const mount = await measured(
  (i) => execFileSync('mount', ['-o', 'remount,ro', `/mnt/m${i}`]),
  (i) => new RegExp(` /mnt/m${i} rw`).test(readFileSync('/proc/self/mountinfo', 'utf8'))
)
process.stdout.write(JSON.stringify({ bare, container, address, mount }))
process.exit()
