import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** QEMU's machine protocol on a unix socket: one JSON object a line. */
export interface Qmp {
  /** Rejects when QEMU refuses the command or goes away before it answers. */
  execute(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown>
  close(): void
}

export interface QmpEvent {
  readonly event: string
  readonly data?: Readonly<Record<string, unknown>>
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** Connects and negotiates. Rejects with ENOENT or ECONNREFUSED while QEMU has not opened the socket yet. */
export async function connectQmp(path: string, onEvent: (event: QmpEvent) => void = () => {}): Promise<Qmp> {
  const socket = await connected(path)
  const waiting = new Map<number, Waiting>()
  let last = 0
  const execute: Qmp['execute'] = (command, args) =>
    new Promise((resolve, reject) => {
      if (socket.destroyed) return reject(new Error(`${command}: the virtual machine has ended`))
      const id = ++last
      waiting.set(id, { resolve, reject })
      socket.write(`${JSON.stringify({ execute: command, id, ...(args === undefined ? {} : { arguments: args }) })}\n`)
    })
  createInterface({ input: socket }).on('line', (line) => {
    const message: unknown = JSON.parse(line)
    if (typeof message !== 'object' || message === null) return
    if ('event' in message) return onEvent(message as QmpEvent)
    if (!('id' in message)) return
    const asked = waiting.get(Number(message.id))
    waiting.delete(Number(message.id))
    if ('error' in message) asked?.reject(new Error((message.error as { desc: string }).desc))
    else asked?.resolve('return' in message ? message.return : null)
  })
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the virtual machine has ended'))
    waiting.clear()
  })
  await execute('qmp_capabilities')
  return { execute, close: () => socket.destroy() }
}

function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      socket.on('error', () => {}) // 'close' follows and says all there is to say
      resolve(socket)
    })
  })
}
