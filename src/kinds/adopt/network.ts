// What adopting means for links, addresses, routes and the resolver. Pure. A sentence says why it can not be.
import { type Adoption, type AdoptQuestion, setting } from '../../core/adoption.ts'
import { canonicalCidr } from '../../core/cidr.ts'
import { addressText, configuredLinks } from '../../core/interfaces.ts'
import type { Desired } from '../../core/kind.ts'
import { type Key, type Kinds, nameOf, type RouteSpec } from '../../core/resource.ts'
import { defaultScope } from '../../core/route.ts'
import type { NetworkInterface, Route } from '../../document/types.gen.ts'
import type { Path } from '../../document/shape.ts'
import type { Value } from '../../document/value.ts'

interface Entry {
  readonly path: Path
  readonly entry: NetworkInterface
}

/** Where the document speaks of one link; a sentence where it speaks of several in one word. */
function entryOf(desired: Desired, dev: string): Entry | string {
  const all = configuredLinks(desired)
  const found = all.find(({ name }) => name === dev)
  if (found === undefined) return { path: ['rancher', 'network', 'interfaces', dev], entry: {} }
  const key = String(found.path.at(-1))
  const others = all.filter(({ name, path }) => name !== dev && path.at(-1) === key)
  // As it is written: what a wireless network makes of it stands elsewhere.
  const entry = desired.data.rancher?.network?.interfaces?.[key] ?? {}
  if (others.length === 0) return { path: found.path, entry }
  return `${found.path.join('.')} is for ${[dev, ...others.map(({ name }) => name)].join(', ')}; give ${dev} an entry of its own`
}

export function adoptLink({ key, seen, desired }: AdoptQuestion<'link'>): Adoption | string {
  const dev = nameOf(key)
  if (seen === null) return `there is no link named ${dev}`
  const found = entryOf(desired, dev)
  if (typeof found === 'string') return found
  const { entry, path } = found
  const named = (['mac', 'alias', 'txqueuelen'] as const).filter((key) => entry[key] !== undefined)
  const up = seen.up === (entry.up ?? true) ? [] : [{ path: [...path, 'up'], value: seen.up }]
  return {
    settings: [
      { path: [...path, 'mtu'], value: seen.mtu },
      ...named.map((key) => ({ path: [...path, key], value: seen[key] })),
      ...up
    ],
    lost: []
  }
}

/** One address, which goes out of the document when it is not there; or (`DEV:only`) all the link has beside the document's. */
export function adoptAddress({ key, seen, desired }: AdoptQuestion<'address'>): Adoption | string {
  const name = nameOf(key)
  const dev = name.slice(0, name.indexOf(':'))
  const cidr = name.slice(dev.length + 1)
  const found = entryOf(desired, dev)
  if (typeof found === 'string') return found
  const { path, entry } = found
  const listed = entry.addresses ?? []
  const add = (some: readonly string[]) => setting([...path, 'addresses'], [...listed, ...some])
  if (cidr === 'only') {
    const strangers = seen !== null && 'strangers' in seen ? seen.strangers : []
    return strangers.length === 0 ? `${dev} has no addresses but those of the document` : add(strangers)
  }
  const own = [...listed, ...(entry.address === undefined ? [] : [entry.address])]
  const known = own.some((one) => canonicalCidr(addressText(one)) === cidr)
  if (seen !== null) return known ? 'it is as the document says' : add([cidr])
  if (!known) return `${dev} has no address ${cidr}`
  return {
    settings: [
      ...(entry.address !== undefined && canonicalCidr(entry.address) === cidr
        ? [{ path: [...path, 'address'], value: undefined }]
        : []),
      ...(listed.some((one) => canonicalCidr(addressText(one)) === cidr)
        ? [{ path: [...path, 'addresses'], value: listed.filter((one) => canonicalCidr(addressText(one)) !== cidr) }]
        : [])
    ],
    lost: []
  }
}

export interface PlacedRoute {
  readonly key: Key<'route'>
  readonly spec: Kinds['route']['spec']
  readonly path: Path
}

/** `placed`: where the document has which route. */
export function adoptRoute(
  { key, seen, desired }: AdoptQuestion<'route'>,
  placed: readonly PlacedRoute[]
): Adoption | string {
  const known = placed.find((one) => one.key === key)
  if (seen === null) return known === undefined ? `there is no ${key}` : without(known, desired)
  const last = known?.path.at(-1)
  if (known === undefined ? seen.dev === '' : ofNetwork(known)) {
    const routes = desired.data.rancher?.network?.routes ?? []
    const route = { ...wordsOf(seen), ...(seen.dev === '' ? {} : { dev: seen.dev }) }
    return setting(NETWORK_ROUTES, listOf(typeof last === 'number' ? routes.with(last, route) : [...routes, route]))
  }
  const dev = known?.spec.dev ?? seen.dev
  if (dev !== seen.dev)
    return `it leads over ${seen.dev === '' ? 'no single link' : seen.dev} and not over ${dev}; take it out there with \`ros config edit\` first`
  if (known !== undefined && typeof last === 'string' && seen.via !== null) {
    const lost = [
      seen.source === null ? [] : `source ${seen.source}`,
      seen.mtu === null ? [] : `MTU ${seen.mtu}`
    ].flat()
    return { ...setting(known.path, seen.via), lost: lost.map((what) => `its ${what}: a gateway has no word for that`) }
  }
  const found = entryOf(desired, dev)
  if (typeof found === 'string') return found
  const routes = found.entry.routes ?? []
  const route = wordsOf(seen)
  return setting(
    [...found.path, 'routes'],
    listOf(typeof last === 'number' ? routes.with(last, route) : [...routes, route])
  )
}

const NETWORK_ROUTES = ['rancher', 'network', 'routes']

function ofNetwork({ path }: PlacedRoute): boolean {
  return NETWORK_ROUTES.every((key, at) => path[at] === key)
}

/** As it would be written below an interface. */
function wordsOf(seen: RouteSpec): Route {
  return {
    to: seen.to,
    ...(seen.type === 'unicast' ? {} : { type: seen.type }),
    ...(seen.via === null ? {} : { via: seen.via }),
    ...(seen.metric === null ? {} : { metric: seen.metric }),
    ...(seen.table === 254 ? {} : { table: String(seen.table) }),
    ...(seen.onlink ? { onlink: true } : {}),
    ...(seen.scope === null || seen.scope === defaultScope(seen)
      ? {}
      : { scope: seen.scope as 'global' | 'link' | 'host' }), // no others are made by hand
    ...(seen.source === null ? {} : { source: seen.source }),
    ...(seen.mtu === null ? {} : { mtu: seen.mtu }),
    ...(seen.nexthops.length === 0
      ? {}
      : {
          nexthops: seen.nexthops.map(({ via, dev, weight, onlink }) => ({
            ...(via === null ? {} : { via }),
            dev,
            ...(weight === 1 ? {} : { weight }),
            ...(onlink ? { onlink } : {})
          }))
        })
  }
}

/** The same as plain values. */
function listOf(routes: readonly Route[]): Value {
  return routes.map(({ nexthops, ...route }) => ({
    ...route,
    ...(nexthops === undefined ? {} : { nexthops: nexthops.map((hop) => ({ ...hop })) })
  }))
}

function without(known: PlacedRoute, desired: Desired): Adoption | string {
  const { spec, path } = known
  const last = path.at(-1)
  if (typeof last === 'string') return setting(path, undefined)
  const rest = (routes: readonly Route[] = []) => listOf(routes.filter((_, at) => at !== last))
  if (ofNetwork(known)) return setting(NETWORK_ROUTES, rest(desired.data.rancher?.network?.routes))
  const found = entryOf(desired, spec.dev)
  return typeof found === 'string' ? found : setting([...found.path, 'routes'], rest(found.entry.routes))
}

export function adoptResolver({ seen }: AdoptQuestion<'resolver'>): Adoption | string {
  if (seen === null) return 'there is no /etc/resolv.conf'
  const path = ['rancher', 'network', 'dns']
  return {
    settings: [
      { path: [...path, 'nameservers'], value: seen.nameservers.map(({ address }) => address) },
      { path: [...path, 'search'], value: [...seen.search] },
      ...(seen.options.length === 0 ? [] : [{ path: [...path, 'options'], value: [...seen.options] }])
    ],
    lost: []
  }
}
