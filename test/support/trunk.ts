// The switch at the other end of a trunk, as QEMU's `socket` network tells it frame by frame: this host's kernel need not know VLANs. It
// answers ARP and ping in each of its VLANs, and keeps what it saw.
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

export interface Trunk {
  /** What a card is started with to lead here. */
  readonly netdev: string
  /** Pings answered since the start, by VLAN: the destination of each. */
  readonly pinged: ReadonlyMap<number, readonly string[]>
  stop(): void
}

const MAC = Buffer.from([0x02, 0, 0, 0, 0, 0x99])
const [TAGGED, ARP, IPV4] = [0x8100, 0x0806, 0x0800]
/** Ethernet (14) with a tag (4), then the packet. */
const PACKET = 18
const ICMP = PACKET + 20

/** `answers`: for each VLAN the addresses that ARP asks for in vain otherwise. Pings to what lies behind them are answered, too. */
export async function trunk(answers: ReadonlyMap<number, readonly string[]>): Promise<Trunk> {
  const pinged = new Map<number, string[]>([...answers.keys()].map((vlan) => [vlan, []]))
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {}) // QEMU was killed
    let rest = Buffer.alloc(0)
    socket.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes])
      // Each frame follows its length (net/socket.c of QEMU).
      while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
        const length = rest.readUInt32BE(0)
        const reply = replyTo(Buffer.from(rest.subarray(4, 4 + length)), answers, pinged)
        rest = rest.subarray(4 + length)
        if (reply === null) continue
        const head = Buffer.alloc(4)
        head.writeUInt32BE(reply.length)
        socket.write(Buffer.concat([head, reply]))
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1')
  return {
    netdev: `socket,connect=127.0.0.1:${address.port}`,
    pinged,
    stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
    }
  }
}

/** The frame turned into its answer; null: there is none. */
function replyTo(
  frame: Buffer,
  answers: ReadonlyMap<number, readonly string[]>,
  pinged: ReadonlyMap<number, string[]>
): Buffer | null {
  if (frame.length < PACKET || frame.readUInt16BE(12) !== TAGGED) return null
  const vlan = frame.readUInt16BE(14) & 0xfff
  const sender = Buffer.from(frame.subarray(6, 12))
  const type = frame.readUInt16BE(16)
  sender.copy(frame, 0)
  MAC.copy(frame, 6)
  if (type === ARP && frame.readUInt16BE(PACKET + 6) === 1) {
    const asked = Buffer.from(frame.subarray(PACKET + 24, PACKET + 28))
    if (answers.get(vlan)?.includes(asked.join('.')) !== true) return null
    frame.writeUInt16BE(2, PACKET + 6)
    frame.copy(frame, PACKET + 18, PACKET + 8, PACKET + 18)
    MAC.copy(frame, PACKET + 8)
    asked.copy(frame, PACKET + 14)
    return frame
  }
  // An IPv4 header without options, ICMP, echo request.
  if (type !== IPV4 || frame[PACKET] !== 0x45 || frame[PACKET + 9] !== 1 || frame[ICMP] !== 8) return null
  const to = Buffer.from(frame.subarray(PACKET + 16, PACKET + 20))
  pinged.get(vlan)?.push(to.join('.'))
  frame.copy(frame, PACKET + 16, PACKET + 12, PACKET + 16)
  to.copy(frame, PACKET + 12)
  frame[ICMP] = 0
  // RFC 1624: the type was 8 in the upper half of a word, and is 0.
  const sum = frame.readUInt16BE(ICMP + 2) + 0x0800
  frame.writeUInt16BE((sum & 0xffff) + (sum >> 16), ICMP + 2)
  return frame
}
