import t from 'tap'
import { showProblem } from '../../src/document/problem.ts'
import { isName, parseIndex, pathOf } from '../../src/repository/index.ts'
import { digestOf, parsePin, pinPath, pinText } from '../../src/repository/pin.ts'

const index = (text: string) => parseIndex('index.yml of core', text)

t.test('an index is three lists of names; what else is in it is for other versions', async (t) => {
  const {
    index: read,
    problems,
    sound
  } = index('services: [open-vm-tools, a_b.c]\nconsoles:\n  - debian\nengines: [docker-20.10]\nvolumes: 5\n')
  t.same(read, { services: ['open-vm-tools', 'a_b.c'], consoles: ['debian'], engines: ['docker-20.10'] })
  t.same(problems, [])
  t.equal(sound, true)
})

t.test('of a wrong index that counts which can be used, and the rest is told', async (t) => {
  for (const [text, names, first, sound] of [
    ['', [], '', true],
    ['services:\n', [], '', true],
    ['services: web\n', [], 'index.yml of core:1:1: warning: `services` is not a list of names', true],
    [
      'services: [web, ../../etc/passwd]\n',
      ['web'],
      'index.yml of core:1:17: warning: `services` holds something that is no name',
      true
    ],
    ['- web\n', [], 'index.yml of core:1:1: warning: is no index of a repository', false],
    ['<html>\n<p>: [\n', [], 'index.yml of core:', false]
  ] as const) {
    const read = index(text)
    t.same(read.index.services, names, text)
    t.equal(read.sound, sound, text)
    t.ok((read.problems.map(showProblem)[0] ?? '').startsWith(first), text)
    t.equal(
      read.problems.some(({ severity }) => severity === 'error'),
      false,
      text
    )
  }
})

t.test('a name is that of a file in the folder of its first letter', async (t) => {
  t.equal(pathOf('open-vm-tools'), 'o/open-vm-tools.yml')
  for (const name of ['a', 'docker-20.10', 'A_b']) t.equal(isName(name), true, name)
  for (const name of ['', '../a', 'a/b', '.a', 'a b', 'a'.repeat(101)]) t.equal(isName(name), false, name)
})

t.test('a copy says what it is of in its first line', async (t) => {
  const text = 'web:\n  image: nginx\n'
  const pin = {
    section: 'services',
    name: 'web',
    from: 'core',
    at: '2026-01-01T00:00:00Z',
    sha256: digestOf(text),
    text
  } as const
  const file = pinText(pin)
  t.equal(
    file,
    '# {"section":"services","name":"web","from":"core","at":"2026-01-01T00:00:00Z","sha256":"8c5b069bc1d325114e982b5a1f9335a00fd7a906bc81683c1fb371120f40f81d"}\nweb:\n  image: nginx\n'
  )
  t.same(parsePin(file), pin)
  for (const other of ['', 'web: {}\n', '# web\nweb: {}\n', '# {"name":"web"}\nweb: {}\n'])
    t.equal(parsePin(other), null, other)
  t.equal(
    pinPath('services', 'https://a.org/x.yml'),
    '/var/lib/rancher/conf/pinned/services/https%3A%2F%2Fa.org%2Fx.yml.yml'
  )
  t.match(pinPath('services', `https://a.org/${'x'.repeat(300)}`), /services\/[0-9a-f]{64}\.yml$/)
})
