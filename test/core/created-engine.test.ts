import t from 'tap'
import {
  CREATED,
  createdEngine,
  definitionOf,
  freeNetwork,
  nameFault,
  networkFault,
  overlapping,
  scriptArguments,
  wrapperText
} from '../../src/core/created-engine.ts'

const labels = (name: string, network: string, address: string) => ({
  'io.rancher.os.scope': 'system',
  [CREATED.name]: name,
  [CREATED.network]: network,
  [CREATED.address]: address
})
const TWO = { name: 'two', network: '172.30.0.0/24', address: '172.30.0.2' }

t.test('a name is a part of the name of a link', async (t) => {
  for (const name of ['a', 'two', 'ci-2', 'abcdefghijkl']) t.equal(nameFault(name), null, name)
  for (const name of ['', '-a', 'a-', 'Two', 'a_b', 'a/b', '..', 'abcdefghijklm'])
    t.match(nameFault(name), /at most 12/, name)
})

t.test('a network is one of IPv4 with room for an engine', async (t) => {
  t.equal(networkFault('10.40.0.0/24'), null)
  t.equal(networkFault('10.40.0.0/30'), null)
  t.equal(networkFault('10.40.0.1/24'), '10.40.0.1/24 is an address; its network is 10.40.0.0/24')
  t.equal(networkFault('10.40.0.0/31'), '10.40.0.0/31 is too small: /8 to /30')
  t.equal(networkFault('0.0.0.0/0'), '0.0.0.0/0 is too large: /8 to /30')
  for (const text of ['mynet', '10.40.0.0', 'fd00::/64', '']) t.match(networkFault(text), /no IPv4 network/, text)
})

t.test('the labels of a service say which engine it is', async (t) => {
  t.equal(createdEngine(undefined), null)
  t.equal(createdEngine({ 'io.rancher.os.scope': 'system' }), null)
  t.equal(createdEngine({ ...labels('two', '172.30.0.0/24', '172.30.0.2'), 'io.rancher.os.scope': 'user' }), null)
  t.same(createdEngine(labels('two', '172.30.0.0/24', '172.30.0.2')), TWO)
  const faults: readonly (readonly [network: string, address: string, fault: RegExp])[] = [
    ['172.30.0.0', '172.30.0.2', /no IPv4 network/],
    ['172.30.0.0/24', '', /no address, such as 172\.30\.0\.2/],
    ['172.30.0.0/24', '172.30.0.2/24', /no address/],
    ['172.30.0.0/24', '172.30.1.2', /not in the network/],
    ['172.30.0.0/24', '172.30.0.1', /the machine's own/],
    ['172.30.0.0/24', '172.30.0.0', /no address of a single machine/],
    ['172.30.0.0/24', '172.30.0.255', /no address of a single machine/]
  ]
  for (const [network, address, fault] of faults)
    t.match(createdEngine(labels('two', network, address)), fault, `${network} ${address}`)
  t.match(createdEngine(labels('T', '172.30.0.0/24', '172.30.0.2')), /at most 12/)
})

t.test('a network is chosen that nothing on the machine touches', async (t) => {
  t.equal(freeNetwork([]), '172.30.0.0/24')
  t.equal(freeNetwork(['default', '0.0.0.0/0', '::/0', '10.0.0.1/8']), '172.30.0.0/24')
  t.equal(freeNetwork(['172.30.0.1/24', '172.30.1.9/32', '172.30.2.0/23']), '172.30.4.0/24')
  t.equal(freeNetwork(['172.16.0.0/12']), null)
  t.equal(overlapping('10.40.0.0/24', ['default', '10.40.1.0/24', '10.0.0.0/8']), '10.0.0.0/8')
  t.equal(overlapping('10.40.0.0/24', ['default', '10.40.1.0/24', 'fe80::/64']), null)
})

t.test('what is written down is what is read again', async (t) => {
  const definition = definitionOf(TWO, { image: 'rosd/docker:${VERSION}', ownUsr: false })
  t.same(createdEngine(definition.labels), TWO)
  t.match(definition, { image: 'rosd/docker:${VERSION}', net: 'host', volumes: ['/etc:/etc', '/usr:/usr:ro'] })
  t.match(definitionOf(TWO, { image: 'x', ownUsr: true }).volumes, [
    '/etc:/etc',
    '/usr/lib/rosd/services:/usr/lib/rosd/services:ro'
  ])
  t.same(scriptArguments(TWO).slice(0, 4), [
    'two',
    '172.30.0.2/24',
    '172.30.0.1',
    '--host=unix:///run/m-user-docker/two.sock'
  ])
  t.match(wrapperText('two'), /^exec docker -H unix:\/\/\/run\/m-user-docker\/two\.sock "\$@"$/m)
})
