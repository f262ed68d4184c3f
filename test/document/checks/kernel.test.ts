// What the checks say of an interface, and what a real kernel says of the same.
import { spawnSync } from 'node:child_process'
import t from 'tap'
import { check } from '../../../src/document/check.ts'
import type { NetworkInterface } from '../../../src/document/types.gen.ts'

const probe = spawnSync('unshare', ['-n', 'ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'p0'])

/** Runs `ip` with each line of arguments in a network namespace of its own; true when the last one is taken. */
function takes(...lines: readonly string[]): boolean {
  const script = lines.map((line) => `ip ${line}`).join(' && ')
  const setUp = 'ip link add eth0 type veth peer name p0 && ip link set p0 up && ip link set eth0 up'
  const first = lines.length > 1 ? spawnSync('unshare', ['-n', 'sh', '-c', `${setUp} && ip ${lines[0]}`]).status : 0
  if (first !== 0) throw new Error(`ip ${lines[0]} failed`)
  return spawnSync('unshare', ['-n', 'sh', '-c', `${setUp} && ${script}`]).status === 0
}

const FOUR = { address: '192.168.1.10/24' }
const SIX = { address: 'fd00::1/64' }
const four = 'addr add 192.168.1.10/24 dev eth0'
const six = 'addr add fd00::1/64 dev eth0'
const point = 'addr add 203.0.113.5/32 dev eth0'
const cases: readonly (readonly [NetworkInterface, ...lines: readonly string[]])[] = [
  [{ ...FOUR, gateway: '192.168.1.1' }, four, 'route add default via 192.168.1.1 dev eth0'],
  [{ ...FOUR, gateway: '192.168.2.1' }, four, 'route add default via 192.168.2.1 dev eth0'],
  [{ ...FOUR, gateway: '192.168.1.10' }, four, 'route add default via 192.168.1.10 dev eth0'],
  [{ ...SIX, gateway_ipv6: 'fd00::2' }, six, 'route add default via fd00::2 dev eth0'],
  [{ ...SIX, gateway_ipv6: 'fd01::1' }, six, 'route add default via fd01::1 dev eth0'],
  [{ ...SIX, gateway_ipv6: 'fd00::1' }, six, 'route add default via fd00::1 dev eth0'],
  [{ ...SIX, gateway_ipv6: 'fe80::1' }, six, 'route add default via fe80::1 dev eth0'],
  [
    { address: '203.0.113.5/32', routes: [{ to: 'default', via: '10.255.0.1', onlink: true }] },
    point,
    'route add default via 10.255.0.1 dev eth0 onlink'
  ],
  [
    { address: '203.0.113.5/32', gateway: '10.255.0.1', routes: [{ to: '10.255.0.1' }] },
    point,
    'route add 10.255.0.1 dev eth0',
    'route add default via 10.255.0.1 dev eth0'
  ],
  [{ mtu: 67 }, 'link set eth0 mtu 67'],
  [{ mtu: 68 }, 'link set eth0 mtu 68'],
  [{ ...SIX, mtu: 1279 }, 'link set eth0 mtu 1279', six],
  [{ ...SIX, mtu: 1280 }, 'link set eth0 mtu 1280', six],
  [{ address: '10.0.0.0/8' }, 'addr add 10.0.0.0/8 dev eth0'],
  [{ address: '224.0.0.5/24' }, 'addr add 224.0.0.5/24 dev eth0'],
  [{ address: 'ff02::5/64' }, 'addr add ff02::5/64 dev eth0'],
  [{ address: '10.0.0.1/33' }, 'addr add 10.0.0.1/33 dev eth0'],
  [{ address: '10.0.0.256/24' }, 'addr add 10.0.0.256/24 dev eth0']
]

t.test(
  'the kernel refuses what the checks refuse, and takes what they take',
  {
    skip: probe.status === 0 ? false : 'no network namespaces here'
  },
  async (t) => {
    for (const [entry, ...lines] of cases) {
      const found = [...check({ rancher: { network: { interfaces: { eth0: entry } } } })]
      const fine = found.every(({ severity }) => severity !== undefined)
      t.equal(fine, takes(...lines), `${JSON.stringify(entry)}: ${lines.join('; ')}`)
    }
  }
)
