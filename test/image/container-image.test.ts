import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { type ContainerImage, parseContainerImages } from '../../src/image/container-image.ts'
import { writeImageArchive } from '../../src/image/image-archive.ts'
import { layLayer } from '../../src/image/layer.ts'
import { describeFile } from '../../src/image/manifest.ts'
import { readData } from '../../src/image/package-list.ts'

const time = 1_767_225_600

const one = (text: string): ContainerImage => {
  const [image] = parseContainerImages(`repository: rosd\nimages:\n  tool: ${text}`, '1.2.3')
  if (image === undefined) throw new Error('the text describes no image')
  return image
}

t.test('the description that is there is whole: engines of three suites, each name once', async (t) => {
  const images = parseContainerImages(readData('container-images.yml'), '1.2.3')
  t.ok(images.length >= 3)
  t.ok(images.some(({ tag }) => tag === 'rosd/engine-docker-20.10:1.2.3'))
  t.ok(images.every(({ without }) => without.includes('systemd')))
})

t.test('what is usual counts for every image; a package that one asks for is not left out there', async (t) => {
  const [image] = parseContainerImages(
    `
repository: home
usual: { without: [perl, systemd], drop: [usr/share/doc], links: { bin: usr/bin } }
images:
  a: { packages: [perl], suite: bookworm, without: [udev], drop: [etc/x], links: { usr/bin/y: z }, users: { nut: 120 } }
`,
    '2'
  )
  t.match(image, {
    tag: 'home/a:2',
    suite: 'bookworm',
    packages: ['perl'],
    without: ['systemd', 'udev'],
    drop: ['usr/share/doc', 'etc/x'],
    users: new Map([['nut', 120]])
  })
  t.same(
    [...(image?.links ?? [])],
    [
      ['bin', 'usr/bin'],
      ['usr/bin/y', 'z']
    ]
  )
})

t.test('what the description may not say is refused with its place', async (t) => {
  const cases: [string, RegExp][] = [
    ['{}', /images.tool.packages: names no package/],
    ['{ packages: [x], package: [y] }', /images.tool: unknown key "package"; known are without/],
    ['{ packages: [x], suite: 13 }', /images.tool.suite: expected a release of Debian such as bookworm, found 13/],
    ['{ packages: [x], users: { a: 0 } }', /images.tool.users.a: expected a number from 1 to 999, found 0/],
    ['{ packages: [x], links: { /a: b } }', /images.tool.links: \/a must be a path without leading slash/]
  ]
  for (const [text, message] of cases) t.throws(() => one(text), { message }, text)
  t.throws(() => parseContainerImages('images: { A/b: { packages: [x] } }', '1'), {
    message: /images.A\/b: not the name/
  })
})

t.test('packages are laid over one another, into the merged /usr, without what is dropped', async (t) => {
  const dir = t.testdir({
    first: {
      bin: { old: 'O' },
      usr: {
        bin: { tool: 'T' },
        share: { doc: { tool: { copyright: 'C' } }, certs: { 'b.crt': 'b\n', 'a.crt': 'a\n' } }
      },
      etc: { 'tool.conf': 'theirs' }
    },
    second: { usr: { bin: { tool: 'T' }, lib: { 'x.so.1': t.fixture('symlink', 'x.so.1.0'), 'x.so.1.0': 'X' } } },
    own: { etc: { 'tool.conf': 'ours' } }
  })
  chmodSync(join(dir, 'first/usr/bin/tool'), 0o755)
  chmodSync(join(dir, 'own/etc/tool.conf'), 0o664)
  const image = one(
    `{ packages: [x], drop: [usr/share/doc, 'usr/share/certs/*.crt'], directories: { run: , tmp: '1777' },
    links: { bin: usr/bin }, concat: { etc/all.pem: usr/share/certs/*.crt }, modes: { usr/bin/tool: '4755' }, users: { nut: 120 } }`
  )
  const layer = layLayer(image, [join(dir, 'first'), join(dir, 'second')], join(dir, 'own'))
  t.same(
    [...layer.keys()],
    [
      'bin',
      'etc',
      'etc/all.pem',
      'etc/group',
      'etc/nsswitch.conf',
      'etc/passwd',
      'etc/tool.conf',
      'run',
      'tmp',
      'usr',
      'usr/bin',
      'usr/bin/old',
      'usr/bin/tool',
      'usr/lib',
      'usr/lib/x.so.1',
      'usr/lib/x.so.1.0',
      'usr/share',
      'usr/share/certs'
    ]
  )
  t.same(layer.get('bin'), { link: 'usr/bin' })
  t.same(layer.get('tmp'), { directory: 0o1777 })
  t.same(layer.get('etc/all.pem'), { body: Buffer.from('a\nb\n'), mode: 0o644 })
  t.match(layer.get('etc/tool.conf'), { from: join(dir, 'own/etc/tool.conf'), mode: 0o644 })
  t.match(layer.get('usr/bin/tool'), { mode: 0o4755 })
  t.match(layer.get('etc/passwd'), {
    body: Buffer.from(
      'root:x:0:0:root:/root:/bin/sh\nnut:x:120:120::/nonexistent:/usr/sbin/nologin\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n'
    )
  })
})

t.test('two packages with different files at one path are an error that names it', async (t) => {
  const dir = t.testdir({ a: { usr: { x: '1' } }, b: { usr: { x: '2' } } })
  const both = [join(dir, 'a'), join(dir, 'b')]
  t.throws(() => layLayer(one('{ packages: [x] }'), both, 'none'), {
    message: /images.tool.drop: b and another package both have usr\/x/
  })
  t.doesNotThrow(() => layLayer(one('{ packages: [x], drop: [usr/x] }'), both, 'none'))
  t.throws(() => layLayer(one("{ packages: [x], modes: { usr/y: '0700' } }"), [], 'none'), {
    message: /images.tool.modes: there is no file usr\/y/
  })
  t.throws(() => layLayer(one('{ packages: [x], concat: { a: b/* } }'), both, 'none'), {
    message: /concat.a: nothing in the packages matches b/
  })
})

t.test('an archive is one layer, the same bytes each time, and names of any length', async (t) => {
  const long = `usr/${'x'.repeat(120)}`
  const dir = t.testdir({ big: 'x'.repeat(3_000_000), out: {} })
  const layer = new Map([
    ['usr', { directory: 0o755 }],
    ['usr/big', { from: join(dir, 'big'), size: 3_000_000, mode: 0o755 }],
    ['usr/link', { link: `/${long}` }],
    [long, { body: Buffer.from('hello'), mode: 0o644 }]
  ])
  const write = async (name: string) =>
    writeImageArchive(join(dir, name), { tag: 'rosd/tool:1', config: { Cmd: ['x'] } }, layer, time)
  const first = await write('a.tar')
  t.same(await write('b.tar'), first)
  t.same(await describeFile(join(dir, 'a.tar')), await describeFile(join(dir, 'b.tar')))
  t.equal(readFileSync(join(dir, 'a.tar')).length, first.size)
  execFileSync('tar', ['-xf', join(dir, 'a.tar'), '-C', join(dir, 'out')])
  const config = readFileSync(join(dir, 'out', `${first.id.slice(7)}.json`), 'utf8')
  const { sha256 } = await describeFile(join(dir, 'out/layer.tar'))
  t.match(JSON.parse(config), { config: { Cmd: ['x'] }, rootfs: { diff_ids: [`sha256:${sha256}`] } })
  const listed = execFileSync('tar', ['-tvf', join(dir, 'out/layer.tar'), '--full-time'], {
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC' }
  })
  t.equal(
    listed.replaceAll(/ +/g, ' '),
    'drwxr-xr-x 0/0 0 2026-01-01 00:00:00 usr/\n' +
      '-rwxr-xr-x 0/0 3000000 2026-01-01 00:00:00 usr/big\n' +
      `lrwxrwxrwx 0/0 0 2026-01-01 00:00:00 usr/link -> /${long}\n` +
      `-rw-r--r-- 0/0 5 2026-01-01 00:00:00 ${long}\n`
  )
})
