// Logs in files, sent to real syslog receivers on loopback.
import { createSocket } from 'node:dgram'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import t, { type Test } from 'tap'
import { createEvents } from '../../src/agent/events.ts'
import type { LogDestination } from '../../src/core/log-destinations.ts'
import { linuxLogFiles } from '../../src/host/linux/log-files.ts'
import type { Host } from '../../src/host/ports.ts'
import { openForwarding } from '../../src/logs/forwarding.ts'
import { createLogs } from '../../src/logs/logs.ts'
import { newAuthority, newServer } from '../../src/tls/authority.ts'
import { memory, until } from '../support/loop.ts'

process.env['TZ'] = 'UTC'
const PATIENCE = 15_000
const BOOTED = '2026-01-31T12:00:00.000Z'

async function machine(t: Test) {
  const folder = mkdtempSync(join(tmpdir(), 'rosd-logs-'))
  const logs = createLogs({
    host: {} as Pick<Host, 'docker'>, // there is no service, so no engine is asked
    files: { lines: linuxLogFiles.lines, kernel: async function* () {} },
    folder,
    wants: () => new Map(),
    uptime: () => 60_000,
    now: () => Date.parse(BOOTED) + 60_000
  })
  const events = createEvents(() => '')
  const file = memory()
  const open = () => openForwarding({ logs, events, file, hostname: () => 'node1', booted: BOOTED, again: 50 })
  const forwarding = await open()
  t.teardown(() => forwarding.to([]))
  t.teardown(() => rmSync(folder, { recursive: true }))
  return {
    forwarding,
    write: (name: string, text: string) => appendFileSync(join(folder, name), text),
    say: (second: number, text: string, name = 'rosd.log') =>
      appendFileSync(
        join(folder, name),
        name === 'messages'
          ? `Jan 31 12:00:${String(second).padStart(2, '0')} node1 daemon.err ${text}\n`
          : `${JSON.stringify({ level: 30, time: `2026-01-31T12:00:${String(second).padStart(2, '0')}.000Z`, msg: text })}\n`
      ),
    told: () => events.since(0).map(({ reason }) => reason),
    events: () => events.since(0),
    why: () => events.since(0).at(-1)?.message ?? ''
  }
}

const to = (port: number, more: Partial<LogDestination> = {}): LogDestination => ({
  name: 'central',
  protocol: 'tcp',
  host: '127.0.0.1',
  port,
  ca: null,
  format: 'rfc5424',
  sources: null,
  ...more
})

/** What a stream receiver gets. */
async function receiver(server: Server, port = 0) {
  let text = ''
  const sockets = new Set<Socket>()
  server.on('secureConnection', (socket: Socket) => hear(socket))
  if (!('setSecureContext' in server)) server.on('connection', (socket) => hear(socket))
  server.on('connection', (socket) => void sockets.add(socket))
  const hear = (socket: Socket) => {
    socket.setEncoding('utf8').on('data', (part: string) => (text += part))
    socket.on('error', () => undefined)
  }
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port, // of TCP
    text: () => text,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(resolve))
    }
  }
}

t.test('over tcp: what a server misses while it is away comes when it is back', async (t) => {
  const { forwarding, say, told, why } = await machine(t)
  say(1, 'one')
  say(2, 'ntpd[7]: two', 'messages')
  const first = await receiver(createServer())
  forwarding.to([to(first.port)])
  await until(() => first.text().includes('two\n'), PATIENCE)
  t.equal(
    first.text(),
    '<30>1 2026-01-31T12:00:01.000Z node1 agent - - - one\n<27>1 2026-01-31T12:00:02.000Z node1 ntpd 7 - - two\n'
  )
  say(3, 'three')
  await until(() => first.text().includes('three\n') && told().length === 1, PATIENCE)
  await first.close()
  await until(() => told().length === 2, PATIENCE)
  t.match(why(), /^central: tcp 127\.0\.0\.1:\d+: .*it is tried again, and gets what it missed/)
  say(4, 'four')
  say(5, 'five')
  const second = await receiver(createServer(), first.port)
  t.teardown(() => second.close())
  await until(() => second.text().includes('five\n') && told().length === 3, PATIENCE)
  const lines = second
    .text()
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').at(-1))
  t.same(lines.slice(-2), ['four', 'five'])
  t.equal(lines.filter((line) => line === 'four').length, 1)
  t.same(told(), ['LogsSent', 'LogServerAway', 'LogsSent'])
})

t.test('what a command goes on to say while a server is away comes when it is back', async (t) => {
  const { forwarding, say, write, told } = await machine(t)
  write('runcmd.log', '2026-01-31T12:00:01.000Z + slow\nfirst\n')
  const server = await receiver(createServer())
  forwarding.to([to(server.port, { sources: ['agent', 'runcmd'] })])
  for (let second = 2; second < 10; second += 1) say(second, `n${second}`)
  say(30, 'late')
  await until(() => server.text().includes('late\n') && told().length === 1, PATIENCE)
  t.match(server.text(), /^<30>1 2026-01-31T12:00:01.000Z node1 runcmd - - - \+ slow\n.*runcmd - - - first\n/)
  await server.close()
  await until(() => told().length === 2, PATIENCE)
  write('runcmd.log', 'second\n')
  say(31, 'last')
  const back = await receiver(createServer(), server.port)
  t.teardown(() => back.close())
  await until(() => back.text().includes('last\n') && back.text().includes('second\n'), PATIENCE)
  write('runcmd.log', 'third\n')
  await until(() => back.text().includes('third\n'), PATIENCE)
  t.equal(back.text().split('second').length, 2, 'once')
})

t.test('another document counts at once, and a server that is no longer named gets nothing', async (t) => {
  const { forwarding, say } = await machine(t)
  const [old, next] = [await receiver(createServer()), await receiver(createServer())]
  t.teardown(() => Promise.all([old.close(), next.close()]))
  say(1, 'one')
  say(1, 'x: two', 'messages')
  forwarding.to([to(old.port)])
  await until(() => old.text().includes('two\n'), PATIENCE)
  const before = old.text()
  forwarding.to([to(next.port, { name: 'other', format: 'rfc3164', sources: ['agent', 'nobody'] })])
  say(3, 'three')
  await until(() => next.text().includes('three\n'), PATIENCE)
  t.equal(next.text(), '<30>Jan 31 12:00:01 node1 agent: one\n<30>Jan 31 12:00:03 node1 agent: three\n')
  t.equal(old.text(), before)
})

t.test('a server that has stopped reading is left all the same', async (t) => {
  const { forwarding, say } = await machine(t)
  const server = createServer((socket) => socket.on('error', () => undefined).pause())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const writes = () => process.getActiveResourcesInfo().includes('SimpleWriteWrap')
  const long = 'x'.repeat(8_000)
  for (let i = 0; i < 2_000; i += 1) say(1, long)
  forwarding.to([to((server.address() as AddressInfo).port)]) // of TCP
  let stuck = 0
  await until(() => {
    stuck = writes() ? stuck + 1 : 0
    return stuck > 20
  }, PATIENCE)
  forwarding.to([])
  await t.resolves(
    until(() => !writes(), PATIENCE),
    'nothing waits for it'
  )
})

t.test('over tls: to a server that the authority vouches for, and to no other', async (t) => {
  const { forwarding, say, told, why } = await machine(t)
  const authority = newAuthority()
  const { certificate: cert, key } = newServer(authority, [], Date.now())
  const server = await receiver(createTlsServer({ cert, key }))
  t.teardown(() => server.close())
  say(1, 'secret')
  const tls = { protocol: 'tls', host: 'localhost' } as const
  forwarding.to([to(server.port, { ...tls, ca: newAuthority().certificate })])
  await until(() => told().length === 1, PATIENCE)
  t.match([told(), why()], [['LogServerAway'], /certificate/])
  forwarding.to([to(server.port, tls)])
  await until(() => told().length === 2, PATIENCE)
  t.match(told(), ['LogServerAway', 'LogServerAway'], 'nor do the authorities of the system')
  t.equal(server.text(), '')
  forwarding.to([to(server.port, { ...tls, ca: authority.certificate })])
  await until(() => server.text() !== '', PATIENCE)
  t.equal(server.text(), '55 <30>1 2026-01-31T12:00:01.000Z node1 agent - - - secret')
})

t.test('over udp: each line is a datagram', async (t) => {
  const { forwarding, say, told } = await machine(t)
  const got: string[] = []
  const socket = createSocket('udp4').on('message', (bytes) => got.push(bytes.toString()))
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  t.teardown(() => socket.close())
  say(1, 'one')
  forwarding.to([to(socket.address().port, { protocol: 'udp' })])
  await until(() => got.length === 1 && told().length === 1, PATIENCE)
  say(2, 'two')
  await until(() => got.length === 2, PATIENCE)
  t.same(got, [
    '<30>1 2026-01-31T12:00:01.000Z node1 agent - - - one',
    '<30>1 2026-01-31T12:00:02.000Z node1 agent - - - two'
  ])
  t.same(told(), ['LogsSent'])
})

t.test('over udp: that nobody is there is known only of what was sent', async (t) => {
  const { forwarding, say, told, events } = await machine(t)
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  socket.close()
  const other = await receiver(createServer())
  t.teardown(() => other.close())
  forwarding.to([to(port, { protocol: 'udp' }), to(other.port, { name: 'other' })])
  await until(() => told().includes('LogsSent'), PATIENCE)
  say(1, 'one')
  await until(() => told().includes('LogServerAway'), PATIENCE)
  t.match(events(), [
    { reason: 'LogsSent', message: /^other: tcp / },
    {
      reason: 'LogServerAway',
      message: /^central: udp .*; it is tried again; what is sent to it meanwhile may be lost$/
    }
  ])
})
