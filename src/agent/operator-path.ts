// Finds over what the session of a command came: the kernel's own route back to its client, and the links below that.
import type { OperatorPath } from '../core/operator-path.ts'
import { routeTo } from '../core/operator-path.ts'
import type { LinkFact } from '../core/kind.ts'
import type { Host, NetworkLook, Peer } from '../host/ports.ts'

/** Milliseconds the kernel's answer may take. */
const LIMIT = 2_000
const LINKS = '/sys/class/net'
/** Links below links, at most: a loop of them there is none. */
const DEEPEST = 16

/** The path of a peer's ssh session; null: it came over none. One that is not known has no links. */
export async function operatorPath(
  host: Pick<Host, 'runner' | 'files' | 'network'>,
  links: () => Promise<readonly LinkFact[]>,
  peer: Peer
): Promise<OperatorPath | null> {
  if (peer.session === null) return null
  const client = peer.from
  const unknown: OperatorPath = { client, links: [], via: null, to: '' }
  if (client === '') return unknown
  try {
    const look = await host.network.look()
    const { dev, via } = await routeGet(host, client, originOf(look, peer.to))
    const known = new Map((await links()).map((link) => [link.name, link]))
    const names = await stack(host, dev, known)
    const facts = names.map((name) => known.get(name) ?? { name, mac: '', kind: '' })
    return { client, links: facts, via, to: routeTo(look, client, dev) }
  } catch {
    return unknown
  }
}

/** Words for ip-route(8) that answers leave from the address the session came to: policy rules and VRFs choose by it. */
function originOf({ links, addresses }: NetworkLook, to: string): readonly string[] {
  const own = addresses.find(({ cidr }) => cidr.replace(/\/.*$/, '') === to)
  if (own === undefined) return []
  const master = links.find(({ name }) => name === own.dev)?.master
  const vrf = links.find(({ name, kind }) => name === master && kind === 'vrf')
  return ['from', to, ...(vrf === undefined ? [] : ['vrf', vrf.name])]
}

async function routeGet(
  host: Pick<Host, 'runner'>,
  client: string,
  origin: readonly string[]
): Promise<{ dev: string; via: string | null }> {
  const [address = '', zone] = client.split('%')
  if (zone !== undefined) return { dev: zone, via: null }
  const { stdout } = await host.runner.run(['ip', '-json', 'route', 'get', address, ...origin], { timeoutMs: LIMIT })
  // ip-route(8)'s answer for one address; what lacks a `dev` is caught by the caller.
  const [route] = JSON.parse(stdout) as readonly { readonly dev?: string; readonly gateway?: string }[]
  if (route?.dev === undefined) throw new Error(`no route leads to ${client}`)
  return { dev: route.dev, via: route.gateway ?? null }
}

/** A link, all that it is made of, and the VRF it belongs to. */
async function stack(
  host: Pick<Host, 'files'>,
  dev: string,
  known: ReadonlyMap<string, LinkFact>
): Promise<readonly string[]> {
  const found = new Set<string>([dev])
  const beside = async (name: string, word: 'lower_' | 'upper_') =>
    (await host.files.list(`${LINKS}/${name}`))
      .filter((entry) => entry.startsWith(word))
      .map((entry) => entry.slice(word.length))
  for (const name of found) {
    if (found.size > DEEPEST) break
    for (const lower of await beside(name, 'lower_')) found.add(lower)
  }
  for (const upper of await beside(dev, 'upper_')) if (known.get(upper)?.kind === 'vrf') found.add(upper)
  return [...found]
}
