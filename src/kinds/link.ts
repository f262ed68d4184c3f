// Links: those that are there, as the document wants them, and those it makes (bridges, bonds, VLANs and the rest of link-kinds.ts).
import { RosError } from '../core/errors.ts'
import { hooksBeforeLink } from '../core/hooks.ts'
import type { KindDef } from '../core/kind.ts'
import { optionValue, PORT_OPTIONS } from '../core/link-kinds.ts'
import { type DeclaredLink, declaredLinks, masterOf } from '../core/made-links.ts'
import type { LinkSpec } from '../core/link.ts'
import { type Key, nameOf, type Owned, type Seen } from '../core/resource.ts'
import { adoptLink } from './adopt/network.ts'
import { changesOf, making, mismatch, setting, upBefore } from './link/changes.ts'

const AS_IT_IS: LinkSpec = {
  make: null,
  up: true,
  mtu: null,
  mac: null,
  txqueuelen: null,
  alias: null,
  master: null,
  bonded: false,
  port: {}
}

const RADIO_OFF =
  'its radio is switched off (rfkill), by a switch of the machine or by `/sys/class/rfkill/rfkill*/soft`: switch it on, or write 0 there'

export const link: KindDef<'link'> = {
  kind: 'link',
  lands: true,
  resync: 60_000,
  // All that is done at once goes in one process (host/linux/ip-batch.ts).
  width: 1_000,
  deadline: 120_000,

  *want(desired) {
    const declared = declaredLinks(desired)
    // Nothing works without the loopback; the kernel gives it its addresses when it comes up.
    const loopback =
      desired.facts.links.some(({ name }) => name === 'lo') && !declared.some(({ name }) => name === 'lo')
    if (loopback) yield { key: 'link/lo', spec: AS_IT_IS, needs: [], from: desired.from(['rancher', 'network']) }
    const needs = withoutCircles(new Map(declared.map((one) => [one.name, needsOf(one)])))
    for (const one of declared) {
      const spec = specOf(one)
      yield {
        key: `link/${one.name}`,
        spec,
        needs: [...hooksBeforeLink(desired, one), ...(needs.get(one.name) ?? []).map((name): Key => `link/${name}`)],
        from: desired.from(one.path)
      }
    }
  },

  judge(want, seen, owned) {
    if (seen === null) return want?.spec.make == null ? null : { verb: 'create', why: 'not there' }
    if (want === null && owned !== null && isOurs(owned)) return { verb: 'delete', why: 'no longer wanted' }
    const another = want === null ? null : mismatch(want.spec, seen)
    if (another !== null) return { verb: owned !== null && isOurs(owned) ? 'replace' : 'update', why: another }
    const changes = changesOf(want?.spec ?? null, seen, owned)
    if (changes.length === 0) return null
    const why = changes
      .map(({ field, from, to }) => (field === 'state' ? `${from} -> ${to}` : `${field} ${from} -> ${to}`))
      .join(', ')
    return want === null ? { verb: 'delete', why: `no longer wanted: ${why}` } : { verb: 'update', why }
  },

  ready(want, seen) {
    return seen === null ? `there is no link named ${nameOf(want.key)}` : true
  },

  disturbs({ key, verb, from, to, owned }) {
    const name = nameOf(key)
    if (from === null) return { is: 'nothing', what: '' }
    if (verb === 'replace') return { is: 'interrupt', what: `drops ${name} for a moment` }
    if (to === null && owned !== null && isOurs(owned))
      return { is: 'interrupt', what: `${name} goes, and what uses it` }
    const changes = changesOf(to, from, owned)
    if (changes.some(({ field, to: state }) => field === 'state' && state === 'down'))
      return { is: 'interrupt', what: `${name} goes down` }
    const moves = changes.some(({ field, resting }) => field === 'master' || field === 'mac' || resting === true)
    return moves ? { is: 'interrupt', what: `drops ${name} for a moment` } : { is: 'nothing', what: '' }
  },

  fields({ verb, from, to, owned }) {
    if (from === null || verb === 'replace') {
      const { make = null } = to ?? {}
      return make === null ? [] : [{ field: 'kind', ...(from === null ? {} : { from: from.kind }), to: make.kind }]
    }
    if (to === null && owned !== null && isOurs(owned)) return [{ field: 'kind', from: from.kind }]
    return changesOf(to, from, owned).map((change) => ({ field: change.field, from: change.from, to: change.to }))
  },

  adopt: adoptLink,

  watch: (host) => host.kernel.network,

  async observe(host, keys) {
    const { links } = await host.network.look()
    const asked = new Set(keys)
    const seen = new Map<Key<'link'>, Seen<'link'>>()
    for (const { name, ...rest } of links) if (asked.has(`link/${name}`)) seen.set(`link/${name}`, rest)
    return seen
  },

  async act(host, { key, verb, from, to, owned }) {
    const name = nameOf(key)
    const remove = [['link', 'delete', 'dev', name]]
    const lines = () => {
      if (from === null) return to === null ? [] : making(name, to)
      if (to === null) return owned !== null && isOurs(owned) ? remove : setLines(name, null, from, owned)
      if (verb === 'replace') return [...remove, ...making(name, to)]
      return setLines(name, to, from, owned)
    }
    const foreign = to === null || from === null || verb === 'replace' ? null : mismatch(to, from)
    if (foreign !== null) {
      const way = `take it away with \`ip link delete dev ${name}\`, or give yours another name`
      throw new RosError('ROS_LINK', `there is a link ${name} that rosd did not make (${foreign}); ${way}`, 'soon')
    }
    try {
      await host.network.change(...lines())
    } catch (cause) {
      const words = cause instanceof Error ? cause.message : String(cause)
      // It may have gone with what it stood on.
      if (to === null && /Cannot find device/.test(words)) return
      throw new RosError('ROS_LINK', `link ${name}: ${/RF-kill/.test(words) ? RADIO_OFF : words}`, 'soon', cause)
    }
  }
}

function setLines(name: string, to: LinkSpec | null, from: Seen<'link'>, owned: Owned<'link'> | null) {
  const bonded = to?.bonded === true || owned?.spec.bonded === true || owned?.next?.bonded === true
  const how = { kind: from.kind, bonded, up: to?.up ?? upBefore(from, owned) }
  return setting(name, changesOf(to, from, owned), how)
}

/** Whether we made it: nothing of its name stood there before. */
function isOurs({ spec, next, before }: Owned<'link'>): boolean {
  return before === null && (spec.make !== null || (next?.make ?? null) !== null)
}

function specOf({ entry, made }: DeclaredLink): LinkSpec {
  const { up = true, mtu = 0, mac, txqueuelen = null, alias = null, bridge_port: port = {} } = entry
  const master = masterOf(entry)
  const bonded = entry.bond !== undefined && entry.bond !== ''
  const given = PORT_OPTIONS.flatMap((option) => {
    const value = port[option.word as keyof typeof port] // the schema has the kernel's words
    return value === undefined || typeof value === 'object' ? [] : [[option.word, optionValue(option, value)] as const]
  })
  return {
    make: made?.make ?? null,
    up,
    mtu: mtu === 0 ? null : mtu,
    mac: mac?.toLowerCase() ?? null,
    txqueuelen,
    alias,
    master,
    bonded,
    port: Object.fromEntries(given)
  }
}

/** What it stands on and what it belongs to; the second end of a veth is made with the first. */
function needsOf({ name, entry, made, twin }: DeclaredLink): readonly string[] {
  const { on = null, options = {}, kind = '' } = made?.make ?? {}
  const below = [on, twin, masterOf(entry), kind === 'vxlan' ? (options['dev'] ?? null) : null]
  return [...new Set(below.filter((one) => one !== null && one !== name))] as string[] // null is out
}

/** Patterns can make links stand on each other in ways the checks do not see: the need that closes a circle is left to the kernel to refuse. */
function withoutCircles(needs: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  const open = new Set<string>()
  const visit = (name: string): void => {
    if (found.has(name) || open.has(name)) return
    open.add(name)
    const kept = (needs.get(name) ?? []).filter((other) => {
      if (open.has(other)) return false
      visit(other)
      return true
    })
    open.delete(name)
    found.set(name, kept)
  }
  for (const name of needs.keys()) visit(name)
  return found
}
