import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import t from 'tap'
import { dueAt, hostsOf, newAuthority, newClient, newServer, signedBy } from '../../src/tls/authority.ts'
import { certificateOf, type Identity } from '../../src/tls/certificate.ts'

const NOW = Date.parse('2027-03-01T00:00:00Z')
const authority = newAuthority()
const read = ({ certificate }: Identity) => new X509Certificate(certificate)

t.test('an authority signs itself and has no end', async (t) => {
  const found = read(authority)
  t.ok(found.ca)
  t.ok(found.verify(found.publicKey))
  t.ok(found.checkIssued(found))
  t.same(
    [found.subject, found.validFrom, found.validTo],
    ['CN=rosd authority', 'Jan  1 00:00:00 1970 GMT', 'Dec 31 23:59:59 9999 GMT']
  )
  t.equal(found.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1')
})

t.test("a server's certificate is for its names and a year", async (t) => {
  const hosts = ['docker.example.org', '192.168.1.5', 'fd00::5', '*.example.net']
  const made = newServer(authority, hosts, NOW)
  const found = read(made)
  t.same(hostsOf(made.certificate), ['localhost', '127.0.0.1', ...hosts])
  t.same(
    ['localhost', 'docker.example.org', 'a.example.net', 'example.org'].map(
      (host) => found.checkHost(host) !== undefined
    ),
    [true, true, true, false]
  )
  t.same(
    ['127.0.0.1', '192.168.1.5', 'fd00::5', '10.0.0.1'].map((address) => found.checkIP(address) !== undefined),
    [true, true, true, false]
  )
  t.same([found.ca, found.subject, found.validTo], [false, 'CN=docker.example.org', 'Feb 29 00:00:00 2028 GMT'])
  t.same(found.keyUsage, ['1.3.6.1.5.5.7.3.1'], 'for servers')
  t.equal(dueAt(made.certificate), Date.parse('2028-01-30T00:00:00Z'))
  t.ok(found.checkIssued(read(authority)), 'by name and key id')
  t.ok(signedBy(made.certificate, authority.certificate))
  t.notOk(signedBy(made.certificate, newAuthority().certificate))
  t.not(found.serialNumber, read(newServer(authority, hosts, NOW)).serialNumber)
})

t.test("a client's is for clients, and a clock that was never set does not shorten it", async (t) => {
  const found = read(newClient(authority, 0))
  t.same(
    [found.subject, found.keyUsage, found.validTo],
    ['CN=client', ['1.3.6.1.5.5.7.3.2'], 'Oct 16 00:00:00 2029 GMT']
  )
  t.match(
    read(newServer(authority, ['x'.repeat(70)], NOW)).subject,
    /^CN=x{64}$/,
    'a common name has at most 64 letters'
  )
})

t.test("another's authority signs as well, with RSA too; one that has not its own key does not", async (t) => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const rsa: Identity = {
    certificate: certificateOf(
      { name: 'Somebody', use: 'authority', hosts: [], until: new Date(NOW) },
      privateKey,
      null
    ),
    key: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
  }
  const made = newServer(rsa, [], NOW)
  t.ok(read(made).checkIssued(read(rsa)))
  t.ok(signedBy(made.certificate, rsa.certificate))
  t.throws(() => newServer({ ...rsa, key: authority.key }, [], NOW), /key is not that of its certificate/)
})
