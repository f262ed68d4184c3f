import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import t from 'tap'
import { connectQmp, type QmpEvent } from '../../src/vm/qmp.ts'

interface Asked {
  readonly execute: string
  readonly id: number
  readonly arguments?: unknown
}

/** A QEMU that greets as version 7.2 does and lets `answer` do the rest. */
async function server(t: Tap, answer: (asked: Asked, socket: Socket) => void): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), 'rosd-qmp-')), 'qmp') // a short one: sun_path has 108 bytes
  const qemu = createServer((socket) => {
    socket.write('{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}}, "capabilities": ["oob"]}}\r\n')
    createInterface({ input: socket }).on('line', (line) => answer(JSON.parse(line) as Asked, socket))
  }).listen(path)
  await once(qemu, 'listening')
  t.teardown(() => {
    qemu.close()
    rmSync(join(path, '..'), { recursive: true })
  })
  return path
}

type Tap = Pick<typeof t, 'teardown'>

function say(socket: Socket, message: unknown): void {
  socket.write(`${JSON.stringify(message)}\r\n`)
}

t.test('commands are answered each by its own reply, and events come between', async (t) => {
  const kept: Asked[] = []
  const path = await server(t, (asked, socket) => {
    if (asked.execute === 'qmp_capabilities') return say(socket, { return: {}, id: asked.id })
    kept.push(asked)
    if (kept.length < 2) return
    say(socket, { event: 'SHUTDOWN', data: { guest: true, reason: 'guest-shutdown' }, timestamp: {} })
    for (const { execute, id } of kept.toReversed()) say(socket, { return: { answered: execute }, id })
  })
  const events: QmpEvent[] = []
  const qmp = await connectQmp(path, (event) => events.push(event))
  t.strictSame(await Promise.all([qmp.execute('query-status'), qmp.execute('stop', { now: true })]), [
    { answered: 'query-status' },
    { answered: 'stop' }
  ])
  t.strictSame(kept[1]?.arguments, { now: true })
  t.equal(events[0]?.data?.['reason'], 'guest-shutdown')
  qmp.close()
})

t.test("a refusal carries QEMU's own words", async (t) => {
  const path = await server(t, ({ execute, id }, socket) =>
    execute === 'qmp_capabilities'
      ? say(socket, { return: {}, id })
      : say(socket, { error: { class: 'CommandNotFound', desc: `The command ${execute} has not been found` }, id })
  )
  const qmp = await connectQmp(path)
  await t.rejects(qmp.execute('fly'), { message: 'The command fly has not been found' })
  qmp.close()
})

t.test('a QEMU that goes away fails what was asked of it, now and later', async (t) => {
  const path = await server(t, ({ execute, id }, socket) =>
    execute === 'qmp_capabilities' ? say(socket, { return: {}, id }) : socket.destroy()
  )
  const qmp = await connectQmp(path)
  await t.rejects(qmp.execute('quit'), { message: 'the virtual machine has ended' })
  await t.rejects(qmp.execute('stop'), { message: 'stop: the virtual machine has ended' })
})

t.test('a socket that is not there is an error', async (t) => {
  await t.rejects(connectQmp(join(t.testdir(), 'none')), { code: 'ENOENT' })
})
