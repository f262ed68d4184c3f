// What `ip` does to the links, addresses and routes of a machine in memory.
import type { IpAddress, IpLink, IpRoute } from '../../src/host/ports.ts'
import { routeSpec } from '../support/routes.ts'

/** What a static address has besides. */
export const FIXED = { scope: 'global', peer: null, valid: null, preferred: null, dad: true, state: 'usable' } as const

export interface NetworkState {
  links: readonly IpLink[]
  addresses: readonly IpAddress[]
  routes: readonly IpRoute[]
}

/** `ip ARGV`, as far as the kinds use it; throws on everything else. */
export function changeNetwork(state: NetworkState, argv: readonly string[]): void {
  const [object, verb, ...words] = argv
  const after = (word: string): string | null =>
    words.includes(word) ? (words[words.indexOf(word) + 1] ?? null) : null
  const dev = after('dev') ?? ''
  if (object === 'link' && verb === 'set') {
    state.links = state.links.map((link) =>
      link.name === dev ? { ...link, mtu: Number(after('mtu') ?? link.mtu), up: link.up || words.includes('up') } : link
    )
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
