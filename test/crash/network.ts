// What `ip`, `bridge` and `wg` do to the network of a machine in memory.
import type { PortVlans } from '../../src/core/bridge-vlans.ts'
import type { IpAddress, IpLink, IpRoute } from '../../src/host/ports.ts'
import type { Program } from '../support/fake-host.ts'
import { routeSpec } from '../support/routes.ts'

/** What a static address has besides. */
export const FIXED = { scope: 'global', peer: null, valid: null, preferred: null, dad: true, state: 'usable' } as const

export interface NetworkState {
  links: readonly IpLink[]
  addresses: readonly IpAddress[]
  routes: readonly IpRoute[]
  /** VLANs of ports, by link. */
  vlans: Readonly<Record<string, PortVlans>>
  /** What `wg` was told last, by link. */
  tunnels: Readonly<Record<string, string>>
}

/** A link nobody has set. */
export const LINK: IpLink = {
  index: 1,
  name: 'lo',
  mac: '',
  mtu: 65_536,
  up: true,
  carrier: true,
  kind: '',
  alias: '',
  txqueuelen: 1000,
  on: '',
  master: '',
  options: {},
  port: null
}

/** `ip ARGV`, as far as the kinds use it; throws on everything else. */
export function changeNetwork(state: NetworkState, argv: readonly string[]): void {
  const [object, verb, ...words] = argv
  const after = (word: string): string | null =>
    words.includes(word) ? (words[words.indexOf(word) + 1] ?? null) : null
  const dev = after('dev') ?? ''
  if (object === 'link' && verb === 'add') {
    const at = words.indexOf('type')
    const [kind = '', ...options] = words.slice(at + 1)
    const index = Math.max(...state.links.map((link) => link.index)) + 1
    const pairs = Object.fromEntries(options.flatMap((word, i) => (i % 2 === 0 ? [[word, options[i + 1] ?? '']] : [])))
    state.links = [
      ...state.links,
      { ...LINK, index, name: after('name') ?? '', mtu: 1500, up: false, kind, options: pairs }
    ]
  } else if (object === 'link' && verb === 'delete') {
    const free = (link: IpLink) => (link.master === dev ? { ...link, master: '', port: null } : link)
    state.links = state.links.filter(({ name }) => name !== dev).map(free)
    state.addresses = state.addresses.filter((address) => address.dev !== dev)
    state.routes = state.routes.filter((route) => route.dev !== dev)
    state.tunnels = without(state.tunnels, dev)
    for (const name of Object.keys(state.vlans))
      if (state.links.find((link) => link.name === name)?.port == null) state.vlans = without(state.vlans, name)
  } else if (object === 'link' && verb === 'set') {
    const master = words.includes('nomaster') ? '' : after('master')
    state.links = state.links.map((link) => {
      if (link.name !== dev) return link
      const set = { ...link, mtu: Number(after('mtu') ?? link.mtu), up: link.up || words.includes('up') }
      return master === null ? set : { ...set, master, port: master === '' ? null : {} }
    })
    // What comes to a port without a tag belongs to VLAN 1 until somebody says otherwise.
    if (master !== null && master !== '') state.vlans = { ...state.vlans, [dev]: { 1: { pvid: true, untagged: true } } }
    if (master === '') state.vlans = without(state.vlans, dev)
  } else if (object === 'address') {
    const [cidr = ''] = words
    const others = state.addresses.filter((address) => address.dev !== dev || address.cidr !== cidr)
    if (verb === 'delete' && others.length === state.addresses.length)
      throw new Error('Cannot assign requested address')
    const fresh: IpAddress = {
      dev,
      cidr,
      family: cidr.includes(':') ? 6 : 4,
      protocol: after('proto') ?? '',
      dynamic: false,
      ...FIXED
    }
    state.addresses = verb === 'replace' ? [...others, fresh] : others
  } else if (object === 'route' && verb === 'flush') {
    state.routes = state.routes.filter((route) => route.dev !== dev || route.protocol !== after('proto'))
  } else if (object === 'route') {
    const [to = ''] = words
    const metric = after('metric')
    const fresh: IpRoute = {
      ...routeSpec({ scope: to.includes(':') ? null : after('via') === null ? 'link' : 'global' }),
      family: to.includes(':') ? 6 : 4,
      to,
      via: after('via'),
      dev,
      metric: metric === null ? null : Number(metric),
      table: Number(after('table') ?? 254),
      onlink: words.includes('onlink'),
      protocol: after('proto') ?? ''
    }
    const place = ({ to, metric, table }: IpRoute) => `${table} ${to} ${metric}`
    const others = state.routes.filter((route) => place(route) !== place(fresh))
    state.routes = verb === 'delete' ? others : [...others, fresh]
  } else throw new Error(`unexpected: ip ${argv.join(' ')}`)
}

/** The other programs that the kinds of the network use. */
export function networkPrograms(state: NetworkState, changed: () => void): Readonly<Record<string, Program>> {
  return {
    bridge([, ...words], input) {
      if (words.join(' ') === '-json vlan show') return JSON.stringify(Object.entries(state.vlans).map(portJson))
      for (const line of input.trim().split('\n')) {
        const [, verb, , dev = '', , vid = '', ...flags] = line.split(' ')
        const others = without(state.vlans[dev] ?? {}, vid)
        const how = { pvid: flags.includes('pvid'), untagged: flags.includes('untagged') }
        state.vlans = { ...state.vlans, [dev]: verb === 'add' ? { ...others, [vid]: how } : others }
      }
      changed()
      return 0
    },
    wg([, verb, dev = ''], input) {
      if (state.links.find(({ name }) => name === dev)?.kind !== 'wireguard') return 1
      if (verb === 'showconf') return state.tunnels[dev] ?? '[Interface]\n'
      state.tunnels = { ...state.tunnels, [dev]: input }
      return 0
    }
  }
}

function portJson([ifname, vlans]: readonly [string, PortVlans]): unknown {
  const flags = ({ pvid, untagged }: PortVlans[string]) => [
    ...(pvid ? ['PVID'] : []),
    ...(untagged ? ['Egress Untagged'] : [])
  ]
  return { ifname, vlans: Object.entries(vlans).map(([vid, how]) => ({ vlan: Number(vid), flags: flags(how) })) }
}

function without<T>(map: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(map).filter(([name]) => name !== key))
}
