// A virtual machine of five cards with something real at the other end of each: eth0 is the way in, eth1 leads to a provider, eth2 and
// eth3 to two computers, eth4 to a switch with VLANs. All of it lies in namespaces of this host, which notices nothing.
import { accessSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../src/host/linux/spawn.ts'
import { type FarEnd, farEnd } from './far-end.ts'
import { until } from './loop.ts'
import { type TestMachine, testMachine } from './machine.ts'
import { rootShell } from './root-shell.ts'
import { type Trunk, trunk } from './trunk.ts'

export interface GatewayMachine extends TestMachine {
  /** For its disk and what the far ends keep. */
  readonly dir: string
  /** dnsmasq for DHCP, advertisements and names at 10.50.0.1, and a web server that tells who asks. */
  readonly wan: FarEnd
  /** Computers at the two ports of the LAN, 192.168.10.10 and .20; the second has a web server. */
  readonly left: FarEnd
  readonly right: FarEnd
  readonly trunk: Trunk
  /** What dnsmasq wrote down. */
  leases(): string
  /** Pulls the cable out of a card, or plugs it in. */
  plug(card: string, plugged: boolean): Promise<void>
  stop(): Promise<void>
}

/** Emulated, and beside another test: everything takes ten times as long as on the host. */
const PATIENCE = 10

/** Why there can be no such machine here; null: there can. */
export function whyNoGateway(): string | null {
  const missing = ['/usr/bin/qemu-system-x86_64', '/usr/sbin/dnsmasq'].filter((path) => !existsSync(path))
  if (missing.length > 0) return `${missing.join(' and ')} not installed: \`npm run setup\` does that`
  if (process.getuid?.() !== 0) return 'namespaces and tap interfaces need root'
  try {
    accessSync('/dev/net/tun')
    return null
  } catch {
    return 'there is no /dev/net/tun'
  }
}

/** dnsmasq(8): two minutes are its shortest lease. */
const DNSMASQ = (dir: string) => `
interface=eth0
bind-interfaces
user=root
no-resolv
no-hosts
no-ping
dhcp-authoritative
dhcp-range=10.50.0.50,10.50.0.60,255.255.255.0,120
dhcp-option=option:router,10.50.0.1
dhcp-option=option:dns-server,10.50.0.1
dhcp-option=option:ntp-server,10.50.0.7
dhcp-option=option:domain-search,provider.test
dhcp-option=option:classless-static-route,10.51.0.0/16,10.50.0.2,0.0.0.0/0,10.50.0.1
dhcp-host=*:*:*:*:*:*,customer7
enable-ra
ra-param=eth0,10,300
dhcp-range=2001:db8:50::,ra-only,64,300
host-record=www.provider.test,10.50.0.80
dhcp-leasefile=${dir}/leases
pid-file=${dir}/dnsmasq.pid
log-facility=${dir}/dnsmasq.log
log-dhcp
`

/**
 * Boots it with the generic kernel; resolves when ssh answers.
 * @param dir for its disk and what the far ends keep
 * @param config path of the document it boots with
 * @param unplugged cards without a cable when it boots
 */
export async function gatewayMachine(
  dir: string,
  config: string,
  unplugged: readonly string[] = []
): Promise<GatewayMachine> {
  const ends = { wan: await farEnd(), left: await farEnd(), right: await farEnd() }
  const taps = Object.values(ends).map((end, i) => ({ end, name: `rosd${process.pid}t${i}` }))
  const far = await trunk(
    new Map([
      [10, ['192.168.10.30']],
      [20, ['192.168.20.2']],
      [30, ['192.168.30.2']]
    ])
  )
  const stopFar = (): void => {
    for (const { end } of taps) end.stop()
    far.stop()
  }
  const here = await testMachine(
    {
      kind: 'qemu',
      kernel: 'generic',
      memory: 512,
      netdevs: [...taps.map(({ name }) => `tap,ifname=${name},script=no,downscript=no`), far.netdev],
      disks: [join(dir, 'state.img')],
      config,
      unsafe: true,
      sshWait: false,
      timeout: 2_000
    },
    PATIENCE,
    rootShell
  ).catch((error: unknown) => {
    stopFar()
    throw error
  })
  const { machine } = here
  const plug = async (card: string, plugged: boolean): Promise<void> => {
    await machine.qmp('set_link', { name: card.replace('eth', 'net'), up: plugged })
  }
  const stop = async (): Promise<void> => {
    await machine.stop()
    stopFar()
  }
  try {
    for (const card of unplugged) await plug(card, false)
    // QEMU keeps the interface it opened wherever that goes, and the kernel removes it with QEMU.
    for (const { end, name } of taps) {
      await run(['ip', 'link', 'set', name, 'netns', String(end.pid)])
      await end.inside(`ip link set ${name} name eth0; ip link set eth0 up`)
    }
    await provider(ends.wan, dir)
    await computer(ends.left, dir, '192.168.10.10')
    await computer(ends.right, dir, '192.168.10.20')
    await serve(ends.right, join(dir, 'right'))
    await machine.answers(600)
  } catch (error) {
    await stop()
    throw error
  }
  return { ...here, ...ends, dir, trunk: far, leases: () => readFileSync(join(dir, 'dnsmasq.log'), 'utf8'), plug, stop }
}

async function provider(end: FarEnd, dir: string): Promise<void> {
  const addresses = ['10.50.0.1/24', '10.50.0.80/24', '2001:db8:50::1/64 nodad']
  await end.inside(addresses.map((address) => `ip address add ${address} dev eth0`).join('\n'))
  writeFileSync(join(dir, 'dnsmasq.conf'), DNSMASQ(dir))
  end.start(['dnsmasq', '-k', '-C', join(dir, 'dnsmasq.conf')])
  await serve(end, join(dir, 'wan'))
}

/** Its router is the machine, its name server the provider's. */
async function computer(end: FarEnd, dir: string, address: string): Promise<void> {
  const names = join(dir, 'resolv.conf')
  writeFileSync(names, 'nameserver 10.50.0.1\noptions timeout:5\n')
  await end.inside(
    `ip address add ${address}/24 dev eth0; ip route add default via 192.168.10.1; mount --bind ${names} /etc/resolv.conf`
  )
}

/** A web server on port 80 that says the address of who asks. */
async function serve(end: FarEnd, folder: string): Promise<void> {
  mkdirSync(join(folder, 'cgi-bin'), { recursive: true })
  const script = '#!/bin/sh\nprintf "Content-Type: text/plain\\r\\n\\r\\n%s\\n" "$REMOTE_ADDR"\n'
  writeFileSync(join(folder, 'cgi-bin/who'), script, { mode: 0o755 })
  end.start(['busybox', 'httpd', '-f', '-p', '0.0.0.0:80', '-h', folder])
  await until(async () => (await end.tried('busybox wget -q -O - http://127.0.0.1/cgi-bin/who')).code === 0)
}
