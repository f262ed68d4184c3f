import { execFileSync } from 'node:child_process'
import { truncateSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { endMachine, rootReadOnly, unmountOrder } from '../../src/host/linux/power.ts'
import { askOthers, killOthers, livingOf } from '../../src/init/others.ts'
import { runSteps } from '../../src/init/shutdown.ts'
import { boot, cannot, type Machine } from './support/machine.ts'
import { loopDevice, noLoop } from './support/loop.ts'

/** What the machine said, without its times. */
const told = (machine: Machine): readonly string[] =>
  machine
    .output()
    .split('\n')
    .filter((line) => line.includes('] rosd: '))
    .map((line) => line.replace(/^\[ *[\d.]+\] rosd: /, '').replace(/ \d+\.\d\d s$/, ''))

t.test(
  'power-off and reboot end the namespace differently, steps in order, the stuck and the broken passed over',
  { skip: cannot, timeout: 60_000 },
  async (t) => {
    for (const [action, code] of [
      ['reboot', 129],
      ['poweroff', 130],
      ['halt', 130]
    ] as const) {
      const machine = boot('stops.ts', { work: t.testdir(), env: { ACTION: action } })
      t.equal(await machine.ended, code, machine.output())
      const lines = told(machine)
      const from = lines.findIndex((line) => line.startsWith(`${action}: going down, within `))
      t.match(lines.slice(from), [
        `${action}: going down`,
        'stopped the first',
        'PASSED OVER: stopped the stuck one: not done after',
        'FAILED: stopped the broken one: it is broken',
        'stopped the last',
        'ended all processes'
      ])
      t.match(lines.at(-1), `${action} after`)
      t.match(
        machine.output(),
        `not started anew: ${action} is under way`,
        'a fault on the way down does not bring the machine back'
      )
    }
  }
)

t.test(
  'what ignores SIGTERM is killed, and the disk of the state is left clean',
  { skip: cannot || noLoop, timeout: 60_000 },
  async (t) => {
    const work = t.testdir()
    const image = `${work}/disk`
    writeFileSync(image, '')
    truncateSync(image, 64 * 1024 * 1024)
    const device = loopDevice(t, image)
    const env = { ACTION: 'poweroff', STATE: device, STUBBORN: '1' }
    const machine = boot('stops.ts', { work, devices: [device], env })
    t.equal(await machine.ended, 130, machine.output())
    t.match(machine.output(), /killing (sleep\(\d+\) )?sh\(\d+\)/)
    t.notMatch(machine.output(), /\/(state|home|opt|var\S*) was busy/, 'everything of the state let go')
    const header = execFileSync('dumpe2fs', ['-h', image], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    t.match(header, /Filesystem state: +clean/)
    t.notMatch(header, 'needs_recovery', 'the journal is closed')
    t.equal(
      execFileSync('debugfs', ['-R', 'cat /opt/kept', image], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore']
      }),
      'yes'
    )
  }
)

t.test(
  'at the deadline the machine goes down whatever is still going on',
  { skip: cannot, timeout: 30_000 },
  async (t) => {
    const from = performance.now()
    const machine = boot('stops.ts', { work: t.testdir(), env: { ACTION: 'reboot', STUBBORN: '1', DEADLINE: '1500' } })
    t.equal(await machine.ended, 129, machine.output())
    t.match(machine.output(), 'reboot now: the deadline of 1.5 s is over')
    t.ok(performance.now() - from < 6000)
  }
)

t.test('steps share one deadline and are aborted at their own', async (t) => {
  const said: string[] = []
  const log = { say: (line: string) => void said.push(line.replace(/ \d\.\d\d s$/, '')) }
  const aborted: string[] = []
  const step = (name: string, deadlineMs: number) => ({
    name,
    deadlineMs,
    act: (signal: AbortSignal) => new Promise<void>(() => signal.addEventListener('abort', () => aborted.push(name)))
  })
  const from = performance.now()
  await runSteps([step('a', 30), step('b', 10_000), step('c', 10_000)], 100, log)
  t.ok(performance.now() - from < 5000)
  t.strictSame(aborted, ['a', 'b', 'c'])
  t.strictSame(
    said,
    ['a', 'b', 'c'].map((name) => `PASSED OVER: ${name}: not done after`)
  )
})

t.test('a process that is not PID 1 may not end the machine it runs on', async (t) => {
  for (const forbidden of [() => endMachine('poweroff'), askOthers, killOthers]) {
    t.throws(forbidden, { message: /refused: only PID 1 may do that/ })
  }
})

t.test('the newest mounts go first; what the kernel shows of itself stays', async (t) => {
  const mounts = [
    '/',
    '/proc',
    '/sys',
    '/dev',
    '/dev/pts',
    '/run',
    '/state',
    '/var/lib/rancher',
    '/run/docker/netns/x',
    '/devices',
    '/sys/fs/cgroup',
    '/home'
  ]
  t.strictSame(unmountOrder(mounts), ['/home', '/devices', '/run/docker/netns/x', '/var/lib/rancher', '/state'])
  t.doesNotThrow(() => rootReadOnly('overlay'), 'a root in memory stays as it is')
})

t.test('the living are told from the dead and from threads of the kernel', async (t) => {
  t.strictSame(livingOf('7 (my (odd) name) S 1 7 7 34816 7 4194560 0'), {
    pid: 7,
    name: 'my (odd) name',
    onTerminal: true
  })
  t.strictSame(livingOf('8 (sleep) T 1 8 8 0 -1 4194560 0'), { pid: 8, name: 'sleep', onTerminal: false })
  t.equal(livingOf('9 (sh) Z 1 9 9 0 -1 4194560 0'), null)
  t.equal(livingOf('2 (kthreadd) S 0 0 0 0 -1 2129984 0'), null)
  t.equal(livingOf(''), null)
})
