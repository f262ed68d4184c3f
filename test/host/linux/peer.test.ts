import { createServer, connect } from 'node:net'
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { describe, peerOf } from '../../../src/host/linux/peer.ts'

/** `started` in clock ticks. */
function stat(pid: number, name: string, parent: number, started: number): string {
  return `${pid} (${name}) S ${parent} 1 1 0 -1 4194304 1 1 1 1 1 1 1 1 20 0 1 0 ${started} 1 1\n`
}

t.test('the ssh session of a process is the nearest sshd above it', async (t) => {
  const proc = t.testdir()
  const put = (pid: number, name: string, parent: number, started: number, environ = '') => {
    mkdirSync(join(proc, String(pid)))
    writeFileSync(join(proc, String(pid), 'stat'), stat(pid, name, parent, started))
    writeFileSync(join(proc, String(pid), 'environ'), environ)
  }
  put(1, 'MainThread', 0, 1)
  put(10, 'sshd', 1, 500)
  put(20, 'sshd-session', 10, 3000)
  put(21, 'sshd-session', 20, 3001)
  put(22, 'bash', 21, 3002, 'HOME=/home/rancher\0SSH_CONNECTION=10.0.2.2 50000 10.0.2.15 22\0')
  put(23, 'sudo', 22, 4000, 'HOME=/root\0')
  put(24, 'a (strange) name', 23, 4001)
  put(30, 'cron', 1, 700)
  put(31, 'curl', 30, 5000)
  const cases = [
    [24, { pid: 24, name: 'a (strange) name', session: 30_010, from: '10.0.2.2', to: '10.0.2.15' }],
    [22, { pid: 22, name: 'bash', session: 30_010, from: '10.0.2.2', to: '10.0.2.15' }],
    [31, { pid: 31, name: 'curl', session: null, from: '', to: '' }],
    [99, null]
  ] as const
  for (const [pid, want] of cases) t.strictSame(describe(pid, proc), want, String(pid))
})

t.test('the kernel names the process at the other end of a socket', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'rosd-peer-'))
  const path = join(dir, 'socket')
  const server = createServer().listen(path)
  t.teardown(() => {
    server.close()
    rmSync(dir, { recursive: true })
  })
  await once(server, 'listening')
  const accepted = async () => descriptorOf((await once(server, 'connection'))[0])
  const child = spawn(process.execPath, ['-e', `require('node:net').connect(${JSON.stringify(path)})`])
  t.teardown(() => child.kill())
  t.match(peerOf(await accepted()), { pid: child.pid, session: null })
  const own = connect(path)
  t.teardown(() => own.destroy())
  t.equal(peerOf(await accepted())?.pid, process.pid)
  t.equal(peerOf(0), null, 'no socket')
})

/** Node has it, and has no public word for it. */
function descriptorOf(socket: { readonly _handle: { readonly fd: number } }): number {
  return socket._handle.fd
}
