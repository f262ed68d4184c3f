// A radio network inside a machine: the kernel's simulated radios, one of them for the machine, the other in a namespace of its own
// with Debian's hostapd and a DHCP server. Programs are put into the machine; the libraries they need are in the image.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { unpackedPackages } from './debian.ts'
import type { TestMachine } from './machine.ts'

export interface AccessPoint {
  /** Begins anew with these lines of hostapd.conf(5). */
  serve(lines: readonly string[]): Promise<void>
  /** Switches it off. */
  silent(): Promise<void>
  /** Takes radios and programs away. */
  remove(): Promise<void>
}

const HERE = '/run/access-point'
const PROGRAMS = { hostapd: 'usr/sbin/hostapd', iw: 'usr/sbin/iw' } as const
/** busybox udhcpd; the machine gets one of two addresses. */
const DHCP = `interface wlan1
start 10.9.0.10
end 10.9.0.11
max_leases 2
lease_file ${HERE}/leases
pidfile ${HERE}/udhcpd.pid
option subnet 255.255.255.0
option lease 600
`

/** The machine's radio is wlan0, the other one's network is 10.9.0.0/24. */
export async function accessPoint({ root, tried, machine }: TestMachine): Promise<AccessPoint> {
  const names = Object.keys(PROGRAMS)
  const folders = await unpackedPackages(names)
  await root(`mkdir -p ${HERE}`)
  const put = async (name: string, bytes: Buffer, mode: string) => {
    const line = `base64 -d | gunzip > ${HERE}/${name} && chmod ${mode} ${HERE}/${name}`
    const stdin = gzipSync(bytes).toString('base64')
    const { code, stderr } = await machine.ssh(['sudo', 'sh', '-c', line], { stdin, timeout: 600_000 })
    if (code !== 0) throw new Error(`${name} could not be put into the machine: ${stderr}`)
  }
  for (const [at, path] of Object.values(PROGRAMS).entries())
    await put(names[at] ?? '', readFileSync(join(folders[at] ?? '', path)), '755')
  await put('udhcpd.conf', Buffer.from(DHCP), '644')
  // In scripts of busybox `ip` is its own.
  const far = `/usr/bin/ip netns exec far`
  await root(`set -e; modprobe mac80211_hwsim radios=2; /usr/bin/ip netns add far
${HERE}/iw phy "$(cat /sys/class/net/wlan1/phy80211/name)" set netns name far; /usr/bin/ip -n far link set lo up`)

  const silent = async () => {
    await tried(`for name in hostapd udhcpd; do kill "$(cat ${HERE}/$name.pid)"; done; rm -f ${HERE}/*.pid; sleep 1`)
  }
  return {
    silent,
    async serve(lines) {
      await silent()
      const text = ['interface=wlan1', 'driver=nl80211', 'hw_mode=g', 'channel=1', ...lines, ''].join('\n')
      await put('hostapd.conf', Buffer.from(text), '600')
      await root(`set -e; ${far} ${HERE}/hostapd -B -P ${HERE}/hostapd.pid ${HERE}/hostapd.conf
/usr/bin/ip -n far address replace 10.9.0.1/24 dev wlan1; touch ${HERE}/leases; ${far} busybox udhcpd ${HERE}/udhcpd.conf`)
    },
    async remove() {
      await silent()
      await tried(`/usr/bin/ip netns del far; sleep 1; modprobe -r mac80211_hwsim; rm -rf ${HERE}`)
    }
  }
}
