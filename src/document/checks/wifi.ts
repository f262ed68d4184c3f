import { covers, parseCidr } from '../../core/cidr.ts'
import { wifiNetworks } from '../../core/wifi-networks.ts'
import type { Path } from '../shape.ts'
import type { CloudConfig, WifiNetwork } from '../types.gen.ts'
import { doubtful, type Finding, guesses, quoted, wrong } from './finding.ts'
import type { Configured } from './interfaces.ts'

type Networks = NonNullable<NonNullable<NonNullable<CloudConfig['rancher']>['network']>['wifi_networks']>

const NETWORKS: Path = ['rancher', 'network', 'wifi_networks']

/** Wireless networks: such as wpa_supplicant takes, and interfaces that can join those they name. */
export function* wifi(interfaces: readonly Configured[], networks: Networks = {}): Iterable<Finding> {
  const guess = guesses(() => Object.keys(networks))
  for (const one of interfaces) {
    for (const [at, name] of (one.entry.wifi_network ?? []).entries()) {
      if (name !== '' && !Object.hasOwn(networks, name))
        yield wrong(
          'ROS_DOC_TARGET',
          [...one.path, 'wifi_network', at],
          `there is no entry ${quoted(name)} in wifi_networks${guess(name)}`,
          'the name of an entry of `rancher.network.wifi_networks`',
          'correct the name, or add the network'
        )
    }
    yield* together(one, networks)
  }
  const joined = new Set(interfaces.flatMap(({ entry }) => entry.wifi_network ?? []))
  for (const [name, network] of Object.entries(networks)) {
    const path = [...NETWORKS, name]
    const all = [named, secured, words, addressed].flatMap((one) => [...one(path, network)])
    // What nobody joins does no harm.
    yield* all.map((finding): Finding => (joined.has(name) ? finding : { ...finding, severity: 'warning' }))
  }
}

/** What the networks of one interface can not have side by side, and what the interface can not be besides. */
function* together({ key, entry, path }: Configured, networks: Networks): Iterable<Finding> {
  const all = wifiNetworks(entry, networks)
  const place = [...path, 'wifi_network']
  const fixed = all.find(({ network }) => network.address !== undefined)
  if (all.length > 1 && fixed !== undefined)
    yield wrong(
      'ROS_DOC_CONFLICT',
      [...NETWORKS, fixed.name, 'address'],
      `${quoted(key)} may join other networks too, and would keep this address there`,
      'an `address` only for the single network of an interface',
      'take it out and use DHCP, or name this network alone'
    )
  const [first, other] = new Map(
    all.flatMap(({ name, network: { country } }) => (country === undefined ? [] : [[country, name]]))
  )
  if (first !== undefined && other !== undefined)
    yield wrong(
      'ROS_DOC_CONFLICT',
      [...NETWORKS, other[1], 'country'],
      `${quoted(first[1])} is in ${first[0]} and this one in ${other[0]}, and ${quoted(key)} can join both`,
      'one country for all networks of an interface',
      'correct the country'
    )
  const master = [entry.bond, entry.bridge].find((name) => name !== undefined && !['', 'true', 'false'].includes(name))
  if (all.length > 0 && master !== undefined)
    yield doubtful(
      'ROS_DOC_CONFLICT',
      place,
      `${quoted(key)} belongs to ${quoted(master)}; access points take no frames of the stations behind a wireless interface`,
      'a wireless interface by itself',
      `take it out of ${master}, and route between the two`
    )
}

function* named(path: Path, { ssid = '' }: WifiNetwork): Iterable<Finding> {
  if (ssid === '')
    yield {
      ...wrong('ROS_DOC_MISSING_KEY', path, 'the network has no name', 'its `ssid`', 'add `ssid`'),
      at: 'key'
    }
  const bytes = Buffer.byteLength(ssid)
  if (bytes > 32)
    yield wrong(
      'ROS_DOC_RANGE',
      [...path, 'ssid'],
      `the name of the network has ${bytes} bytes`,
      'at most 32 bytes',
      'correct the name'
    )
}

/** Keys that are none, and keys that are missing or that nobody asks for. Their text is told nobody. */
function* secured(path: Path, network: WifiNetwork): Iterable<Finding> {
  const { psk = '', eap = '' } = network
  const given = split(network.key_mgmt)
  const sae = given.length > 0 && given.every((word) => /SAE/.test(word))
  const fault = psk === '' ? null : sae ? saeFault(psk) : pskFault(psk)
  if (fault !== null)
    yield wrong(
      'ROS_DOC_RANGE',
      [...path, 'psk'],
      fault,
      sae ? 'a passphrase of at most 63 characters' : 'a passphrase of 8 to 63 characters, or 64 hexadecimal digits',
      'correct the key'
    )
  const lacks = (what: 'psk' | 'eap', word: string | undefined) =>
    word === undefined
      ? []
      : [
          wrong(
            'ROS_DOC_CONFLICT',
            [...path, 'key_mgmt'],
            `${word} needs \`${what}\`, which is not given`,
            `\`${what}\` beside it`,
            `add \`${what}\`, or correct \`key_mgmt\``
          )
        ]
  const known = given.length === 1 ? given[0] : undefined
  if (psk === '') yield* lacks('psk', known !== undefined && /PSK|SAE/.test(known) ? known : undefined)
  if (eap === '') yield* lacks('eap', known !== undefined && /EAP|IEEE8021X/.test(known) ? known : undefined)
  if (psk !== '' && known !== undefined && /^(NONE|OWE)$/.test(known))
    yield doubtful(
      'ROS_DOC_CONFLICT',
      [...path, 'key_mgmt'],
      `with ${known} nobody asks for the key that \`psk\` gives`,
      'WPA-PSK, SAE or both',
      'correct `key_mgmt`, or take `psk` out'
    )
}

function pskFault(psk: string): string | null {
  const bytes = Buffer.byteLength(psk)
  if (/^[0-9a-f]{64}$/i.test(psk)) return null
  if (hasControl(psk)) return 'a character of the passphrase is none that can be typed'
  if (bytes < 8) return 'the passphrase is shorter than 8 characters'
  return bytes > 63 ? 'the passphrase is longer than 63 characters, and no key of 64 hexadecimal digits' : null
}

function saeFault(psk: string): string | null {
  if (/^[0-9a-f]{64}$/i.test(psk)) return 'SAE takes a passphrase and not the key itself'
  return Buffer.byteLength(psk) > 63 ? 'the passphrase is longer than 63 characters' : null
}

function hasControl(text: string): boolean {
  return Buffer.from(text).some((byte) => byte < 0x20 || byte === 0x7f)
}

const CIPHERS = ['CCMP', 'TKIP', 'GCMP', 'CCMP-256', 'GCMP-256', 'NONE']
const KNOWN = {
  key_mgmt:
    'WPA-PSK WPA-EAP IEEE8021X NONE FT-PSK FT-EAP WPA-PSK-SHA256 WPA-EAP-SHA256 SAE FT-SAE WPA-EAP-SUITE-B WPA-EAP-SUITE-B-192 FILS-SHA256 FILS-SHA384 FT-FILS-SHA256 FT-FILS-SHA384 OWE DPP'.split(
      ' '
    ),
  pairwise: CIPHERS,
  group: [...CIPHERS.slice(0, -1), 'WEP104', 'WEP40', 'GTK_NOT_USED'],
  eap: "MD5 TLS MSCHAPV2 PEAP TTLS GTC OTP SIM LEAP PSK AKA AKA' FAST PAX SAKE GPSK WSC IKEV2 TNC PWD EKE".split(' ')
} as const

/** Words that Debian's wpa_supplicant does not know: with one of them it takes nothing of the file. */
function* words(path: Path, network: WifiNetwork): Iterable<Finding> {
  for (const key of ['key_mgmt', 'pairwise', 'group', 'eap'] as const) {
    const list: readonly string[] = KNOWN[key]
    const word = split(network[key]).find((one) => !list.includes(one))
    if (word === undefined) continue
    const upper = word.toUpperCase()
    yield wrong(
      'ROS_DOC_VALUE',
      [...path, key],
      `wpa_supplicant knows no ${quoted(word)} here${list.includes(upper) ? `, but ${quoted(upper)}` : ''}`,
      `of ${list.slice(0, 6).join(', ')}${list.length > 6 ? ', …' : ''}, one or several between blanks`,
      'correct the word'
    )
  }
  for (const key of ['ca_certs', 'client_certs', 'private_keys', 'private_key_passwds', 'phases'] as const) {
    const count = network[key]?.length ?? 0
    if (count > 2)
      yield wrong(
        'ROS_DOC_RANGE',
        [...path, key],
        `there are ${count} of them`,
        'at most two: one of the method, one of that in its tunnel',
        'take the others out'
      )
  }
}

/** That the gateway is in the network of the address. What is no address is told elsewhere. */
function* addressed(path: Path, { address, gateway }: WifiNetwork): Iterable<Finding> {
  if (gateway === undefined) return
  const place = [...path, 'gateway']
  if (address === undefined) {
    yield doubtful(
      'ROS_DOC_CONFLICT',
      place,
      'without `address` the gateway is what the DHCP server says, and this is not heard',
      '`address` beside it',
      'add `address`, or take `gateway` out'
    )
    return
  }
  const [own, via] = [parseCidr(address), parseCidr(gateway)]
  if (own === null || via === null || own.family !== via.family || covers(own, via)) return
  yield wrong(
    'ROS_DOC_GATEWAY',
    place,
    `${quoted(gateway)} is not in the network of ${address}`,
    'a router in the network of `address`',
    'correct one of the two'
  )
}

function split(value = ''): readonly string[] {
  return value.split(/\s+/).filter((word) => word !== '')
}
