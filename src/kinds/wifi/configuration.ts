// wpa_supplicant.conf(5) of a link, by the rule by which RancherOS wrote it. Pure.
import { scryptSync } from 'node:crypto'
import { CONTROL } from '../../core/supplicant.ts'
import type { NamedNetwork } from '../../core/wifi-networks.ts'
import type { WifiNetwork } from '../../document/types.gen.ts'

/** The text for these networks, the one to be tried first at the head. */
export function configuration(networks: readonly NamedNetwork[]): string {
  const country = networks.find(({ network }) => network.country !== undefined)?.network.country
  return [
    '# Written by rosd from the document; changes made here are undone.',
    `ctrl_interface=${CONTROL}`,
    ...(country === undefined ? [] : [`country=${country}`]),
    ...networks.flatMap(({ network }, at) => block(network, networks.length - 1 - at)),
    ''
  ].join('\n')
}

/** Whether it has neither a key nor anything of 802.1X. */
export function isOpen({ psk = '', eap = '', key_mgmt = '' }: WifiNetwork): boolean {
  return psk === '' && eap === '' && key_mgmt === ''
}

/** Words of `key_mgmt`; none: wpa_supplicant's own, WPA-PSK and WPA-EAP. */
export function managements(network: WifiNetwork): readonly string[] {
  return isOpen(network) ? ['NONE'] : wordsOf(network.key_mgmt)
}

/** Whether a network has WPA3's way to agree on keys and no older one. */
export function onlySae(network: WifiNetwork): boolean {
  const words = managements(network)
  return words.length > 0 && words.every((word) => SAE.has(word))
}

const SAE: ReadonlySet<string> = new Set(['SAE', 'FT-SAE'])

/** One block `network`. Where there are several, `priority` counts from the last. */
function block(network: WifiNetwork, priority: number): readonly string[] {
  const { ssid = '', psk = '', scan_ssid: hidden = 0, eapol_flags: flags = 0 } = network
  const words = managements(network)
  const lines = [
    ['ssid', text(ssid)],
    ...(psk === '' ? [] : [key(network, psk)]),
    ...(words.length === 0 ? [] : [['key_mgmt', words.join(' ')]]),
    ...protection(words),
    ...(hidden === 0 ? [] : [['scan_ssid', String(hidden)]]),
    ...(priority === 0 ? [] : [['priority', String(priority)]]),
    ...(['pairwise', 'group', 'eap'] as const).flatMap((name) => {
      const value = wordsOf(network[name]).join(' ')
      return value === '' ? [] : [[name, value]]
    }),
    ...(['identity', 'anonymous_identity', 'password'] as const).flatMap((name) => {
      const value = network[name] ?? ''
      return value === '' ? [] : [[name, text(value)]]
    }),
    ...(flags === 0 ? [] : [['eapol_flags', String(flags)]]),
    ...(network.phases ?? []).map((value, at) => [`phase${at + 1}`, text(value)]),
    ...numbered('ca_cert', '', network.ca_certs),
    ...numbered('client_cert', '', network.client_certs),
    ...numbered('private_key', '', network.private_keys),
    ...numbered('private_key', '_passwd', network.private_key_passwds)
  ]
  return ['network={', ...lines.map(([name, value]) => `\t${name}=${value}`), '}']
}

/** The second is numbered, the first is not: `ca_cert`, `ca_cert2`. */
function numbered(name: string, end: string, values: readonly string[] = []): readonly (readonly [string, string])[] {
  return values.map((value, at) => [`${name}${at === 0 ? '' : at + 1}${end}`, text(value)])
}

/** 64 digits are the key itself. SAE alone takes passphrases of any length, by another name. */
function key(network: WifiNetwork, psk: string): readonly [string, string] {
  if (onlySae(network)) return ['sae_password', text(psk)]
  return ['psk', /^[0-9a-f]{64}$/i.test(psk) ? psk : `"${psk}"`]
}

/** Management frames are protected where the way to agree on keys calls for it (WPA3, Enhanced Open). */
function protection(words: readonly string[]): readonly (readonly [string, string])[] {
  const asks = (word: string) => SAE.has(word) || word === 'OWE'
  if (!words.some(asks)) return []
  return [['ieee80211w', words.every(asks) ? '2' : '1']]
}

/** wpa_supplicant takes all between the first and the last quotation mark as it is; what is not plain goes as hexadecimal digits. */
function text(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) ? `"${value}"` : Buffer.from(value).toString('hex')
}

function wordsOf(value = ''): readonly string[] {
  return value.split(/\s+/).filter((word) => word !== '')
}

const known = new Map<string, string>()

/**
 * A digest that plans and ledgers may show although passphrases are short: guessing them by it costs no less than by the
 * handshake that anybody near can record.
 */
export function costlyDigest(text: string): string {
  const found = known.get(text)
  if (found !== undefined) return found
  if (known.size > 100) known.clear()
  const made = scryptSync(text, 'rosd wifi', 16, { N: 4_096, r: 8 }).toString('hex')
  known.set(text, made)
  return made
}
