// Static addresses. A link that has some and no DHCP carries no others (`address/<link>:only`): RancherOS removed what the
// document does not list. What the kernel, a router or a DHCP client gave is never touched.
import { parseCidr } from '../core/cidr.ts'
import { changeOf } from '../core/effect.ts'
import { RosError } from '../core/errors.ts'
import { hooksBeforeAddresses } from '../core/hooks.ts'
import { configuredLinks, staticAddresses } from '../core/interfaces.ts'
import type { KindDef } from '../core/kind.ts'
import { type Key, type Lifetimes, nameOf, type Seen, type Spec } from '../core/resource.ts'
import { PROTOCOL } from '../core/route.ts'
import type { Host, IpAddress } from '../host/ports.ts'
import { adoptAddress } from './adopt/network.ts'

const MARK = ['proto', PROTOCOL] as const

export const address: KindDef<'address'> = {
  kind: 'address',
  lands: true,
  resync: 60_000,
  // All that is done at once goes in one process (host/linux/ip-batch.ts).
  width: 1_000,
  deadline: 30_000,

  *want(desired) {
    for (const configured of configuredLinks(desired)) {
      const { name: dev, entry, path } = configured
      const needs: readonly Key[] = [`link/${dev}`, ...hooksBeforeAddresses(configured)]
      const addresses = staticAddresses(configured)
      for (const { cidr, valid, preferred, path: place } of addresses) {
        const life = { ...(valid === null ? {} : { valid }), ...(preferred === null ? {} : { preferred }) }
        yield { key: `address/${dev}:${cidr}`, spec: { dev, cidr, ...life }, needs, from: desired.from(place) }
      }
      // As RancherOS: where a client gives the link addresses, others may stand beside the document's.
      if (addresses.length === 0 || entry.dhcp === true || entry.ipv4ll === true) continue
      const only = addresses.map(({ cidr }) => cidr)
      yield { key: `address/${dev}:only`, spec: { dev, only }, needs, from: desired.from(path) }
    }
  },

  judge(want, seen, owned) {
    if (want === null) {
      if (seen === null || owned === null) return null
      if ('strangers' in seen) {
        const back = removed(owned.before, seen)
        return back.length === 0 ? null : { verb: 'delete', why: `no longer wanted: gives back ${back.join(', ')}` }
      }
      return stood(owned.before) ? null : { verb: 'delete', why: 'no longer wanted' }
    }
    if ('only' in want.spec) {
      const strangers = seen === null ? [] : intruders(want.spec.only, seen)
      return strangers.length === 0
        ? null
        : { verb: 'update', why: `removes ${strangers.join(', ')}: not in the document` }
    }
    if (seen === null) return { verb: 'create', why: 'not there' }
    if ('strangers' in seen) return null
    const { valid = null } = want.spec
    if (seen.origin === 'dynamic' && valid === null) return { verb: 'update', why: 'leased -> static' }
    const due = lifetimesDue(want.spec, seen.lifetimes)
    return due === null ? null : { verb: 'update', why: due }
  },

  complain: (_want, seen) =>
    'state' in seen && seen.state === 'duplicate'
      ? `another machine on the link of ${seen.dev} has ${seen.cidr} already: give one of the two another address; \`ip address delete ${seen.cidr} dev ${seen.dev}\` has it tried again`
      : null,

  ready: ({ spec }, seen) => (seen === null ? `there is no link named ${spec.dev}` : true),

  disturbs: ({ from, to }) => {
    if (from === null) return { is: 'nothing', what: '' }
    const gone =
      'strangers' in from
        ? to !== null && 'only' in to
          ? intruders(to.only, from)
          : []
        : to === null
          ? [from.cidr]
          : []
    return gone.length === 0
      ? { is: 'nothing', what: '' }
      : { is: 'interrupt', what: `connections over ${gone.join(', ')} end` }
  },

  fields: ({ from, to }) =>
    to !== null && 'only' in to
      ? changeOf('addresses', from === null || !('strangers' in from) ? null : [...to.only, ...from.strangers], to.only)
      : changeOf('address', from === null || 'strangers' in from ? null : `${from.cidr} (${from.origin})`, to?.cidr),

  // Seconds left are others each time.
  show: (seen) => {
    if ('strangers' in seen) return seen
    const { lifetimes: _lifetimes, ...rest } = seen
    return rest
  },

  adopt: adoptAddress,

  watch: (host) => host.kernel.network,

  async observe(host, keys) {
    const { links, addresses } = await host.network.look()
    const asked = new Set(keys)
    const seen = new Map<Key<'address'>, Seen<'address'>>()
    for (const { name } of links) {
      if (asked.has(`address/${name}:only`)) seen.set(`address/${name}:only`, { dev: name, strangers: [] })
    }
    for (const found of addresses) {
      const { dev, cidr } = found
      const origin = originOf(found)
      const rule = seen.get(`address/${dev}:only`)
      if (asked.has(`address/${dev}:${cidr}`))
        seen.set(`address/${dev}:${cidr}`, {
          dev,
          cidr,
          origin,
          state: found.state,
          lifetimes: { valid: found.valid, preferred: found.preferred }
        })
      else if (rule !== undefined && 'strangers' in rule && (origin === 'static' || origin === 'ours')) {
        seen.set(`address/${dev}:only`, { dev, strangers: [...rule.strangers, cidr] })
      }
    }
    return seen
  },

  async act(host, { key, from, to, owned }) {
    const dev = nameOf(key).slice(0, nameOf(key).indexOf(':'))
    if (to === null) {
      if (from !== null && 'strangers' in from)
        for (const cidr of removed(owned?.before ?? null, from)) await put(host, dev, cidr, [])
      else {
        const cidr = nameOf(key).slice(dev.length + 1)
        // With one of IPv6 that would end by itself the kernel lets the route to its network stay until then.
        const ends = from !== null && 'lifetimes' in from && from.lifetimes.valid !== null && cidr.includes(':')
        if (ends) await put(host, dev, cidr, lifeWords({ dev, cidr }, from))
        await take(host, dev, cidr)
      }
    } else if ('cidr' in to) {
      const mark = (await host.network.marksAddresses()) ? MARK : []
      await put(host, dev, to.cidr, [...lifeWords(to, from), ...mark])
    } else if (from !== null) for (const cidr of intruders(to.only, from)) await take(host, dev, cidr)
  }
}

type Wanted = Extract<Spec<'address'>, { readonly cidr: string }>

/** What has to be done about how long it counts: what counts down is renewed when half of it is gone. Null: nothing. */
function lifetimesDue({ valid = null, preferred = valid }: Wanted, seen: Lifetimes): string | null {
  for (const [what, want, now] of [
    ['valid', valid, seen.valid],
    ['preferred', preferred, seen.preferred]
  ] as const) {
    if (want === null ? now === null : now !== null && now <= want && now >= want / 2) continue
    if (want !== null && now !== null && now < want / 2) return `renewed: ${what} for ${now} s more`
    return `${what} ${now ?? 'for ever'} -> ${want ?? 'for ever'}`
  }
  return null
}

/** How long it counts, in the words of `ip`; none where it is for ever and was. */
function lifeWords({ valid = null, preferred = valid }: Wanted, from: Seen<'address'> | null): readonly string[] {
  const was = from !== null && 'lifetimes' in from ? from.lifetimes : { valid: null, preferred: null }
  if ([valid, preferred, was.valid, was.preferred].every((seconds) => seconds === null)) return []
  return ['valid_lft', String(valid ?? 'forever'), 'preferred_lft', String(preferred ?? 'forever')]
}

function originOf({ protocol, dynamic, scope }: IpAddress): 'static' | 'ours' | 'dynamic' | 'kernel' {
  if (protocol === PROTOCOL) return 'ours'
  if (dynamic) return 'dynamic'
  // Protocols 1 to 3 are the kernel's (IFAPROT_*). Older kernels tell nothing, but what holds on the machine or the link
  // alone is theirs, or a client's for want of a lease.
  return ['1', '2', '3'].includes(protocol) || scope === 'host' || scope === 'link' ? 'kernel' : 'static'
}

function intruders(only: readonly string[], seen: Seen<'address'>): readonly string[] {
  return 'strangers' in seen ? seen.strangers.filter((cidr) => !only.includes(cidr)) : []
}

/** What the link carried before we cleared it and carries no more. */
function removed(before: Seen<'address'> | null, seen: Seen<'address'>): readonly string[] {
  if (before === null || !('strangers' in before) || !('strangers' in seen)) return []
  return before.strangers.filter((cidr) => !seen.strangers.includes(cidr))
}

/** Whether the address stood there, for good, before we wanted it. */
function stood(before: Seen<'address'> | null): boolean {
  return before !== null && 'origin' in before && (before.origin === 'static' || before.origin === 'kernel')
}

/** `mark`: what tells it is ours; what is given back is not. */
async function put(host: Host, dev: string, cidr: string, mark: readonly string[]): Promise<void> {
  const parsed = parseCidr(cidr)
  const broadcast = parsed?.family === 4 && parsed.length <= 30 ? ['broadcast', '+'] : []
  try {
    await host.network.change(['address', 'replace', cidr, 'dev', dev, ...broadcast, ...mark])
  } catch (cause) {
    throw failed(`address ${cidr} could not be given to ${dev}`, cause)
  }
}

/** Gone is gone, whoever took it. */
async function take(host: Host, dev: string, cidr: string): Promise<void> {
  try {
    await host.network.change(['address', 'delete', cidr, 'dev', dev])
  } catch (cause) {
    if (/Cannot assign requested address|Address not found|Cannot find device/i.test(String(cause))) return
    throw failed(`address ${cidr} could not be taken from ${dev}`, cause)
  }
}

function failed(what: string, cause: unknown): RosError {
  return new RosError(
    'ROS_ADDRESS',
    `${what}: ${cause instanceof Error ? cause.message : String(cause)}`,
    'soon',
    cause
  )
}
