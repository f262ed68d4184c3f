// /etc/resolv.conf: what core/name-service.ts makes of the document, DHCP's leases being layers of it. The file says of each
// server who named it. It is mounted into containers and so is written in place.
import { EMPTY } from 'rxjs'
import { changeOf } from '../core/effect.ts'
import { asRosError } from '../core/errors.ts'
import type { KindDef } from '../core/kind.ts'
import { MOST_SERVERS, nameService } from '../core/name-service.ts'
import type { NameServer, NameService } from '../core/resource.ts'
import { adoptResolver } from './adopt/network.ts'

const PATH = '/etc/resolv.conf'
const HEADER = '# Written by rosd from rancher.network.dns; what is changed here is undone.\n'

export const resolver: KindDef<'resolver'> = {
  kind: 'resolver',
  resync: 60_000,
  writes: () => [PATH],

  *want(desired) {
    const { place, ...spec } = nameService(desired)
    if (place !== null) yield { key: 'resolver/machine', spec, needs: [], from: desired.from(place) }
  },

  judge(want, seen, owned) {
    if (want === null) {
      const before = owned?.before?.text ?? null
      return owned === null || (seen?.text ?? null) === before ? null : { verb: 'delete', why: 'no longer wanted' }
    }
    if (seen === null) return { verb: 'create', why: `no ${PATH}` }
    if (seen.text === render(want.spec)) return null
    const [is, shall] = [summary(seen), summary(want.spec)]
    if (is !== shall) return { verb: 'update', why: `${is} -> ${shall}` }
    const origins = want.spec.nameservers.map(({ from }) => from)
    const named = seen.nameservers.every(({ from }, at) => from === (origins[at] ?? null))
    return {
      verb: 'update',
      why: named ? `${PATH} was changed by hand` : `named by ${[...new Set(origins)].join(', ')}`
    }
  },

  show: ({ text: _text, ...seen }) => seen,

  fields: ({ from, to, owned }) => {
    const before = from ?? NOTHING
    const after = to ?? owned?.before ?? NOTHING
    return [
      ...changeOf('nameservers', addresses(before), addresses(after)),
      ...changeOf('search', before.search, after.search),
      ...changeOf('options', before.options, after.options)
    ]
  },

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

const NOTHING: NameService = { nameservers: [], search: [], options: [] }

function addresses({ nameservers }: NameService): readonly string[] {
  return nameservers.map(({ address }) => address)
}

function render({ nameservers, search, options }: NameService): string {
  const asked = nameservers.slice(0, MOST_SERVERS)
  return [
    HEADER,
    ...(search.length === 0 ? [] : [`search ${search.join(' ')}\n`]),
    ...(options.length === 0 ? [] : [`options ${options.join(' ')}\n`]),
    ...asked.map(({ address, from }, at) => {
      const said = from === null || from === asked[at - 1]?.from ? '' : `# from ${from}\n`
      return `${said}nameserver ${address}\n`
    }),
    ...nameservers
      .slice(MOST_SERVERS)
      .map(({ address, from }) => `# more than three are not asked: ${address} (${from})\n`)
  ].join('')
}

/** As resolv.conf(5) reads it: of several `search` or `domain` lines the last counts, of `options` all. */
function parse(text: string): NameService {
  const nameservers: NameServer[] = []
  let from: string | null = null
  let search: readonly string[] = []
  const options: string[] = []
  for (const line of text.split('\n')) {
    const [word = '', ...rest] = line.trim().split(/\s+/)
    if (word === '#' && rest[0] === 'from') from = rest.slice(1).join(' ')
    else if (word === 'nameserver' && rest[0] !== undefined) nameservers.push({ address: rest[0], from })
    else if (word === 'search' || word === 'domain') search = rest
    else if (word === 'options') options.push(...rest)
  }
  return { nameservers, search, options }
}

function summary({ nameservers, search, options }: NameService): string {
  const more = [...search, ...options].join(' ')
  const asked = nameservers.slice(0, MOST_SERVERS).map(({ address }) => address)
  return `${asked.join(' ') || 'no name servers'}${more === '' ? '' : ` (${more})`}`
}
