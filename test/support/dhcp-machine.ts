// The image's own dhcpcd on a real cable: a network and mount namespace over the image's root tree (writes go to memory),
// and a DHCP server at the other end of eth0. Ends with everything it started.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
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

const SETUP = (lower: string) => `
set -e
mount -t tmpfs none /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay none -o lowerdir=${lower},upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
mount -t proc none /mnt/root/proc
mount -t tmpfs none /mnt/root/run
mount --rbind /dev /mnt/root/dev
mkdir -p /mnt/root/run/dhcpcd /mnt/root/run/ros/leases /mnt/root/var/lib/dhcpcd
ip link add name eth0 type veth peer name p0
ip link set eth0 up
`

const SERVER = (directory: string) => `
start 10.3.0.50
end 10.3.0.60
interface p0
lease_file ${directory}/leases
pidfile ${directory}/pid
option subnet 255.255.255.0
option router 10.3.0.1
option dns 10.3.0.1
option domain lan.test
option lease 3600
`

export interface DhcpMachine {
  readonly host: Host
  /** Command lines run in the container `network`. */
  readonly commands: readonly string[]
  stop(): Promise<void>
}

export async function dhcpMachine(root: string): Promise<DhcpMachine> {
  const client = spawn('unshare', ['--net', '--mount', 'sleep', 'infinity'], { stdio: 'ignore' })
  const server = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' })
  const own = (await run(['readlink', '/proc/self/ns/net'])).stdout
  for (const { pid } of [client, server]) {
    await until(async () => (await run(['readlink', `/proc/${pid}/ns/net`], { check: false })).stdout !== own)
  }
  const inside = ['nsenter', '-t', String(client.pid), '--net', '--mount']
  const outside = ['nsenter', '-t', String(server.pid), '--net']
  const directory = mkdtempSync(join(tmpdir(), 'rosd-dhcp-'))
  await run([...inside, 'sh', '-c', SETUP(root)])
  await run([...inside, 'ip', 'link', 'set', 'p0', 'netns', String(server.pid)])
  for (const words of ['address add 10.3.0.1/24 dev p0', 'link set p0 up'])
    await run([...outside, 'ip', ...words.split(' ')])
  writeFileSync(join(directory, 'udhcpd.conf'), SERVER(directory))
  writeFileSync(join(directory, 'leases'), '')
  const serve = ['-t', String(server.pid), '--net', 'busybox', 'udhcpd', '-f', join(directory, 'udhcpd.conf')]
  const daemon = spawn('nsenter', serve, { stdio: 'ignore' })

  const commands: string[] = []
  const at = (path: string) => `/proc/${client.pid}/root/mnt/root${path}`
  const files = {
    ...linuxFiles,
    read: (path: string) => linuxFiles.read(at(path)),
    list: (path: string) => linuxFiles.list(at(path)),
    remove: (path: string) => linuxFiles.remove(at(path)),
    writeAtomic: (path: string, bytes: Buffer | string) => linuxFiles.writeAtomic(at(path), bytes)
  }
  const exec = async (container: string, argv: readonly string[]) => {
    commands.push([`${container}:`, ...argv].join(' '))
    const { code, stdout, stderr } = await run([...inside, 'chroot', '/mnt/root', ...argv], {
      check: false,
      timeoutMs: 20_000
    })
    return { code, output: stdout + stderr }
  }
  return {
    // The kind asks for nothing else of the machine.
    host: {
      files,
      network: linuxNetwork((argv, options) => run([...inside, ...argv], options)),
      docker: { system: { exec } }
    } as unknown as Host,
    commands,
    async stop() {
      const found = await run([
        'sh',
        '-c',
        `for p in /proc/[0-9]*; do [ "$(readlink $p/ns/net)" = "$(readlink /proc/${client.pid}/ns/net)" ] && echo "\${p#/proc/}"; done; true`
      ])
      for (const pid of found.stdout.split('\n').filter((line) => line !== '')) process.kill(Number(pid), 'SIGKILL')
      for (const child of [daemon, server]) child.kill('SIGKILL')
      rmSync(directory, { recursive: true })
    }
  }
}
