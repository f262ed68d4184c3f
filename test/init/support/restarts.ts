// PID 1 of a test: dies as MODE says and tells what the next run knows.
import '../../../src/init/first.ts'
import { readFileSync, writeFileSync } from 'node:fs'
import { exitOf } from '../../../src/host/linux/libc.ts'
import { startDaemon } from '../../../src/host/linux/spawn.ts'
import { recovering } from '../../../src/init/first.ts'
import { watchHeap } from '../../../src/init/heap.ts'
import { startReaper } from '../../../src/init/reap.ts'
import { restartOf } from '../../../src/init/reexec.ts'

const restart = restartOf(process.env)

function firstRun(mode: string): void {
  // Outlives the run that started it; its last words are an exit code that only the next run can hear.
  const child = startDaemon(['/bin/sh', '-c', 'until [ -e /tmp/next ]; do sleep 0.05; done; exit 9'], {
    logFile: '/tmp/log'
  })
  console.log(`first ${JSON.stringify({ pid: process.pid, child: child.pid })}`)
  if (mode === 'throw') throw new Error('the first run is broken')
  if (mode === 'reject') void Promise.reject(new Error('nobody caught this'))
  if (!mode.startsWith('heap')) return
  let idle = false
  setTimeout(() => (idle = true), 300)
  watchHeap({
    everyMs: 50,
    log: (text) => console.log(`heap ${JSON.stringify(text)}`),
    idle: async () => {
      while (!idle || mode === 'heap, never idle') await new Promise((resolve) => setTimeout(resolve, 10))
    }
  })
  const kept: unknown[] = []
  setInterval(() => kept.push(Array.from({ length: 50_000 }, (_, i) => `${i} ${kept.length}`)), 5)
}

function nextRun(): void {
  const descriptors = readFileSync('/proc/self/stat', 'utf8').startsWith('1 ')
  writeFileSync('/tmp/next', '')
  startReaper({
    onReaped: (pid, status) => {
      console.log(
        `next ${JSON.stringify({ pid: process.pid, isPid1: descriptors, why: restart.why, fatals: restart.fatals.length, reaped: pid, exit: exitOf(status) })}`
      )
      console.log(`reason ${JSON.stringify(restart.reason)}`)
      process.exit(0)
    }
  })
}

if (!recovering) {
  if (process.env['MODE'] === 'always') throw new Error('no run of this goes well')
  if (restart.why === 'boot') firstRun(process.env['MODE'] ?? '')
  else nextRun()
}
