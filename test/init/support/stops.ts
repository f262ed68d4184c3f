// PID 1 of a test: boots with a state on a disk, has all kinds of company, and goes down as ACTION says.
import { openSync, writeFileSync, writeSync } from 'node:fs'
import { run, startDaemon } from '../../../src/host/linux/spawn.ts'
import { bootMachine } from '../../../src/init/boot.ts'
import { consoleEnds, openBootLog } from '../../../src/init/boot-log.ts'
import { installFatal } from '../../../src/init/fatal.ts'
import { startReaper } from '../../../src/init/reap.ts'
import { shutdown } from '../../../src/init/shutdown.ts'

const never = (): Promise<void> => new Promise(() => {})
const log = openBootLog(consoleEnds(true))
installFatal()
startReaper()
const dev = process.env['STATE'] ?? ''
const state = { dev, fstype: 'auto', directory: '', required: dev !== '', wait: false, autoformat: [dev] }
await bootMachine({ state, inNamespaces: true, restarted: false }, log)

// A log that nobody closes, a process that ends when asked, one that does not, a mount below the state.
const held = openSync('/var/log/held.log', 'a')
setInterval(() => writeSync(held, 'x'), 5)
startDaemon(['sleep', '1000'], { logFile: '/var/log/sleep.log' })
if (process.env['STUBBORN'] !== undefined) {
  startDaemon(['/bin/sh', '-c', "trap '' TERM; while :; do sleep 1; done"], { logFile: '/home/rancher/stubborn.log' })
}
await run(['mount', '-t', 'tmpfs', 'below', '/home/rancher'])
writeFileSync('/opt/kept', 'yes')

const steps = [
  { name: 'stopped the first', deadlineMs: 1000, act: async () => {} },
  { name: 'stopped the stuck one', deadlineMs: 300, act: never },
  { name: 'stopped the broken one', deadlineMs: 1000, act: async () => Promise.reject(new Error('it is broken')) },
  {
    name: 'stopped the last',
    deadlineMs: 1000,
    act: async () =>
      void setTimeout(() => {
        throw new Error('late fault')
      }, 0)
  }
]
const action = process.env['ACTION'] as 'reboot' | 'poweroff' | 'halt'
await shutdown({ action, deadlineMs: Number(process.env['DEADLINE'] ?? 60_000), steps, inNamespaces: true, log })
