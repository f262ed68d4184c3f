import t from 'tap'
import { findMirrors, parseDeb822, parseOneLine } from '../../src/image/apt-sources.ts'
import { parseSimulation, parseStanza } from '../../src/image/apt.ts'

const key = '/usr/share/keyrings/debian-archive-keyring.gpg'

const debianSources = `
# A comment
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: ${key}

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
Signed-By: ${key}
`

t.test('deb822 stanzas are read, disabled and source-only ones left out', async (t) => {
  t.same(parseDeb822(debianSources), [
    {
      uris: ['http://mirror.example/debian'],
      suites: ['bookworm', 'bookworm-updates'],
      components: ['main', 'contrib'],
      signedBy: key
    },
    {
      uris: ['http://mirror.example/debian-security'],
      suites: ['bookworm-security'],
      components: ['main'],
      signedBy: key
    }
  ])
  t.same(parseDeb822('Types: deb\nEnabled: no\nURIs: http://a\nSuites: trixie\nComponents: main\n'), [])
  t.same(parseDeb822('Types: deb-src\nURIs: http://a\nSuites: trixie\nComponents: main\n'), [])
  t.same(parseDeb822('Types: deb\nURIs: http://a\n http://b\nSuites: trixie\nComponents: main\n')[0]?.uris, [
    'http://a',
    'http://b'
  ])
})

t.test('one-line entries are read, with and without options', async (t) => {
  const text = `
# deb http://no.example/debian sid main
deb http://a.example/debian trixie main contrib # ours
deb [arch=amd64 signed-by=/k.gpg] http://b.example/debian trixie-security main
deb-src http://a.example/debian trixie main
`
  t.same(parseOneLine(text), [
    { uris: ['http://a.example/debian'], suites: ['trixie'], components: ['main', 'contrib'], signedBy: '' },
    { uris: ['http://b.example/debian'], suites: ['trixie-security'], components: ['main'], signedBy: '/k.gpg' }
  ])
})

t.test("Debian's mirrors are told from third parties that use its suite names", async (t) => {
  const etc = t.testdir({
    'sources.list': 'deb http://php.example/php bookworm main\n',
    'sources.list.d': {
      'a-docker.list': 'deb http://docker.example/linux/debian bookworm stable\n',
      'debian.sources': debianSources,
      'z-node.sources': 'Types: deb\nURIs: http://node.example\nSuites: nodistro\nComponents: main\n',
      'off.list.disabled': 'deb http://off.example/debian trixie main\n'
    }
  })
  const { main, security } = findMirrors(etc)
  t.same(main.uris, ['http://mirror.example/debian'])
  t.same(security?.uris, ['http://mirror.example/debian-security'])
})

t.test('the plain sources.list alone is enough, a security mirror is not required', async (t) => {
  const etc = t.testdir({ 'sources.list': 'deb http://a.example/debian trixie main\n' })
  t.same(findMirrors(etc).main.uris, ['http://a.example/debian'])
  t.equal(findMirrors(etc).security, null)
})

t.test('a machine without a Debian mirror is told where to name one', async (t) => {
  const etc = t.testdir({ 'sources.list': 'deb http://a.example/ubuntu noble main\n' })
  t.throws(() => findMirrors(etc), { message: /no Debian mirror in .*sources\.list.*name one there/ })
})

t.test('a stanza of apt-cache show gives name, version, hash and all dependencies', async (t) => {
  t.same(
    parseStanza(
      'Package: sudo\nVersion: 1:2.3-4\nPre-Depends: init (>= 1.54)\n' +
        'Depends: libc6 (>= 2.38), debconf | debconf-2.0, libc6:any\nSHA256: 00ff\nDescription: x\n Depends: no\n'
    ),
    { name: 'sudo', version: '1:2.3-4', sha256: '00ff', depends: ['init', 'libc6', 'debconf', 'debconf-2.0'] }
  )
})

t.test('what apt would install is read from what it says about it', async (t) => {
  const said = `Reading package lists...
The following additional packages will be installed:
  libc6 libgcc-s1
Inst gcc-14-base (14.2.0-19 Debian:13.1/stable [amd64]) [libgcc-s1:amd64 ]
Inst libc6:amd64 (2.41-12 Debian:13.1/stable [amd64])
Conf gcc-14-base (14.2.0-19 Debian:13.1/stable [amd64])
`
  t.same(parseSimulation(said), ['gcc-14-base', 'libc6'])
})
