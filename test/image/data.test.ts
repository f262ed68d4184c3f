import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { flavours, parseKernelRules } from '../../src/image/kernel-rules.ts'
import { parsePackages, parseRootRules, readData } from '../../src/image/package-list.ts'
import { filesBelow, layApplets, layPackage, layRootfs } from '../../src/image/root-tree.ts'

const one = (text: string) => {
  const [taken] = parsePackages(text)
  if (taken === undefined) throw new Error('the text lists no package')
  return taken
}

t.test('the data files of the image say what their heads describe', async (t) => {
  t.ok(parsePackages(readData('packages.yml')).length > 20)
  t.ok(parseRootRules(readData('rootfs.yml')).directories.size > 10)
  for (const flavour of flavours) t.ok(parseKernelRules(readData('modules.yml'), flavour).initrd.length > 5)
})

t.test('what the package list may not say is refused with its place', async (t) => {
  const cases: [string, RegExp][] = [
    ['Bad_Name: [x]', /packages.yml: Bad_Name: not a Debian package name/],
    ['bash: {}', /bash: takes nothing; leave the package out/],
    ['bash: { files: [usr/bin/bash] }', /bash: unknown key "files"; known are take, rename/],
    ['bash: { take: usr/bin/bash }', /bash.take: expected a list/],
    ['bash: { take: [1] }', /bash.take: expected text, found 1/],
    [
      'sudo: { take: [x], modes: { x: 4755 } }',
      /sudo.modes.x: expected an octal mode in quotes such as '0755', found 4755/
    ],
    ['sudo: { take: [x], links: { /y: x } }', /sudo.links: \/y must be a path without leading slash/],
    ['sudo: { take: [x], links: { a/../y: x } }', /must be a path without leading slash and without \.\./],
    ['- a', /packages.yml: expected a mapping/]
  ]
  for (const [text, message] of cases) t.throws(() => parsePackages(text), { message }, text)
})

t.test('what the root rules may not say is refused with its place', async (t) => {
  t.throws(() => parseRootRules('files: {}'), { message: /rootfs.yml: unknown key "files"/ })
  t.throws(() => parseRootRules("directories: { tmp: '999' }"), { message: /directories.tmp: expected an octal mode/ })
})

t.test('a package gives its files under the modes and names listed, links followed', async (t) => {
  const dir = t.testdir({
    package: {
      usr: {
        bin: { tool: 'T', helper: 'H' },
        lib: { 'libx.so.1.2': 'X', 'libx.so.1': t.fixture('symlink', 'libx.so.1.2') },
        share: { certs: { 'b.crt': 'b\n', 'a.crt': 'a\n' } }
      }
    },
    root: {}
  })
  chmodSync(join(dir, 'package/usr/bin/tool'), 0o755)
  const written = layPackage(
    join(dir, 'root'),
    join(dir, 'package'),
    one(`
x-tools:
  take: [usr/bin/tool, usr/lib/lib*.so.1]
  rename: { usr/bin/tool: usr/bin/other }
  modes: { usr/bin/other: '4755' }
  links: { usr/bin/alias: other }
  concat: { etc/all.pem: usr/share/certs/*.crt }
`)
  )
  t.same(written, ['usr/bin/other', 'usr/lib/libx.so.1', 'etc/all.pem'])
  t.same(filesBelow(join(dir, 'root')), ['etc/all.pem', 'usr/bin/alias', 'usr/bin/other', 'usr/lib/libx.so.1'])
  t.equal(statSync(join(dir, 'root/usr/bin/other')).mode & 0o7777, 0o4755)
  t.equal(lstatSync(join(dir, 'root/usr/lib/libx.so.1')).isFile(), true)
  t.equal(readlinkSync(join(dir, 'root/usr/bin/alias')), 'other')
  t.equal(readFileSync(join(dir, 'root/etc/all.pem'), 'utf8'), 'a\nb\n')
})

t.test('a pattern, rename or mode that concerns no file fails the build', async (t) => {
  const dir = t.testdir({ package: { usr: { bin: { tool: 'T' } } }, root: {} })
  const lay = (text: string) => () => layPackage(join(dir, 'root'), join(dir, 'package'), one(text))
  t.throws(lay('x-tools: [usr/bin/tol]'), { message: /x-tools.take: nothing in the package matches usr\/bin\/tol/ })
  t.throws(lay('x-tools: { concat: { a: "usr/*.crt" } }'), {
    message: /x-tools.concat: nothing in the package matches/
  })
  t.throws(lay('x-tools: { take: [usr/bin/tool], rename: { usr/bin/x: y } }'), {
    message: /rename: usr\/bin\/x is not/
  })
  t.throws(lay("x-tools: { take: [usr/bin/tool], modes: { usr/bin/x: '0755' } }"), {
    message: /modes: usr\/bin\/x is not/
  })
})

t.test('our own files win over those of packages, with the modes of the rules', async (t) => {
  const dir = t.testdir({
    rootfs: { etc: { shadow: 'ours', hosts: 'h' } },
    schemas: { 'a.json': '{}' },
    root: { etc: { shadow: 'theirs' } }
  })
  const rules = parseRootRules(
    "{ modes: { etc/shadow: '0600' }, directories: { tmp: '1777' }, links: { bin: usr/bin }, copies: { usr/share/a.json: schemas/a.json } }"
  )
  layRootfs(join(dir, 'root'), join(dir, 'rootfs'), rules)
  t.equal(readFileSync(join(dir, 'root/etc/shadow'), 'utf8'), 'ours')
  t.equal(statSync(join(dir, 'root/etc/shadow')).mode & 0o7777, 0o600)
  t.equal(statSync(join(dir, 'root/etc/hosts')).mode & 0o7777, 0o644)
  t.equal(statSync(join(dir, 'root/tmp')).mode & 0o7777, 0o1777)
  t.equal(readlinkSync(join(dir, 'root/bin')), 'usr/bin')
  t.equal(readFileSync(join(dir, 'root/usr/share/a.json'), 'utf8'), '{}')
})

t.test('our own files may not lie where the image has a link, nor modes name what is not there', async (t) => {
  const dir = t.testdir({ rootfs: { sbin: { init: '' } }, empty: {}, root: {} })
  const rules = parseRootRules("modes: { etc/shadow: '0600' }")
  t.throws(() => layRootfs(join(dir, 'root'), join(dir, 'rootfs'), parseRootRules('')), {
    message: /rootfs\/sbin\/init: .* put it into rootfs\/usr\/sbin\/init/
  })
  t.throws(() => layRootfs(join(dir, 'root'), join(dir, 'empty'), rules), { message: /not in rootfs\/: etc\/shadow/ })
})

t.test('busybox links fill the gaps and never replace a program, wherever it lies', async (t) => {
  const dir = t.testdir({ usr: { bin: { ip: '' }, sbin: { mke2fs: '' } } })
  const applets = ['bin/cat', 'sbin/ip', 'sbin/mke2fs', 'usr/bin/env', 'usr/sbin/crond', 'sbin/init', '']
  t.same(layApplets(dir, applets, new Set(['init'])), ['cat', 'env', 'crond'])
  t.equal(readlinkSync(join(dir, 'usr/bin/cat')), 'busybox')
  t.equal(readlinkSync(join(dir, 'usr/sbin/crond')), '../bin/busybox')
  t.notOk(existsSync(join(dir, 'usr/sbin/ip')))
})

t.test('walking a tree does not follow links to directories', async (t) => {
  const dir = t.testdir({ usr: { bin: { tool: '' } }, bin: t.fixture('symlink', 'usr/bin') })
  mkdirSync(join(dir, 'empty'))
  t.same(filesBelow(dir), ['bin', 'usr/bin/tool'])
})
