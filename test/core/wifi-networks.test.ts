import t from 'tap'
import { wifiNetworks, withWifi } from '../../src/core/wifi-networks.ts'
import type { NetworkInterface } from '../../src/document/types.gen.ts'

const NETWORKS = {
  home: { ssid: 'home' },
  work: { ssid: 'work', priority: 5 },
  cafe: { ssid: 'cafe' },
  lab: { ssid: 'lab', address: '10.0.0.5/24', gateway: '10.0.0.1' }
}

t.test('an interface joins what it names: by priority, then by its order', async (t) => {
  const cases: readonly (readonly [NetworkInterface, readonly string[]])[] = [
    [{}, []],
    [{ wifi_network: [''] }, []],
    [{ wifi_network: ['constructor', 'nowhere'] }, []],
    [{ wifi_network: ['cafe', 'home', 'work', 'cafe'] }, ['work', 'cafe', 'home']],
    [{ wifi_network: ['home'], up: false }, []]
  ]
  for (const [entry, names] of cases)
    t.strictSame(
      wifiNetworks(entry, NETWORKS).map(({ name }) => name),
      names,
      JSON.stringify(entry)
    )
})

t.test('a wireless network brings DHCP or an address with it', async (t) => {
  const cases: readonly (readonly [what: string, NetworkInterface, NetworkInterface])[] = [
    ['no network', { mtu: 1400 }, { mtu: 1400 }],
    ['none that is there', { wifi_network: [''] }, { wifi_network: [''] }],
    ['DHCP', { wifi_network: ['home'] }, { wifi_network: ['home'], dhcp: true }],
    ['DHCP although it says no', { wifi_network: ['home'], dhcp: false }, { wifi_network: ['home'], dhcp: true }],
    [
      'addresses of the interface beside DHCP',
      { wifi_network: ['home'], address: '10.1.0.5/24' },
      { wifi_network: ['home'], address: '10.1.0.5/24', dhcp: true }
    ],
    [
      'addresses of the interface in place of DHCP',
      { wifi_network: ['home'], dhcp: false, addresses: ['10.1.0.5/24'] },
      { wifi_network: ['home'], dhcp: false, addresses: ['10.1.0.5/24'] }
    ],
    [
      'the address of the network',
      { wifi_network: ['lab'], dhcp: true, addresses: ['10.1.0.5/24'] },
      { wifi_network: ['lab'], dhcp: false, addresses: ['10.1.0.5/24', '10.0.0.5/24'], gateway: '10.0.0.1' }
    ],
    ['a link that is to be down', { wifi_network: ['home'], up: false }, { wifi_network: ['home'], up: false }]
  ]
  for (const [what, entry, expected] of cases) t.strictSame(withWifi(entry, NETWORKS), expected, what)
})
