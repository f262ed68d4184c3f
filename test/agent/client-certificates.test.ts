// Clients' certificates on this machine, in real folders.
import { X509Certificate } from 'node:crypto'
import { chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EMPTY } from 'rxjs'
import t, { type Test } from 'tap'
import { createClientCertificates } from '../../src/agent/client-certificates.ts'
import { createEvents } from '../../src/agent/events.ts'
import { linuxFiles } from '../../src/host/linux/files.ts'
import { dueAt, newAuthority, newClient, newServer, signedBy } from '../../src/tls/authority.ts'

const DAY = 86_400_000
const NOW = Date.parse('2027-03-01T00:00:00Z')
const authority = newAuthority()

async function machine(t: Test) {
  const dir = await mkdtemp(join(tmpdir(), 'rosd-clients-'))
  t.teardown(() => rm(dir, { recursive: true }))
  const events = createEvents(() => '')
  const clock = { now: NOW }
  let kept: string | null = null
  const file = { read: async () => kept, write: async (text: string) => void (kept = text) }
  const start = (files = linuxFiles) =>
    createClientCertificates({
      host: { files, wall: { now: () => clock.now, ring: () => {}, rings: EMPTY } },
      file,
      events
    })
  return {
    dir,
    clock,
    start,
    clients: start(),
    told: () => events.since(0).map(({ type, reason }) => `${type} ${reason}`),
    async put(name: string, { certificate, key } = newClient(authority, NOW)) {
      const folder = join(dir, name)
      await mkdir(folder, { recursive: true })
      await writeFile(join(folder, 'cert.pem'), certificate, { mode: 0o400 })
      await writeFile(join(folder, 'key.pem'), key, { mode: 0o400 })
      return { folder, certificate, key, now: () => readFile(join(folder, 'cert.pem'), 'utf8') }
    }
  }
}

t.test('it is made anew thirty days before its end, for the same key, where it was put', async (t) => {
  const { clients, start, clock, told, put } = await machine(t)
  t.equal(await clients.renew(authority), null, 'there is none')
  const { folder, certificate, key, now } = await put('keys')
  if (process.getuid?.() === 0) await chown(join(folder, 'cert.pem'), 1100, 1100)
  t.equal(await clients.renew(authority), null, 'nobody said where it is')
  await clients.remember(folder)
  await clients.remember(folder)
  t.equal(await clients.renew(authority), dueAt(certificate))
  clock.now = dueAt(certificate) - 1
  await clients.renew(authority)
  t.equal(await now(), certificate)

  clock.now = dueAt(certificate)
  t.equal(await start().renew(authority), clock.now + 1050 * DAY, 'an agent that starts anew knows of it')
  const made = await now()
  t.ok(signedBy(made, authority.certificate))
  const { publicKey, keyUsage } = new X509Certificate(made)
  t.ok(publicKey.equals(new X509Certificate(certificate).publicKey))
  t.equal(await readFile(join(folder, 'key.pem'), 'utf8'), key)
  t.same(keyUsage, ['1.3.6.1.5.5.7.3.2'])
  const { mode, uid } = await stat(join(folder, 'cert.pem'))
  t.equal(mode & 0o777, 0o400)
  t.equal(uid, process.getuid?.() === 0 ? 1100 : process.getuid?.(), 'it is whose it was')
  t.same((await readdir(folder)).toSorted(), ['cert.pem', 'key.pem'])
  t.same(told(), ['Normal ClientCertificateRenewed'])
  await clients.renew(authority)
  t.equal(await now(), made)
})

t.test('what has ended while the machine was off is made anew as well', async (t) => {
  const { clients, clock, put } = await machine(t)
  const { folder, certificate, now } = await put('keys')
  await clients.remember(folder)
  clock.now = NOW + 2000 * DAY
  await clients.renew(authority)
  t.not(await now(), certificate)
})

t.test('what is not a client of this authority stays as it is', async (t) => {
  const other = newAuthority()
  const own = newClient(authority, NOW)
  const cases = {
    'another engine’s': newClient(other, NOW),
    'a server’s': newServer(authority, [], NOW),
    'the authority itself': authority,
    'another key beside it': { ...own, key: newClient(authority, NOW).key },
    'no certificate': { ...own, certificate: 'x' },
    'no key': { ...own, key: 'x' }
  }
  const { clients, clock, told, put } = await machine(t)
  clock.now = NOW + 2000 * DAY
  for (const [what, identity] of Object.entries(cases)) {
    const { folder, certificate, now } = await put(what, identity)
    await clients.remember(folder)
    t.equal(await clients.renew(authority), null, what)
    t.equal(await now(), certificate, what)
  }
  t.same(told(), [])
})

t.test('one folder that takes nothing keeps no other back; it is told once and tried again', async (t) => {
  const { clients, start, clock, told, put } = await machine(t)
  const [one, other] = [await put('one'), await put('other')]
  for (const { folder } of [one, other]) await clients.remember(folder)
  clock.now = NOW + 2000 * DAY
  const full = start({
    ...linuxFiles,
    async writeAtomic(path, ...more) {
      if (path.startsWith(one.folder)) throw new Error('ENOSPC')
      await linuxFiles.writeAtomic(path, ...more)
    }
  })
  t.equal(await full.renew(authority), clock.now + 3_600_000)
  await full.renew(authority)
  t.not(await other.now(), other.certificate)
  t.same(told().toSorted(), ['Normal ClientCertificateRenewed', 'Warning ClientCertificate'])
})

t.test('the newest folders are remembered, and a list that is damaged is none', async (t) => {
  let kept: string | null = '{'
  const file = { read: async () => kept, write: async (text: string) => void (kept = text) }
  const wall = { now: () => NOW, ring: () => {}, rings: EMPTY }
  const clients = createClientCertificates({ host: { files: linuxFiles, wall }, file, events: createEvents(() => '') })
  for (let at = 0; at < 40; at++) await clients.remember(`/nowhere/${at}`)
  const folders = JSON.parse(kept ?? '') as readonly string[] // written just now
  t.same([folders.length, folders[0], folders.at(-1)], [32, '/nowhere/8', '/nowhere/39'])
  t.equal(await clients.renew(authority), null)
})
