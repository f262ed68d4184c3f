import t from 'tap'
import type { Owned, Seen } from '../../src/core/resource.ts'
import { sshKey } from '../../src/kinds/ssh-key.ts'
import { conform } from '../support/conform.ts'
import { desiredOf } from '../support/desired.ts'
import { machine } from '../support/fake-host.ts'

const signal = new AbortController().signal
const ANN = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAnn ann@example.org'
const BOB = 'from="10.0.0.0/8",no-pty ssh-rsa AAAAB3NzaC1yc2EBob bob'
const EVE = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEve eve'
const PATH = '/home/rancher/.ssh/authorized_keys'

t.test('keys conform where a user has none', async (t) => {
  const { host, snapshot, text, files } = machine({ files: { '/home/rancher/.profile': '' } })
  const desired = desiredOf({ ssh_authorized_keys: [ANN, ` ${BOB} `, ANN, '', '# a note'] })
  const withoutFolders = () => Object.fromEntries(Object.entries(snapshot()).filter(([path]) => !path.endsWith('/.')))
  await conform(t, { kind: sshKey, host, snapshot: withoutFolders, desired })
  for (const { key, spec } of sshKey.want(desired)) {
    const action = {
      id: 'a',
      key,
      verb: 'create',
      why: '',
      place: '',
      from: null,
      to: spec,
      owned: null,
      needs: [],
      after: []
    } as const
    await sshKey.act(host, { ...action, behind: [] }, signal)
  }
  t.equal(text(PATH), `${ANN}\n${BOB}\n`, 'in order, each once, options kept')
  t.match(files.get(PATH), { mode: 0o600, uid: 1100, gid: 1100 })
  t.match(files.get('/home/docker/.ssh/authorized_keys'), { mode: 0o600, uid: 1101, gid: 1101 })
  t.match(files.get('/home/docker/.ssh/.'), { mode: 0o700, uid: 1101, gid: 1101 })
  t.match(files.get('/home/docker/.'), { mode: 0o755, uid: 1101, gid: 1101 })
})

t.test('keys others had put there come back when the document names none', async (t) => {
  const { host, snapshot, put } = machine()
  const ids = { rancher: 1100, docker: 1101 }
  for (const [name, id] of Object.entries(ids)) {
    put(`/home/${name}/.`, '', { mode: 0o755, uid: id, gid: id })
    put(`/home/${name}/.ssh/.`, '', { mode: 0o700, uid: id, gid: id })
    put(`/home/${name}/.ssh/authorized_keys`, `${EVE}\n`, { mode: 0o600, uid: id, gid: id })
  }
  await conform(t, { kind: sshKey, host, snapshot, desired: desiredOf({ ssh_authorized_keys: [ANN] }) })
})

t.test('a key taken out of the document opens nothing, even one that was there before', async (t) => {
  const seen: Seen<'ssh-key'> = { keys: [ANN, EVE], mode: 0o600, uid: 1100, gid: 1100 }
  const spec = { keys: [ANN], home: '/home/rancher', uid: 1100, gid: 1100 }
  const owned: Owned<'ssh-key'> = { key: 'ssh-key/rancher', spec, before: seen, needs: [] }
  t.match(sshKey.judge(null, { ...seen, keys: [ANN] }, owned), { verb: 'delete' })
  const { host, put, text } = machine()
  put(PATH, `${ANN}\n`)
  const action = {
    id: 'a',
    key: 'ssh-key/rancher',
    verb: 'delete',
    why: '',
    place: '',
    from: seen,
    to: null,
    owned
  } as const
  await sshKey.act(host, { ...action, needs: [], after: [], behind: [] }, signal)
  t.equal(text(PATH), `${EVE}\n`)
  t.equal(sshKey.judge(null, { ...seen, keys: [EVE] }, owned), null)
})

t.test('a document that says nothing about keys leaves them; an empty list is no keys', async (t) => {
  t.strictSame([...sshKey.want(desiredOf({}))], [])
  t.strictSame(
    [...sshKey.want(desiredOf({ ssh_authorized_keys: [] }))].map((want) => want.spec.keys),
    [[], []]
  )
})

t.test('any difference is put right and said', async (t) => {
  const want = {
    key: 'ssh-key/rancher',
    spec: { keys: [ANN, BOB], home: '', uid: 1100, gid: 1100 },
    needs: [],
    from: ''
  } as const
  const right: Seen<'ssh-key'> = { keys: [ANN, BOB], mode: 0o600, uid: 1100, gid: 1100 }
  const table: readonly [Partial<Seen<'ssh-key'>>, string | null][] = [
    [{}, null],
    [{ keys: [ANN, EVE] }, '1 new, 1 to go, of 2 keys'],
    [{ keys: [BOB, ANN] }, 'in another order'],
    [{ mode: 0o644 }, 'mode 0644 -> 0600'],
    [{ uid: 0 }, 'owner 0:1100 -> 1100:1100']
  ]
  for (const [change, why] of table) t.equal(sshKey.judge(want, { ...right, ...change }, null)?.why ?? null, why)
})
