import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import t from 'tap'
import {
  dup2,
  exitOf,
  MS,
  mount,
  routeSocket,
  sethostname,
  swapoff,
  sync,
  umount2,
  umountLater,
  waitpid
} from '../../../src/host/linux/libc.ts'

t.test('an error has the name of its errno and tells the call with all it was given', async (t) => {
  t.throws(() => mount('tmpfs', '/no/such/place', 'tmpfs', MS.NOSUID, 'mode=755'), {
    message: 'mount(tmpfs, /no/such/place, tmpfs, 2, mode=755): ENOENT (no such file or directory)',
    code: 'ENOENT',
    errno: 2,
    syscall: 'mount'
  })
  t.throws(() => umount2('/no/such/place'), { message: /^umount2\(\/no\/such\/place, 0\): E/ })
  t.throws(() => sethostname('x'.repeat(65)), { code: /EINVAL|EPERM/ })
})

t.test('calls that may take long reject with the same errors', async (t) => {
  await t.rejects(umountLater('/no/such/place'), {
    code: 'ENOENT',
    message: 'umount2(/no/such/place, 0): ENOENT (no such file or directory)'
  })
  await t.rejects(swapoff('/no/such/swap'), { code: /ENOENT|EPERM/ })
  t.equal(await sync(), undefined)
})

t.test('a single child is waited for, never any', async (t) => {
  t.throws(() => waitpid(-1), { message: 'waitpid(-1): only a single child may be waited for' })
  t.throws(() => waitpid(0), RangeError)
  t.throws(() => waitpid(1), { code: 'ECHILD' })
})

t.test('a wait status is read as the shell does', async (t) => {
  t.equal(exitOf(0), 0)
  t.equal(exitOf(7 << 8), 7)
  t.equal(exitOf(9), 137)
  t.equal(exitOf(11 | 0x80), 139, 'with a core dump')
})

t.test('a descriptor can be turned into another', async (t) => {
  const path = `${t.testdir()}/log`
  const log = openSync(path, 'w')
  const nothing = openSync('/dev/null', 'w')
  writeSync(log, 'kept')
  dup2(nothing, log)
  writeSync(log, 'lost')
  t.equal(readFileSync(path, 'utf8'), 'kept')
  closeSync(log)
  closeSync(nothing)
})

t.test('a route socket is a descriptor that closes', async (t) => {
  const fd = routeSocket(1)
  t.ok(fd > 2)
  closeSync(fd)
  t.throws(() => closeSync(fd), { code: 'EBADF' })
})
