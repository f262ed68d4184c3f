import t from 'tap'
import type { MountEntry } from '../../src/host/ports.ts'
import type { Key, Owned, Seen, Spec } from '../../src/core/resource.ts'
import { mount } from '../../src/kinds/mount.ts'
import { conform } from '../support/conform.ts'
import { desiredOf } from '../support/desired.ts'
import { machine } from '../support/fake-host.ts'

const signal = new AbortController().signal
const ROOT: MountEntry = entry({ id: 1, target: '/', source: 'overlay', type: 'overlay', device: '0:1' })

function entry(some: Partial<MountEntry>): MountEntry {
  return {
    id: 9,
    target: '/mnt/a',
    source: '/dev/vdb',
    type: 'ext4',
    device: '8:1',
    options: ['rw', 'relatime'],
    superOptions: ['rw'],
    root: '/',
    ...some
  }
}

/** A machine whose mount(8) and umount(8) keep a table; /dev/vdb is LABEL=data. `says` answers a command line otherwise. */
function fake(start: readonly MountEntry[] = [], says: (line: string) => string | null = () => null) {
  const table = [ROOT, ...start]
  let last = 100
  const refusal = (argv: readonly string[]) => {
    const stderr = says(argv.join(' '))
    return stderr === null ? null : { code: 32, stdout: '', stderr }
  }
  const flagsOf = (words: readonly string[]) =>
    ['ro', 'nosuid', 'noexec', 'noatime'].filter((word) => words.includes(word))
  const made = machine({
    files: { '/srv/x/f': '', '/srv/file': '' },
    programs: {
      mount: (argv) => {
        const refused = refusal(argv)
        if (refused !== null) return refused
        const at = argv.indexOf('-o')
        const words = at === -1 ? [] : (argv[at + 1]?.split(',') ?? [])
        const target = argv.at(-1) ?? ''
        const index = table.findLastIndex((mounted) => mounted.target === target)
        const old = table[index]
        const options = [words.includes('ro') ? 'ro' : 'rw', ...flagsOf(words.filter((word) => word !== 'ro'))]
        if (words.includes('remount') && old !== undefined) {
          table[index] = { ...old, options }
          return 0
        }
        const source = argv.at(-2) ?? ''
        const bind = words.includes('bind')
        const type = argv[1] === '-t' ? (argv[2] ?? '') : 'ext4'
        last += 1
        table.push(
          bind
            ? { ...ROOT, id: last, target, root: source }
            : entry({ id: last, target, source, type, options, device: type === 'tmpfs' ? `0:${last}` : '8:1' })
        )
        return 0
      },
      umount: (argv) => {
        const refused = refusal(argv)
        if (refused !== null) return refused
        table.splice(
          table.findLastIndex((mounted) => mounted.target === argv[1]),
          1
        )
        return 0
      }
    },
    parts: {
      mounts: {
        list: async () => table,
        device: async (source) => (['LABEL=data', '/dev/vdb'].includes(source) ? '/dev/vdb' : null),
        names: async (device) => (device === '/dev/vdb' ? ['LABEL=data', 'UUID=1-2'] : [])
      }
    }
  })
  const snapshot = () => table.map(({ target, source, type, options, root }) => [target, source, type, options, root])
  return { ...made, table, snapshot }
}

type Row = readonly string[]
const want = (row: Row) => {
  const [found] = [...mount.want(desiredOf({ mounts: [row] }))]
  if (found === undefined) throw new Error('nothing is wanted')
  return found
}
const look = async (made: ReturnType<typeof fake>, key: Key<'mount'>): Promise<Seen<'mount'> | null> =>
  (await mount.observe(made.host, [key], signal)).get(key) ?? null
const action = (
  key: Key<'mount'>,
  to: Spec<'mount'> | null,
  from: Seen<'mount'> | null = null,
  owned: Owned<'mount'> | null = null
) => ({ id: 'a', key, verb: 'create', why: '', place: '', from, to, owned, needs: [], after: [], behind: [] }) as const

t.test('mounts conform', async (t) => {
  const { host, snapshot, runs } = fake()
  const mounts = [
    ['/srv/x', '/mnt/a/x', 'none', 'bind,ro'],
    ['LABEL=data', '/mnt/a', 'ext4', 'defaults,noatime'],
    ['tmpfs', '/mnt/t', 'tmpfs', 'nosuid']
  ]
  await conform(t, { kind: mount, host, snapshot, desired: desiredOf({ mounts }) })
  t.strictSame(runs, [
    'mount -t ext4 -o noatime /dev/vdb /mnt/a',
    'mount -t tmpfs -o nosuid tmpfs /mnt/t',
    'mount -o bind,ro /srv/x /mnt/a/x',
    'mount -o remount,bind,ro /srv/x /mnt/a/x',
    'umount /mnt/a/x',
    'umount /mnt/t',
    'umount /mnt/a'
  ])
})

t.test('a mount that was about to be made is ours; one of somebody else is not', async (t) => {
  const given = { source: 'tmpfs', type: 'tmpfs', options: ['noexec'] }
  const theirs = entry({ id: 7, source: 'tmpfs', type: 'tmpfs', device: '0:7' })
  const ours = { ...theirs, id: 8, device: '0:8' }
  const over = '7 0:7 tmpfs tmpfs /'
  const table: readonly (readonly [what: string, mounts: readonly MountEntry[], note: object, ours: boolean])[] = [
    ['made, and not noted yet', [ours], { mount: null, over: null, given }, true],
    ['made on top of another', [theirs, ours], { mount: null, over, given }, true],
    ['not made', [theirs], { mount: null, over, given }, false],
    ['another thing made meanwhile', [entry({ type: 'ext4' })], { mount: null, over: null, given }, false],
    ['noted', [ours], { mount: '8 0:8 tmpfs tmpfs /', over: null, given }, true],
    ['a number given again', [{ ...ours, device: '0:9' }], { mount: '8 0:8 tmpfs tmpfs /', over: null, given }, false]
  ]
  for (const [what, mounts, note, expected] of table) {
    const made = fake(mounts)
    made.put('/run/ros/mounts/%2Fmnt%2Fa', JSON.stringify(note))
    t.strictSame((await look(made, 'mount//mnt/a'))?.given ?? null, expected ? given : null, what)
  }
})

t.test('what is mounted is told from what is wanted', async (t) => {
  const here = (some: Partial<MountEntry>) => [entry(some)]
  const rows: readonly [string, Row, readonly MountEntry[], string | null][] = [
    ['the label of the device', ['LABEL=data', '/mnt/a', 'ext4', ''], here({}), null],
    ['any type will do', ['UUID=1-2', '/mnt/a', '', ''], here({ type: 'xfs' }), null],
    ['NFS by either name', ['srv:/e/', '/mnt/a', 'nfs', ''], here({ source: 'srv:/e', type: 'nfs4' }), null],
    [
      'the source of a tmpfs is a word',
      ['none', '/mnt/a', 'tmpfs', ''],
      here({ source: 'tmpfs', type: 'tmpfs' }),
      null
    ],
    [
      'a bind mount of the directory',
      ['/srv/x', '/mnt/a', 'bind', ''],
      here({ ...ROOT, id: 3, target: '/mnt/a', root: '/srv/x' }),
      null
    ],
    ['not mounted', ['LABEL=data', '/mnt/a', '', ''], [], 'create: not mounted'],
    ['another option', ['LABEL=data', '/mnt/a', '', 'ro'], here({}), 'update: rw -> ro'],
    [
      'another device',
      ['LABEL=data', '/mnt/a', '', ''],
      here({ source: '/dev/vdc' }),
      'create: /dev/vdc is mounted there and not ours; going on top of it'
    ],
    [
      'a directory of the device',
      ['LABEL=data', '/mnt/a', '', ''],
      [entry({ id: 3, target: '/state' }), entry({ root: '/home' })],
      'create: /state/home is mounted there and not ours; going on top of it'
    ],
    [
      'another type',
      ['tmpfs', '/mnt/a', 'tmpfs', ''],
      here({}),
      'create: /dev/vdb is mounted there and not ours; going on top of it'
    ],
    [
      'a place of the machine',
      ['LABEL=data', '/usr', '', ''],
      [],
      'create: the machine itself stands on /usr; mount it elsewhere, such as below /mnt'
    ]
  ]
  for (const [what, row, start, expected] of rows) {
    const { key, spec } = want(row)
    const judged = mount.judge({ key, spec, needs: [], from: '' }, await look(fake(start), key), null)
    t.equal(judged === null ? null : `${judged.verb}: ${judged.why}`, expected, what)
  }
})

t.test('a mount that was there before us is taken over and left there', async (t) => {
  const made = fake([entry({ target: '/mnt/a', options: ['rw', 'nosuid'] })])
  const { key, spec } = want(['LABEL=data', '/mnt/a', 'ext4', 'ro'])
  const before = await look(made, key)
  await mount.act(made.host, action(key, spec, before), signal)
  const owned = { key, spec, needs: [], before }
  const seen = await look(made, key)
  t.strictSame(seen?.options, ['ro', 'nosuid'])
  t.match(mount.judge(null, seen, owned), { verb: 'delete', why: /back to its own flags/ })
  await mount.act(made.host, action(key, null, seen, owned), signal)
  t.equal(mount.judge(null, await look(made, key), owned), null)
  t.strictSame(made.runs, ['mount -o remount,ro,nosuid /dev/vdb /mnt/a', 'mount -o remount,rw,nosuid /dev/vdb /mnt/a'])
})

t.test('what is in the way is covered and comes back', async (t) => {
  const made = fake([entry({ source: '/dev/vdc', target: '/mnt/a' })])
  const before = made.snapshot()
  await conform(t, {
    kind: mount,
    host: made.host,
    snapshot: made.snapshot,
    desired: desiredOf({ mounts: [['LABEL=data', '/mnt/a', 'ext4', '']] })
  })
  t.strictSame(made.snapshot(), before)
  t.notMatch(made.runs.join(), /vdc/)
})

t.test('what was made to mount on goes with the mount, unless somebody put something into it', async (t) => {
  const nested = want(['LABEL=data', '/mnt/deep/er', 'ext4', ''])
  const away = async (made: ReturnType<typeof fake>, { key, spec }: typeof nested) =>
    mount.act(made.host, action(key, null, await look(made, key), { key, spec, needs: [], before: null }), signal)
  const there = async (made: ReturnType<typeof fake>, ...paths: readonly string[]) =>
    (await Promise.all(paths.map((path) => made.host.files.stat(path)))).map((found) => found !== null)

  const made = fake()
  made.put('/mnt/other/f', '')
  await mount.act(made.host, action(nested.key, nested.spec), signal)
  const other = want(['tmpfs', '/mnt/deep/er', 'tmpfs', ''])
  await mount.act(made.host, action(other.key, other.spec, await look(made, other.key)), signal)
  t.strictSame(await there(made, '/mnt/deep/er', '/mnt/deep'), [true, true])
  await away(made, other)
  t.strictSame(await there(made, '/mnt/deep/er', '/mnt/deep', '/mnt'), [false, false, true])

  const used = fake()
  await mount.act(used.host, action(nested.key, nested.spec), signal)
  used.put('/mnt/deep/file', '')
  await away(used, nested)
  t.strictSame(await there(used, '/mnt/deep/er', '/mnt/deep'), [false, true])

  const before = fake()
  await before.host.files.makeDirectory('/mnt/deep/er')
  await mount.act(before.host, action(nested.key, nested.spec), signal)
  await away(before, nested)
  t.strictSame(await there(before, '/mnt/deep/er'), [true], 'one that was there before stays')

  const failing = fake([], (line) => (line.startsWith('mount') ? 'mount: unknown filesystem type' : null))
  failing.put('/mnt/other/f', '')
  await t.rejects(mount.act(failing.host, action(nested.key, nested.spec), signal), { code: 'ROS_MOUNT' })
  t.strictSame(await there(failing, '/mnt/deep'), [false], 'a mount that fails leaves nothing')

  const bound = fake()
  const file = want(['/srv/file', '/mnt/file', '', 'bind'])
  await mount.act(bound.host, action(file.key, file.spec), signal)
  t.strictSame(await there(bound, '/mnt/file'), [true])
  await away(bound, file)
  t.strictSame(await there(bound, '/mnt/file'), [false])
})

t.test('a new source takes the place of our old one, a new option is a remount', async (t) => {
  const made = fake()
  const tmpfs = want(['tmpfs', '/mnt/a', 'tmpfs', ''])
  await mount.act(made.host, action(tmpfs.key, tmpfs.spec), signal)
  const next = want(['LABEL=data', '/mnt/a', 'ext4', ''])
  const seen = await look(made, next.key)
  t.match(mount.judge(next, seen, null), { verb: 'replace', why: 'tmpfs (tmpfs) -> LABEL=data (ext4)' })
  await mount.act(made.host, action(next.key, next.spec, seen), signal)
  const more = want(['LABEL=data', '/mnt/a', 'ext4', 'noexec,commit=9'])
  t.match(mount.judge(more, await look(made, more.key), null), { verb: 'update' })
  await mount.act(made.host, action(more.key, more.spec), signal)
  t.equal(mount.judge(more, await look(made, more.key), null), null)
  t.strictSame(made.runs.slice(1), [
    'umount /mnt/a',
    'mount -t ext4 /dev/vdb /mnt/a',
    'mount -o remount,rw,noexec,commit=9 /dev/vdb /mnt/a'
  ])
})

t.test('an option the kernel can not change means mounting anew', async (t) => {
  const made = fake([], (line) =>
    line.includes('remount') ? 'mount: /mnt/a: mount point not mounted or bad option.' : null
  )
  const first = want(['LABEL=data', '/mnt/a', 'ext4', ''])
  await mount.act(made.host, action(first.key, first.spec), signal)
  const next = want(['LABEL=data', '/mnt/a', 'ext4', 'data=journal'])
  await mount.act(made.host, action(next.key, next.spec), signal)
  t.strictSame(made.runs.slice(1), [
    'mount -o remount,rw,data=journal /dev/vdb /mnt/a',
    'umount /mnt/a',
    'mount -t ext4 -o data=journal /dev/vdb /mnt/a'
  ])
  const less = want(['LABEL=data', '/mnt/a', 'ext4', ''])
  t.match(mount.judge(less, await look(made, less.key), null), { verb: 'replace', why: '-data=journal' })
})

t.test('a bind mount gets new flags by mounting anew: containers have copies that no remount reaches', async (t) => {
  const made = fake()
  const plain = want(['/srv/x', '/mnt/x', 'bind', ''])
  await mount.act(made.host, action(plain.key, plain.spec), signal)
  const closed = want(['/srv/x', '/mnt/x', 'bind', 'ro'])
  t.match(mount.judge(closed, await look(made, closed.key), null), { verb: 'replace', why: 'rw -> ro' })
  await mount.act(made.host, action(closed.key, closed.spec), signal)
  t.strictSame(made.runs.slice(1, 3), ['umount /mnt/x', 'mount -o bind,ro /srv/x /mnt/x'])
  t.equal(mount.judge(closed, await look(made, closed.key), null), null)
})

t.test('errors name the mount, the reason and what happens next', async (t) => {
  const rows: readonly [Row, string, { code: string; message: RegExp; retry: string }][] = [
    [
      ['LABEL=none', '/mnt/a', 'ext4', ''],
      '',
      { code: 'ROS_MOUNT_DEVICE', message: /LABEL=none is not there; it is mounted when it comes/, retry: 'soon' }
    ],
    [
      ['/srv/none', '/mnt/a', 'bind', ''],
      '',
      { code: 'ROS_MOUNT_DEVICE', message: /\/srv\/none is not there/, retry: 'soon' }
    ],
    [
      ['LABEL=data', '/mnt/a', 'xfs', ''],
      'mount: /mnt/a: wrong fs type,\n bad option',
      {
        code: 'ROS_MOUNT',
        message: /\/mnt\/a could not be mounted: mount: \/mnt\/a: wrong fs type, bad option/,
        retry: 'soon'
      }
    ],
    [
      ['LABEL=data', '/sys', '', ''],
      '',
      { code: 'ROS_MOUNT_ENTRY', message: /mount \/sys: the machine itself stands on \/sys/, retry: 'never' }
    ]
  ]
  for (const [row, stderr, expected] of rows) {
    const { key, spec } = want(row)
    await t.rejects(
      mount.act(fake([], () => (stderr === '' ? null : stderr)).host, action(key, spec), signal),
      expected
    )
  }
})

t.test('a busy mount is waited for, never torn away', async (t) => {
  let busy = true
  const made = fake([], (line) => (busy && line.startsWith('umount') ? 'umount: /mnt/a: target is busy.' : null))
  const { key, spec } = want(['LABEL=data', '/mnt/a', 'ext4', ''])
  await mount.act(made.host, action(key, spec), signal)
  const seen = await look(made, key)
  const owned = { key, spec, needs: [], before: null }
  await t.rejects(mount.act(made.host, action(key, null, seen, owned), signal), {
    code: 'ROS_MOUNT',
    retry: 'soon',
    message: '/mnt/a is busy: something works in it; it is unmounted once that has ended'
  })
  busy = false
  await mount.act(made.host, action(key, null, seen, owned), signal)
  t.equal(await look(made, key), null)
  t.notMatch(made.runs.join(), /-l|--lazy/)
})

t.test('a target behind a link is refused, not mounted again and again', async (t) => {
  const made = fake()
  const { key, spec } = want(['LABEL=data', '/mnt/link', 'ext4', ''])
  const hidden = {
    ...made.host,
    mounts: { ...made.host.mounts, list: async () => [ROOT] },
    files: made.host.files,
    runner: made.host.runner
  }
  await t.rejects(mount.act(hidden, action(key, spec), signal), {
    code: 'ROS_MOUNT_ENTRY',
    retry: 'never',
    message: /symbolic link/
  })
  t.strictSame(made.runs, ['mount -t ext4 /dev/vdb /mnt/link', 'umount /mnt/link'])
})

t.test('a file is bound on a file, a network filesystem does not wait long', async (t) => {
  const made = fake()
  for (const row of [
    ['/srv/file', '/mnt/file', 'bind', ''],
    ['srv:/e', '/mnt/n', 'nfs', 'soft'],
    ['//srv/share', '/mnt/c', 'cifs', '']
  ]) {
    const { key, spec } = want(row)
    await mount.act(made.host, action(key, spec), signal)
  }
  t.equal((await made.host.files.stat('/mnt/file'))?.kind, 'file')
  t.equal((await made.host.files.stat('/mnt/n'))?.kind, 'directory')
  t.strictSame(made.runs, [
    'mount -o bind /srv/file /mnt/file',
    'mount -t nfs -o soft,retry=0 srv:/e /mnt/n',
    'mount -t cifs //srv/share /mnt/c'
  ])
})
