import { gzipSync } from 'node:zlib'
import { Subject } from 'rxjs'
import t from 'tap'
import { lasts } from '../../src/core/lasting-paths.ts'
import type { Key, Owned, Seen, Spec } from '../../src/core/resource.ts'
import { sha256, wantedFile } from '../../src/core/write-files.ts'
import type { CloudConfig, WriteFile } from '../../src/document/types.gen.ts'
import type { DockerEvent } from '../../src/host/ports.ts'
import { stateDirectories } from '../../src/init/state-dirs.ts'
import { file } from '../../src/kinds/file.ts'
import { conform } from '../support/conform.ts'
import { desiredOf } from '../support/desired.ts'
import { machine } from '../support/fake-host.ts'
import { until } from '../support/loop.ts'

const signal = new AbortController().signal
const ACCOUNTS = {
  '/etc/passwd': 'root:x:0:0::/root:/bin/sh\ntoor:x:0:0::/root:/bin/sh\nrancher:x:1100:1100::/home/rancher:/bin/sh\n',
  '/etc/group': 'root:x:0:\ndocker:x:1101:rancher\n'
}

/** A machine with containers `console` and `ntp`, running unless `down`. */
function fake(files: Readonly<Record<string, string>> = {}, down = false) {
  const told: string[] = []
  const inside = new Map<string, { bytes: Buffer; mode: number; uid: number; gid: number }>()
  const made = machine({
    files: { ...ACCOUNTS, ...files },
    parts: {
      docker: {
        system: {
          ping: async () => (down ? null : '26.1'),
          container: async (name) => ({
            id: name,
            name,
            image: '',
            state: 'running',
            exitCode: 0,
            health: 'none',
            createdAt: 0,
            status: '',
            labels: {}
          }),
          kill: async (id, word) => void told.push(`${word} ${id}`),
          restart: async (id) => void told.push(`restart ${id}`),
          readFile: async (id, path) => inside.get(`${id}:${path}`) ?? null,
          writeFile: async (id, path, bytes, attributes) => void inside.set(`${id}:${path}`, { bytes, ...attributes }),
          exec: async (id, argv) => {
            inside.delete(`${id}:${argv.at(-1)}`)
            return { code: 0, output: '' }
          }
        }
      }
    }
  })
  return { ...made, told, inside }
}

/** What the document wants of one path. */
function wanted(data: CloudConfig, key: Key<'file'>) {
  const found = [...file.want(desiredOf(data))].find((want) => want.key === key)
  if (found === undefined) throw new Error(`nothing wants ${key}`)
  return found
}

function action(key: Key<'file'>, to: Spec<'file'> | null, owned: Owned<'file'> | null = null) {
  return {
    id: 'a',
    key,
    verb: 'create',
    why: '',
    place: '',
    from: null,
    to,
    owned,
    needs: [],
    after: [],
    behind: []
  } as const
}

t.test('every encoding of RancherOS gives the same bytes', async (t) => {
  const packed = gzipSync('hällo\n')
  const table: readonly [WriteFile['encoding'], string][] = [
    ['', 'hällo\n'],
    ['b64', Buffer.from('hällo\n').toString('base64')],
    [
      'base64',
      Buffer.from('hällo\n')
        .toString('base64')
        .replace(/(.{4})/g, '$1\n')
    ],
    ['gz', packed.toString('latin1')],
    ['gzip', packed.toString('latin1')],
    ['gz+base64', packed.toString('base64')],
    ['gzip+base64', packed.toString('base64')],
    ['gz+b64', packed.toString('base64')],
    ['gzip+b64', packed.toString('base64')]
  ]
  for (const [encoding = '', content] of table) {
    const { spec } = wantedFile({ path: '/x', content, encoding })
    t.equal(spec.bytes().toString(), 'hällo\n', encoding)
    t.equal(spec.sha256, sha256('hällo\n'), encoding)
    t.equal(spec.broken, null)
  }
})

t.test('an entry that can not be a file says why, once, and writes nothing', async (t) => {
  const table: readonly [WriteFile, RegExp][] = [
    [{ path: '/x', content: '%%%', encoding: 'b64' }, /file \/x: its content is not base64, as encoding 'b64' says/],
    [{ path: '/x', content: 'plain', encoding: 'gzip' }, /not gzip, as encoding 'gzip' says: incorrect header check/],
    [{ path: '/etc/', content: '' }, /name of a directory/]
  ]
  for (const [entry, message] of table) {
    const { host, snapshot } = fake()
    const before = snapshot()
    const { key, spec } = wantedFile(entry)
    t.match(file.judge({ key, spec, needs: [], from: '' }, null, null), { verb: 'create' })
    await t.rejects(file.act(host, action(key, spec), signal), { code: 'ROS_FILE_ENTRY', retry: 'never', message })
    t.strictSame(snapshot(), before)
  }
})

t.test('permissions and owners are read as people write them', async (t) => {
  const table: readonly [WriteFile, number, string, string][] = [
    [{ path: '/x' }, 0o644, 'root', 'root'],
    [{ path: '/x', permissions: '0600', owner: 'rancher' }, 0o600, 'rancher', 'root'],
    [{ path: '/x', permissions: '755', owner: 'rancher:docker' }, 0o755, 'rancher', 'docker'],
    [{ path: '/x', permissions: '0o4755', owner: '1100:1101' }, 0o4755, '1100', '1101'],
    [{ path: '/x', owner: ':docker' }, 0o644, 'root', 'docker']
  ]
  for (const [entry, mode, user, group] of table) t.match(wantedFile(entry).spec, { mode, user, group })
})

t.test('files conform, new ones and ones that stood there', async (t) => {
  const { host, snapshot, put, text, files } = fake()
  put('/etc/motd', 'old\n', { mode: 0o600, uid: 1100, gid: 1101 })
  const write_files = [
    { path: '/etc/motd', content: 'new\n', owner: 'toor:0' },
    { path: '/opt/a/b', content: '#!/bin/sh\n', permissions: '0755', owner: 'rancher:docker' }
  ]
  const rancher = { system_docker: { config_file: '/etc/docker/own.json' } }
  await conform(t, {
    kind: file,
    host,
    snapshot,
    desired: desiredOf({ write_files, rancher }),
    without: desiredOf({ rancher })
  })
  const { key, spec } = wanted({ write_files }, 'file//opt/a/b')
  await file.act(host, action(key, spec), signal)
  t.equal(text('/opt/a/b'), '#!/bin/sh\n')
  t.match(files.get('/opt/a/b'), { mode: 0o755, uid: 1100, gid: 1101 })
})

t.test('an owner that is not there is named', async (t) => {
  const { key, spec } = wantedFile({ path: '/x', owner: 'nobdy' })
  await t.rejects(file.act(fake().host, action(key, spec), signal), {
    code: 'ROS_FILE_WRITE',
    message: /user 'nobdy'; \/etc\/passwd has none/
  })
})

t.test('any difference is drift, and says which', async (t) => {
  const { key, spec } = wantedFile({ path: '/x', content: 'a', permissions: '0600', owner: 'rancher:1101' })
  const want = { key, spec, needs: [], from: '' }
  const right: Seen<'file'> = {
    sha256: sha256('a'),
    mode: 0o600,
    uid: 1100,
    gid: 1101,
    users: ['rancher'],
    groups: [],
    content: null
  }
  const table: readonly [Partial<Seen<'file'>> | null, string | null][] = [
    [{}, null],
    [null, 'not there'],
    [{ sha256: sha256('b') }, 'another content'],
    [{ sha256: '' }, 'no plain file'],
    [{ mode: 0o644 }, 'mode 0644 -> 0600'],
    [{ uid: 0, users: ['root', 'toor'] }, 'owner 0:1101 -> rancher:1101'],
    [{ gid: 0 }, 'owner 1100:0 -> rancher:1101']
  ]
  for (const [change, why] of table)
    t.equal(file.judge(want, change === null ? null : { ...right, ...change }, null)?.why ?? null, why)
})

t.test('only what we wrote is taken away', async (t) => {
  const { key, spec } = wantedFile({ path: '/x', content: 'ours' })
  const ours: Seen<'file'> = { sha256: sha256('ours'), mode: 0o644, uid: 0, gid: 0, users: [], groups: [], content: '' }
  const image: Seen<'file'> = { ...ours, sha256: sha256('image'), content: 'aW1hZ2U=' }
  const owned: Owned<'file'> = { key, spec, needs: [], before: image }
  t.match(file.judge(null, ours, owned), { verb: 'delete', why: /as before/ })
  t.equal(file.judge(null, image, owned), null, 'the image has its own again, after a reboot')
  t.equal(file.judge(null, { ...image, sha256: sha256('next image') }, owned), null, 'a newer image has another')
  t.equal(file.judge(null, null, owned), null)
  t.equal(file.judge(null, ours, { ...owned, before: ours }), null, 'it was so before us')
  t.match(file.judge(null, ours, { ...owned, before: null }), { verb: 'delete', why: 'no longer wanted' })
})

t.test('a large file that stood there is not kept, and ours stays in its place', async (t) => {
  const { host, put, text } = fake()
  put('/x', 'x'.repeat(300 * 1024))
  const { key, spec } = wantedFile({ path: '/x', content: 'ours' })
  const before = (await file.observe(host, [key], signal)).get(key) ?? null
  t.equal(before?.content, null)
  await file.act(host, action(key, spec), signal)
  const seen = (await file.observe(host, [key], signal)).get(key) ?? null
  const owned: Owned<'file'> = { key, spec, needs: [], before }
  t.match(file.judge(null, seen, owned), { why: /too large to keep/ })
  await file.act(host, action(key, null, owned), signal)
  t.equal(text('/x'), 'ours')
})

t.test('no plan, ledger or state made of a file holds its content', async (t) => {
  const { host } = fake({ '/etc/secret': 'what stood there' })
  const { key, spec } = wantedFile({ path: '/etc/secret', content: 'hunter2' })
  const seen = (await file.observe(host, [key], signal)).get(key)
  t.notMatch(JSON.stringify({ spec }), /hunter2|aHVudGVyMg/)
  t.strictSame(seen === undefined ? null : file.show?.(seen), {
    sha256: sha256('what stood there'),
    mode: '0644',
    owner: '0:0'
  })
})

t.test('the reader of a file is told: sshd by SIGHUP, another container by a new start', async (t) => {
  const { host, told, inside } = fake()
  const write_files = [
    { path: '/etc/ssh/sshd_config', content: 'a' },
    { path: '/etc/ntp.conf', content: 'server x\n', container: 'ntp', owner: 'rancher' },
    { path: '/etc/motd', content: 'a' }
  ]
  for (const want of file.want(desiredOf({ write_files }))) {
    if (want.key === 'file//run/ros/console.env') continue
    await file.act(host, action(want.key, want.spec), signal)
    await file.act(host, action(want.key, want.spec), signal)
  }
  await until(() => told.length >= 2)
  t.strictSame([...told].sort(), ['SIGHUP console', 'restart ntp'])
  t.match(inside.get('ntp:/etc/ntp.conf'), { bytes: Buffer.from('server x\n'), uid: 1100, gid: 0 })
})

t.test('files of a container conform and need the container', async (t) => {
  const { host, inside } = fake()
  const desired = desiredOf({ write_files: [{ path: '/etc/ntp.conf', content: 'server x\n', container: 'ntp' }] })
  const only = {
    ...file,
    want: (from: typeof desired) => [...file.want(from)].filter((want) => want.spec.container !== null)
  }
  await conform(t, {
    kind: only,
    host,
    desired,
    snapshot: () => [...inside].map(([path, { bytes }]) => `${path} ${bytes.toString()}`)
  })
  t.strictSame([...only.want(desired)][0]?.needs, ['container/system/ntp'])
  t.equal(
    (await file.observe(fake({}, true).host, ['file/ntp:/etc/ntp.conf'], signal)).size,
    0,
    'without an engine it is not there'
  )
})

t.test('a write that fails names the file', async (t) => {
  const { host } = machine({ files: ACCOUNTS })
  const files = { ...host.files, writeAtomic: async () => Promise.reject(new Error('ENOSPC: no space left on device')) }
  const { key, spec } = wantedFile({ path: '/etc/motd', content: 'a' })
  const broken = { ...host, files, docker: host.docker }
  await t.rejects(file.act(broken, action(key, spec), signal), {
    code: 'ROS_FILE_WRITE',
    message: 'file /etc/motd could not be written: ENOSPC: no space left on device'
  })
})

t.test('what survives a reboot is remembered over it, what dies with it is not', async (t) => {
  const table: readonly [string, boolean][] = [
    ['/etc/motd', false],
    ['/run/ros/console.env', false],
    ['/var/spool/x', false],
    ['/root/.profile', false],
    ['/etc/docker/daemon.json', true],
    ['/home/rancher/x', true],
    ['/opt/x', true],
    ['/var/log/x', true],
    ['/var/lib/rancher/x', true],
    ['/mnt/data/x', true],
    ['/homes', true]
  ]
  for (const [path, lasting] of table) {
    t.equal(lasts(path), lasting, path)
    t.equal(typeof file.lasting === 'function' && file.lasting(`file/${path}`), lasting, path)
  }
  for (const { path } of stateDirectories) t.ok(lasts(`${path}/x`), `${path} is on the state partition`)
  t.equal(typeof file.lasting === 'function' && file.lasting('file/ntp:/opt/x'), false, 'a container may be made anew')
})

t.test('a file waits for the mount it lies on, and a later entry of one path wins', async (t) => {
  const data = {
    mounts: [['LABEL=data', '/mnt/data', 'ext4', '']],
    write_files: [
      { path: '/mnt/data/x', content: '1' },
      { path: '/mnt//data/x', content: '2' },
      { path: '/run/ros/console.env', content: 'mine' }
    ]
  }
  const want = wanted(data, 'file//mnt/data/x')
  t.strictSame([want.needs, want.spec.bytes().toString(), want.from], [['mount//mnt/data'], '2', 'write_files.1'])
  t.equal(wanted(data, 'file//run/ros/console.env').spec.bytes().toString(), 'mine', "the user's word counts")
})

t.test(
  'it looks again when a container has started or taken over a name: a new one has no files of ours',
  async (t) => {
    const events = new Subject<DockerEvent>()
    const { host } = machine({ parts: { docker: { system: { events: () => events } } } })
    let looks = 0
    file.watch(host).subscribe(() => (looks += 1))
    for (const [type, action] of [
      ['container', 'create'],
      ['container', 'die'],
      ['network', 'start'],
      ['container', 'start'],
      ['container', 'rename']
    ] as const)
      events.next({ type, action, name: 'ntp', exitCode: null, id: '', commanded: false, attributes: {} })
    t.equal(looks, 2)
  }
)
