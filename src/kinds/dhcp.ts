// One dhcpcd for each link that wants a lease, run in the system container `network`. The lease comes back as a layer of
// the document (the hook writes it); here the client is only started, stopped and kept alive.
import { clientFiles, DHCP_PIDS } from '../core/dhcp-clients.ts'
import { RosError } from '../core/errors.ts'
import { hooksBeforeAddresses } from '../core/hooks.ts'
import { configuredLinks } from '../core/interfaces.ts'
import type { KindDef } from '../core/kind.ts'
import { NETWORK_CONTAINER, networkContainerNews } from '../core/network-container.ts'
import { asksDhcp } from '../core/leased.ts'
import { type Key, nameOf, type Seen } from '../core/resource.ts'
import { wifiNetworks } from '../core/wifi-networks.ts'
import type { Host } from '../host/ports.ts'
import { asks, clientOf, less, unroutes } from './dhcp/arguments.ts'

const PROGRAM = '/usr/sbin/dhcpcd'
const HOOK = '/usr/lib/rosd/services/dhcpcd-hook'
/** What holds for all clients: the image's, or the user's own by `write_files`. */
const BASE = '/etc/dhcpcd.conf'
/** What we started each with. The container shares /run, so it dies with the boot, as the clients do. */
const RECORDS = '/run/ros/dhcp'
/** What follows a link's name in the names of the hook's files: nothing for IPv4. */
const FAMILIES = ['', ',6']
const LEASES = '/run/ros/leases'
/** The kernel's number of the protocol that dhcpcd's routes have (RTPROT_DHCP). */
const DHCP_ROUTES = '16'
/** Seconds to wait for a lease where nobody says how long. */
const TIMEOUT = 10
/** Milliseconds for a client to be there after its start. */
const START_LIMIT = 25_000

export const dhcp: KindDef<'dhcp'> = {
  kind: 'dhcp',
  resync: 30_000,
  width: 8,
  deadline: 40_000,

  *want(desired) {
    const { network, defaults } = desired.data.rancher ?? {}
    const timeout = network?.dhcp_timeout || defaults?.network?.dhcp_timeout || TIMEOUT
    const links = configuredLinks(desired)
    const known = new Set(links.map(({ name }) => name))
    for (const { name: dev, entry, path } of links) {
      if (!asksDhcp(entry)) continue
      const { args, config, broken } = clientOf(dev, entry)
      const all = [
        ...args,
        ...(config.length === 0 ? [] : ['--config', `${RECORDS}/${dev}.conf`]),
        '--script',
        HOOK,
        '--timeout',
        String(timeout),
        '--background'
      ]
      const wireless = wifiNetworks(entry, network?.wifi_networks).length > 0
      const others = Object.keys(entry.prefix_delegation?.to ?? {}).filter((name) => known.has(name) && name !== dev)
      yield {
        key: `dhcp/${dev}`,
        spec: { dev, args: all, config, broken },
        needs: [
          ...needs(dev),
          ...(wireless ? [`wifi/${dev}` as const] : []),
          ...others.map((name): Key => `link/${name}`),
          ...hooksBeforeAddresses({ name: dev, entry })
        ],
        from: desired.from([
          ...path,
          wireless
            ? 'wifi_network'
            : ((['dhcp', 'dhcp6', 'ipv4ll'] as const).find((key) => entry[key] === true) ?? 'prefix_delegation')
        ])
      }
    }
  },

  judge(want, seen) {
    if (want === null) return seen === null ? null : { verb: 'delete', why: 'no longer wanted' }
    if (want.spec.broken !== null) return { verb: 'create', why: want.spec.broken }
    if (seen === null) return { verb: 'create', why: 'not started yet' }
    if (seen.pid === null) return { verb: 'create', why: 'dhcpcd ended' }
    if (seen.args === null) return { verb: 'update', why: 'somebody else started it' }
    const [is, shall] = [seen.args.join(' '), want.spec.args.join(' ')]
    if (is !== shall) return { verb: 'update', why: `${is} -> ${shall}` }
    const [asks, ought] = [seen.config.join('; '), want.spec.config.join('; ')]
    if (asks !== ought) return { verb: 'update', why: `${asks} -> ${ought}` }
    return seen.lost ? { verb: 'update', why: `what the server said was removed from ${LEASES}` } : null
  },

  disturbs: ({ key, from, to }) =>
    from === null || from.pid === null
      ? { is: 'nothing', what: '' }
      : { is: 'interrupt', what: `the lease of ${nameOf(key)} is ${to === null ? 'given back' : 'asked for anew'}` },

  claims(key, seen) {
    const dev = nameOf(key)
    return seen.args === null
      ? null
      : { key, spec: { dev, args: seen.args, config: seen.config, broken: null }, before: null, needs: needs(dev) }
  },

  // Its container's end is its own; a link that comes back may have lost it.
  watch: networkContainerNews,

  async observe(host, keys) {
    const pids = await host.files.list(DHCP_PIDS)
    const records = await host.files.list(RECORDS)
    const layers = await host.files.list(LEASES)
    const seen = new Map<Key<'dhcp'>, Seen<'dhcp'>>()
    for (const dev of new Set([...recorded(records), ...left(records, layers), ...keys.map(nameOf)])) {
      const record = await recordOf(host, dev)
      const [client] = await clients(host, dev, pids)
      const pid = client?.pid ?? null
      if (record !== null) seen.set(`dhcp/${dev}`, { pid, ...record, lost: await isLost(host, dev, records, layers) })
      else if (pid !== null) seen.set(`dhcp/${dev}`, { pid, args: null, config: [], lost: false })
      // What a client wrote while we ended it. One that somebody else started has what it wrote.
      else if (left(records, layers).has(dev)) seen.set(`dhcp/${dev}`, { pid, args: [], config: [], lost: true })
    }
    return seen
  },

  async act(host, { key, from, to }, signal) {
    const dev = nameOf(key)
    if (to !== null && to.broken !== null) throw new RosError('ROS_DHCP', `dhcp_args of ${dev}: ${to.broken}`, 'never')
    const record = `${RECORDS}/${dev}.json`
    // Released when it, or a part of it, is not wanted any more; else it keeps its lease for the next one to take up.
    const giveBack = to === null || (from !== null && less(from, to))
    for (const { family } of await clients(host, dev, await host.files.list(DHCP_PIDS))) {
      await dhcpcd(host, [...family, giveBack ? '--release' : '--exit', dev], signal)
    }
    if (giveBack) await leftovers(host, dev)
    else if (from?.args != null && unroutes(from.args, to)) {
      await host.network.change(['route', 'flush', 'dev', dev, 'proto', DHCP_ROUTES])
    }
    if (to === null) {
      await forget(host, dev, FAMILIES)
      for (const file of [`${RECORDS}/${dev}.conf`, record]) await host.files.remove(file)
      return
    }
    // What a family that is asked no more had said.
    const gone = [...(asks(to, 4) ? [] : ['']), ...(asks(to, 6) ? [] : [',6'])]
    await forget(host, dev, gone)
    // The record first: a client that runs is never without one.
    await host.files.writeAtomic(record, JSON.stringify({ args: to.args, config: to.config }))
    if (to.config.length > 0) {
      const base = (await host.files.read(BASE)) ?? ''
      await host.files.writeAtomic(`${RECORDS}/${dev}.conf`, `${base}\n${to.config.join('\n')}\n`)
    } else await host.files.remove(`${RECORDS}/${dev}.conf`)
    await begin(host, dev, to.args, signal)
  }
}

/** Links with a client that we started. */
function recorded(records: readonly string[]): readonly string[] {
  return records.flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : []))
}

/** Links of which something that a server said lies there. */
function left(records: readonly string[], layers: readonly string[]): ReadonlySet<string> {
  return new Set(
    [...records, ...layers].flatMap((file) => /^([^.,][^,]*?)(?:,6)?\.(?:lease|yml)$/.exec(file)?.[1] ?? [])
  )
}

/** Whether a record is without its layer. The hook writes the layer first and takes it away last, maybe between two looks. */
async function isLost(
  host: Host,
  dev: string,
  records: readonly string[],
  layers: readonly string[]
): Promise<boolean> {
  const alone = FAMILIES.filter((suffix) => !layers.includes(`${dev}${suffix}.yml`)).map(
    (suffix) => `${dev}${suffix}.lease`
  )
  if (!alone.some((file) => records.includes(file))) return false
  const still = await host.files.list(RECORDS)
  return alone.some((file) => records.includes(file) && still.includes(file))
}

function needs(dev: string): readonly Key[] {
  return ['container/system/network', `link/${dev}`]
}

async function forget(host: Host, dev: string, suffixes: readonly string[]): Promise<void> {
  for (const suffix of suffixes) {
    for (const file of [`${RECORDS}/${dev}${suffix}.lease`, `${LEASES}/${dev}${suffix}.yml`])
      await host.files.remove(file)
  }
}

async function recordOf(
  host: Host,
  dev: string
): Promise<{ readonly args: readonly string[]; readonly config: readonly string[] } | null> {
  const text = await host.files.read(`${RECORDS}/${dev}.json`)
  if (text === null) return null
  try {
    // checked in the next line
    const { args, config = [] } = JSON.parse(text) as { readonly args?: unknown; readonly config?: unknown }
    return { args: isTexts(args) ? args : [], config: isTexts(config) ? config : [] }
  } catch {
    return { args: [], config: [] } // half of a record is still one: it was us
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

/**
 * A client that is released before it has bound leaves the address of the one before it. IPv4 addresses with a lifetime are
 * a lease's, and so are IPv6 ones that stand alone (what the kernel makes of an advertisement has 64 bits): nothing else
 * makes them.
 */
async function leftovers(host: Host, dev: string): Promise<void> {
  const { addresses } = await host.network.look()
  for (const { cidr } of addresses.filter(
    ({ dev: on, family, dynamic, cidr }) => on === dev && dynamic && (family === 4 || cidr.endsWith('/128'))
  )) {
    // dhcpcd may be taking it away at this very moment.
    await host.network.change(['address', 'delete', cidr, 'dev', dev]).catch(() => undefined)
  }
}

interface Client {
  readonly pid: number
  /** The option that leads dhcpcd to this client's pid file. */
  readonly family: readonly string[]
}

/** The clients of a link that run. A pid may have gone to another program since. */
async function clients(host: Host, dev: string, pids: readonly string[]): Promise<readonly Client[]> {
  const found: Client[] = []
  for (const { file, family } of clientFiles(dev, pids)) {
    const pid = Number((await host.files.read(`${DHCP_PIDS}/${file}`))?.trim())
    // A process that ends while it is read is an error of its own (ESRCH).
    const command = pid > 0 ? await host.files.read(`/proc/${pid}/cmdline`).catch(() => null) : null
    if (command?.includes('dhcpcd') === true) found.push({ pid, family })
  }
  return found
}

/**
 * Starts a client and waits until it runs. What a killed one leaves (its proxies end a moment later) answers in its place:
 * then nothing is started and dhcpcd says that all is well.
 */
async function begin(host: Host, dev: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  const until = performance.now() + START_LIMIT
  // Longer each time: a slow machine has not written the pid file after a second, and a second start disturbs the first.
  for (let looks = 20; ; looks *= 2) {
    await dhcpcd(host, [...args, dev], signal)
    for (let look = 0; look < looks; look += 1) {
      if ((await clients(host, dev, await host.files.list(DHCP_PIDS))).length > 0) return
      await new Promise((resolve) => setTimeout(resolve, 50))
      signal.throwIfAborted()
    }
    if (performance.now() > until) {
      throw new RosError('ROS_DHCP', `dhcpcd for ${dev} ends as soon as it is started; see the log of dhcpcd in syslog`)
    }
  }
}

async function dhcpcd(host: Host, args: readonly string[], signal: AbortSignal): Promise<void> {
  const argv = [PROGRAM, ...args]
  const { code, output } = await host.docker.system.exec(NETWORK_CONTAINER, argv, { signal })
  // dhcpcd 10 says so of a client that ended by itself meanwhile.
  if (code === 0 || (output.includes('is not running') && /--(exit|release)/.test(args.join(' ')))) return
  const said = output.trim().split('\n').slice(-3).join('; ')
  throw new RosError('ROS_DHCP', `${argv.join(' ')} in container ${NETWORK_CONTAINER}: exit code ${code}: ${said}`)
}
