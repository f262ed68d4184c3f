// PID 1 of a test: starts 300 children of its own, is given 20 orphans, blocks its loop while they die, and has a child
// in a worker thread, of which the set of own pids knows nothing.
import { readdirSync, readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { exitOf } from '../../../src/host/linux/libc.ts'
import { run, startDaemon } from '../../../src/host/linux/spawn.ts'
import { startReaper, zombieOf } from '../../../src/init/reap.ts'

const zombies = (): number =>
  readdirSync('/proc').filter(
    (pid) => /^\d+$/.test(pid) && zombieOf(readFileSync(`/proc/${pid}/stat`, 'utf8'), 1) !== null
  ).length

const reaped: number[] = []
startReaper({ onReaped: (_pid, status) => reaped.push(exitOf(status)) })

const own = Array.from({ length: 300 }, () => run(['/bin/sh', '-c', 'exit 7'], { check: false }))
// Each shell leaves a child behind that exits later with 5; the reaper alone can wait for those.
const parents = Array.from({ length: 20 }, () =>
  startDaemon(['/bin/sh', '-c', '(sleep 0.2; exit 5) & exit 0'], { logFile: '/tmp/log' })
)
const worker = new Promise<number>((resolve) => {
  const code = `require('node:child_process').spawn('sh', ['-c', 'exit 4']).on('exit', (code) => require('node:worker_threads').parentPort.postMessage(code))`
  new Worker(code, { eval: true }).on('message', resolve)
})

await Promise.all(parents.map(({ exited }) => exited))
const until = Date.now() + 400
while (Date.now() < until);

const codes = (await Promise.all(own)).map(({ code }) => code)
const inWorker = await worker
const deadline = Date.now() + 10_000
while ((reaped.length < 20 || zombies() > 0) && Date.now() < deadline)
  await new Promise((resolve) => setTimeout(resolve, 20))
console.log(
  `result ${JSON.stringify({ own: codes.filter((code) => code === 7).length, worker: inWorker, reaped: reaped.filter((code) => code === 5).length, zombies: zombies() })}`
)
process.exit(0)
