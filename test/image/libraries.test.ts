import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import type { Apt, DebianPackage } from '../../src/image/apt.ts'
import { closeLibraries, parseReadelf } from '../../src/image/libraries.ts'
import { filesBelow } from '../../src/image/root-tree.ts'

const dynamic = `
Dynamic section at offset 0x2dd8 contains 27 entries:
  Tag        Type                         Name/Value
 0x0000000000000001 (NEEDED)             Shared library: [libselinux.so.1]
 0x0000000000000001 (NEEDED)             Shared library: [libc.so.6]
 0x000000000000001d (RUNPATH)            Library runpath: [/usr/libexec/sudo]
`

t.test('what readelf prints is read for one file and for several', async (t) => {
  t.same(parseReadelf(dynamic, 'a'), [{ file: 'a', needed: ['libselinux.so.1', 'libc.so.6'] }])
  t.same(parseReadelf(`\nFile: a\n${dynamic}\nFile: b\n\nThere is no dynamic section in this file.\n`), [
    { file: 'a', needed: ['libselinux.so.1', 'libc.so.6'] },
    { file: 'b', needed: [] }
  ])
})

// Real programs and libraries of this machine stand for those of packages.
const machine = (program: string): Map<string, string> =>
  new Map(
    [...execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/^\s*(?:(\S+) => )?(\/\S+)/gm)].map((match) => [
      match[1] ?? match[2]?.split('/').at(-1) ?? '',
      match[2] ?? ''
    ])
  )

const debian = (name: string, depends: string[]): DebianPackage => ({ name, version: '1', sha256: '', depends })

function fakeApt(packages: readonly DebianPackage[], dirs: ReadonlyMap<string, string>): Pick<Apt, 'show' | 'unpack'> {
  const show = (names: readonly string[], lenient = false): DebianPackage[] =>
    names.flatMap((name) => {
      const found = packages.find((one) => one.name === name)
      if (found === undefined && !lenient) throw new Error(`asked for ${name}`)
      return found ?? []
    })
  return { show, unpack: async (some) => some.map((one) => dirs.get(one.name) ?? '') }
}

t.test('libraries come from the packages that the needing package depends on, theirs in turn', async (t) => {
  const libraries = machine('/bin/ls') // needs libselinux, which needs libpcre2, which needs libc
  const dir = t.testdir({ root: { usr: { bin: {} } }, libselinux1: {}, 'libpcre2-8-0': {}, libc6: {} })
  copyFileSync('/bin/ls', join(dir, 'root/usr/bin/ls'))
  for (const [soname, path] of libraries) {
    const owner = soname.startsWith('libselinux')
      ? 'libselinux1'
      : soname.startsWith('libpcre')
        ? 'libpcre2-8-0'
        : 'libc6'
    const to = join(dir, owner, 'usr/lib/x86_64-linux-gnu', soname)
    mkdirSync(dirname(to), { recursive: true })
    copyFileSync(path, to)
  }
  const apt = fakeApt(
    [
      debian('coreutils', ['libc6', 'libselinux1', 'debconf']),
      debian('libselinux1', ['libc6', 'libpcre2-8-0']),
      debian('libpcre2-8-0', ['libc6']),
      debian('libc6', [])
    ],
    new Map(['libselinux1', 'libpcre2-8-0', 'libc6'].map((name) => [name, join(dir, name)]))
  )
  const owners = new Map([['usr/bin/ls', 'coreutils']])
  const used = await closeLibraries(join(dir, 'root'), owners, apt)
  t.same(used.map((one) => one.name).toSorted(), ['libc6', 'libpcre2-8-0', 'libselinux1'])
  t.same(
    filesBelow(join(dir, 'root')),
    ['usr/bin/ls', ...[...libraries.keys()].map((name) => `usr/lib/x86_64-linux-gnu/${name}`)].toSorted()
  )
})

t.test('a library that nobody around provides is named, with who needs it and where it was looked for', async (t) => {
  const dir = t.testdir({ root: { usr: { bin: {} } }, libc6: {} })
  copyFileSync('/bin/ls', join(dir, 'root/usr/bin/ls'))
  const apt = fakeApt([debian('coreutils', ['libc6']), debian('libc6', [])], new Map([['libc6', join(dir, 'libc6')]]))
  await t.rejects(closeLibraries(join(dir, 'root'), new Map([['usr/bin/ls', 'coreutils']]), apt), {
    message: /\.so\.\d, needed by a file of coreutils, is in none of .*\(coreutils, libc6\); take it explicitly/
  })
})
