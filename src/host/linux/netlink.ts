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

/** One table as it was told: its datagrams, and the messages in them. */
interface Told {
  readonly datagrams: readonly Buffer[]
  readonly messages: readonly Message[]
}

type Dump = (type: number, body: Buffer) => readonly Message[]

/**
 * Makes a function that opens a socket, hands `ask` what asks for one table, and closes it. A table that is told in the same words as the
 * last time is the very same list: taking it apart costs more than comparing it. One that changed while it was told is asked for
 * again; where it never stands still, what was told last has to do: another look follows every change.
 */
export function tableReader(): <T>(ask: (dump: Dump) => T) => T {
  const known = new Map<string, Told>()
  return (ask) => {
    const socket = routeSocket(0)
    try {
      return ask((type, body) => {
        const place = `${type} ${body.toString('hex')}`
        for (let tries = 1; ; tries += 1) {
          const { told, whole } = dump(socket, type, body, known.get(place))
          if (!whole && tries < TRIES) continue
          if (whole) known.set(place, told)
          else known.delete(place)
          return told.messages
        }
      })
    } finally {
      closeSync(socket)
    }
  }
}

function dump(
  socket: number,
  type: number,
  body: Buffer,
  before?: Told
): { readonly told: Told; readonly whole: boolean } {
  const request = Buffer.alloc(HEADER + body.length)
  request.writeUInt32LE(request.length, 0)
  request.writeUInt16LE(type, 4)
  request.writeUInt16LE(NLM_F_REQUEST | NLM_F_DUMP, 6)
  body.copy(request, HEADER)
  send(socket, request)
  const datagrams: Buffer[] = []
  for (;;) {
    const bytes = room.subarray(0, receive(socket, room))
    const old = before?.datagrams[datagrams.length]
    datagrams.push(old?.equals(bytes) === true ? old : Buffer.from(bytes))
    if (endsTable(bytes)) break
  }
  const same =
    datagrams.length === before?.datagrams.length && datagrams.every((one, at) => one === before.datagrams[at])
  if (same) return { told: before, whole: true }
  const parts = datagrams.map(messagesOf)
  const told = { datagrams, messages: parts.flatMap(({ messages }) => messages) }
  return { told, whole: parts.every(({ whole }) => whole) }
}

/** Whether a datagram is the last of its table, which ends with a message of its own (or with the kernel's refusal). */
function endsTable(bytes: Buffer): boolean {
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const [length, type] = [uint32(bytes, at), uint16(bytes, at + 4)]
    if (type === NLMSG_DONE || type === NLMSG_ERROR || length < HEADER) return true
    at += align(length)
  }
  return false
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
