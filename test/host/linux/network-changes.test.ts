import t from 'tap'
import { authorOf } from '../../../src/host/linux/netlink-author.ts'
import { askedIn } from '../../../src/host/linux/network-changes.ts'

/** A message of rtnetlink: its header, its fixed part, its attributes. */
function message(
  type: number,
  port: number,
  fixed: readonly number[],
  ...attributes: readonly (readonly [number, Buffer])[]
) {
  const parts = attributes.map(([number, value]) => {
    const part = Buffer.alloc((4 + value.length + 3) & ~3)
    part.writeUInt16LE(4 + value.length, 0)
    part.writeUInt16LE(number, 2)
    value.copy(part, 4)
    return part
  })
  const body = Buffer.concat([Buffer.from(fixed), ...parts])
  const header = Buffer.alloc(16)
  header.writeUInt32LE(16 + body.length, 0)
  header.writeUInt16LE(type, 4)
  header.writeUInt32LE(port, 12)
  return Buffer.concat([header, body])
}

const ip = (...bytes: readonly number[]) => Buffer.from(bytes)
const number = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
const address = [2, 24, 0, 0, 3, 0, 0, 0]
const six = [10, 64, 0, 0, 3, 0, 0, 0]
const route = [2, 8, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0]
const fd1 = Buffer.from('fd000000000000000000000000000001', 'hex')

t.test('who asked for which change', async (t) => {
  const datagram = Buffer.concat([
    message(16, 7, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    message(21, 7, address, [2, ip(10, 0, 0, 2)], [3, Buffer.from('eth0:1\0')]),
    message(20, 0, address, [2, ip(10, 0, 0, 3)]),
    message(20, 8, six, [1, fd1]),
    message(25, 9, route, [1, ip(10, 0, 0, 0)], [6, number(100)], [15, number(7)]),
    message(24, 9, [2, 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0])
  ])
  t.same(askedIn(datagram), [
    { place: { is: 'address', cidr: '10.0.0.2/24', dev: 'eth0' }, port: 7 },
    { place: { is: 'address', cidr: 'fd00::1/64', dev: null }, port: 8 },
    { place: { is: 'route', to: '10.0.0.0/8', metric: 100, table: 7 }, port: 9 },
    { place: { is: 'route', to: 'default', metric: null, table: 254 }, port: 9 }
  ])
})

t.test('a message cut short is left out, and nothing throws', async (t) => {
  const whole = message(21, 7, address, [2, ip(10, 0, 0, 2)])
  for (let length = 0; length < whole.length; length += 1)
    t.same(askedIn(whole.subarray(0, length)), [], String(length))
  t.equal(askedIn(whole).length, 1)
})

t.test('nobody is named who did not do it', async (t) => {
  t.equal(authorOf(0), null, 'the kernel')
  t.equal(authorOf(process.pid), null, 'we ourselves')
  t.equal(authorOf(4_294_963_113), null, 'a port that is no pid')
  t.equal(authorOf(process.ppid), null, 'somebody who has no such socket')
  t.equal(authorOf(4_194_303), 'a process that has ended (pid 4194303)')
})
