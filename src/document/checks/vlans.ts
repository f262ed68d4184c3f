import { vlansOf } from '../../core/vlans.ts'
import { doubtful, type Finding, quoted, wrong } from './finding.ts'
import { atSelector, badName, type Configured } from './interfaces.ts'
import { kindsOf } from './made-links.ts'

const EXPECTED = 'ID or ID:name with ids from 1 to 4094, separated by commas, for instance 100,200:guests'

/** VLANs: such as can be, each once, and none that nobody makes. */
export function* vlans(interfaces: readonly Configured[]): Iterable<Finding> {
  const made = new Map<string, string>()
  for (const one of interfaces) yield* own(one, made)
  yield* orphans(interfaces, made)
}

function* own({ entry, path, name, key }: Configured, made: Map<string, string>): Iterable<Finding> {
  const where = [...path, 'vlans']
  const ids = new Set<number>()
  for (const vlan of vlansOf(name, entry.vlans)) {
    const why = badName(vlan.name ?? 'vlan')
    const other = vlan.name === null ? undefined : made.get(vlan.name)
    const message =
      !Number.isInteger(vlan.id) || vlan.id < 1 || vlan.id > 4094
        ? `${quoted(vlan.text)} is no VLAN`
        : why !== null
          ? `the name ${quoted(vlan.name ?? '')} ${why}`
          : ids.has(vlan.id)
            ? `VLAN ${vlan.id} is listed twice`
            : other === undefined
              ? null
              : `${quoted(other)} has a VLAN named ${quoted(vlan.name ?? '')} already`
    ids.add(vlan.id)
    if (vlan.name !== null) made.set(vlan.name, other ?? key)
    if (message === null) continue
    const twice = /twice|already/.test(message)
    yield wrong(
      twice ? 'ROS_DOC_DUPLICATE' : 'ROS_DOC_VLAN',
      where,
      message,
      EXPECTED,
      twice ? 'take one of the two out' : why === null ? 'correct the id' : 'give it a shorter name, as ID:name'
    )
  }
}

/** An entry named as a VLAN is (`eth0.100`) that is asked for at no link below. Hooks may make one, so it is not refused. */
function* orphans(interfaces: readonly Configured[], made: ReadonlyMap<string, string>): Iterable<Finding> {
  const named = new Map(interfaces.map((one) => [one.name, one]))
  const patterns = interfaces.filter(
    ({ selector: { by, glob }, entry: { vlans: list = '' } }) => glob !== null || (by !== 'name' && list !== '')
  )
  // Among so many nobody can say which is for which link.
  if (patterns.length > 100) return
  for (const one of interfaces) {
    const { name, entry } = one
    const match = /^(.+)\.(\d+)$/.exec(name ?? '')
    if (match === null || name === null || made.has(name) || kindsOf(entry).length > 0) continue
    const [, below = '', id = ''] = match
    const parent = named.get(below)
    const asked = patterns.some(({ entry: { vlans: list }, selector: { by, glob } }) => {
      const fits = by !== 'name' || glob?.test(below) === true
      return fits && vlansOf(below, list).some((vlan) => vlan.name === name)
    })
    if (asked) continue
    yield atSelector(
      one,
      doubtful(
        'ROS_DOC_VLAN',
        [],
        parent === undefined && !patterns.some(({ selector: { glob } }) => glob?.test(below))
          ? `no entry is for ${quoted(below)}, the interface below this VLAN`
          : `nobody makes this VLAN: ${quoted(below)} does not list it`,
        `\`vlans: "${id}"\` at the entry of ${below}`,
        parent === undefined ? `add an entry ${below} with \`vlans: "${id}"\`` : `add ${id} to \`vlans\` of ${below}`
      )
    )
  }
}
