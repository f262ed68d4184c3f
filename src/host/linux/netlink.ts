// Asking the kernel for its tables of the network, rtnetlink(7). It answers within the calls, so nothing waits and no
// process is started; a dump of fifty links takes a millisecond.
import { closeSync } from 'node:fs'
import { receive, routeSocket, send } from './libc.ts'

/** <linux/rtnetlink.h> */
export const RTM = { NEWLINK: 16, GETLINK: 18, NEWADDR: 20, GETADDR: 22, NEWROUTE: 24, GETROUTE: 26 } as const

const HEADER = 16
const [NLMSG_ERROR, NLMSG_DONE] = [2, 3]
const NLM_F_REQUEST = 1
const NLM_F_DUMP = 0x300
const NLM_F_DUMP_INTR = 0x10
/** What iproute2 takes; the kernel fills it as far as it can. */
const room = Buffer.alloc(32 * 1024)
const TRIES = 5

/** One entry of a table: what follows the header of its message. */
export interface Message {
  readonly type: number
  readonly body: Buffer
}

/**
 * Opens a socket, hands `ask` what asks for one table, and closes it. A table that changed while it was told is asked for again; where it
 * never stands still, what was told last has to do: another look follows every change.
 */
export function withTables<T>(ask: (dump: (type: number, body: Buffer) => readonly Message[]) => T): T {
  const socket = routeSocket(0)
  try {
    return ask((type, body) => {
      for (let tries = 1; ; tries += 1) {
        const { messages, whole } = dump(socket, type, body)
        if (whole || tries === TRIES) return messages
      }
    })
  } finally {
    closeSync(socket)
  }
}

function dump(socket: number, type: number, body: Buffer): { readonly messages: Message[]; readonly whole: boolean } {
  const request = Buffer.alloc(HEADER + body.length)
  request.writeUInt32LE(request.length, 0)
  request.writeUInt16LE(type, 4)
  request.writeUInt16LE(NLM_F_REQUEST | NLM_F_DUMP, 6)
  body.copy(request, HEADER)
  send(socket, request)
  const messages: Message[] = []
  let whole = true
  for (;;) {
    const length = receive(socket, room)
    const part = messagesOf(Buffer.from(room.subarray(0, length)))
    messages.push(...part.messages)
    whole &&= part.whole
    if (part.done) return { messages, whole }
  }
}

/** What one datagram says. Throws what the kernel says against telling. */
export function messagesOf(bytes: Buffer): {
  readonly messages: readonly Message[]
  /** The table ends with it. */
  readonly done: boolean
  /** The table did not change while it was told. */
  readonly whole: boolean
} {
  const messages: Message[] = []
  let whole = true
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const length = uint32(bytes, at)
    const type = uint16(bytes, at + 4)
    if (length < HEADER || at + length > bytes.length) throw new Error(`a message of ${length} bytes ends too early`)
    if ((uint16(bytes, at + 6) & NLM_F_DUMP_INTR) !== 0) whole = false
    if (type === NLMSG_ERROR) throw new Error(`the kernel refuses to tell: errno ${-bytes.readInt32LE(at + HEADER)}`)
    if (type === NLMSG_DONE) return { messages, done: true, whole }
    messages.push({ type, body: bytes.subarray(at + HEADER, at + length) })
    at += align(length)
  }
  return { messages, done: false, whole }
}

/** Those attributes after a fixed part of `from` bytes whose numbers are `asked`; the last of a number counts. */
export function attributesOf(body: Buffer, from: number, asked: ReadonlySet<number>): ReadonlyMap<number, Buffer> {
  const attributes = new Map<number, Buffer>()
  for (let at = from; at + 4 <= body.length; ) {
    const length = uint16(body, at)
    if (length < 4) break
    // Two bits of the number are flags (nested, byte order).
    const number = uint16(body, at + 2) & 0x3fff
    if (asked.has(number)) attributes.set(number, body.subarray(at + 4, at + length))
    at += align(length)
  }
  return attributes
}

// Buffer's own functions take ten times as long where nothing is compiled (rootfs/usr/lib/rosd/node-flags), and a look reads
// thousands of numbers. What is beyond the end reads as 0; callers have looked at the length.
function uint16(bytes: Buffer, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)
}

function uint32(bytes: Buffer, at: number): number {
  return (uint16(bytes, at) | (uint16(bytes, at + 2) << 16)) >>> 0
}

function align(length: number): number {
  return (length + 3) & ~3
}
