// One wpa_supplicant for each link that names wireless networks, run in the system container `network`. Which network it joins
// and when it tries again is its own affair: here it is configured, started, stopped and kept alive, and asked how it stands.
import { changeOf } from '../core/effect.ts'
import { RosError } from '../core/errors.ts'
import { hooksBeforeAddresses } from '../core/hooks.ts'
import { configuredLinks } from '../core/interfaces.ts'
import type { KindDef } from '../core/kind.ts'
import { NETWORK_CONTAINER, networkContainerNews } from '../core/network-container.ts'
import { type Key, nameOf, type Seen } from '../core/resource.ts'
import { ask, inReach, printed, refusedBy, stateOf, WIFI, type WifiState } from '../core/supplicant.ts'
import { wifiNetworks } from '../core/wifi-networks.ts'
import type { Host } from '../host/ports.ts'
import { configuration, costlyDigest } from './wifi/configuration.ts'

const PROGRAM = '/usr/sbin/wpa_supplicant'
/** Milliseconds for a supplicant to be there after its start, or gone after its end. */
const LIMIT = 10_000
/** Seconds of its life in which a supplicant that has joined nothing is only looking around. */
const LOOKS_AROUND = 20

export const wifi: KindDef<'wifi'> = {
  kind: 'wifi',
  resync: 15_000,
  width: 4,
  deadline: 120_000,
  finishes: true,

  *want(desired) {
    const known = desired.data.rancher?.network?.wifi_networks
    for (const { name: dev, entry, path } of configuredLinks(desired)) {
      const networks = wifiNetworks(entry, known)
      if (networks.length === 0) continue
      const text = configuration(networks)
      yield {
        key: `wifi/${dev}`,
        spec: {
          networks: networks.map(({ network }) => network.ssid ?? ''),
          digest: costlyDigest(text),
          config: () => text
        },
        needs: [...needs(dev), ...hooksBeforeAddresses({ name: dev, entry })],
        from: desired.from([...path, 'wifi_network'])
      }
    }
  },

  judge(want, seen) {
    if (want === null) return seen === null ? null : { verb: 'delete', why: 'no longer wanted' }
    if (seen === null) return { verb: 'create', why: 'not started yet' }
    if (seen.pid === null) return { verb: 'create', why: 'wpa_supplicant ended' }
    if (seen.config() !== want.spec.config()) return { verb: 'update', why: 'its networks, or what is said of them' }
    return seen.open ? { verb: 'update', why: 'others could read its configuration' } : null
  },

  ready(_want, seen) {
    const state = seen?.state ?? ''
    if (state === 'COMPLETED') return true
    return state === '' ? 'wpa_supplicant does not answer' : `has joined no network: ${state}`
  },

  complain: ({ key, spec }, seen) => {
    const [refused] = spec.networks.filter((name) => seen.refused.includes(printed(name)))
    if (seen.state === 'COMPLETED') return null
    if (refused !== undefined)
      return `'${refused}' does not let ${nameOf(key)} in, as a rule because of a wrong key: correct its \`psk\`, or its \`key_mgmt\``
    if (seen.state === '') return `wpa_supplicant of ${nameOf(key)} does not answer`
    if (seen.fresh || spec.networks.some((name) => seen.inReach.includes(printed(name)))) return null
    const names = spec.networks.map((name) => `'${name}'`).join(' or ')
    return `no network ${names} is in reach of ${nameOf(key)} (${seen.state})`
  },

  show: ({ pid, state, network, bssid, frequency, keyManagement }) => ({
    pid,
    state,
    network,
    bssid,
    frequency,
    keyManagement
  }),

  fields: ({ from, to }) => changeOf('networks', from === null ? undefined : to?.networks, to?.networks),

  disturbs: ({ key, from }) =>
    from === null || from.pid === null
      ? { is: 'nothing', what: '' }
      : { is: 'interrupt', what: `drops ${nameOf(key)} for a moment` },

  claims: (key, seen) => ({
    key,
    spec: { networks: [], digest: '', config: () => seen.config() ?? '' },
    before: null,
    needs: needs(nameOf(key))
  }),

  writes: (key) => [fileOf(nameOf(key))],

  // Its container's end is its own; a link has carrier once it has joined.
  watch: networkContainerNews,

  async observe(host, keys) {
    const recorded = (await host.files.list(WIFI)).flatMap((file) =>
      file.endsWith('.conf') ? [file.slice(0, -'.conf'.length)] : []
    )
    const seen = new Map<Key<'wifi'>, Seen<'wifi'>>()
    await Promise.all(
      [...new Set([...recorded, ...keys.map(nameOf)])].map(async (dev) => {
        const found = await look(host, dev)
        if (found !== null) seen.set(`wifi/${dev}`, found)
      })
    )
    return seen
  },

  async act(host, { key, to }, signal) {
    const dev = nameOf(key)
    if (to === null) {
      await end(host, dev, signal)
      for (const file of [...(await leftSockets(host)), pidFileOf(dev), fileOf(dev)]) await host.files.remove(file)
      return
    }
    // The file first: a supplicant that runs is never without one.
    await host.files.writeAtomic(fileOf(dev), to.config(), { mode: 0o600 })
    if ((await pidOf(host, dev)) !== null) {
      const answer = await ask(host, dev, 'reconfigure')
      if (answer.trim() === 'OK') return
    }
    await end(host, dev, signal)
    await begin(host, dev, signal)
  }
}

const SILENT: WifiState = { state: '', network: null, bssid: null, frequency: null, keyManagement: null }

function needs(dev: string): readonly Key[] {
  return ['container/system/network', `link/${dev}`]
}

function fileOf(dev: string): string {
  return `${WIFI}/${dev}.conf`
}

function pidFileOf(dev: string): string {
  return `${WIFI}/${dev}.pid`
}

/** Sockets of runs of wpa_cli that were killed while they waited. */
async function leftSockets(host: Host): Promise<readonly string[]> {
  const found = await Promise.all(
    (await host.files.list(WIFI)).map(async (name) => {
      const pid = /^wpa_ctrl_(\d+)-\d+$/.exec(name)?.[1]
      const gone = pid !== undefined && (await host.files.stat(`/proc/${pid}`)) === null
      return gone ? [`${WIFI}/${name}`] : []
    })
  )
  return found.flat()
}

/** null: nothing of it is there. */
async function look(host: Host, dev: string): Promise<Seen<'wifi'> | null> {
  const text = await host.files.read(fileOf(dev))
  const pid = await pidOf(host, dev)
  if (text === null && pid === null) return null
  const mode = (await host.files.stat(fileOf(dev)))?.mode ?? 0o600
  const told = pid === null ? SILENT : stateOf(await ask(host, dev, 'status'))
  // What is around matters only while it has joined nothing.
  const asks = !['', 'COMPLETED'].includes(told.state)
  return {
    ...told,
    pid,
    config: () => text,
    open: (mode & 0o077) !== 0,
    refused: asks ? await refused(host, dev, told) : [],
    inReach: asks ? inReach(await ask(host, dev, 'scan_results')) : [],
    fresh: asks && pid !== null && (await isFresh(host, pid))
  }
}

/** Between two tries a network is left alone; at a try only its access point is known to have refused. */
async function refused(host: Host, dev: string, { network, bssid }: WifiState): Promise<readonly string[]> {
  if (network === null || bssid === null) return refusedBy(await ask(host, dev, 'list_networks'))
  return (await ask(host, dev, 'bssid_ignore')).split('\n').includes(bssid) ? [network] : []
}

/** The supplicant of a link that runs. A pid may have gone to another program since. */
async function pidOf(host: Host, dev: string): Promise<number | null> {
  const pid = Number((await host.files.read(pidFileOf(dev)))?.trim())
  // A process that ends while it is read is an error of its own (ESRCH).
  const command = pid > 0 ? await host.files.read(`/proc/${pid}/cmdline`).catch(() => null) : null
  return command?.includes('wpa_supplicant') === true ? pid : null
}

async function isFresh(host: Host, pid: number): Promise<boolean> {
  const stat = await host.files.read(`/proc/${pid}/stat`).catch(() => null)
  const uptime = Number((await host.files.read('/proc/uptime'))?.split(' ')[0])
  // proc_pid_stat(5): the 22nd field, and the 20th behind the name, is its start in hundredths of a second.
  const began = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]) / 100
  return uptime - began < LOOKS_AROUND
}

async function begin(host: Host, dev: string, signal: AbortSignal): Promise<void> {
  const argv = [PROGRAM, '-B', '-s', '-D', 'nl80211', '-i', dev, '-c', fileOf(dev), '-P', pidFileOf(dev)]
  const { code, output } = await host.docker.system.exec(NETWORK_CONTAINER, argv, { signal })
  if (code !== 0) {
    // Once it reads its file it speaks to syslog.
    const said = output.trim().split('\n').slice(-3).join('; ') || '`grep wpa_supplicant /var/log/messages` says why'
    throw new RosError(
      'ROS_WIFI',
      `wpa_supplicant for ${dev} in container ${NETWORK_CONTAINER}: exit code ${code}: ${said}`
    )
  }
  const runs = await until(async () => (await pidOf(host, dev)) !== null, signal)
  if (!runs)
    throw new RosError('ROS_WIFI', `wpa_supplicant for ${dev} ends as soon as it is started; see the log in syslog`)
}

/** Also one whose number nobody knows, from a start that was cut off or by somebody else: a link has one at a time. */
async function end(host: Host, dev: string, signal: AbortSignal): Promise<void> {
  const pid = await pidOf(host, dev)
  const gone = async () => (await pidOf(host, dev)) === null && (await ask(host, dev, 'ping')) === ''
  const answer = await ask(host, dev, 'terminate')
  if (answer.trim() === 'OK' && (await until(gone, signal))) return
  if (pid === null) return
  await host.runner.run(['kill', '-KILL', String(pid)], { check: false })
  if (!(await until(gone, signal)))
    throw new RosError('ROS_WIFI', `wpa_supplicant for ${dev} (pid ${pid}) does not end`)
}

async function until(is: () => Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  const limit = performance.now() + LIMIT
  while (!(await is())) {
    if (performance.now() > limit) return false
    await new Promise((resolve) => setTimeout(resolve, 50))
    signal.throwIfAborted()
  }
  return true
}
