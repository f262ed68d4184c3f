// The network as people ask for it: what the kernel has and where each part of it comes from, leases, name servers, and what is
// not as wanted.
import type { NetworkView, LinkView } from '../api/network.ts'
import { holds } from '../core/condition.ts'
import { NETWORK_KINDS } from '../core/network-kinds.ts'
import { type Key, kindOf, type Spec, type Want } from '../core/resource.ts'
import { PROTOCOL } from '../core/route.ts'
import { ask, signalOf, stateOf } from '../core/supplicant.ts'
import type { Host, IpAddress, IpLink, IpRoute } from '../host/ports.ts'
import { type Lease, readLeases } from './leases.ts'
import type { State } from './store.ts'

const LOCAL_TABLE = 255

/** `path` is left to who knows the asker. */
export async function networkView(
  host: Host,
  state: State,
  wants: ReadonlyMap<Key, Want>
): Promise<Omit<NetworkView, 'path'>> {
  const [{ links, addresses, routes }, leases] = await Promise.all([host.network.look(), readLeases(host)])
  const wanted = new Set<string>(wants.keys())
  const resolver = state.resources.get('resolver/machine')?.seen
  return {
    links: await Promise.all(links.map((link) => linkView(host, link, wants))),
    addresses: addresses.map((one) => ({
      dev: one.dev,
      cidr: one.cidr,
      origin: addressOrigin(one, wanted, leases),
      state: one.state
    })),
    routes: routes
      .filter(({ table }) => table !== LOCAL_TABLE)
      .map((one) => ({
        to: one.to === '::/0' ? 'default' : one.to,
        family: one.family,
        via: one.via,
        dev: one.dev,
        metric: one.metric,
        table: one.table,
        origin: routeOrigin(one)
      })),
    rules: [...wants.values()].flatMap(({ key, spec, from }) =>
      // A want of this kind has this spec.
      kindOf(key) === 'rule' ? [{ ...ruleView(spec as Spec<'rule'>), from }] : []
    ),
    dns: dnsOf(resolver),
    leases,
    wifi: await Promise.all(
      [...wanted].flatMap((key) => (key.startsWith('wifi/') ? wifiView(host, key.slice('wifi/'.length)) : []))
    ),
    notReady: [...state.resources.values()]
      .filter((status) => NETWORK_KINDS.has(kindOf(status.key)) && !holds(status, 'Ready'))
      .map(({ key, conditions }) => {
        const ready = conditions.find(({ type }) => type === 'Ready')
        return { key, reason: ready?.reason ?? '', message: ready?.message ?? '' }
      })
  }
}

function ruleView({ family, words }: Spec<'rule'>) {
  return { family, rule: words.join(' ') }
}

async function linkView(host: Host, link: IpLink, wants: ReadonlyMap<Key, Want>): Promise<LinkView> {
  const { name, kind, up, carrier, mtu, mac, master, on } = link
  const from = wants.get(`link/${name}`)?.from ?? null
  const { driver = '', pci = '' } = kind === '' ? host.network.card(name) : {}
  const speed = up ? await speedOf(host, name) : null
  return { name, kind, driver, pci, up, carrier, mtu, mac, master, on, speed, from }
}

/** Asked now, for the signal is another at every look. */
async function wifiView(host: Host, dev: string): Promise<NetworkView['wifi'][number]> {
  const [status, signal] = await Promise.all([ask(host, dev, 'status'), ask(host, dev, 'signal_poll')])
  return { dev, ...stateOf(status), signal: signalOf(signal) }
}

/** Megabits a second; null where the card does not say (or the kernel answers -1, or with an error). */
async function speedOf(host: Host, name: string): Promise<number | null> {
  const speed = Number(await host.files.read(`/sys/class/net/${name}/speed`).catch(() => null))
  return speed > 0 ? speed : null
}

function addressOrigin(
  { dev, cidr, family, protocol, dynamic, scope }: IpAddress,
  wanted: ReadonlySet<string>,
  leases: readonly Lease[]
): string {
  if (wanted.has(`address/${dev}:${cidr}`)) return 'document'
  const leased = leases.some((one) => one.interface === dev && one.addresses.some((address) => address.cidr === cidr))
  if (leased) return 'DHCP'
  if (protocol === PROTOCOL) return 'document'
  if (protocol === '2') return 'RA'
  if (protocol === '1' || protocol === '3' || scope === 'link' || scope === 'host') return 'kernel'
  // Before kernels said who made an address, what has a lifetime came from a lease or from a router.
  if (dynamic) return family === 4 ? 'DHCP' : 'RA'
  return 'others'
}

function routeOrigin({ protocol }: IpRoute): string {
  if (protocol === PROTOCOL) return 'document'
  if (protocol === 'dhcp') return 'DHCP'
  if (protocol === 'ra') return 'RA'
  return protocol === 'kernel' ? 'kernel' : `others (${protocol})`
}

function dnsOf(seen: unknown): NetworkView['dns'] {
  // What the kind `resolver` shows of /etc/resolv.conf; null while nothing was seen.
  const found = (seen ?? {}) as Partial<NetworkView['dns']>
  return { nameservers: found.nameservers ?? [], search: found.search ?? [], options: found.options ?? [] }
}

/** Keys of what the document asks of a link: itself, and what hangs on it. */
export function resourcesOf(wants: ReadonlyMap<Key, Want>, name: string): readonly Key[] {
  const link: Key = `link/${name}`
  return [...wants.values()]
    .filter(({ key, needs }) => {
      if (!NETWORK_KINDS.has(kindOf(key))) return false
      return key === link || key === `hook/pre_up:${name}` || needs.includes(link)
    })
    .map(({ key }) => key)
}
