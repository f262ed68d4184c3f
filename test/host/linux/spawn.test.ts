import { readFileSync, realpathSync } from 'node:fs'
import t from 'tap'
import { ownPids, run, startDaemon } from '../../../src/host/linux/spawn.ts'

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 5000
  while (!holds()) {
    if (Date.now() > end) throw new Error('did not happen within 5 s')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

t.test('a program gets its input, and its output comes back whole', async (t) => {
  t.strictSame(await run(['cat'], { input: 'grüße\n' }), { code: 0, stdout: 'grüße\n', stderr: '' })
  const big = await run(['head', '-c', '3000000', '/dev/zero'])
  t.equal(big.stdout.length, 3_000_000)
  t.strictSame(
    await run(['true'], { input: 'x'.repeat(1_000_000) }),
    { code: 0, stdout: '', stderr: '' },
    'input nobody reads'
  )
})

t.test('failures name the command, its exit code and its last words', async (t) => {
  await t.rejects(run(['sh', '-c', 'seq 9 >&2; exit 3']), {
    message: "'sh -c seq 9 >&2; exit 3' exited with 3: 6; 7; 8; 9"
  })
  await t.rejects(run(['sh', '-c', 'echo only on stdout; exit 1']), { message: /exited with 1: only on stdout$/ })
  await t.rejects(run(['no-such-program', 'x']), {
    message: /^cannot start 'no-such-program x': not found in \/usr\/sbin:/
  })
  await t.rejects(run(['true'], { cwd: '/no/such/folder' }), { message: /not found .*working directory/ })
  t.throws(() => startDaemon(['no-such-program'], { logFile: `${t.testdir()}/log` }), {
    message: /^cannot start 'no-such-program'/
  })
  await t.rejects(async () => run([]), { message: /empty command/ })
})

t.test('with check off an exit code is an answer, and a signal is 128 and its number', async (t) => {
  t.equal((await run(['sh', '-c', 'exit 4'], { check: false })).code, 4)
  t.equal((await run(['sh', '-c', 'kill -9 $$'], { check: false })).code, 137)
  t.equal((await run(['sh', '-c', 'kill -TERM $$'], { check: false })).code, 143)
})

t.test('a time-out and an abort kill the program', async (t) => {
  const from = performance.now()
  await t.rejects(run(['sleep', '30'], { timeoutMs: 30 }), {
    message: "'sleep 30' did not end within 30 ms and was killed"
  })
  const abort = new AbortController()
  const running = run(['sleep', '30'], { signal: abort.signal })
  abort.abort(new Error('enough'))
  await t.rejects(running, { message: 'enough' })
  await t.rejects(
    run(['touch', `${t.testdir()}/x`], { signal: abort.signal }),
    { message: 'enough' },
    'aborted before it began'
  )
  t.ok(performance.now() - from < 10_000)
})

t.test('nothing of our environment is passed on but a PATH', async (t) => {
  process.env['SECRET'] = 'x'
  t.teardown(() => delete process.env['SECRET'])
  const { stdout } = await run(['/usr/bin/env'], { env: { MORE: '1' } })
  const names = stdout.split('\n').map((line) => line.split('=')[0])
  t.notOk(names.includes('SECRET'))
  t.match(stdout, /^PATH=\/usr\/sbin:\/usr\/bin:\/sbin:\/bin$/m)
  t.match(stdout, /^MORE=1$/m)
})

t.test('a daemon has a session of its own, no pipes, and writes to its file', async (t) => {
  const logFile = `${t.testdir()}/deep/er/log`
  const daemon = startDaemon(
    [
      'sh',
      '-c',
      'cut -d" " -f6 /proc/$$/stat; readlink /proc/$$/fd/0 /proc/$$/fd/1; read line; echo no input >&2; exit 5'
    ],
    { logFile }
  )
  t.ok(ownPids.has(daemon.pid), 'known in the same turn')
  t.equal(await daemon.exited, 5)
  t.strictSame(readFileSync(logFile, 'utf8').trim().split('\n'), [
    String(daemon.pid),
    '/dev/null',
    realpathSync(logFile),
    'no input'
  ])
  t.notOk(ownPids.has(daemon.pid))
})

t.test('our own children are known from the start to the end', async (t) => {
  const running = run(['sleep', '0.2'])
  t.equal(ownPids.size, 1)
  await running
  await until(() => ownPids.size === 0)
  t.equal(ownPids.size, 0)
})
