// What DHCP servers gave the machine's links: what the hook of dhcpcd wrote down (rootfs/usr/lib/rosd/services/dhcpcd-hook),
// one file for each link and family. For people; the layer that the hook writes beside it is what the machine acts on.
import type { Host } from '../host/ports.ts'

const FOLDER = '/run/ros/dhcp'
/** RFC 2131 and RFC 8415: a lease without an end. */
const FOREVER = 0xffffffff
/** What a client takes where the server says nothing of its own: RFC 2131 4.4.5 and RFC 8415 14.2. */
const SHARES = { 4: { renew: 0.5, rebind: 0.875 }, 6: { renew: 0.5, rebind: 0.8 } } as const

/** An address or a delegated prefix. */
export interface LeasedNetwork {
  /** `10.3.0.52/24`, `2001:db8::11e/128`; of a prefix `2001:db8:f00::/56`. */
  readonly cidr: string
  /** When it is no longer used for new connections; null: as long as it is valid. */
  readonly preferredUntil: string | null
  /** null: for ever. */
  readonly validUntil: string | null
}

/** One lease. Times as in `2026-01-31T12:00:00Z`. */
export interface Lease {
  readonly interface: string
  readonly family: 4 | 6
  /** dhcpcd's word for what happened last: BOUND, RENEW, REBIND, REBOOT, BOUND6 … */
  readonly reason: string
  /** The server's address; of DHCPv6 its DUID. */
  readonly server: string | null
  readonly addresses: readonly LeasedNetwork[]
  /** Prefixes for other links (DHCPv6-PD). */
  readonly prefixes: readonly LeasedNetwork[]
  readonly routers: readonly string[]
  readonly nameservers: readonly string[]
  readonly search: readonly string[]
  readonly ntp: readonly string[]
  readonly hostname: string | null
  /** When it was given or last extended. */
  readonly since: string
  /** When the client asks the server to extend it, and when it asks any server; null: never. */
  readonly renewAt: string | null
  readonly rebindAt: string | null
  /** null: never. */
  readonly expiresAt: string | null
}

/** Every lease in force, by interface, IPv4 first. What can not be read is left out. */
export async function readLeases({ files }: Pick<Host, 'files'>): Promise<readonly Lease[]> {
  const names = (await files.list(FOLDER)).filter((name) => name.endsWith('.lease') && !name.startsWith('.'))
  const found = await Promise.all(
    names.map(async (name) => {
      const text = await files.read(`${FOLDER}/${name}`)
      return text === null ? null : parseLease(text)
    })
  )
  return found
    .flatMap((lease) => lease ?? [])
    .toSorted((a, b) => (a.interface === b.interface ? a.family - b.family : a.interface < b.interface ? -1 : 1))
}

/** A record of the hook's as a lease; null when it is none. */
export function parseLease(text: string): Lease | null {
  let record: Readonly<Record<string, unknown>>
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return null
    record = { ...value }
  } catch {
    return null
  }
  const { interface: dev, family, at } = record
  const start = typeof at === 'string' ? Date.parse(at) : Number.NaN
  if (typeof dev !== 'string' || (family !== 4 && family !== 6) || Number.isNaN(start)) return null
  const shares = SHARES[family]
  const lasts = seconds(record.leaseSeconds)
  const addresses = networks(record.addresses, start)
  const prefixes = networks(record.prefixes, start)
  // Of DHCPv6 the shortest lifetime that is preferred decides.
  const base = family === 4 ? lasts : Math.min(...preferred(record.addresses), ...preferred(record.prefixes))
  return {
    interface: dev,
    family,
    reason: word(record.reason) ?? '',
    server: word(record.server),
    addresses,
    prefixes,
    routers: list(record.routers),
    nameservers: list(record.nameservers),
    search: list(record.search),
    ntp: list(record.ntp),
    hostname: word(record.hostname),
    since: time(start, 0) ?? '',
    renewAt: time(start, seconds(record.renewSeconds) || base * shares.renew),
    rebindAt: time(start, seconds(record.rebindSeconds) || base * shares.rebind),
    expiresAt: time(start, lasts)
  }
}

/** Infinity: without an end; NaN: not told. */
function seconds(value: unknown): number {
  if (typeof value !== 'number' || value < 0) return Number.NaN
  return value >= FOREVER ? Infinity : value
}

function time(start: number, after: number): string | null {
  return Number.isFinite(after) ? new Date(start + Math.round(after) * 1000).toISOString().replace('.000Z', 'Z') : null
}

interface Entry {
  readonly address: string
  readonly length: unknown
  readonly preferredSeconds: unknown
  readonly validSeconds: unknown
}

function entries(value: unknown): readonly Entry[] {
  return Array.isArray(value)
    ? value.filter((one: unknown): one is Entry => typeof one === 'object' && one !== null)
    : []
}

function networks(value: unknown, start: number): readonly LeasedNetwork[] {
  return entries(value).map(({ address, length, preferredSeconds, validSeconds }) => ({
    cidr: typeof length === 'number' ? `${address}/${length}` : String(address),
    preferredUntil: time(start, seconds(preferredSeconds)),
    validUntil: time(start, seconds(validSeconds))
  }))
}

function preferred(value: unknown): readonly number[] {
  return entries(value).map(({ preferredSeconds }) => seconds(preferredSeconds))
}

function list(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one: unknown) => typeof one === 'string') : []
}

function word(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
