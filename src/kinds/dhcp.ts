// One dhcpcd for each link that wants a lease, run in the system container `network`. The lease comes back as a layer of
// the document (the hook writes it); here the client is only started, stopped and kept alive.
import { filter, map, merge } from 'rxjs'
import { words } from '../compose/values.ts'
import { RosError } from '../core/errors.ts'
import { hooksBeforeAddresses } from '../core/hooks.ts'
import { configuredLinks } from '../core/interfaces.ts'
import type { KindDef } from '../core/kind.ts'
import { type Key, nameOf, type Seen } from '../core/resource.ts'
import type { Host } from '../host/ports.ts'

const CONTAINER = 'network'
const PROGRAM = '/usr/sbin/dhcpcd'
const HOOK = '/usr/lib/rosd/services/dhcpcd-hook'
/** RancherOS's: do not wait for address conflicts to show, IPv4 only; its `-M` see `alone`. */
const STANDARD = ['-A4']
/** dhcpcd's pid files: `eth0.pid`, or `eth0-4.pid` when it does one family only. */
const PIDS = '/run/dhcpcd'
/** What we started each with. The container shares /run, so it dies with the boot, as the clients do. */
const RECORDS = '/run/ros/dhcp'
const LEASES = '/run/ros/leases'
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
    for (const { name: dev, entry, path } of configuredLinks(desired)) {
      if (entry.dhcp !== true) continue
      const { args, broken } = split(entry.dhcp_args)
      const all = [...args, '--script', HOOK, '--timeout', String(timeout), '--background']
      yield {
        key: `dhcp/${dev}`,
        spec: { dev, args: all, broken },
        needs: [...needs(dev), ...hooksBeforeAddresses({ name: dev, entry })],
        from: desired.from([...path, 'dhcp'])
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
    return is === shall ? null : { verb: 'update', why: `${is} -> ${shall}` }
  },

  disturbs: ({ key, from, to }) =>
    from === null || from.pid === null
      ? { is: 'nothing', what: '' }
      : { is: 'interrupt', what: `the lease of ${nameOf(key)} is ${to === null ? 'given back' : 'asked for anew'}` },

  claims(key, seen) {
    const dev = nameOf(key)
    return seen.args === null
      ? null
      : { key, spec: { dev, args: seen.args, broken: null }, before: null, needs: needs(dev) }
  },

  // Its container's end is its own; a link that comes back may have lost it.
  watch: (host) =>
    merge(
      host.kernel.network,
      host.docker.system.events().pipe(
        filter(({ type, name }) => type === 'connection' || (type === 'container' && name === CONTAINER)),
        map(() => undefined)
      )
    ),

  async observe(host, keys) {
    const recorded = (await host.files.list(RECORDS)).flatMap((file) =>
      file.endsWith('.json') ? [file.slice(0, -5)] : []
    )
    const pids = await host.files.list(PIDS)
    const seen = new Map<Key<'dhcp'>, Seen<'dhcp'>>()
    for (const dev of new Set([...recorded, ...keys.map(nameOf)])) {
      const args = await recordOf(host, dev)
      const [client] = await clients(host, dev, pids)
      if (client !== undefined || args !== null) seen.set(`dhcp/${dev}`, { pid: client?.pid ?? null, args })
    }
    return seen
  },

  async act(host, { key, to }, signal) {
    const dev = nameOf(key)
    if (to !== null && to.broken !== null) throw new RosError('ROS_DHCP', `dhcp_args of ${dev}: ${to.broken}`, 'never')
    const record = `${RECORDS}/${dev}.json`
    // Released when it is not wanted any more; else it keeps its lease for the next one to take up.
    for (const { family } of await clients(host, dev, await host.files.list(PIDS))) {
      await dhcpcd(host, [...family, to === null ? '--release' : '--exit', dev], signal)
    }
    if (to === null) {
      await leftovers(host, dev)
      for (const file of [`${LEASES}/${dev}.yml`, `${RECORDS}/${dev}.lease`, record]) await host.files.remove(file)
      return
    }
    // The record first: a client that runs is never without one.
    await host.files.writeAtomic(record, JSON.stringify({ args: to.args }))
    await begin(host, dev, to.args, signal)
  }
}

function needs(dev: string): readonly Key[] {
  return ['container/system/network', `link/${dev}`]
}

function split(line: string | undefined): { readonly args: readonly string[]; readonly broken: string | null } {
  try {
    const args = words(line ?? '').flatMap(alone)
    return { args: args.length > 0 ? args : STANDARD, broken: null }
  } catch (cause) {
    return { args: [], broken: cause instanceof Error ? cause.message : String(cause) }
  }
}

/**
 * Without -M: with it the first client becomes dhcpcd's manager, for its own link and for those of all later calls, whose
 * arguments then count for nothing. Here each link has a client of its own.
 */
function alone(arg: string): readonly string[] {
  if (arg === '-M' || arg === '--manager' || arg === '--master') return []
  return [arg.replace(/^-M(?=[A-Za-z0-9])/, '-')]
}

async function recordOf(host: Host, dev: string): Promise<readonly string[] | null> {
  const text = await host.files.read(`${RECORDS}/${dev}.json`)
  if (text === null) return null
  try {
    const { args } = JSON.parse(text) as { readonly args?: unknown } // checked in the next line
    return Array.isArray(args) && args.every((arg) => typeof arg === 'string') ? args : []
  } catch {
    return [] // half of a record is still one: it was us
  }
}

/**
 * A client that is released before it has bound leaves the address of the one before it. IPv4 addresses with a lifetime are
 * a lease's; nothing else makes them.
 */
async function leftovers(host: Host, dev: string): Promise<void> {
  const { addresses } = await host.network.look()
  for (const { cidr } of addresses.filter(
    (address) => address.dev === dev && address.family === 4 && address.dynamic
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
  for (const [file, family] of [
    [`${dev}.pid`, []],
    [`${dev}-4.pid`, ['-4']],
    [`${dev}-6.pid`, ['-6']]
  ] as const) {
    if (!pids.includes(file)) continue
    const pid = Number((await host.files.read(`${PIDS}/${file}`))?.trim())
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
  for (;;) {
    await dhcpcd(host, [...args, dev], signal)
    for (let look = 0; look < 20; look += 1) {
      if ((await clients(host, dev, await host.files.list(PIDS))).length > 0) return
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
  const { code, output } = await host.docker.system.exec(CONTAINER, argv, { signal })
  // dhcpcd 10 says so of a client that ended by itself meanwhile.
  if (code === 0 || (output.includes('is not running') && /--(exit|release)/.test(args.join(' ')))) return
  const said = output.trim().split('\n').slice(-3).join('; ')
  throw new RosError('ROS_DHCP', `${argv.join(' ')} in container ${CONTAINER}: exit code ${code}: ${said}`)
}
