// The image's own dhcpcd on a real cable: a network and mount namespace over the image's root tree (writes go to memory),
// and at the other end of eth0 dnsmasq for IPv4, advertisements and names, and ISC's dhcpd for IPv6, which can delegate
// prefixes. Ends with everything it started.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { linuxFiles } from '../../src/host/linux/files.ts'
import { linuxNetwork } from '../../src/host/linux/ip.ts'
import { run } from '../../src/host/linux/spawn.ts'
import type { Host } from '../../src/host/ports.ts'
import { until } from './loop.ts'

/** Root tree of an image built here; null when there is none. */
export function imageRoot(): string | null {
  const image = new URL('../../.cache/image', import.meta.url).pathname
  const roots = existsSync(image) ? readdirSync(image).map((kernel) => `${image}/${kernel}/root`) : []
  return roots.find((root) => existsSync(`${root}/usr/bin/ip`) && existsSync(`${root}/usr/sbin/dhcpcd`)) ?? null
}

/** Why there is no server to ask here; null when there is one. */
export function whyNoServer(): string | null {
  const missing = ['dnsmasq', 'dhcpd'].filter((name) => !existsSync(`/usr/sbin/${name}`))
  return missing.length === 0 ? null : `${missing.join(' and ')} not installed: \`npm run setup\` does that`
}

/** The hook as it is here, not as it was when the image was built. */
const ROOTFS = new URL('../../rootfs', import.meta.url).pathname

const SETUP = (lower: string) => `
set -e
mount -t tmpfs none /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay none -o lowerdir=${lower},upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
mount -t proc none /mnt/root/proc
mount -t tmpfs none /mnt/root/run
mount --rbind /dev /mnt/root/dev
cp ${ROOTFS}/etc/dhcpcd.conf /mnt/root/etc/
cp ${ROOTFS}/usr/lib/rosd/services/dhcpcd-hook /mnt/root/usr/lib/rosd/services/
hostname rosd-test
mkdir -p /mnt/root/run/dhcpcd /mnt/root/run/ros/leases /mnt/root/var/lib/dhcpcd
ip link add name eth0 type veth peer name p0
ip link set eth0 up
ip link add name lan0 type veth peer name lan1
ip link set lan0 up
ip link set lan1 up
ip link set lo up
`

/** dnsmasq(8): two minutes are its shortest lease. It has no prefixes to delegate. */
const FOUR = (directory: string) => `
interface=p0
bind-interfaces
user=root
no-resolv
no-hosts
no-ping
dhcp-authoritative
dhcp-range=10.3.0.50,10.3.0.60,255.255.255.0,120
dhcp-option=option:dns-server,10.3.0.1,10.3.0.2
dhcp-option=option:ntp-server,10.3.0.7
dhcp-option=option:domain-search,a.test,b.test
dhcp-option=option:router,10.3.0.1
dhcp-host=*:*:*:*:*:*,guest7
enable-ra
dhcp-range=2001:db8:3::,ra-only,64,300
address=/nas.a.test/10.3.0.5
dhcp-leasefile=${directory}/leases
pid-file=${directory}/pid
log-facility=${directory}/log
log-dhcp
`

const SIX = `
authoritative;
default-lease-time 300;
preferred-lifetime 200;
option dhcp-renewal-time 60;
option dhcp-rebinding-time 100;
option dhcp6.name-servers 2001:db8:3::1;
option dhcp6.domain-search "six.test";
option dhcp6.sntp-servers 2001:db8:3::7;
subnet6 2001:db8:3::/64 {
  range6 2001:db8:3::100 2001:db8:3::1ff;
  prefix6 2001:db8:100:: 2001:db8:f00:: /56;
}
`

export interface DhcpMachine {
  readonly host: Host
  /** Path of the machine's root, as this process sees it. */
  readonly root: string
  /** Command lines run in the container `network`. */
  readonly commands: readonly string[]
  /** What a program prints that is run in the machine's own root. */
  inside(argv: readonly string[]): Promise<string>
  /** Plugs the cable in, or pulls it out. */
  cable(plugged: boolean): Promise<void>
  /** Starts or ends both servers. */
  serve(on: boolean): Promise<void>
  /** What the server for IPv4 wrote down. */
  log(): string
  stop(): Promise<void>
}

/** The cable is plugged in and the servers run, unless it is to be otherwise. */
export async function dhcpMachine(root: string, { plugged = true } = {}): Promise<DhcpMachine> {
  const client = spawn('unshare', ['--net', '--mount', '--uts', 'sleep', 'infinity'], { stdio: 'ignore' })
  const server = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' })
  const own = (await run(['readlink', '/proc/self/ns/net'])).stdout
  for (const { pid } of [client, server]) {
    await until(async () => (await run(['readlink', `/proc/${pid}/ns/net`], { check: false })).stdout !== own)
  }
  const into = ['nsenter', '-t', String(client.pid), '--net', '--mount', '--uts']
  const outside = ['nsenter', '-t', String(server.pid), '--net']
  const directory = mkdtempSync(join(tmpdir(), 'rosd-dhcp-'))
  await run([...into, 'sh', '-c', SETUP(root)])
  await run([...into, 'ip', 'link', 'set', 'p0', 'netns', String(server.pid)])
  const ip = (words: string) => run([...outside, 'ip', ...words.split(' ')])
  const addresses = async () => {
    // dhcpd wants to find the network it serves, and the kernel takes IPv6 addresses from a link that goes down.
    await ip('address replace 10.3.0.1/24 dev p0')
    await ip('address replace 2001:db8:3::1/64 dev p0 nodad')
  }
  await addresses()
  await ip('link set lo up')
  const [four, six, leases] = ['four', 'six', 'leases6'].map((name) => join(directory, name))
  writeFileSync(four ?? '', FOUR(directory))
  writeFileSync(six ?? '', SIX)
  writeFileSync(leases ?? '', '')
  let daemons: readonly ChildProcess[] = []

  const serve = async (on: boolean) => {
    for (const daemon of daemons) daemon.kill('SIGKILL')
    for (const daemon of daemons) if (daemon.exitCode === null && daemon.signalCode === null) await once(daemon, 'exit')
    daemons = []
    if (!on) return
    const start = (argv: readonly string[]) => spawn('nsenter', [...outside.slice(1), ...argv], { stdio: 'ignore' })
    const dhcpd = `dhcpd -6 -f -cf ${six} -lf ${leases} -pf ${directory}/pid6 p0`
    daemons = [start(['dnsmasq', '-k', '-C', four ?? '']), start(dhcpd.split(' '))]
  }

  const cable = async (on: boolean) => {
    await ip(`link set p0 ${on ? 'up' : 'down'}`)
    if (on) await addresses()
  }
  await cable(true)
  // Its own address of IPv6 has to be there before dhcpd binds to it.
  await until(async () => /fe80/.test((await ip('-6 address show dev p0 -tentative')).stdout), 5_000, 'the address')
  await serve(true)
  if (!plugged) await cable(false)

  const commands: string[] = []
  const inRoot = `/proc/${client.pid}/root/mnt/root`
  const at = (path: string) => `${inRoot}${path}`
  const files = {
    ...linuxFiles,
    read: (path: string) => linuxFiles.read(at(path)),
    list: (path: string) => linuxFiles.list(at(path)),
    remove: (path: string) => linuxFiles.remove(at(path)),
    writeAtomic: (path: string, bytes: Buffer | string) => linuxFiles.writeAtomic(at(path), bytes),
    // Below /proc, by which its files are reached, everything counts as a word to the kernel.
    writeInPlace: (path: string, text: string) => linuxFiles.writeAtomic(at(path), text)
  }
  const exec = async (container: string, argv: readonly string[]) => {
    commands.push([`${container}:`, ...argv].join(' '))
    const { code, stdout, stderr } = await run([...into, 'chroot', '/mnt/root', ...argv], {
      check: false,
      timeoutMs: 20_000
    })
    return { code, output: stdout + stderr }
  }
  return {
    // The kinds ask for nothing else of the machine.
    host: {
      files,
      network: linuxNetwork((argv, options) => run([...into, ...argv], options)),
      docker: { system: { exec } }
    } as unknown as Host,
    root: inRoot,
    commands,
    inside: async (argv) => (await run([...into, 'chroot', '/mnt/root', ...argv], { check: false })).stdout,
    cable,
    serve,
    log: () => readFileSync(join(directory, 'log'), 'utf8'),
    async stop() {
      await serve(false)
      const found = await run([
        'sh',
        '-c',
        `for p in /proc/[0-9]*; do [ "$(readlink $p/ns/net)" = "$(readlink /proc/${client.pid}/ns/net)" ] && echo "\${p#/proc/}"; done; true`
      ])
      for (const pid of found.stdout.split('\n').filter((line) => line !== '')) process.kill(Number(pid), 'SIGKILL')
      server.kill('SIGKILL')
      rmSync(directory, { recursive: true })
    }
  }
}
