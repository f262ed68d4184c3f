import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Subject } from 'rxjs'
import t, { type Test } from 'tap'
import { createEngineCertificates } from '../../src/agent/engine-certificates.ts'
import { createEvents } from '../../src/agent/events.ts'
import type { Engine } from '../../src/document/types.gen.ts'
import { buildDocument } from '../../src/document/build.ts'
import { linuxFiles } from '../../src/host/linux/files.ts'
import { dueAt, hostsOf, newAuthority, newServer, signedBy } from '../../src/tls/authority.ts'
import { layer, user } from '../document/support.ts'
import { until } from '../support/loop.ts'

const DAY = 86_400_000
const NOW = Date.parse('2027-03-01T00:00:00Z')

async function machine(t: Test, body: string) {
  const dir = await mkdtemp(join(tmpdir(), 'rosd-tls-'))
  t.teardown(() => rm(dir, { recursive: true }))
  const machineFile = join(dir, 'machine.yml')
  const events = createEvents(() => '')
  const rings = new Subject<void>()
  const clock: { now: number; ring: number | null } = { now: NOW, ring: null }
  let text = body
  let looks = 0
  const remembered: string[] = []
  const signers: string[] = []
  let clientsDue: number | null = null
  const layers = async () => {
    looks += 1
    return [layer('machine', await readFile(machineFile, 'utf8').catch(() => '')), user(text)]
  }
  const certificates = createEngineCertificates({
    host: {
      files: linuxFiles,
      wall: { now: () => clock.now, ring: (_name, at) => void (clock.ring = at), rings }
    },
    layers,
    machineFile,
    events,
    clients: {
      remember: async (folder) => void remembered.push(folder),
      async renew(authority) {
        signers.push(authority.certificate)
        return clientsDue
      }
    }
  })
  const following = certificates.start()
  t.teardown(() => following.unsubscribe())
  return {
    certificates,
    clock,
    rings,
    machineFile,
    looks: () => looks,
    remembered,
    signers,
    clientsDue: (at: number | null) => (clientsDue = at),
    edit: (next: string) => (text = next),
    told: () => events.since(0).map(({ type, reason }) => `${type} ${reason}`),
    docker: async (): Promise<Engine> => {
      const built = buildDocument(await layers())
      if (!built.ok) throw new Error(JSON.stringify(built.problems))
      return built.document.data.rancher?.docker ?? {}
    }
  }
}

const TLS = 'hostname: node1\nrancher: {docker: {tls: true}}\n'

t.test('an engine with TLS and no keys gets them, once, and nobody else may read them', async (t) => {
  const { certificates, docker, told, machineFile, clock } = await machine(t, TLS)
  await certificates.ensure()
  const made = await docker()
  t.same(hostsOf(made.server_cert ?? ''), ['localhost', '127.0.0.1', 'node1'])
  t.ok(signedBy(made.server_cert ?? '', made.ca_cert ?? ''))
  t.same(told(), ['Normal AuthorityMade', 'Normal ServerCertificateMade'])
  t.equal((await stat(machineFile)).mode & 0o777, 0o600)
  await certificates.ensure()
  t.same(await docker(), made)
  t.equal(clock.ring, dueAt(made.server_cert ?? ''))
})

t.test('without TLS, and where write_files brings keys, nothing is made', async (t) => {
  const bodies = [
    'rancher: {docker: {tls: false}}\n',
    'rancher: {docker: {tls: true}}\nwrite_files: [{path: /etc/docker/tls/ca.pem, content: x}]\n'
  ]
  for (const body of bodies) {
    const { certificates, docker, told, clock } = await machine(t, body)
    await certificates.ensure()
    t.notOk((await docker()).server_cert)
    t.same([told(), clock.ring], [[], null])
  }
})

t.test(
  'it is made anew thirty days before its end, for the same names, and a clock that jumps makes no storm',
  async (t) => {
    const { certificates, docker, told, clock, rings, looks } = await machine(t, TLS)
    await certificates.server(['docker.example.org'])
    await certificates.ensure()
    const first = await docker()
    clock.now = NOW + 334 * DAY
    await certificates.ensure()
    t.same(await docker(), first)
    const before = looks()
    rings.next()
    await certificates.ensure()
    t.equal(looks(), before + 2, 'once for the server, once for clients: a ring of somebody else is none of its own')
    clock.now = NOW + 336 * DAY
    rings.next()
    await until(() => told().includes('Normal ServerCertificateRenewed'))
    const second = await docker()
    t.equal(second.ca_cert, first.ca_cert)
    t.same(hostsOf(second.server_cert ?? ''), ['localhost', '127.0.0.1', 'docker.example.org'])
    t.equal(clock.ring, NOW + (336 + 335) * DAY)
    for (const days of [-20_000, 900, 30_000, 0, 2000]) {
      clock.now = NOW + days * DAY
      await certificates.ensure()
    }
    t.same(await docker(), second)
    t.same(
      told().filter((one) => one.endsWith('Renewed')),
      ['Normal ServerCertificateRenewed']
    )
  }
)

t.test(
  "another authority in the document signs; a certificate of the document's own stays, and that it ends is said once",
  async (t) => {
    const { certificates, docker, told, edit, clock } = await machine(t, TLS)
    await certificates.ensure()
    const other = newAuthority()
    const keys = { ca_cert: other.certificate, ca_key: other.key }
    edit(`${JSON.stringify({ rancher: { docker: { tls: true, ...keys } } })}\n`)
    await certificates.ensure()
    t.ok(signedBy((await docker()).server_cert ?? '', other.certificate))
    const theirs = newServer(other, [], NOW)
    const all = { ...keys, server_cert: theirs.certificate, server_key: theirs.key }
    edit(`${JSON.stringify({ rancher: { docker: { tls: true, ...all } } })}\n`)
    clock.now = NOW + 340 * DAY
    await certificates.ensure()
    await certificates.ensure()
    t.equal((await docker()).server_cert, theirs.certificate)
    t.same(told().slice(2), ['Normal ServerCertificateRenewed', 'Warning ServerCertificate'])
    await t.rejects(certificates.server([]), { code: 'ROS_API_BAD_REQUEST', message: /would win over a new one/ })
  }
)

t.test('clients of this machine are looked at whenever the server is, by the authority of today', async (t) => {
  const { certificates, docker, edit, clock, rings, signers, remembered, clientsDue } = await machine(t, TLS)
  await certificates.ensure()
  const { ca_cert: authority = '', server_cert: server = '' } = await docker()
  t.same([signers, clock.ring], [[authority], dueAt(server)])
  await certificates.client(null)
  t.same([remembered, clock.ring], [[], dueAt(server)])
  await certificates.client('/home/rancher/.docker')
  t.same([remembered, clock.ring], [['/home/rancher/.docker'], dueAt(server)], 'the server ends first')
  const soon = NOW + DAY
  clientsDue(soon)
  await certificates.ensure()
  t.equal(clock.ring, soon, 'a client ends first')
  clock.now = soon
  clientsDue(null)
  rings.next()
  await until(() => signers.length === 3)
  await certificates.ensure()
  t.equal(clock.ring, dueAt(server))
  edit('rancher: {docker: {tls: false}}\n')
  await certificates.ensure()
  t.same([signers.length, clock.ring], [4, null], 'without TLS nobody needs any')
})

t.test('an authority without its key can not sign, and that is said', async (t) => {
  const body = JSON.stringify({ rancher: { docker: { ca_cert: newAuthority().certificate } } })
  const { certificates } = await machine(t, `${body}\n`)
  await t.rejects(certificates.client(null), { code: 'ROS_API_BAD_REQUEST', message: /ca_cert without its key/ })
})

t.test('a file that can not be written is told, not thrown', async (t) => {
  const { certificates, machineFile, told } = await machine(t, TLS)
  await writeFile(machineFile, 'rancher: [\n')
  await certificates.ensure()
  t.same(told(), ['Warning ServerCertificate'])
})
