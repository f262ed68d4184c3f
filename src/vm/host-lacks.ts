import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hostHierarchies } from './cgroup.ts'
import { run } from './run.ts'

/** What a machine of namespaces cannot do here although the image's own kernel can: one sentence each. */
export async function hostLacks(): Promise<string[]> {
  const filesystems = await readFile('/proc/filesystems', 'utf8')
  const status = await readFile('/proc/self/status', 'utf8')
  const lacks = [
    "kernel modules, the clock and sysctls outside net.* are the host's: modules and the clock are refused"
  ]
  const limits = missing(['cpu', 'memory', 'pids'], await controllers())
  if (limits.length > 0) lacks.push(`no limits of containers for ${limits.join(', ')}`)
  const links = await missingLinks()
  if (links.length > 0) lacks.push(`no links of type ${links.join(', ')}`)
  const known = filesystems.split('\n').map((line) => line.split('\t')[1] ?? '')
  const kinds = missing(['ext4', 'xfs', 'btrfs', 'vfat', 'iso9660', 'nfs', 'cifs', '9p'], known)
  if (kinds.length > 0) lacks.push(`no file systems of type ${kinds.join(', ')} (unless a module brings them)`)
  const caps = BigInt(`0x${/CapEff:\s*(\w+)/.exec(status)?.[1] ?? '0'}`)
  if ((caps & (1n << 24n)) === 0n) lacks.push('rlimits cannot be raised (CAP_SYS_RESOURCE)')
  return lacks
}

/** Those of both versions: PID 1 takes the old hierarchies where the host has bound its controllers to them. */
async function controllers(): Promise<string[]> {
  const found: string[] = []
  for (const { version, mount, controllers: named } of await hostHierarchies()) {
    found.push(...named)
    if (version === 2) found.push(...(await readFile(join(mount, 'cgroup.controllers'), 'utf8')).trim().split(' '))
  }
  return found
}

function missing(wanted: readonly string[], there: readonly string[]): string[] {
  return wanted.filter((word) => !there.includes(word))
}

/** Tries each in a network namespace that is thrown away. */
async function missingLinks(): Promise<string[]> {
  const types = ['veth', 'bridge', 'dummy', 'vlan', 'bond', 'macvlan', 'ipvlan', 'vxlan', 'wireguard', 'vrf', 'tun']
  const add: Readonly<Record<string, string>> = {
    vlan: 'ip link add link b0 name b0.5 type vlan id 5',
    macvlan: 'ip link add link b0 type macvlan',
    ipvlan: 'ip link add link b0 type ipvlan',
    vxlan: 'ip link add type vxlan id 5 dstport 4789',
    vrf: 'ip link add type vrf table 10',
    tun: 'ip tuntap add mode tun'
  }
  const tries = types.map((type) => `${add[type] ?? `ip link add type ${type}`} 2>/dev/null || echo ${type}`)
  const script = ['ip link add b0 type bridge 2>/dev/null', ...tries].join('\n')
  const { stdout } = await run(['unshare', '--net', 'sh', '-c', script])
  return stdout.split('\n').filter((word) => word !== '')
}
