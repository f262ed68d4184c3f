// The way to a syslog server: datagrams, a stream, or a stream under TLS. What it needs of Node.js is loaded when it is made.
import type { Socket } from 'node:net'
import type { LogDestination } from '../core/log-destinations.ts'

export interface SyslogLink {
  /** Resolves when the kernel has the bytes; rejects when the link is broken. */
  send(bytes: Buffer): Promise<void>
  /** Aborts when the link breaks or is closed; its reason says why. */
  readonly broken: AbortSignal
  close(): void
}

/** Milliseconds to be connected within. */
const PATIENCE = 10_000

/** Rejects with the system's words when the server can not be reached, or can not be believed. */
export function openLink(to: LogDestination, signal: AbortSignal): Promise<SyslogLink> {
  return to.protocol === 'udp' ? datagrams(to) : stream(to, signal)
}

async function datagrams({ host, port }: LogDestination): Promise<SyslogLink> {
  const { createSocket } = await import('node:dgram')
  const { lookup } = await import('node:dns/promises')
  const { address, family } = await lookup(host)
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
  const broken = new AbortController()
  const close = (why: Error) => {
    if (broken.signal.aborted) return
    broken.abort(why)
    socket.close()
  }
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.connect(port, address, resolve)
  })
  // That nobody listens comes back later, of a datagram that was sent.
  socket.removeAllListeners('error').on('error', close)
  return {
    broken: broken.signal,
    send: (bytes) =>
      new Promise((resolve, reject) => {
        if (broken.signal.aborted) return reject(broken.signal.reason as Error)
        socket.send(bytes, (error) => (error === null ? resolve() : reject(error)))
      }),
    close: () => close(new Error('closed'))
  }
}

async function stream(to: LogDestination, signal: AbortSignal): Promise<SyslogLink> {
  const socket = await connected(to, signal)
  const broken = new AbortController()
  let why = new Error('the server closed the connection')
  socket.on('error', (error) => {
    why = error
  })
  socket.on('close', () => broken.abort(why))
  // A syslog server says nothing; that it ends is all there is to hear.
  socket.resume()
  socket.setKeepAlive(true, 30_000)
  return {
    broken: broken.signal,
    send: (bytes) =>
      new Promise((resolve, reject) => {
        const fail = () => reject(broken.signal.reason as Error)
        if (broken.signal.aborted) return fail()
        broken.signal.addEventListener('abort', fail, { once: true })
        socket.write(bytes, () => {
          broken.signal.removeEventListener('abort', fail)
          resolve()
        })
      }),
    close: () => socket.destroy()
  }
}

async function connected({ protocol, host, port, ca }: LogDestination, signal: AbortSignal): Promise<Socket> {
  const socket =
    protocol === 'tls'
      ? (await import('node:tls')).connect({ host, port, ...(ca === null ? {} : { ca }) })
      : (await import('node:net')).connect({ host, port })
  return new Promise((resolve, reject) => {
    const fail = (why: Error) => {
      signal.removeEventListener('abort', leave)
      socket.destroy()
      reject(why)
    }
    const leave = () => fail(new Error('called off'))
    signal.addEventListener('abort', leave, { once: true })
    socket.setTimeout(PATIENCE, () => fail(new Error(`no connection within ${PATIENCE / 1000} s`)))
    socket.once('error', fail)
    socket.once(protocol === 'tls' ? 'secureConnect' : 'connect', () => {
      signal.removeEventListener('abort', leave)
      socket.setTimeout(0).removeListener('error', fail)
      resolve(socket)
    })
  })
}
