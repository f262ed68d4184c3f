import t from 'tap'
import { otherPaths, parseMountinfo, parseSwaps } from '../../src/core/mountinfo.ts'
import { optionChange, remountWords } from '../../src/core/mount-options.ts'
import { holder, needsMount, wantedMounts, wantedSwaps } from '../../src/core/mounts.ts'
import type { Seen, Spec } from '../../src/core/resource.ts'

t.test('the mount table is read as the kernel writes it', async (t) => {
  const text = [
    '22 1 254:0 / / rw,relatime shared:1 - overlay overlay rw,lowerdir=/a,upperdir=/b',
    '40 22 254:16 /data/x\\040y /mnt/a\\040b ro,nosuid shared:5 master:2 - ext4 /dev/vdb ro,discard',
    '41 22 0:50 / /t\\134x rw - tmpfs tmpfs rw,size=64k',
    'garbage',
    ''
  ].join('\n')
  t.strictSame(parseMountinfo(text).slice(1), [
    {
      id: 40,
      target: '/mnt/a b',
      source: '/dev/vdb',
      type: 'ext4',
      device: '254:16',
      options: ['ro', 'nosuid'],
      superOptions: ['ro', 'discard'],
      root: '/data/x y'
    },
    {
      id: 41,
      target: '/t\\x',
      source: 'tmpfs',
      type: 'tmpfs',
      device: '0:50',
      options: ['rw'],
      superOptions: ['rw', 'size=64k'],
      root: '/'
    }
  ])
  t.strictSame(
    parseSwaps('Filename\tType\tSize\tUsed\tPriority\n/dev/vdc partition 8 0 -2\n/swap\\040file file 8 0 5\n'),
    [
      { device: '/dev/vdc', priority: -2 },
      { device: '/swap file', priority: 5 }
    ]
  )
})

t.test('a bind mount is recognised by where else its filesystem is seen', async (t) => {
  const all = parseMountinfo(
    [
      '1 0 0:1 / / rw - overlay o rw',
      '2 1 8:1 / /state rw - ext4 /dev/vdb rw',
      '3 1 8:1 /opt /opt rw - ext4 /dev/vdb rw',
      '4 1 8:1 /opt/a /mnt/a rw - ext4 /dev/vdb rw',
      '5 1 0:1 /srv/b /mnt/b rw - overlay o rw',
      '6 1 8:1 /optional /mnt/c rw - ext4 /dev/vdb rw'
    ].join('\n')
  )
  const of = (id: number) => {
    const entry = all.find((mount) => mount.id === id)
    return entry === undefined ? [] : otherPaths(entry, all)
  }
  t.strictSame(of(4), ['/state/opt/a', '/opt/a'])
  t.strictSame(of(5), ['/srv/b'])
  t.strictSame(of(6), ['/state/optional'], 'a name that only begins alike is another')
})

t.test('entries of mounts are read as fstab rows', async (t) => {
  const mounts = [
    ['LABEL=data', '/mnt/data/', '', 'defaults,nofail,noatime'],
    ['/srv/x/', '/mnt/x', 'none', 'bind,ro'],
    ['/srv/y', '/mnt/y', 'bind'],
    ['/srv/z', '/var/run/z', '', 'rbind'],
    ['tmpfs', '/mnt/t', 'tmpfs', 'size=64m, mode=1777'],
    ['server:/e', '/mnt/n', 'nfs4', 'x-systemd.automount,soft'],
    ['LABEL=swap', 'none', 'swap', 'pri=7,sw']
  ]
  t.strictSame(
    wantedMounts({ mounts }).map(({ key, spec }) => [key, spec.source, spec.type, spec.options.join(), spec.broken]),
    [
      ['mount//mnt/data', 'LABEL=data', 'auto', 'noatime', null],
      ['mount//mnt/x', '/srv/x', 'bind', 'ro', null],
      ['mount//mnt/y', '/srv/y', 'bind', '', null],
      ['mount//run/z', '/srv/z', 'bind', 'rbind', null],
      ['mount//mnt/t', 'tmpfs', 'tmpfs', 'size=64m,mode=1777', null],
      ['mount//mnt/n', 'server:/e', 'nfs4', 'soft', null]
    ]
  )
  t.strictSame(wantedSwaps({ mounts }), [
    { key: 'swap/LABEL=swap', source: 'LABEL=swap', spec: { priority: 7 }, index: 6 }
  ])
})

t.test('an entry that can not or must not be mounted says why', async (t) => {
  const table: readonly [readonly string[], RegExp][] = [
    [['', '/mnt/a'], /names no device/],
    [['LABEL=a', 'mnt/a'], /'mnt\/a' is no absolute path/],
    [['LABEL=a', ''], /is empty/],
    [['LABEL=a', '/'], /machine itself stands on \//],
    [['LABEL=a', '/mnt/../usr/'], /machine itself stands on \/usr/],
    [['LABEL=a', '/var/lib/rancher'], /stands on/],
    [['srv', '/mnt/a', '', 'bind'], /source 'srv' is no absolute path/]
  ]
  for (const [entry, why] of table) t.match(wantedMounts({ mounts: [entry] })[0]?.spec.broken, why)
})

t.test('a mount needs the one it lies on and the one its source lies on, never in a circle', async (t) => {
  const needsOf = (...mounts: (readonly string[])[]) =>
    Object.fromEntries(wantedMounts({ mounts }).map((mount) => [mount.target, mount.needs]))
  t.strictSame(needsOf(['a', '/mnt/a/b/c'], ['b', '/mnt/a'], ['c', '/mnt/ab'], ['/mnt/ab/x', '/mnt/d', 'bind']), {
    '/mnt/a/b/c': ['mount//mnt/a'],
    '/mnt/a': [],
    '/mnt/ab': [],
    '/mnt/d': ['mount//mnt/ab']
  })
  t.strictSame(
    needsOf(['/data/x/y', '/data', 'bind'], ['b', '/data/x']),
    { '/data': [], '/data/x': ['mount//data'] },
    'the source lies above'
  )
  t.strictSame(needsOf(['/b/1', '/a', 'bind'], ['/a/1', '/b', 'bind']), { '/a': ['mount//b'], '/b': [] })
  t.strictSame(needsOf(['/mnt/a/x', '/mnt/a', 'bind']), { '/mnt/a': [] })
})

t.test('the longest target at or above a path holds it', async (t) => {
  const mounts = [{ target: '/mnt' }, { target: '/mnt/a' }]
  t.equal(holder(mounts, '/mnt/a/f')?.target, '/mnt/a')
  t.equal(holder(mounts, '/mnt/ab')?.target, '/mnt')
  t.equal(holder(mounts, '/opt'), null)
  t.strictSame(needsMount({ mounts: [['LABEL=h', '/home', 'ext4', '']] }, '/home/rancher'), ['mount//home'])
})

const spec: Spec<'mount'> = { source: '/dev/vdb', type: 'ext4', options: [], broken: null }
const seen: Seen<'mount'> = {
  id: 1,
  sources: ['/dev/vdb'],
  type: 'ext4',
  options: ['rw', 'relatime'],
  superOptions: ['rw'],
  given: null
}

t.test('only options that the kernel shows, or that we gave, are compared', async (t) => {
  const given = (...options: string[]) => ({ source: '/dev/vdb', type: 'ext4', options })
  const tmpfs = { ...seen, type: 'tmpfs', superOptions: ['rw', 'size=65536k'] }
  const table: readonly [string, readonly string[], Partial<Seen<'mount'>>, ReturnType<typeof optionChange>][] = [
    ['nothing said, nothing wrong', [], {}, null],
    ['ro is wanted', ['ro'], {}, { why: 'rw -> ro', remount: true }],
    ['rw goes without saying', [], { options: ['ro'] }, { why: 'ro -> rw', remount: true }],
    ['the filesystem went read-only', [], { superOptions: ['ro'] }, { why: 'ro -> rw', remount: true }],
    ['a CD is read-only', [], { type: 'iso9660', options: ['ro'], superOptions: ['ro'] }, null],
    ['flags others set stay', [], { options: ['rw', 'nosuid', 'noatime'] }, null],
    [
      'flags we set go',
      [],
      { options: ['rw', 'nosuid'], given: given('nosuid') },
      { why: 'nosuid -> suid', remount: true }
    ],
    ['the last word counts', ['noexec', 'exec'], {}, null],
    ['noatime', ['noatime'], {}, { why: 'relatime -> noatime', remount: true }],
    ['a size in another unit', ['size=64m'], tmpfs, null],
    ['another size', ['size=128m'], tmpfs, { why: 'size 65536k -> 128m', remount: true }],
    ['a share of the memory', ['size=50%'], tmpfs, null],
    ['an option of an adopted mount', ['discard'], {}, null],
    ['one more option', ['discard'], { given: given() }, { why: '+discard', remount: true }],
    ['another value', ['commit=9'], { given: given('commit=5') }, { why: '-commit=5, +commit=9', remount: true }],
    [
      'a flag and an option less',
      [],
      { options: ['rw', 'noatime'], given: given('noatime', 'commit=5') },
      { why: 'noatime -> relatime, -commit=5', remount: false }
    ],
    ['one option less', [], { given: given('discard') }, { why: '-discard', remount: false }]
  ]
  for (const [what, options, change, expected] of table)
    t.strictSame(optionChange({ ...spec, options }, { ...seen, ...change }), expected, what)
})

t.test('a remount says what is to be and what is to go', async (t) => {
  t.equal(remountWords({ ...spec, options: ['ro', 'discard'] }, seen).join(), 'ro,discard')
  t.equal(remountWords(spec, { ...seen, options: ['ro', 'nosuid', 'noatime'] }).join(), 'rw,nosuid,noatime')
})
