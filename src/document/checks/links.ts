import { doubtful, type Finding, guesses, quoted, wrong } from './finding.ts'
import type { Configured } from './interfaces.ts'
import { vlansOf } from '../../core/vlans.ts'

/** Sizes of packets, bridges and bonds. */
export function* links(interfaces: readonly Configured[]): Iterable<Finding> {
  const mtus = mtuByName(interfaces)
  const names = interfaces.flatMap(({ name }) => (name === null ? [] : [name]))
  const declared = new Set(names)
  const guess = guesses(() => names)
  for (const one of interfaces) {
    yield* mtu(one, mtus)
    yield* port(one, declared, guess)
  }
}

/** What packets each named link takes, by its own entry. */
function mtuByName(interfaces: readonly Configured[]): ReadonlyMap<string, number> {
  return new Map(
    interfaces.flatMap(({ name, entry: { mtu: size = 0 } }) => (name === null || size === 0 ? [] : [[name, size]]))
  )
}

function* mtu(one: Configured, mtus: ReadonlyMap<string, number>): Iterable<Finding> {
  const { entry, path, name, addresses } = one
  const { mtu: size = 0 } = entry
  const six = addresses.some(({ cidr }) => cidr?.family === 6)
  if (size !== 0 && (size < 68 || (six && size < 1280)))
    yield wrong(
      'ROS_DOC_MTU',
      [...path, 'mtu'],
      `${size} is too small for ${size < 68 ? 'IPv4' : 'IPv6, of which the interface has an address'}`,
      `at least ${size < 68 && !six ? 68 : 1280} bytes`,
      'give more, or leave it out'
    )
  if (mtus.size === 0) return
  for (const { name: vlan } of vlansOf(name, entry.vlans)) {
    const upper = vlan === null ? undefined : mtus.get(vlan)
    if (vlan === null || upper === undefined || upper <= (size === 0 ? 1500 : size)) continue
    yield doubtful(
      'ROS_DOC_MTU',
      ['rancher', 'network', 'interfaces', vlan, 'mtu'],
      `${upper} is more than the interface below, ${quoted(name ?? one.key)}, ${size === 0 ? 'has by itself' : `has with ${size}`}`,
      'at most the MTU of the interface below',
      `raise \`mtu\` of ${name ?? one.key}, or lower this one`
    )
  }
}

/** Links that belong to a bridge or a bond: what they say of themselves is not heard. */
function* port(one: Configured, declared: ReadonlySet<string>, guess: (name: string) => string): Iterable<Finding> {
  const { entry, path, key } = one
  const bridge = entry.bridge === 'true' || entry.bridge === 'false' || entry.bridge === '' ? undefined : entry.bridge
  for (const [kind, master] of [['bridge', bridge] as const, ['bond', entry.bond] as const]) {
    if (master === undefined || master === '') continue
    if (!declared.has(master) && !/^(docker|br-)/.test(master))
      yield doubtful(
        'ROS_DOC_TARGET',
        [...path, kind],
        `no entry is for the ${kind} ${quoted(master)}${guess(master)}`,
        `an entry \`${master}\`${kind === 'bridge' ? ' with `bridge: true`' : ' with `bond_opts`'}`,
        'correct the name, or add the entry'
      )
    const said = (['address', 'addresses', 'gateway', 'gateway_ipv6', 'dhcp'] as const).find((name) => {
      const value = entry[name]
      return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false
    })
    if (said === undefined) continue
    yield {
      ...doubtful(
        'ROS_DOC_CONFLICT',
        [...path, said],
        `${quoted(key)} belongs to ${quoted(master)}, and what belongs to a ${kind} has no address of its own`,
        `\`${said}\` at the ${kind}`,
        `move it to the entry of ${master}`
      ),
      at: 'key'
    }
  }
}
