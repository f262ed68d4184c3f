// The way back to a client in a network namespace with a bridge over a card, and a VRF beside it.
import { spawn } from 'node:child_process'
import t, { type Test } from 'tap'
import { operatorPath } from '../../src/agent/operator-path.ts'
import { linuxNetwork } from '../../src/host/linux/ip.ts'
import { run } from '../../src/host/linux/spawn.ts'
import type { Host, Peer } from '../../src/host/ports.ts'
import { until } from '../support/loop.ts'
import { whyNoNamespace } from '../support/network-machine.ts'

const skip = (await whyNoNamespace()) ?? false

/** A namespace of network and mounts, for /sys shows the links of the one it was mounted in. */
async function namespace(t: Test, setup: readonly string[]) {
  const holder = spawn('unshare', ['--net', '--mount', 'sh', '-c', 'mount -t sysfs sysfs /sys; exec sleep 1d'], {
    stdio: 'ignore'
  })
  t.teardown(() => holder.kill('SIGKILL'))
  const enter = ['nsenter', `--net=/proc/${holder.pid}/ns/net`, `--mount=/proc/${holder.pid}/ns/mnt`]
  const inside: typeof run = (argv, options) => run([...enter, ...argv], options)
  const links = async () => (await inside(['ls', '/sys/class/net'], { check: false })).stdout.trim()
  await until(async () => (await links()) === 'lo', 5_000, 'a namespace of its own')
  for (const line of setup) await inside(['ip', ...line.split(' ')])
  const network = linuxNetwork(([, ...words], options) => inside(['ip', ...words], options))
  return {
    network,
    runner: { run: inside },
    files: { list: async (path: string) => (await inside(['ls', path])).stdout.trim().split('\n') }
  } as unknown as Host // nothing else is asked of it
}

const peer = (from: string, session: number | null = 5, to = ''): Peer => ({ pid: 7, name: 'ros', session, from, to })

t.test('the links that carry a session', { skip }, async (t) => {
  const host = await namespace(t, [
    'link add br0 type bridge',
    'link add eth0 type veth peer name p0',
    'link add eth1 type veth peer name p1',
    'link set eth0 master br0 up',
    'link set p0 up',
    'link set eth1 up',
    'link set p1 up',
    'link set br0 up',
    'address add 10.0.0.2/24 dev br0',
    'address add 10.1.0.2/24 dev eth1',
    'route add default via 10.0.0.1'
  ])
  const facts = async () =>
    (await host.network.look()).links.map(({ name, mac, kind }) => ({ name, mac: mac && 'x', kind }))
  const bridge = { name: 'br0', mac: 'x', kind: 'bridge' }
  const port = { name: 'eth0', mac: 'x', kind: 'veth' }
  t.strictSame(await operatorPath(host, facts, peer('192.0.2.7')), {
    client: '192.0.2.7',
    links: [bridge, port],
    via: '10.0.0.1',
    to: 'default'
  })
  t.match(await operatorPath(host, facts, peer('10.0.0.9')), { via: null, to: '10.0.0.0/24', links: [bridge, port] })
  t.match(await operatorPath(host, facts, peer('10.1.0.9')), { to: '10.1.0.0/24', links: [{ name: 'eth1' }] })
  t.match(await operatorPath(host, facts, peer('fe80::1%eth1')), { links: [{ name: 'eth1' }], via: null })
  t.strictSame(await operatorPath(host, facts, peer('fd00::9')), { client: 'fd00::9', links: [], via: null, to: '' })
  t.strictSame(await operatorPath(host, facts, peer('')), { client: '', links: [], via: null, to: '' })
  t.equal(await operatorPath(host, facts, peer('10.0.0.9', null)), null, 'a local program')
})

t.test('answers leave as policy rules say of the address the session came to', { skip }, async (t) => {
  const host = await namespace(t, [
    'link add eth0 type veth peer name p0',
    'link add eth1 type veth peer name p1',
    ...['eth0', 'p0', 'eth1', 'p1'].map((name) => `link set ${name} up`),
    'address add 10.0.0.2/24 dev eth0',
    'address add 10.1.0.2/24 dev eth1',
    'route add default via 10.0.0.1',
    'route add default via 10.1.0.1 table 100',
    'rule add from 10.1.0.2 table 100'
  ])
  const facts = async () => (await host.network.look()).links
  const cases = [
    ['10.0.0.2', { links: [{ name: 'eth0' }], via: '10.0.0.1' }],
    ['10.1.0.2', { links: [{ name: 'eth1' }], via: '10.1.0.1', to: 'default' }],
    ['10.9.0.9', { links: [{ name: 'eth0' }] }]
  ] as const
  for (const [to, path] of cases) t.match(await operatorPath(host, facts, peer('192.0.2.7', 5, to)), path, to)
})
