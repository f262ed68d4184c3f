// /etc/resolv.conf: what the document says, DHCP's leases being a layer of it below the user's, or else the image's
// default. The file is mounted into containers and so is written in place.
import { EMPTY } from 'rxjs'
import { asRosError } from '../core/errors.ts'
import type { KindDef } from '../core/kind.ts'
import type { Spec } from '../core/resource.ts'
import { adoptResolver } from './adopt/network.ts'

const PATH = '/etc/resolv.conf'
const HEADER = '# Written by rosd from rancher.network.dns; what is changed here is undone.\n'

export const resolver: KindDef<'resolver'> = {
  kind: 'resolver',
  resync: 60_000,
  writes: () => [PATH],

  *want(desired) {
    const { data } = desired
    const { nameservers: given = [], search = [] } = data.rancher?.network?.dns ?? {}
    const last = data.rancher?.defaults?.network?.dns?.nameservers ?? []
    const nameservers = given.length > 0 ? given : last
    if (nameservers.length === 0 && search.length === 0) return
    const place =
      given.length > 0 || last.length === 0 ? ['network', 'dns'] : ['defaults', 'network', 'dns', 'nameservers']
    yield {
      key: 'resolver/machine',
      spec: { nameservers, search },
      needs: [],
      from: desired.from(['rancher', ...place])
    }
  },

  judge(want, seen, owned) {
    if (want === null) {
      const before = owned?.before?.text ?? null
      return owned === null || (seen?.text ?? null) === before ? null : { verb: 'delete', why: 'no longer wanted' }
    }
    if (seen === null) return { verb: 'create', why: `no ${PATH}` }
    if (seen.text === render(want.spec)) return null
    const [is, shall] = [summary(seen), summary(want.spec)]
    return { verb: 'update', why: is === shall ? `${PATH} was changed by hand` : `${is} -> ${shall}` }
  },

  show: ({ text: _text, ...seen }) => seen,

  adopt: adoptResolver,

  // Nothing tells of a change made by hand; the resync finds it.
  watch: () => EMPTY,

  async observe(host, keys) {
    const text = keys.includes('resolver/machine') ? await host.files.read(PATH) : null
    return new Map(text === null ? [] : [['resolver/machine', { ...parse(text), text }]])
  },

  async act(host, { to, owned }) {
    const text = to === null ? (owned?.before?.text ?? null) : render(to)
    try {
      if (text === null) await host.files.remove(PATH)
      else await host.files.writeInPlace(PATH, text)
    } catch (cause) {
      throw asRosError(cause, 'ROS_RESOLVER', PATH)
    }
  }
}

function render({ nameservers, search }: Spec<'resolver'>): string {
  return [
    HEADER,
    ...(search.length === 0 ? [] : [`search ${search.join(' ')}\n`]),
    ...nameservers.map((server) => `nameserver ${server}\n`)
  ].join('')
}

/** As resolv.conf(5) reads it: of several `search` or `domain` lines the last counts. */
function parse(text: string): Spec<'resolver'> {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/))
  return {
    nameservers: lines.flatMap(([word, server]) => (word === 'nameserver' && server !== undefined ? [server] : [])),
    search: lines.findLast(([word]) => word === 'search' || word === 'domain')?.slice(1) ?? []
  }
}

function summary({ nameservers, search }: Spec<'resolver'>): string {
  return `${nameservers.join(' ') || 'no name servers'}${search.length === 0 ? '' : ` (${search.join(' ')})`}`
}
