// Links that are there: up, and of the MTU the document says. Links the document itself makes are not built yet.
import { changeOf } from '../core/effect.ts'
import { RosError } from '../core/errors.ts'
import { hooksBeforeLink } from '../core/hooks.ts'
import { configuredLinks } from '../core/interfaces.ts'
import type { KindDef } from '../core/kind.ts'
import { type Key, nameOf, type Owned, type Seen, type Want } from '../core/resource.ts'
import { adoptLink } from './adopt/network.ts'

export const link: KindDef<'link'> = {
  kind: 'link',
  resync: 60_000,
  width: 4,
  deadline: 30_000,

  *want(desired) {
    const configured = configuredLinks(desired)
    // Nothing works without the loopback; the kernel gives it its addresses when it comes up.
    const loopback =
      desired.facts.links.some(({ name }) => name === 'lo') && !configured.some(({ name }) => name === 'lo')
    const from = desired.from(['rancher', 'network'])
    if (loopback) yield { key: 'link/lo', spec: { mtu: null, up: true }, needs: [], from }
    for (const { name, entry, path } of configured) {
      const mtu = entry.mtu === undefined || entry.mtu === 0 ? null : entry.mtu
      const needs = hooksBeforeLink(desired, { name, entry })
      yield { key: `link/${name}`, spec: { mtu, up: true }, needs, from: desired.from(path) }
    }
  },

  judge(want, seen, owned) {
    if (seen === null) return null
    const mtu = mtuFor(want, seen, owned)
    const changes = mtu === null || mtu === seen.mtu ? [] : [`mtu ${seen.mtu} -> ${mtu}`]
    if (want === null)
      return changes[0] === undefined ? null : { verb: 'delete', why: `no longer wanted: ${changes[0]}` }
    if (want.spec.up && !seen.up) changes.push('down -> up')
    return changes.length === 0 ? null : { verb: 'update', why: changes.join(', ') }
  },

  ready(want, seen) {
    return seen === null ? `there is no link named ${nameOf(want.key)}` : true
  },

  adopt: adoptLink,

  fields: ({ from, to, owned }) =>
    from === null
      ? []
      : [
          ...changeOf('mtu', from.mtu, mtuFor(to === null ? null : { spec: to }, from, owned) ?? from.mtu),
          ...changeOf('up', from.up, to === null ? from.up : to.up || from.up)
        ],

  watch: (host) => host.kernel.network,

  async observe(host, keys) {
    const { links } = await host.network.look()
    const asked = new Set(keys)
    const seen = new Map<Key<'link'>, Seen<'link'>>()
    for (const { index, name, mac, mtu, up, carrier } of links) {
      if (asked.has(`link/${name}`)) seen.set(`link/${name}`, { index, mac, mtu, up, carrier })
    }
    return seen
  },

  async act(host, { key, from, to, owned }) {
    if (from === null) return
    const mtu = mtuFor(to === null ? null : { spec: to }, from, owned)
    const change = [
      ...(mtu === null || mtu === from.mtu ? [] : ['mtu', String(mtu)]),
      ...(to?.up === true && !from.up ? ['up'] : [])
    ]
    if (change.length === 0) return
    try {
      await host.network.change(['link', 'set', 'dev', nameOf(key), ...change])
    } catch (cause) {
      const words = cause instanceof Error ? cause.message : String(cause)
      throw new RosError(
        'ROS_LINK',
        `link ${nameOf(key)} could not be set to ${change.join(' ')}: ${words}`,
        'soon',
        cause
      )
    }
  }
}

/**
 * The MTU it should have; null: whatever it has. One we set is given back when the document no longer names any, but not to
 * another card that came under the same name.
 */
function mtuFor(
  want: Pick<Want<'link'>, 'spec'> | null,
  seen: Seen<'link'>,
  owned: Owned<'link'> | null
): number | null {
  if (want !== null && want.spec.mtu !== null) return want.spec.mtu
  const given = owned?.spec.mtu ?? owned?.next?.mtu ?? null
  if (owned === null || given === null || owned.before === null) return null
  return owned.before.index === seen.index ? owned.before.mtu : null
}
