import t from 'tap'
import { boot, cannot, heard, signal } from './support/machine.ts'

const asked: readonly (readonly [NodeJS.Signals, object])[] = [
  ['SIGTERM', { action: 'reboot', reason: 'SIGTERM' }],
  ['SIGINT', { action: 'reboot', reason: 'ctrl-alt-del' }],
  ['SIGUSR2', { action: 'poweroff', reason: 'SIGUSR2' }],
  ['SIGPWR', { action: 'poweroff', reason: 'power failure (SIGPWR)' }]
]

t.test(
  'signals to PID 1 are requests; SIGHUP and SIGUSR1 are none and end nothing',
  { skip: cannot, timeout: 30_000 },
  async (t) => {
    const machine = boot('hears.ts', { work: t.testdir() })
    await heard(machine, /^listening$/m)
    signal(machine, 'SIGHUP')
    signal(machine, 'SIGUSR1')
    for (const [name, request] of asked) {
      const line = `heard ${JSON.stringify(request)}`
      signal(machine, name)
      await heard(machine, new RegExp(line.replace(/[()]/g, '\\$&')))
    }
    t.strictSame(machine.output().trim().split('\n'), [
      'listening',
      ...asked.map(([, request]) => `heard ${JSON.stringify(request)}`)
    ])
    signal(machine, 'SIGWINCH')
    t.equal(await machine.ended, 0, 'unsubscribing takes every listener away')
  }
)
