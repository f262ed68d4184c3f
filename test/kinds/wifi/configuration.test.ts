import t from 'tap'
import type { WifiNetwork } from '../../../src/document/types.gen.ts'
import { configuration, costlyDigest } from '../../../src/kinds/wifi/configuration.ts'

const HEX = '0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef'

/** What is said of one network, without the lines around it. */
function said(network: WifiNetwork): readonly string[] {
  const lines = configuration([{ name: 'home', network }]).split('\n')
  return lines.slice(lines.indexOf('network={') + 1, -2).map((line) => line.trim())
}

t.test('each key of a network has its line in wpa_supplicant.conf', async (t) => {
  const cases: readonly (readonly [what: string, WifiNetwork, readonly string[]])[] = [
    ['a passphrase', { ssid: 'home', psk: 'correct horse' }, ['ssid="home"', 'psk="correct horse"']],
    ['the key itself', { ssid: 'home', psk: HEX }, ['ssid="home"', `psk=${HEX}`]],
    ['a passphrase of 63 digits', { ssid: 'home', psk: HEX.slice(1) }, ['ssid="home"', `psk="${HEX.slice(1)}"`]],
    [
      'quotation marks, backslashes and #',
      { ssid: 'a"b\\c #1', psk: 'p"q\\r #1s' },
      ['ssid="a"b\\c #1"', 'psk="p"q\\r #1s"']
    ],
    ['a name of other letters', { ssid: 'Café', psk: 'Größe 123' }, ['ssid=436166c3a9', 'psk="Größe 123"']],
    ['a name of two lines', { ssid: 'a\nb', key_mgmt: 'NONE' }, ['ssid=610a62', 'key_mgmt=NONE']],
    ['an open network', { ssid: 'café' }, ['ssid=636166c3a9', 'key_mgmt=NONE']],
    [
      'WPA3 alone',
      { ssid: 'home', psk: 'short', key_mgmt: 'SAE' },
      ['ssid="home"', 'sae_password="short"', 'key_mgmt=SAE', 'ieee80211w=2']
    ],
    [
      'WPA2 and WPA3',
      { ssid: 'home', psk: 'correct horse', key_mgmt: ' WPA-PSK  SAE ' },
      ['ssid="home"', 'psk="correct horse"', 'key_mgmt=WPA-PSK SAE', 'ieee80211w=1']
    ],
    ['Enhanced Open', { ssid: 'cafe', key_mgmt: 'OWE' }, ['ssid="cafe"', 'key_mgmt=OWE', 'ieee80211w=2']],
    [
      'a hidden network and its ciphers',
      { ssid: 'home', psk: 'correct horse', scan_ssid: 1, priority: 7, pairwise: 'CCMP', group: 'CCMP TKIP' },
      ['ssid="home"', 'psk="correct horse"', 'scan_ssid=1', 'pairwise=CCMP', 'group=CCMP TKIP']
    ],
    [
      '802.1X',
      {
        ssid: 'work',
        key_mgmt: 'WPA-EAP',
        eap: 'TLS',
        identity: 'host@example.org',
        anonymous_identity: 'any',
        password: 'pass"word',
        eapol_flags: 3,
        phases: ['peaplabel=1', 'auth=MSCHAPV2'],
        ca_certs: ['/a.pem', '/b.pem'],
        client_certs: ['/c.pem', '/d.pem'],
        private_keys: ['/e.key', '/f.key'],
        private_key_passwds: ['one', 'zwölf']
      },
      [
        'ssid="work"',
        'key_mgmt=WPA-EAP',
        'eap=TLS',
        'identity="host@example.org"',
        'anonymous_identity="any"',
        'password="pass"word"',
        'eapol_flags=3',
        'phase1="peaplabel=1"',
        'phase2="auth=MSCHAPV2"',
        'ca_cert="/a.pem"',
        'ca_cert2="/b.pem"',
        'client_cert="/c.pem"',
        'client_cert2="/d.pem"',
        'private_key="/e.key"',
        'private_key2="/f.key"',
        'private_key_passwd="one"',
        'private_key2_passwd=7a77c3b66c66'
      ]
    ]
  ]
  for (const [what, network, lines] of cases) t.strictSame(said(network), lines, what)
})

t.test('several networks are ranked, and one of them names the country', async (t) => {
  const text = configuration([
    { name: 'home', network: { ssid: 'home', psk: 'correct horse' } },
    { name: 'cafe', network: { ssid: 'cafe', country: 'DE' } }
  ])
  t.equal(
    text,
    `# Written by rosd from the document; changes made here are undone.
ctrl_interface=/run/wpa_supplicant
country=DE
network={
	ssid="home"
	psk="correct horse"
	priority=1
}
network={
	ssid="cafe"
	key_mgmt=NONE
}
`
  )
})

t.test('the digest of a configuration is its own, and is made slowly', async (t) => {
  t.match(costlyDigest('a'), /^[0-9a-f]{32}$/)
  t.not(costlyDigest('a'), costlyDigest('b'))
  const began = performance.now()
  for (let at = 0; at < 20; at += 1) costlyDigest(`guess ${at}`)
  t.ok(performance.now() - began > 20, 'more than a millisecond for each guess')
})
