// Links, addresses and routes through ip(8): one process to look at all of them, and one for all changes that are asked for at once.
import { canonicalCidr, parseCidr, showAddress } from '../../core/cidr.ts'
import { LINK_KINDS, type LinkOption, optionValue, PORT_OPTIONS } from '../../core/link-kinds.ts'
import { destination, metricOf, typeOf } from '../../core/route.ts'
import type { IpAddress, IpLink, IpRoute, Network, NetworkLook } from '../ports.ts'
import { card } from './card.ts'
import { changer, type Run } from './ip-batch.ts'

/** `addr show` tells all that `link show` tells. */
const LOOK = 'address show\nroute show table all\n'
/** Milliseconds for one `ip`. */
const LIMIT = 20_000
/** The kernel says so when something changed while it told; asking again gets the whole. */
const INTERRUPTED = /interrupted|Dump terminated/i
const TRIES = 5
/** First iproute2 that knows `proto` of addresses. */
const MARKS_SINCE = [6, 4] as const

/** With -N `ip` prints numbers, whatever /etc/iproute2 names them. */
export const PROTOCOLS: Readonly<Record<string, string>> = { 2: 'kernel', 3: 'boot', 4: 'static', 9: 'ra', 16: 'dhcp' }

const SCOPES: Readonly<Record<number, string>> = { 0: 'global', 253: 'link', 254: 'host' }
const FOREVER = 0xffff_ffff

/** RT_SCOPE_* of <linux/rtnetlink.h> by name, or else its number. */
export function scopeOf(scope: number): string {
  return SCOPES[scope] ?? String(scope)
}

/** Seconds; null: without an end. */
export function lifetimeOf(seconds: number | undefined): number | null {
  return seconds === undefined || seconds === FOREVER ? null : seconds
}

/**
 * The network of the namespace in which `run` runs its programs. `ask` looks without a process, where the kernel can be
 * asked for that namespace; when it fails `ip` is asked.
 */
export function linuxNetwork(run: Run, ask: (() => NetworkLook) | null = null): Network {
  let next: Promise<NetworkLook> | null = null
  let marks: Promise<boolean> | null = null

  const dump = async (tries: number): Promise<NetworkLook> => {
    const { stdout, stderr } = await run(['ip', '-N', '-json', '-details', '-batch', '-'], {
      input: LOOK,
      timeoutMs: LIMIT
    })
    return INTERRUPTED.test(stderr) && tries > 1 ? dump(tries - 1) : parseLook(stdout)
  }

  const asked = (): NetworkLook | null => {
    try {
      return ask?.() ?? null
    } catch {
      return null
    }
  }

  return {
    // Those who ask in the same turn of the event loop share one process, which starts in the next: nobody is told what
    // was true before he asked.
    look() {
      next ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        next = null
        return asked() ?? dump(TRIES)
      })
      return next
    },
    change: changer(run),
    card,
    marksAddresses() {
      marks ??= run(['ip', '-V'], { timeoutMs: LIMIT }).then(
        ({ stdout }) => knowsMarks(stdout),
        () => false
      )
      return marks
    }
  }
}

/** Whether the iproute2 that says `version` of itself takes `ip address … proto N`. */
export function knowsMarks(version: string): boolean {
  const [, major, minor] = /iproute2-(\d+)\.(\d+)/.exec(version) ?? []
  if (major === undefined) return false
  const [wantMajor, wantMinor] = MARKS_SINCE
  return Number(major) > wantMajor || (Number(major) === wantMajor && Number(minor) >= wantMinor)
}

/** What `ip -N -json -details -batch` printed for LOOK: one JSON array a line. */
export function parseLook(text: string): NetworkLook {
  const [links = [], routes = []] = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as unknown) // the shapes below say what of it is used
  const shown = (links as readonly LinkJson[]).filter((link) => link.ifname !== undefined)
  return {
    links: shown.map(linkOf),
    addresses: shown.flatMap((link) => (link.addr_info ?? []).flatMap((address) => addressOf(link.ifname, address))),
    routes: (routes as readonly RouteJson[]).flatMap(routeOf)
  }
}

interface AddressJson {
  readonly family: string
  readonly local?: string
  readonly prefixlen: number
  readonly scope?: string
  readonly protocol?: string
  readonly dynamic?: boolean
  /** The other end of a link between two points. */
  readonly address?: string
  readonly valid_life_time?: number
  readonly preferred_life_time?: number
  readonly nodad?: boolean
  readonly dadfailed?: boolean
  readonly tentative?: boolean
}

/** null: the first word of those that it has words for. */
type OptionsJson = Readonly<Record<string, string | number | boolean | null>>

interface LinkJson {
  readonly ifindex: number
  readonly ifname: string
  readonly flags: readonly string[]
  readonly mtu: number
  readonly address?: string
  readonly ifalias?: string
  readonly txqlen?: number
  readonly link?: string | null
  readonly master?: string
  readonly linkinfo?: {
    readonly info_kind?: string
    readonly info_data?: OptionsJson
    readonly info_slave_kind?: string
    readonly info_slave_data?: OptionsJson
  }
  readonly addr_info?: readonly AddressJson[]
}

interface RouteJson {
  readonly type?: string
  readonly dst: string
  readonly gateway?: string
  readonly via?: { readonly host: string }
  readonly dev?: string
  readonly metric?: number
  readonly table?: string
  readonly protocol?: string
  readonly flags?: readonly string[]
  readonly pref?: string
  readonly scope?: string
  readonly prefsrc?: string
  readonly metrics?: readonly { readonly mtu?: number }[]
  readonly nexthops?: readonly NexthopJson[]
}

interface NexthopJson {
  readonly gateway?: string
  readonly via?: { readonly host: string }
  readonly dev?: string
  readonly weight?: number
  readonly flags?: readonly string[]
}

function linkOf(link: LinkJson): IpLink {
  return {
    index: link.ifindex,
    name: link.ifname,
    mac: link.address ?? '',
    mtu: link.mtu,
    up: link.flags.includes('UP'),
    carrier: link.flags.includes('LOWER_UP'),
    kind: link.linkinfo?.info_kind ?? '',
    alias: link.ifalias ?? '',
    txqueuelen: link.txqlen ?? 0,
    on: link.link ?? '',
    master: link.master ?? '',
    options: optionsOf(LINK_KINDS[link.linkinfo?.info_kind ?? ''] ?? [], link.linkinfo?.info_data),
    port: link.linkinfo?.info_slave_kind === 'bridge' ? optionsOf(PORT_OPTIONS, link.linkinfo.info_slave_data) : null
  }
}

function optionsOf(known: readonly LinkOption[], told: OptionsJson = {}): IpLink['options'] {
  return Object.fromEntries(
    known.flatMap((option) => {
      const value = told[option.json ?? option.word]
      if (value === undefined || value === '' || (option.type === 'ip' && value === 'any')) return []
      // With -N it prints `[33024]` for what has a name.
      const bare = typeof value === 'string' ? value.replace(/^\[(\w+)\]$/, '$1') : (value ?? 0)
      return [[option.word, optionValue(option, bare)] as const]
    })
  )
}

function addressOf(dev: string, address: AddressJson): readonly IpAddress[] {
  const { family, local, prefixlen, protocol, dynamic = false, scope = '0' } = address
  if (local === undefined || (family !== 'inet' && family !== 'inet6')) return []
  const cidr = canonicalCidr(`${local}/${prefixlen}`)
  // `0x52` in the words of iproute2
  const number = protocol === undefined ? '' : String(Number(protocol))
  return [
    {
      dev,
      cidr,
      family: family === 'inet' ? 4 : 6,
      protocol: number,
      dynamic,
      scope: scopeOf(Number(scope)),
      peer: address.address === undefined ? null : canonicalAddress(address.address),
      valid: lifetimeOf(address.valid_life_time),
      preferred: lifetimeOf(address.preferred_life_time),
      dad: address.nodad !== true || family === 'inet',
      state: address.dadfailed === true ? 'duplicate' : address.tentative === true ? 'tentative' : 'usable'
    }
  ]
}

function routeOf(route: RouteJson): readonly IpRoute[] {
  const { protocol = '', nexthops = [] } = route
  const type = typeOf(Number(route.type ?? 1))
  if (type === null) return []
  // `default` alone does not say the family; only IPv6 routes have a preference (RFC 4191).
  const family = route.pref !== undefined || `${route.dst}${route.gateway ?? ''}`.includes(':') ? 6 : 4
  return [
    {
      family,
      to: destination(route.dst, family) ?? route.dst,
      via: gatewayOf(route),
      dev: type === 'unicast' && nexthops.length === 0 ? (route.dev ?? '') : '',
      metric: metricOf(route.metric, family),
      table: Number(route.table ?? 254),
      onlink: route.flags?.includes('onlink') === true,
      type,
      scope: family === 6 ? null : scopeOf(Number(route.scope ?? 0)),
      source: route.prefsrc === undefined ? null : canonicalAddress(route.prefsrc),
      mtu: route.metrics?.[0]?.mtu ?? null,
      nexthops: nexthops.map((hop) => ({
        via: gatewayOf(hop),
        dev: hop.dev ?? '',
        weight: hop.weight ?? 1,
        onlink: hop.flags?.includes('onlink') === true
      })),
      protocol: PROTOCOLS[protocol] ?? protocol
    }
  ]
}

function gatewayOf({ gateway, via }: NexthopJson): string | null {
  const text = gateway ?? via?.host
  return text === undefined ? null : canonicalAddress(text)
}

function canonicalAddress(text: string): string {
  const cidr = parseCidr(text)
  return cidr === null ? text : showAddress(cidr)
}
