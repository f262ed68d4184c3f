import fc from 'fast-check'
import t from 'tap'
import { configuredLinks, staticAddresses } from '../../src/core/interfaces.ts'
import type { LinkFact } from '../../src/core/kind.ts'
import type { NetworkInterface } from '../../src/document/types.gen.ts'
import { desiredOf } from '../support/desired.ts'

type Entries = Readonly<Record<string, NetworkInterface>>

const card = (name: string, mac = '', kind = ''): LinkFact => ({ name, mac, kind })
const eth0: LinkFact = { ...card('eth0', '52:54:00:12:34:56'), driver: 'virtio_net', pci: '0000:00:03.0' }

/** `link <- key` for each configured link. */
function matched(interfaces: Entries, links: readonly LinkFact[]): readonly string[] {
  const desired = desiredOf({ rancher: { network: { interfaces } } }, links)
  return configuredLinks(desired).map(({ name, path }) => `${name} <- ${path.at(-1)}`)
}

t.test('one entry wins a link, by the kind of its selector, its literal length, its name', async (t) => {
  const cases: readonly (readonly [what: string, keys: readonly string[], winner: string])[] = [
    [
      'a MAC address over everything',
      ['eth0', 'eth*', 'mac=52:54:00:*', 'mac=52:54:00:12:34:56'],
      'mac=52:54:00:12:34:56'
    ],
    ['a MAC glob over the exact name', ['eth0', 'mac=52:54:*'], 'mac=52:54:*'],
    ['a MAC glob over a PCI path', ['pci=0000:00:03.0', 'mac=52:*'], 'mac=52:*'],
    ['a PCI path over a name', ['eth0', 'pci=0000:00:03.0', 'pci=0000:*'], 'pci=0000:00:03.0'],
    ['a PCI glob over a name', ['eth0', 'PCI:0000:*'], 'PCI:0000:*'],
    ['a name over a driver', ['driver=virtio_net', 'e*'], 'e*'],
    ['a driver over its glob', ['driver=virtio*', 'driver=virtio_net'], 'driver=virtio_net'],
    ['the exact name over a glob', ['eth*', 'eth0'], 'eth0'],
    ['the glob with more literal characters', ['*', 'eth*', 'e*'], 'eth*'],
    ['a set counts for nothing', ['eth[0-9]', 'e*h0'], 'e*h0'],
    ['the first by name among equals', ['eth*', '*th0'], '*th0']
  ]
  for (const [what, keys, winner] of cases) {
    const entries = (order: readonly string[]) => Object.fromEntries(order.map((key) => [key, {}]))
    t.same(matched(entries(keys), [eth0]), [`eth0 <- ${winner}`], what)
    t.same(matched(entries(keys.toReversed()), [eth0]), [`eth0 <- ${winner}`], `${what}, whatever the order`)
  }
})

t.test('selectors', async (t) => {
  const cases: readonly (readonly [selector: string, selects: boolean])[] = [
    ['eth0', true],
    ['eth*', true],
    ['eth?', true],
    ['eth??', false],
    ['eth[0-3]', true],
    ['eth[!0-3]', false],
    ['eth[3-0]', false],
    ['eth.', false],
    ['ens*', false],
    ['mac=52:54:00:12:34:56', true],
    ['mac:52:54:00:12:34:56', true],
    ['MAC=52-54-00-12-34-56', true],
    ['mac=*:56', true],
    ['mac=52:54:00:12:34:57', false],
    ['pci=0000:00:03.0', true],
    ['pci=0000:00:*', true],
    ['pci=0000:00:04.0', false],
    ['driver=virtio_net', true],
    ['driver=e1000*', false]
  ]
  for (const [selector, selects] of cases) {
    const found = matched({ entry: { match: selector } }, [eth0]).includes('eth0 <- entry')
    t.equal(found, selects, selector)
  }
})

t.test('`match` stands in place of the key', async (t) => {
  t.same(matched({ eth0: { match: 'eth1' } }, [eth0, card('eth1')]), ['eth1 <- eth0'])
})

t.test('no glob selects what the system itself is made of; its exact name does', async (t) => {
  const machinery = [
    card('lo'),
    card('docker0', '02:42:00:00:00:01', 'bridge'),
    card('docker-sys', '', 'bridge'),
    card('veth12ab34', '', 'veth'),
    card('br-0123456789ab', '', 'bridge'),
    card('tunl0', '', 'ipip'),
    card('wg0', '', 'wireguard'),
    card('tap0', '', 'tun')
  ]
  t.same(matched({ '*': {}, 'mac=*': {}, 'mac=02:42:*': {} }, machinery), [])
  for (const { name } of machinery) {
    t.same(matched({ [name]: {} }, machinery), [`${name} <- ${name}`])
  }
})

t.test('a bridge of the user, and a veth that is named as a card, are cards to a glob', async (t) => {
  const links = [card('br0', '', 'bridge'), card('br-lan', '', 'bridge'), card('eth0', '', 'veth')]
  t.same(matched({ '*': {} }, links), ['br-lan <- *', 'br0 <- *', 'eth0 <- *'])
})

t.test('a MAC address never means the bond, VLAN or bridge that borrowed it', async (t) => {
  const mac = '52:54:00:12:34:56'
  const links = [eth0, card('bond0', mac, 'bond'), card('eth0.100', mac, 'vlan'), card('br0', mac, 'bridge')]
  t.same(matched({ [`mac=${mac}`]: {}, 'bond*': {} }, links), ['bond0 <- bond*', `eth0 <- mac=${mac}`])
})

t.test('only an exact name waits for a link that is not there', async (t) => {
  t.same(matched({ eth1: {}, 'ens*': {}, 'mac=aa:bb:cc:dd:ee:ff': {}, other: { match: 'eth2' } }, [eth0]), [
    'eth1 <- eth1',
    'eth2 <- other'
  ])
})

t.test('a link taken by its MAC address does not wait under its name', async (t) => {
  t.same(matched({ eth0: {}, 'mac=52:54:00:12:34:56': {} }, [eth0]), ['eth0 <- mac=52:54:00:12:34:56'])
})

t.test('without interfaces nothing is configured', async (t) => {
  t.same(configuredLinks(desiredOf({}, [eth0])), [])
})

t.test('addresses come once each, in one spelling, with their place', async (t) => {
  const entry = { address: '10.0.0.1/24', addresses: ['FD00:0:0::5/64', '10.0.0.1/24', '10.0.0.300/24'] }
  t.same(staticAddresses({ name: 'eth0', entry, path: ['x'] }), [
    { cidr: '10.0.0.1/24', valid: null, preferred: null, path: ['x', 'address'] },
    { cidr: 'fd00::5/64', valid: null, preferred: null, path: ['x', 'addresses', 0] },
    { cidr: '10.0.0.300/24', valid: null, preferred: null, path: ['x', 'addresses', 2] }
  ])
})

t.test('no document makes it fail, and its order never matters', async (t) => {
  const text = fc.stringMatching(/^[eth0*?[\]\-!\\^mac=:5.]{0,12}$/)
  const entries = fc.array(fc.tuple(text, fc.record({ match: text }, { requiredKeys: [] })), { maxLength: 6 })
  const link = fc.record({ name: text, mac: text, kind: fc.constantFrom('', 'veth', 'vlan', 'tun') })
  const links = fc.uniqueArray(link, { maxLength: 4, selector: ({ name }) => name })
  const found = fc.check(
    fc.property(entries, links, (some, there) => {
      const once = matched(Object.fromEntries(some), there)
      const turned = Object.entries(Object.fromEntries(some)).toReversed()
      return matched(Object.fromEntries(turned), there.toReversed()).join() === once.join()
    })
  )
  t.equal(found.counterexample, null)
})
