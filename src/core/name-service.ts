// Which name servers and search domains the machine asks: the user's, else DHCP's, else the image's. Pure.
import { configuredLinks } from './interfaces.ts'
import type { Desired } from './kind.ts'
import { byMetric, ofLink } from './leased.ts'
import type { NameServer, NameService } from './resource.ts'

/** resolv.conf(5): MAXNS. What stands behind them is not asked. */
export const MOST_SERVERS = 3

export interface PlacedService extends NameService {
  /** Path of the document that decided on the first of it; null: the document has nothing. */
  readonly place: readonly string[] | null
}

const LAST = ['rancher', 'defaults', 'network', 'dns', 'nameservers']

interface Part {
  readonly values: readonly string[]
  /** For people. */
  readonly from: string
  readonly path: readonly string[]
}

/**
 * `network.dns` comes first and leaves out all that DHCP says. Then the interfaces, by metric and name, each with its own
 * `dns` or else what its lease says. Where nobody names a server, the image's default counts. Servers and search domains
 * are decided on apart from each other; each stands there once.
 */
export function nameService(desired: Desired): PlacedService {
  const { network, defaults } = desired.data.rancher ?? {}
  const named = parts(desired, 'nameservers')
  const servers = named.length > 0 ? named : part(defaults?.network?.dns?.nameservers, LAST.join('.'), LAST)
  const domains = parts(desired, 'search')
  const options = network?.dns?.options ?? []
  const nameservers = new Map<string, NameServer>()
  for (const { values, from } of servers) {
    for (const address of values) if (!nameservers.has(address)) nameservers.set(address, { address, from })
  }
  return {
    nameservers: [...nameservers.values()],
    search: [...new Set(domains.flatMap(({ values }) => values))],
    options,
    place: servers[0]?.path ?? domains[0]?.path ?? (options.length > 0 ? ['rancher', 'network', 'dns'] : null)
  }
}

function parts(desired: Desired, key: 'nameservers' | 'search'): readonly Part[] {
  const { dns, interfaces } = desired.data.rancher?.network ?? {}
  const own = part(dns?.[key], 'rancher.network.dns', ['rancher', 'network', 'dns'])
  if (interfaces === undefined) return own
  const links = byMetric(configuredLinks(desired)).flatMap((link) => {
    const path = [...link.path, 'dns']
    const given = part(link.entry.dns?.[key], path.join('.'), path)
    if (given.length > 0 || own.length > 0) return given
    return ofLink(desired, link).flatMap(({ dev, family, words, use, path: place }) =>
      (key === 'nameservers' ? use.dns : use.domain) === false
        ? []
        : part(words[key], `${family === 4 ? 'DHCP' : 'DHCPv6'} on ${dev}`, place)
    )
  })
  return [...own, ...links]
}

function part(values: readonly string[] | undefined, from: string, path: readonly string[]): readonly Part[] {
  return values === undefined || values.length === 0 ? [] : [{ values, from, path }]
}
