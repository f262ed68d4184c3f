// Runs on the machine, as its root: saves the document again and again with another value of a kernel parameter and
// measures until the kernel has it. Arguments: how many times, milliseconds of pause. Prints milliseconds as JSON.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const FILE = '/var/lib/rancher/conf/cloud-config.yml'
const PARAMETER = '/proc/sys/net/ipv4/ip_default_ttl'
/** Milliseconds between two looks at the kernel, and until it is given up. */
const [LOOK, LIMIT] = [1, 60_000]

const [times = 0, pause = 0] = process.argv.slice(2).map(Number)
const took: number[] = []
for (let i = 0; i < times; i++) {
  const value = String(100 + (i % 2))
  writeFileSync(`${FILE}.new`, `#cloud-config\nrancher:\n  sysctl:\n    net.ipv4.ip_default_ttl: ${value}\n`)
  const began = performance.now()
  renameSync(`${FILE}.new`, FILE)
  while (readFileSync(PARAMETER, 'utf8').trim() !== value) {
    if (performance.now() - began > LIMIT) throw new Error(`${PARAMETER} is not ${value} after ${LIMIT} ms`)
    await sleep(LOOK)
  }
  took.push(performance.now() - began)
  // Never in step with anything periodic.
  await sleep(pause * (0.75 + Math.random() / 2))
}
process.stdout.write(JSON.stringify(took))
