import t from 'tap'
import { canonicalCidr, covers, isAddress, networkOf, parseCidr, showAddress, showCidr } from '../../src/core/cidr.ts'
import { destination, metricOf, routeKey, tableNumber } from '../../src/core/route.ts'

function read(text: string) {
  const cidr = parseCidr(text)
  if (cidr === null) throw new Error(`'${text}' was not read`)
  return cidr
}

t.test('each address has one spelling', async (t) => {
  const cases = [
    ['10.0.0.1/24', '10.0.0.1/24'],
    ['10.0.0.1', '10.0.0.1/32'],
    ['255.255.255.255/0', '255.255.255.255/0'],
    ['FD00:0000:0::0005/64', 'fd00::5/64'],
    ['fd00:0:0:1:0:0:0:1', 'fd00:0:0:1::1/128'],
    ['::', '::/128'],
    ['::1/128', '::1/128'],
    ['::ffff:1.2.3.4/128', '::ffff:102:304/128']
  ] as const
  for (const [text, spelling] of cases) {
    t.equal(showCidr(read(text)), spelling, text)
    t.equal(canonicalCidr(spelling), spelling)
  }
})

t.test('what is no address is left for the kernel to refuse', async (t) => {
  const cases = [
    '',
    '10.0.0',
    '10.0.0.256/24',
    '10.0.0.1/33',
    '010.0.0.1',
    '10.0.0.1/',
    '10.0.0.1/24/8',
    '1::2::3',
    'fd00::1/129',
    ':',
    'fe80::1%eth0'
  ]
  for (const text of cases) {
    t.equal(parseCidr(text), null, text)
    t.equal(canonicalCidr(text), text)
  }
})

t.test('an address has no length', async (t) => {
  for (const text of ['10.0.0.1', 'fd00::1', '::']) t.ok(isAddress(text), text)
  for (const text of ['10.0.0.1/32', 'fd00::1/128', '10.0.0', 'eth0', '']) t.notOk(isAddress(text), text)
})

t.test('a network is its address with the host part cleared', async (t) => {
  t.equal(showCidr(networkOf(read('10.1.2.3/8'))), '10.0.0.0/8')
  t.equal(showCidr(networkOf(read('fd00:1:2:3::4/48'))), 'fd00:1:2::/48')
  t.equal(showAddress(networkOf(read('1.2.3.4/0'))), '0.0.0.0')
  t.equal(covers(read('10.1.2.3/24'), read('10.1.2.254')), true)
  t.equal(covers(read('10.1.2.3/24'), read('10.1.3.1')), false)
  t.equal(covers(read('0.0.0.0/0'), read('::1')), false)
})

t.test('routes have one place in the tables, however they are written', async (t) => {
  t.equal(destination('default', 4), 'default')
  t.equal(destination('0.0.0.0/0', 4), 'default')
  t.equal(destination('default', 6), '::/0')
  t.equal(destination('10.1.1.1', 4), '10.1.1.1/32')
  t.equal(destination('10.1.1.1/8', 4), '10.0.0.0/8')
  t.equal(destination('everywhere', 4), null)
  t.equal(metricOf(undefined, 6), null)
  t.equal(metricOf(1024, 6), null)
  t.equal(metricOf(1024, 4), 1024)
  t.equal(metricOf(0, 4), null)
  t.equal(tableNumber('main'), 254)
  t.equal(tableNumber('100'), 100)
  t.equal(tableNumber('4294967296'), null)
  t.equal(tableNumber('blue'), null)
  t.equal(routeKey({ table: 254, to: 'default', metric: null }), 'route/main/default')
  t.equal(routeKey({ table: 100, to: '10.0.0.0/8', metric: 5 }), 'route/100/10.0.0.0/8@5')
})
