import t from 'tap'
import { maxFullLength, maxLength } from '../../src/document/parse.ts'
import { built, layer, said, user } from './support.ts'

/** Each mistake, and all that is printed for it. The text begins in line 2, after `#cloud-config`. */
const refused: readonly (readonly [what: string, text: string, printed: string])[] = [
  [
    'a tab as indentation',
    'rancher:\n\tdebug: true\n',
    `cloud-config.yml:3:1: a tab cannot indent a line
   debug: true
  ^
  expected: spaces
  fix: replace each tab by spaces`
  ],
  [
    'a key that stands twice',
    'rancher:\n  debug: true\n  debug: false\n',
    `cloud-config.yml:4:3: debug: stands here for the second time; the first is in line 3
    debug: false
    ^
  fix: remove one of them, or put both contents under one`
  ],
  [
    'a bracket left open',
    'hostname: [a\nrancher: {}\n',
    `cloud-config.yml:3:1: a list or map in brackets is not closed
  rancher: {}
  ^
  fix: look for a missing closing quote, \`]\` or \`}\` in this line or above`
  ],
  [
    'a quote left open',
    'hostname: "a\n',
    `cloud-config.yml:3:1: a quoted text is not closed
  fix: look for a missing closing quote, \`]\` or \`}\` in this line or above`
  ],
  [
    'a key without a colon',
    'hostname web\nrancher: {}\n',
    `cloud-config.yml:2:1: a line that is neither a key with its value nor an element of a list
  hostname web
  ^
  fix: look for a missing \`: \` after the key`
  ],
  [
    'indentation that goes with nothing',
    'rancher:\n  debug: true\n log: true\n',
    `cloud-config.yml:4:1: the indentation does not go with the lines above
   log: true
  ^
  fix: indent the keys of one map, and the elements of one list, alike`
  ],
  [
    'a colon in a plain value',
    'runcmd:\n  - echo a: b: c\n',
    `cloud-config.yml:3:13: a second \`: \` in one line
    - echo a: b: c
              ^
  fix: put the value in quotes if it has a \`: \` in it`
  ],
  [
    'an alias without an anchor',
    'rancher:\n  environment:\n    GLOB: *txt\n',
    `cloud-config.yml:4:11: no anchor \`&txt\` stands above
      GLOB: *txt
            ^
  fix: quote the value if it begins with a plain star: "*txt"`
  ],
  [
    'an anchor that holds itself',
    'hostname: &x [*x]\n',
    `cloud-config.yml:2:15: no anchor \`&x\` stands above
  hostname: &x [*x]
                ^
  fix: quote the value if it begins with a plain star: "*x"`
  ],
  [
    'aliases that multiply',
    Array.from(
      { length: 9 },
      (_, i) => `k${i}: &a${i} [${i === 0 ? 'x' : Array.from({ length: 10 }, () => `*a${i - 1}`).join()}]\n`
    ).join(''),
    `cloud-config.yml:6:18: aliases make this document larger than it may be
  k4: &a4 [*a3,*a3,*a3,*a3,*a3,*a3,*a3,*a3,*a3,*a3]
                   ^
  expected: at most 10000 values by way of aliases
  fix: write the values out`
  ],
  [
    'a second document',
    '---\nhostname: a\n---\nhostname: b\n',
    `cloud-config.yml:4:1: a second document begins here
  ---
  ^
  expected: one document
  fix: remove the \`---\`, or put the rest into a file of its own`
  ],
  [
    'a list instead of keys',
    '- hostname\n',
    `cloud-config.yml:2:1: the document is a list
  - hostname
  ^
  expected: keys with values, such as \`hostname: web-1\`
  fix: look whether the file is the one you meant`
  ],
  [
    'a text instead of keys',
    'hello\n',
    `cloud-config.yml:2:1: the document is a plain text
  hello
  ^
  expected: keys with values, such as \`hostname: web-1\`
  fix: look whether the file is the one you meant`
  ],
  [
    'a key that is a list',
    '? [a]\n: b\n',
    `cloud-config.yml:2:3: a key must be a plain word or a quoted text
  ? [a]
    ^
  fix: rename the key`
  ],
  [
    'a key that would change every object',
    '__proto__: {a: b}\n',
    `cloud-config.yml:2:1: no key can be called \`__proto__\`
  __proto__: {a: b}
  ^
  fix: rename the key`
  ],
  [
    'nesting beyond the schema',
    `runcmd: ${'['.repeat(40)}${']'.repeat(40)}\n`,
    `cloud-config.yml:2:41: the document is nested too deeply
  runcmd: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
                                          ^
  expected: at most 32 levels
  fix: keep to the levels of the reference; look for brackets that are not closed`
  ]
]

t.test('every way to be no YAML has a sentence, a place and a way out', async (t) => {
  for (const [what, text, printed] of refused) t.equal(said(user(text)).join('\n'), printed, what)
})

t.test('what is no text at all is refused as a file', async (t) => {
  t.same(said(layer('user', 'PK\u0003\u0004\u0000')), [
    `cloud-config.yml: is not a text in UTF-8
  expected: a YAML text in UTF-8
  fix: save it as UTF-8; unpack it if it is compressed`
  ])
  const fix = 'keep large files outside the document and mount or download them'
  t.same(said(layer('user', `#cloud-config\n# ${'x'.repeat(maxLength)}\n`)), [
    `cloud-config.yml: is 2049 kB long
  expected: at most 2048 kB
  fix: ${fix}`
  ])
  const long = `#cloud-config\n# ${'x'.repeat(maxFullLength)}\nhostname: `
  t.same(said(layer('user', `${long}web\n`)), [], 'what is plain may be longer')
  t.same(said(layer('user', `${long}&x web\n`)), [
    `cloud-config.yml:3:11: is 1025 kB long
  hostname: &x web
            ^
  expected: at most 1024 kB where more than keys, lists and values of one line is written
  fix: ${fix}`
  ])
})

t.test('a byte order mark is skipped, and shifts no column', async (t) => {
  t.same(said(layer('user', '\ufeff#cloud-config\nhostname: [1]\n')), [
    `cloud-config.yml:2:11: hostname: must be text, not a list
  hostname: [1]
            ^
  fix: write text`
  ])
})

t.test('Windows line ends are read as line ends, with a warning', async (t) => {
  const dos = layer(
    'user',
    '#cloud-config\r\nhostname: web\r\nwrite_files:\r\n- path: /a\r\n  content: |\r\n    one\r\n    two\r\n'
  )
  t.same(said(dos), [
    `cloud-config.yml: warning: has Windows line ends, which were read as plain ones
  fix: sed -i 's/\\r$//' cloud-config.yml`
  ])
  t.match(built(dos).data, { hostname: 'web', write_files: [{ content: 'one\ntwo\n' }] })
})

t.test('a missing first line is a warning', async (t) => {
  t.same(said(layer('user', 'hostname: web\n')), [
    `cloud-config.yml:1:1: warning: the first line is not \`#cloud-config\`
  hostname: web
  ^
  fix: add it: other tools tell a cloud-config by it`
  ])
  t.same(said(layer('image', 'hostname: web\n')), [], 'the image need not say what it is')
})

t.test('an empty file is an empty document', async (t) => {
  for (const text of ['', '#cloud-config\n', '#cloud-config\n---\n', '#cloud-config\n~\n']) {
    const doc = built(layer('user', text))
    t.same(doc.data, {}, JSON.stringify(text))
    t.same(doc.problems, [], JSON.stringify(text))
  }
})

t.test('anchors, aliases and merge keys are what YAML says', async (t) => {
  const { data } = built(
    user(`rancher:
  services:
    a: &base
      image: alpine
      restart: always
    b:
      <<: *base
      restart: "no"
    c: *base
`)
  )
  t.same(data.rancher?.services, {
    a: { image: 'alpine', restart: 'always' },
    b: { image: 'alpine', restart: 'no' },
    c: { image: 'alpine', restart: 'always' }
  })
})

t.test('an unknown tag is ignored with a warning', async (t) => {
  t.same(said(user('hostname: !mine web\n')), [
    `cloud-config.yml:2:11: warning: a tag without meaning here
  hostname: !mine web
            ^
  fix: remove it`
  ])
})

t.test('hostile texts are answered within seconds', async (t) => {
  const texts = [
    '[',
    '{',
    '- ',
    '? ',
    '&a ',
    '"',
    "'",
    '*a ',
    '!a ',
    'a: ',
    '[\n',
    ': \n',
    '- \n',
    '# ',
    '|\n',
    '%',
    '\n'
  ].map((part) => part.repeat(100_000 / part.length))
  for (const text of texts) {
    const start = performance.now()
    said(user(text))
    const ms = performance.now() - start
    t.ok(ms < 5000, `${JSON.stringify(text.slice(0, 6))}…: ${ms.toFixed()} ms`)
  }
})
