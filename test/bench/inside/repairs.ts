// Runs on the machine beside PID 1: undoes what the agent made, one thing after another, and measures until it is right again.
// Arguments: how many times each, how many things there are of a kind. Prints milliseconds by kind as JSON.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

const [times = 0, things = 1] = process.argv.slice(2).map(Number)
/** Milliseconds between two looks, between two repairs, and until it is given up. */
const [LOOK, PAUSE, LIMIT] = [2, 250, 60_000]

function ask(method: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: '/run/docker.sock', method, path }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      answer.on('end', () => resolve(text))
    })
    call.on('error', reject)
    call.end()
  })
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

const container = await measured(
  (i) => ask('POST', `/containers/s${i}/kill`),
  async (i) => (JSON.parse(await ask('GET', `/containers/s${i}/json`)) as { State: { Running: boolean } }).State.Running
)
const address = await measured(
  (i) => execFileSync('ip', ['address', 'delete', `10.77.${i}.1/24`, 'dev', `d${i}`]),
  (i) => networkInterfaces()[`d${i}`]?.some((one) => one.address === `10.77.${i}.1`) === true
)
const mount = await measured(
  (i) => execFileSync('mount', ['-o', 'remount,ro', `/mnt/m${i}`]),
  (i) => new RegExp(` /mnt/m${i} rw`).test(readFileSync('/proc/self/mountinfo', 'utf8'))
)
process.stdout.write(JSON.stringify({ container, address, mount }))
