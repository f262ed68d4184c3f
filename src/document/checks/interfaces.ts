import { type Cidr, parseCidr } from '../../core/cidr.ts'
import { addressText, selector, type Selector } from '../../core/interfaces.ts'
import type { Path } from '../shape.ts'
import type { CloudConfig, NetworkInterface } from '../types.gen.ts'
import { doubtful, type Finding, quoted, wrong } from './finding.ts'

export interface Configured {
  readonly key: string
  readonly entry: NetworkInterface
  readonly path: Path
  readonly selector: Selector
  /** The name of the link; null where the entry selects by MAC address or by a pattern. */
  readonly name: string | null
  readonly addresses: readonly Written[]
}

/** A static address as it stands in the document. */
export interface Written {
  readonly text: string
  /** Its number in `addresses`; null for `address`. */
  readonly at: number | null
  /** Null when it is none. */
  readonly cidr: Cidr | null
}

/** The entries of rancher.network.interfaces. */
export function interfacesOf(data: CloudConfig): readonly Configured[] {
  return Object.entries(data.rancher?.network?.interfaces ?? {}).map(([key, entry]) => {
    const chosen = selector(key, entry)
    const name = chosen.by === 'name' && chosen.glob === null ? chosen.text : null
    const path = ['rancher', 'network', 'interfaces', key]
    return { key, entry, path, selector: chosen, name, addresses: addressesOf(entry) }
  })
}

function addressesOf({ address, addresses = [] }: NetworkInterface): readonly Written[] {
  const found: Written[] = address === undefined ? [] : [{ text: address, at: null, cidr: parseCidr(address) }]
  for (const [at, given] of addresses.entries()) {
    const text = addressText(given)
    found.push({ text, at, cidr: parseCidr(text) })
  }
  return found
}

/** Something said about an entry as a whole: at its key, or at the `match` in its place. */
export function atSelector({ entry, path }: Configured, finding: Finding): Finding {
  return entry.match === undefined
    ? { ...finding, path, at: 'key' }
    : { ...finding, path: [...path, 'match'], at: 'value' }
}

/** Which links the entries are for: each its own, and such as there can be. */
export function selectors(interfaces: readonly Configured[]): Iterable<Finding> {
  const taken = new Map<string, string>()
  return interfaces.flatMap((one): readonly Finding[] => {
    const { by, text, glob } = one.selector
    const other = taken.get(`${by} ${text}`)
    taken.set(`${by} ${text}`, other ?? one.key)
    const clash = other === undefined ? [] : [duplicate(one, other)]
    const fault = glob !== null ? null : by === 'mac' ? macFault(text) : by === 'name' ? nameFault(text) : null
    return [...clash, ...(fault === null ? [] : [fault])].map((finding) => atSelector(one, finding))
  })
}

function duplicate({ selector: { by, text, glob } }: Configured, other: string): Finding {
  const exact = { mac: 'MAC address', pci: 'PCI path', name: 'interface', driver: 'driver' }[by]
  const what = by === 'mac' || glob === null ? exact : 'pattern'
  return wrong(
    'ROS_DOC_DUPLICATE',
    [],
    `entry ${quoted(other)} claims the ${what} ${text} already`,
    'one entry for each interface',
    'put both into one entry, or take one of them out'
  )
}

function macFault(text: string): Finding | null {
  if (/^([0-9a-f]{2}:){5,19}[0-9a-f]{2}$/.test(text)) return null
  const pairs = text.replaceAll(/[^0-9a-f]/g, '').match(/../g) ?? []
  return doubtful(
    'ROS_DOC_ADDRESS',
    [],
    `${quoted(text)} is no MAC address, so the entry is for no interface`,
    'six pairs of hexadecimal digits, for instance mac=52:54:00:12:34:56',
    pairs.length === 6 ? `write mac=${pairs.join(':')}` : 'correct it; `ip link` shows the addresses of this machine'
  )
}

/** What keeps a text from being the name of a link (the kernel's dev_valid_name and IFNAMSIZ), as the end of a sentence. */
export function badName(name: string): string | null {
  if (name === '') return 'is empty'
  if (Buffer.byteLength(name) > 15) return 'is longer than 15 characters'
  if (name === '.' || name === '..' || /[/:\s]/.test(name)) return 'has a character that no interface has in its name'
  return null
}

function nameFault(name: string): Finding | null {
  const why = badName(name)
  if (why === null) return null
  return wrong(
    'ROS_DOC_VALUE',
    [],
    `the name ${quoted(name)} ${why}`,
    'the name of an interface, at most 15 characters, for instance eth0',
    'correct the name; `ip link` shows those of this machine'
  )
}
