import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

/** A network that an interface joins. */
const home = (text: string) =>
  `rancher:\n  network:\n    interfaces: {wlan0: {wifi_network: home}}\n    wifi_networks:\n      home: {${text}}\n`
const modem = (text: string) => `rancher:\n  network:\n    modem_networks:\n      ${text}\n`
const HEX = '0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef'
const several = `rancher:
  network:
    interfaces:
      wlan0: {wifi_network: [a, b], bridge: br0}
      br0: {bridge: true}
    wifi_networks:
      a: {ssid: a, country: DE}
      b: {ssid: b, country: AT, address: 10.0.0.5/24}
`

const told: readonly Told[] = [
  [
    'a network that is not there',
    'rancher:\n  network:\n    interfaces: {wlan0: {wifi_network: [home, hoem]}}\n    wifi_networks: {home: {ssid: home}}\n',
    `cloud-config.yml:4:47: rancher.network.interfaces.wlan0.wifi_network[1]: there is no entry \`hoem\` in wifi_networks, did you mean \`home\`?
      interfaces: {wlan0: {wifi_network: [home, hoem]}}
                                                ^
  expected: the name of an entry of \`rancher.network.wifi_networks\`
  fix: correct the name, or add the network`
  ],
  [
    'a passphrase that is too short, without its line',
    home('ssid: home, psk: secret1'),
    `cloud-config.yml:6:31: rancher.network.wifi_networks.home.psk: the passphrase is shorter than 8 characters
  expected: a passphrase of 8 to 63 characters, or 64 hexadecimal digits
  fix: correct the key`
  ],
  [
    'the same of a network that nobody joins',
    'rancher:\n  network:\n    wifi_networks: {home: {ssid: home, psk: secret1}}\n',
    `cloud-config.yml:4:45: warning: rancher.network.wifi_networks.home.psk: the passphrase is shorter than 8 characters
  expected: a passphrase of 8 to 63 characters, or 64 hexadecimal digits
  fix: correct the key`
  ],
  [
    'a name that is too long',
    home(`ssid: ${'é'.repeat(17)}`),
    `cloud-config.yml:6:20: rancher.network.wifi_networks.home.ssid: the name of the network has 34 bytes
        home: {ssid: ééééééééééééééééé}
                     ^
  expected: at most 32 bytes
  fix: correct the name`
  ],
  [
    'words in small letters',
    home('ssid: home, eap: tls'),
    `cloud-config.yml:6:31: rancher.network.wifi_networks.home.eap: wpa_supplicant knows no \`tls\` here, but \`TLS\`
        home: {ssid: home, eap: tls}
                                ^
  expected: of MD5, TLS, MSCHAPV2, PEAP, TTLS, GTC, …, one or several between blanks
  fix: correct the word`
  ],
  [
    'networks that can not be side by side, and a bridge',
    several,
    `cloud-config.yml:9:42: rancher.network.wifi_networks.b.address: \`wlan0\` may join other networks too, and would keep this address there
        b: {ssid: b, country: AT, address: 10.0.0.5/24}
                                           ^
  expected: an \`address\` only for the single network of an interface
  fix: take it out and use DHCP, or name this network alone
cloud-config.yml:9:29: rancher.network.wifi_networks.b.country: \`a\` is in DE and this one in AT, and \`wlan0\` can join both
        b: {ssid: b, country: AT, address: 10.0.0.5/24}
                              ^
  expected: one country for all networks of an interface
  fix: correct the country
cloud-config.yml:5:29: warning: rancher.network.interfaces.wlan0.wifi_network: \`wlan0\` belongs to \`br0\`; access points take no frames of the stations behind a wireless interface
        wlan0: {wifi_network: [a, b], bridge: br0}
                              ^
  expected: a wireless interface by itself
  fix: take it out of br0, and route between the two`
  ]
]

/** What the first line says behind the place. */
const brief: readonly (readonly [what: string, text: string, said: string])[] = [
  ['no name', home('psk: correct horse'), 'home: the network has no name'],
  [
    'a passphrase that is too long',
    home(`ssid: home, psk: ${'x'.repeat(64)}`),
    'home.psk: the passphrase is longer than 63 characters, and no key of 64 hexadecimal digits'
  ],
  [
    'a bell in the passphrase',
    home('ssid: home, psk: "secret\\u0007secret"'),
    'home.psk: a character of the passphrase is none that can be typed'
  ],
  [
    'a key for SAE',
    home(`ssid: home, key_mgmt: SAE, psk: ${HEX}`),
    'home.psk: SAE takes a passphrase and not the key itself'
  ],
  ['SAE without a key', home('ssid: home, key_mgmt: SAE'), 'home.key_mgmt: SAE needs `psk`, which is not given'],
  [
    '802.1X without a method',
    home('ssid: home, key_mgmt: WPA-EAP'),
    'home.key_mgmt: WPA-EAP needs `eap`, which is not given'
  ],
  [
    'a key for an open network',
    home('ssid: home, key_mgmt: NONE, psk: correct horse'),
    'warning: rancher.network.wifi_networks.home.key_mgmt: with NONE nobody asks for the key that `psk` gives'
  ],
  [
    'a cipher by another name',
    home('ssid: home, psk: correct horse, pairwise: CCMP AES'),
    'home.pairwise: wpa_supplicant knows no `AES` here'
  ],
  ['three certificates', home('ssid: home, eap: TLS, ca_certs: [/a, /b, /c]'), 'home.ca_certs: there are 3 of them'],
  [
    'a gateway and DHCP',
    home('ssid: home, gateway: 10.0.0.1'),
    'warning: rancher.network.wifi_networks.home.gateway: without `address` the gateway is what the DHCP server says, and this is not heard'
  ],
  [
    'a gateway elsewhere',
    home('ssid: home, address: 10.0.1.5/24, gateway: 10.0.0.1'),
    'home.gateway: `10.0.0.1` is not in the network of 10.0.1.5/24'
  ],
  [
    'a modem whose name leads elsewhere',
    modem('../wwan0: {apn: internet}'),
    'modem_networks."../wwan0": `../wwan0` is no name of an interface or a port'
  ],
  [
    'properties of a modem that are none',
    modem('wwan0: {apn: internet, extra_args: "user=me password=x"}'),
    'wwan0.extra_args: not all parts between commas are `name=value`'
  ]
]

const fine: readonly Case[] = [
  ['nothing', home('ssid: home')],
  ['a passphrase', home('ssid: home, psk: correct horse')],
  ['the key itself', home(`ssid: home, psk: ${HEX}`)],
  ['a short passphrase for SAE', home('ssid: home, psk: short, key_mgmt: SAE')],
  ['WPA2 and WPA3', home('ssid: home, psk: correct horse, key_mgmt: WPA-PSK SAE, pairwise: CCMP, group: CCMP TKIP')],
  ['802.1X', home('ssid: home, key_mgmt: WPA-EAP, eap: PEAP TTLS, identity: me, phases: [peaplabel=0, auth=MSCHAPV2]')],
  ['an address', home('ssid: home, address: 10.0.0.5/24, gateway: 10.0.0.1, country: DE')],
  ['no network at all', 'rancher:\n  network:\n    interfaces: {wlan0: {wifi_network: ""}}\n'],
  ['a modem', modem('wwan0: {apn: internet.example, extra_args: "ip-type=ipv4v6, user=me,password=x"}')]
]

t.test('what is said of wireless and mobile networks', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
  for (const [what, text, said] of brief) {
    const [first = ''] = complaints(text).split('\n')
    t.ok(first.endsWith(said), what, { first })
  }
})

t.test('nothing is said of what is well', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
