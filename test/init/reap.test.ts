import t from 'tap'
import { candidates, zombieOf } from '../../src/init/reap.ts'
import { boot, cannot, said } from './support/machine.ts'

t.test(
  'as PID 1 every orphan is waited for and no exit of our own children is lost',
  { skip: cannot, timeout: 60_000 },
  async (t) => {
    const machine = boot('reaps.ts', { work: t.testdir() })
    await machine.ended
    t.strictSame(said(machine, 'result'), { own: 300, worker: 4, reaped: 20, zombies: 0 })
  }
)

t.test('a zombie is told by its state, its parent and its start time', async (t) => {
  const rest = '0 0 0 -1 4194560 8 0 0 0 0 0 0 0 20 0 1 0 98765 0 0'
  t.strictSame(zombieOf(`12 (sh) Z 1 ${rest}`, 1), { pid: 12, identity: '12@98765' })
  t.strictSame(zombieOf(`12 (a) Z 1 (b) Z 1 ${rest}`, 1)?.pid, 12, 'names may hold anything')
  t.equal(zombieOf(`12 (sh) S 1 ${rest}`, 1), null, 'alive')
  t.equal(zombieOf(`12 (sh) Z 40 ${rest}`, 1), null, "somebody else's")
  t.equal(zombieOf('', 1), null, 'gone')
})

t.test(
  'children come from every thread, and from a scan of all processes where the kernel keeps no list',
  async (t) => {
    const listed = t.testdir({ '77': {}, self: { task: { 1: { children: '5 6 ' }, 9: { children: '7' } } } })
    t.strictSame(candidates(listed), [5, 6, 7])
    const unlisted = t.testdir({ '77': {}, '78': {}, uptime: '', self: { task: { 1: {} } } })
    t.strictSame(new Set(candidates(unlisted)), new Set([77, 78]))
  }
)
