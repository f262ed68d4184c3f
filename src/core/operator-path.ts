// Over what an operator came to the machine, and whether a change of the document touches that: what may cut them off. Pure.
import type { CloudConfig, NetworkInterface } from '../document/types.gen.ts'
import { equal, type Value } from '../document/value.ts'
import { touchesAccess } from './access.ts'
import { type Cidr, covers, parseCidr } from './cidr.ts'
import { configuredLinks } from './interfaces.ts'
import type { LinkFact } from './kind.ts'
import type { NetworkLook } from '../host/ports.ts'

/** The way of a session back to who began it. */
export interface OperatorPath {
  /** Address it comes from; empty: not known. */
  readonly client: string
  /** Links that carry it: the one routed over, then what lies below (ports, slaves, parents), and its VRF. None: not known. */
  readonly links: readonly LinkFact[]
  /** The router on the way; null: none, or not known. */
  readonly via: string | null
  /** Prefix of the route that is taken, as routes are spelled; empty: not known. */
  readonly to: string
}

/** Seconds a change that touches the operator's path has, where neither the command nor the document says. */
export const STANDARD_SECONDS = 120

/** `10.0.2.2 over eth0, default by 10.0.2.1`. */
export function showPath({ client, links, via, to }: OperatorPath): string {
  const [first] = links
  if (first === undefined) return client === '' ? 'an ssh session' : client
  const route = to === '' ? '' : `, ${to}${via === null ? '' : ` by ${via}`}`
  return `${client} over ${links.map(({ name }) => name).join(' on ')}${route}`
}

/** Keys of rancher.network that are on nobody's way. */
const ASIDE: ReadonlySet<string> = new Set(['interfaces', 'http_proxy', 'https_proxy', 'no_proxy'])

/**
 * Whether a document differs from another in what this path hangs on: its links, whatever else could take its traffic, and what
 * any way in hangs on (sshd, keys, name servers, rules, firewall). Of interfaces that do not carry it only what leads to it counts.
 */
export function touchesPath(from: CloudConfig, to: CloudConfig, path: OperatorPath): boolean {
  // The data of a document is made of plain values.
  const [before, after] = [from, to].map((data) => data as unknown as Value) as [Value, Value]
  if (!touchesAccess(before, after)) return false
  if (path.links.length === 0) return true
  if (touchesAccess(aside(from), aside(to))) return true
  return !equal(onPath(from, path), onPath(to, path)) || rivals(from, path) !== rivals(to, path)
}

/** A document without interfaces, and without what is on nobody's way. */
function aside(data: CloudConfig): Value {
  const { network = {}, ...rancher } = data.rancher ?? {}
  const rest = Object.fromEntries(Object.entries(network).filter(([key]) => !ASIDE.has(key)))
  return { ...data, rancher: { ...rancher, network: rest } } as unknown as Value // plain values, as the document
}

/** The entries that links of the path get. */
function onPath(data: CloudConfig, { links }: OperatorPath): Value {
  const names = new Set(links.map(({ name }) => name))
  const own = configuredLinks({ data, facts: { links } }).filter(({ name }) => names.has(name))
  return Object.fromEntries(own.map(({ name, entry }) => [name, entry as unknown as Value]))
}

/** What other interfaces have that leads to the client as straight as its route does, or straighter. */
function rivals(data: CloudConfig, path: OperatorPath): string {
  const client = parseCidr(path.client.replace(/%.*$/, ''))
  const names = new Set(path.links.map(({ name }) => name))
  const route = prefixOf(path.to, client)
  const leads = (prefix: Cidr | null) =>
    prefix !== null && client !== null && covers(prefix, client) && prefix.length >= (route?.length ?? 0)
  const others = Object.entries(data.rancher?.network?.interfaces ?? {}).filter(([key]) => !names.has(key))
  const found = others.map(([key, entry]) => [key, ...leading(entry, client, leads)].join(' '))
  return found
    .filter((line) => line.includes(' '))
    .toSorted()
    .join('\n')
}

function leading(
  entry: NetworkInterface,
  client: Cidr | null,
  leads: (prefix: Cidr | null) => boolean
): readonly string[] {
  const addresses = [entry.address, ...(entry.addresses ?? [])].map((one: unknown) => JSON.stringify(one) ?? '')
  const near = addresses.filter((text) => leads(parseCidr(/[0-9a-f.:]+\/\d+/i.exec(text)?.[0] ?? '')))
  const routes = (entry.routes ?? []).filter(({ to = 'default' }) => leads(prefixOf(to, client)))
  const anywhere = leads(prefixOf('default', client))
  const gateways = anywhere ? [entry.gateway, entry.gateway_ipv6, entry.metric, entry.dhcp] : []
  const some = [...near, ...routes, ...gateways.filter((one) => one !== undefined && one !== false)]
  return some.map((one) => JSON.stringify(one))
}

function prefixOf(to: string, client: Cidr | null): Cidr | null {
  if (to === 'default' || to === '::/0') return parseCidr(client?.family === 6 ? '::/0' : '0.0.0.0/0')
  return parseCidr(to)
}

/** The prefix of the route over a link that leads straightest to an address; empty: there is none. */
export function routeTo({ routes }: Pick<NetworkLook, 'routes'>, client: string, dev: string): string {
  const address = parseCidr(client.replace(/%.*$/, ''))
  const own = routes.flatMap(({ to, dev: over }) => {
    if (over !== dev || address === null) return []
    const family = to === 'default' ? 4 : 6
    if (/^(default|::\/0)$/.test(to) && family !== address.family) return []
    const prefix = prefixOf(to, address)
    return prefix !== null && covers(prefix, address) ? [{ to, length: prefix.length }] : []
  })
  return own.toSorted((a, b) => b.length - a.length)[0]?.to ?? ''
}
