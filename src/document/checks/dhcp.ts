import { asksDhcp } from '../../core/leased.ts'
import type { Path } from '../shape.ts'
import type { Delegated } from '../types.gen.ts'
import { doubtful, type Finding, quoted, wrong } from './finding.ts'
import type { Configured } from './interfaces.ts'

const OF_DHCP = ['dhcp_args', 'dhcp_client_id', 'dhcp_hostname', 'dhcp_use'] as const

/** What interfaces ask DHCP servers for: prefixes that can be divided as wanted, and words that somebody hears. */
export function* dhcp(interfaces: readonly Configured[]): Iterable<Finding> {
  for (const { entry, path } of interfaces) {
    const { prefix_delegation: delegation, dhcp6, dhcp_args = '' } = entry
    const said = OF_DHCP.find((key) => entry[key] !== undefined)
    // The layer with `dhcp: true` may be another: only a plain no is odd.
    if (said !== undefined && !asksDhcp(entry) && entry.dhcp === false)
      yield {
        ...doubtful(
          'ROS_DOC_CONFLICT',
          [...path, said],
          'the interface asks no DHCP server, so this is not heard',
          '`dhcp: true` or `dhcp6: true` beside it',
          `turn one of them on, or take \`${said}\` out`
        ),
        at: 'key'
      }
    if ((dhcp6 === true || delegation !== undefined) && /(^|\s)(-[A-Za-z]*4|--ipv4only)(\s|$)/.test(dhcp_args))
      yield doubtful(
        'ROS_DOC_CONFLICT',
        [...path, 'dhcp_args'],
        `${quoted(dhcp_args)} asks for IPv4 only, and \`${dhcp6 === true ? 'dhcp6' : 'prefix_delegation'}\` for IPv6`,
        'arguments without `-4`',
        'take the `4` out'
      )
    if (delegation !== undefined)
      yield* networks([...path, 'prefix_delegation', 'to'], delegation.to ?? {}, delegation.prefix ?? 56)
  }
}

function* networks(path: Path, to: Readonly<Record<string, Delegated>>, prefix: number): Iterable<Finding> {
  if (Object.keys(to).length === 0)
    yield wrong(
      'ROS_DOC_TARGET',
      path,
      'the prefix goes to no interface',
      'at least one, for instance `to: {lan0: {id: 1}}`',
      'name the interfaces that get a network of it'
    )
  const taken = new Map<string, string>()
  for (const [name, { id = 0, prefix: length = 64 }] of Object.entries(to)) {
    const place = [...path, name]
    if (!/^[A-Za-z0-9_.:@-]{1,15}$/.test(name))
      yield {
        ...wrong(
          'ROS_DOC_TARGET',
          place,
          `${quoted(name)} is no name of an interface`,
          'the name of one interface',
          'name each interface by itself'
        ),
        at: 'key'
      }
    if (length < prefix || id >= 2 ** (length - prefix)) {
      yield wrong(
        'ROS_DOC_RANGE',
        [...place, length < prefix ? 'prefix' : 'id'],
        length < prefix
          ? `a network of /${length} does not fit into a prefix of /${prefix}`
          : `a prefix of /${prefix} has ${2 ** (length - prefix)} networks of /${length}, counted from 0`,
        length < prefix ? `at least ${prefix}` : `a number below ${2 ** (length - prefix)}`,
        'ask for a shorter `prefix`, or correct this one'
      )
      continue
    }
    const other = taken.get(`${id}/${length}`)
    taken.set(`${id}/${length}`, other ?? name)
    if (other !== undefined)
      yield {
        ...wrong(
          'ROS_DOC_DUPLICATE',
          place,
          `${quoted(other)} gets network ${id} of the prefix already`,
          'another `id` for each interface',
          'give one of them another `id`'
        ),
        at: 'key'
      }
  }
}
