// Networks of an engine that a service is attached to. They are there already: nothing of the document makes them. Pure.
import type { Service } from '../document/types.gen.ts'

type Body = Readonly<Record<string, unknown>>
export type Endpoints = Readonly<Record<string, Body>>

/** The endpoints of a create body, in the document's order; undefined: the service names no network. */
export function endpoints(name: string, { networks = {} }: Service): { EndpointsConfig: Endpoints } | undefined {
  const entries = Object.entries(networks).map(([network, { aliases = [], ipv4_address, ipv6_address }]) => {
    const fixed = {
      ...(ipv4_address === undefined ? {} : { IPv4Address: ipv4_address }),
      ...(ipv6_address === undefined ? {} : { IPv6Address: ipv6_address })
    }
    const address = Object.keys(fixed).length === 0 ? {} : { IPAMConfig: fixed }
    // By its own name it is known under whatever name its container has while it is replaced.
    return [network, { Aliases: [...new Set([name, ...aliases])], ...address }] as const
  })
  return entries.length === 0 ? undefined : { EndpointsConfig: Object.fromEntries(entries) }
}

/** The endpoints of a create body by network. */
export function endpointsOf(create: Body): Endpoints {
  const { EndpointsConfig = {} } = (create.NetworkingConfig ?? {}) as { EndpointsConfig?: Endpoints } // as endpoints() made it
  return EndpointsConfig
}

/** The first network, with which a container is created; an engine before 25.0 takes no more. Undefined: none is named. */
export function firstNetwork({ networks = {} }: Service): string | undefined {
  return Object.keys(networks)[0]
}

/** Whether an endpoint has an address that no other container may have. */
export function hasFixedAddress(create: Body): boolean {
  return Object.values(endpointsOf(create)).some(({ IPAMConfig }) => IPAMConfig !== undefined)
}
