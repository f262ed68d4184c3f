import t from 'tap'
import { heapLimitMb } from '../../src/init/heap.ts'
import { nextRestart, type Restart, restartOf } from '../../src/init/reexec.ts'
import { boot, cannot, heard, said, signal } from './support/machine.ts'

const pid1 = { skip: cannot, timeout: 60_000 }

for (const [mode, message] of [
  ['throw', 'the first run is broken'],
  ['reject', 'nobody caught this']
] as const) {
  t.test(
    `an error nobody caught (${mode}) starts PID 1 anew: same pid, its children alive and waited for`,
    pid1,
    async (t) => {
      const machine = boot('restarts.ts', { work: t.testdir(), env: { MODE: mode } })
      t.equal(await machine.ended, 0, machine.output())
      const { child } = said(machine, 'first') as { child: number }
      t.strictSame(said(machine, 'next'), { pid: 1, isPid1: true, why: 'fatal', fatals: 1, reaped: child, exit: 9 })
      t.match(said(machine, 'reason'), message)
      t.match(machine.output(), `rosd: fatal: Error: ${message}`)
    }
  )
}

t.test('a heap above three quarters of its limit starts PID 1 anew when it is idle', pid1, async (t) => {
  const machine = boot('restarts.ts', { work: t.testdir(), env: { MODE: 'heap' } })
  t.equal(await machine.ended, 0, machine.output())
  t.match(said(machine, 'heap'), /^\d+ MB of 64 MB heap in use: starting anew when idle$/)
  const { child } = said(machine, 'first') as { child: number }
  t.strictSame(said(machine, 'next'), { pid: 1, isPid1: true, why: 'heap', fatals: 0, reaped: child, exit: 9 })
})

t.test(
  'the third fatal error within a minute gives the recovery shell, and without a terminal signals still work',
  pid1,
  async (t) => {
    const machine = boot('restarts.ts', { work: t.testdir(), env: { MODE: 'always' } })
    await heard(machine, /no recovery shell: no terminal/)
    t.equal(machine.output().split('fatal: Error: no run of this goes well').length - 1, 3, machine.output())
    signal(machine, 'SIGUSR2')
    t.equal(await machine.ended, 130, 'power-off')
  }
)

t.test('a heap that fills up while it waits to be idle starts PID 1 anew at once', pid1, async (t) => {
  const machine = boot('restarts.ts', { work: t.testdir(), env: { MODE: 'heap, never idle' } })
  t.equal(await machine.ended, 0, machine.output())
  t.match(said(machine, 'next'), { pid: 1, why: 'heap' })
  t.match(said(machine, 'reason'), /^\d+ MB of 64 MB heap in use, and it did not wait to be idle$/)
})

t.test('fatal errors are counted within a minute; a full heap is not one', async (t) => {
  const told = (restart: Restart): Restart => restartOf({ ROSD_RESTART: JSON.stringify(restart) })
  const first = told(nextRestart(restartOf({}), 'fatal', 'a', 100_000))
  t.strictSame(first, { why: 'fatal', reason: 'a', fatals: [100_000] })
  const second = told(nextRestart(first, 'fatal', 'b', 130_000))
  t.strictSame(second, { why: 'fatal', reason: 'b', fatals: [100_000, 130_000] })
  t.equal(nextRestart(second, 'fatal', 'c', 159_999).why, 'recovery')
  t.strictSame(nextRestart(second, 'fatal', 'c', 160_000), { why: 'fatal', reason: 'c', fatals: [130_000, 160_000] })
  t.strictSame(nextRestart(second, 'heap', 'd', 140_000), { why: 'heap', reason: 'd', fatals: [100_000, 130_000] })
  t.equal(nextRestart(first, 'heap', 'x'.repeat(200_000), 0).reason.length, 4000, 'fits into a variable')
})

t.test('a first run, or a variable that makes no sense, is a boot', async (t) => {
  const boots = { why: 'boot', reason: '', fatals: [] }
  for (const text of [undefined, '', 'x', '{}', '[1]', '{"why":"fatal"}']) {
    t.strictSame(restartOf(text === undefined ? {} : { ROSD_RESTART: text }), boots, text ?? 'nothing')
  }
})

t.test('the heap limit is the flag, spelled either way, the last one', async (t) => {
  t.equal(heapLimitMb(['--disable-sigusr1', '--max-old-space-size=192']), 192)
  t.equal(heapLimitMb(['--max_old_space_size=64', '--max-old-space-size=96']), 96)
  t.equal(heapLimitMb(['--max-semi-space-size=8']), null)
})
