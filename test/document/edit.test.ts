import t from 'tap'
import { applyMergePatch, type Edited, getIn, mergeInto, setIn, unsetIn } from '../../src/document/edit.ts'
import { applyJsonPatch } from '../../src/document/patch.ts'

const text = `#cloud-config
# what the machine is
hostname: web # its name
rancher: # the rest
  sysctl:
    vm.swappiness: 10   # low
    # the next one is text
    net.ipv4.ip_forward: "1"

    # nothing after this
  modules:
  - overlay # first
  - 'nbd nbds_max=16'
  # end of modules
  network: {interfaces: {eth0: {dhcp: true, addresses: [10.0.0.1/8, 10.0.0.2/8]}}} # one line
  services:
    web:
      image: nginx
      command: |
        one
        two

      environment:
# the end
`

function textOf(edited: Edited): string {
  if (!edited.ok) throw new Error(edited.problems.map(({ message }) => message).join('\n'))
  return edited.text
}

/** Lines that went, with a minus, and lines that came, with a plus. */
function changes(edited: Edited): string {
  const [before, after] = [text.split('\n'), textOf(edited).split('\n')]
  let head = 0
  while (before[head] === after[head] && head < before.length) head++
  let tail = 0
  while (before.at(-1 - tail) === after.at(-1 - tail) && tail < Math.min(before.length, after.length) - head) tail++
  const gone = before.slice(head, before.length - tail).map((line) => `-${line}`)
  return [...gone, ...after.slice(head, after.length - tail).map((line) => `+${line}`)].join('\n')
}

t.test('setting a value that is there changes no byte', async (t) => {
  const there = [
    ['hostname', 'web'],
    ['rancher.sysctl.vm.swappiness', 10],
    ['rancher.sysctl.vm.swappiness', '10'],
    ['rancher.sysctl.net.ipv4.ip_forward', 1],
    ['rancher.modules', ['overlay', 'nbd nbds_max=16']],
    ['rancher.network.interfaces.eth0.dhcp', true],
    ['rancher.services.web', { image: 'nginx', command: 'one\ntwo\n', environment: null }]
  ] as const
  for (const [path, value] of there) t.equal(textOf(setIn(text, path, value)), text, path)
})

t.test('setting changes the lines of its value and no other byte', async (t) => {
  const cases = [
    ['hostname', 'db', '-hostname: web # its name\n+hostname: db # its name'],
    ['hostname', 'a: b', '-hostname: web # its name\n+hostname: "a: b" # its name'],
    ['rancher.sysctl.vm.swappiness', 20, '-    vm.swappiness: 10   # low\n+    vm.swappiness: 20   # low'],
    ['rancher.sysctl.net.ipv4.ip_forward', 0, '-    net.ipv4.ip_forward: "1"\n+    net.ipv4.ip_forward: "0"'],
    ['rancher.sysctl.net.core.somaxconn', 1024, '+    net.core.somaxconn: 1024'],
    ['rancher.modules', ['overlay', 'nbd nbds_max=16', 'wireguard'], '+  - wireguard'],
    ['rancher.modules', ['wireguard', 'overlay', 'nbd nbds_max=16'], '+  - wireguard'],
    ['rancher.modules', ['nbd nbds_max=16'], '-  - overlay # first'],
    ['rancher.modules[1]', 'nbd', "-  - 'nbd nbds_max=16'\n+  - 'nbd'"],
    ['rancher.modules', [], "-  modules:\n-  - overlay # first\n-  - 'nbd nbds_max=16'\n+  modules: []"],
    [
      'rancher.network.interfaces.eth0.dhcp',
      false,
      '-  network: {interfaces: {eth0: {dhcp: true, addresses: [10.0.0.1/8, 10.0.0.2/8]}}} # one line\n+  network: {interfaces: {eth0: {dhcp: false, addresses: [10.0.0.1/8, 10.0.0.2/8]}}} # one line'
    ],
    [
      'rancher.network.interfaces.eth0.mtu',
      9000,
      '-  network: {interfaces: {eth0: {dhcp: true, addresses: [10.0.0.1/8, 10.0.0.2/8]}}} # one line\n+  network: {interfaces: {eth0: {dhcp: true, addresses: [10.0.0.1/8, 10.0.0.2/8], mtu: 9000}}} # one line'
    ],
    ['rancher.services.web.command', 'one\nthree\n', '-        two\n+        three'],
    ['rancher.services.web.command', 'one', '-      command: |\n-        one\n-        two\n+      command: one'],
    ['rancher.services.web.environment', { A: '1' }, '+        A: "1"'],
    ['rancher.services.web.ports', ['80:80'], '+      ports:\n+      - 80:80'],
    ['rancher.services.db', { image: 'postgres' }, '+    db:\n+      image: postgres'],
    ['runcmd', ['date', ['date', '-u']], '+runcmd:\n+- date\n+- - date\n+  - -u'],
    ['rancher.debug', true, '+  debug: true']
  ] as const
  for (const [path, value, diff] of cases) t.equal(changes(setIn(text, path, value)), diff, path)
})

t.test('taking away removes the lines of the key', async (t) => {
  const cases = [
    ['hostname', '-hostname: web # its name'],
    ['rancher.sysctl.vm.swappiness', '-    vm.swappiness: 10   # low'],
    ['rancher.modules', "-  modules:\n-  - overlay # first\n-  - 'nbd nbds_max=16'"],
    ['rancher.modules[0]', '-  - overlay # first'],
    ['rancher.services.web.command', '-      command: |\n-        one\n-        two'],
    ['rancher.nothing', '']
  ] as const
  for (const [path, diff] of cases) t.equal(changes(unsetIn(text, path)), diff, path)
})

t.test('merging keeps null, a merge patch takes it away', async (t) => {
  t.equal(
    changes(mergeInto(text, 'rancher: {sysctl: {vm.swappiness: null}}\n')),
    '-    vm.swappiness: 10   # low\n+    vm.swappiness: null   # low'
  )
  t.equal(
    changes(applyMergePatch(text, { rancher: { sysctl: { 'vm.swappiness': null } } })),
    '-    vm.swappiness: 10   # low'
  )
  t.equal(
    changes(mergeInto(text, '#cloud-config\nwrite_files: [{path: /a, permissions: 0644}]\n')),
    '+write_files:\n+- path: /a\n+  permissions: "0644"',
    'an octal number stays what it was'
  )
})

t.test('a patch that does not fit changes nothing and says why', async (t) => {
  t.equal(changes(applyJsonPatch(text, [{ op: 'add', path: '/rancher/modules/0', value: 'veth' }])), '+  - veth')
  t.equal(
    changes(
      applyJsonPatch(text, [
        { op: 'test', path: '/hostname', value: 'web' },
        { op: 'remove', path: '/hostname' }
      ])
    ),
    '-hostname: web # its name'
  )
  t.match(
    applyJsonPatch(text, [
      { op: 'remove', path: '/rancher/debug' },
      { op: 'test', path: '/hostname', value: 'db' }
    ]),
    {
      ok: false,
      problems: [{ code: 'ROS_DOC_PATCH', message: /^operation 0: / }]
    }
  )
  t.match(applyJsonPatch(text, [{ op: 'test', path: '/hostname', value: 'db' }]), {
    ok: false,
    problems: [{ message: 'operation 0: Test operation failed' }]
  })
})

t.test('a key can be called as a method of every object is', async (t) => {
  const text = 'rancher:\n  environment:\n    constructor: x\n    A: b\n'
  t.same(unsetIn(text, 'rancher.environment.constructor'), { ok: true, text: 'rancher:\n  environment:\n    A: b\n' })
  t.same(unsetIn('rancher: {environment: {constructor: x, A: b}}\n', 'rancher.environment.constructor'), {
    ok: true,
    text: 'rancher: {environment: {A: b}}\n'
  })
  t.same(setIn('rancher: {debug: true}\n', 'rancher.environment.toString', 'x'), {
    ok: true,
    text: 'rancher: {debug: true, environment: {toString: x}}\n'
  })
})

t.test('a text too large for the parser that edits is not edited', async (t) => {
  const text = `#cloud-config\n# ${'x'.repeat(1024 * 1024)}\nhostname: web\n`
  t.same(setIn(text, 'hostname', 'web'), { ok: true, text })
  const edited = setIn(text, 'hostname', 'mail')
  t.equal(edited.ok, false)
  t.match(edited, {
    problems: [{ code: 'ROS_DOC_TOO_LARGE', expected: 'at most 1024 kB where a command is to change it' }]
  })
})

t.test('a text that is no YAML is not edited', async (t) => {
  t.match(setIn('hostname: [\n', 'hostname', 'a'), { ok: false, problems: [{ code: 'ROS_DOC_SYNTAX', line: 2 }] })
  t.match(mergeInto(text, 'hostname: [\n'), { ok: false, problems: [{ code: 'ROS_DOC_SYNTAX', file: 'patch' }] })
  t.match(mergeInto(text, '- a\n'), { ok: false, problems: [{ code: 'ROS_DOC_NOT_A_MAP', file: 'patch', line: 1 }] })
  t.match(setIn('- a\n', 'hostname', 'a'), { ok: false, problems: [{ code: 'ROS_DOC_NOT_A_MAP' }] })
})

t.test('an empty file becomes a document, and line ends stay what they are', async (t) => {
  const cases = [
    ['', 'hostname', 'a', '#cloud-config\nhostname: a\n'],
    ['#cloud-config\n', 'hostname', 'a', '#cloud-config\nhostname: a\n'],
    ['#cloud-config\n# mine\n', 'rancher.debug', true, '#cloud-config\n# mine\nrancher:\n  debug: true\n'],
    ['hostname: a', 'rancher.debug', true, 'hostname: a\nrancher:\n  debug: true\n'],
    ['rancher:\n', 'rancher.debug', true, 'rancher:\n  debug: true\n'],
    ['rancher: {}\n', 'rancher.debug', true, 'rancher: {debug: true}\n'],
    [
      '#cloud-config\r\nhostname: a\r\n',
      'rancher.debug',
      true,
      '#cloud-config\r\nhostname: a\r\nrancher:\r\n  debug: true\r\n'
    ],
    [
      'rancher:\n    ssh:\n        port: 22\n',
      'rancher.state',
      { dev: 'a' },
      'rancher:\n    ssh:\n        port: 22\n    state:\n        dev: a\n'
    ],
    ['a:\n  - b\n', 'runcmd', ['c'], 'a:\n  - b\nruncmd:\n  - c\n']
  ] as const
  for (const [from, path, value, to] of cases) t.equal(textOf(setIn(from, path, value)), to, JSON.stringify(from))
})

t.test('what cannot be changed piece by piece is still changed rightly', async (t) => {
  const cases = [
    ['a: &x {b: 1}\nc: *x\n', ['c', 'b'], 2],
    ['base: &x {image: a}\nrancher: {services: {web: {<<: *x}}}\n', ['rancher', 'services', 'web', 'image'], 'b'],
    ['? hostname\n: a\n', ['hostname'], 'b'],
    ['runcmd:\n- - a\n  - b\n', ['runcmd', 0], ['c']],
    ['rancher: {\n  # why\n  debug: true,\n  log: false }\n', ['rancher', 'log'], true],
    ['hostname: !x a\n', ['hostname'], 'b'],
    ['hostname: >-\n  a\n  b\n', ['hostname'], 'c'],
    ['"hostname": a\n', ['hostname'], 'multi\nline'],
    ['rancher:\n  modules: [a,\n    b]\n', ['rancher', 'modules'], ['x']]
  ] as const
  for (const [from, path, value] of cases) {
    const edited = textOf(setIn(from, path, value))
    t.equal(textOf(setIn(edited, path, value)), edited, `${JSON.stringify(from)} -> ${JSON.stringify(edited)}`)
    t.not(edited, from)
  }
  t.equal(
    textOf(setIn('rancher: {\n  # why\n  debug: true,\n  log: false }\n', 'rancher.log', true)),
    'rancher: {\n  # why\n  debug: true,\n  log: true }\n'
  )
})

t.test('a value is found by its dotted path', async (t) => {
  const data = { rancher: { sysctl: { 'net.ipv4.ip_forward': '1' }, modules: ['a', 'b'] } }
  t.equal(getIn(data, 'rancher.sysctl.net.ipv4.ip_forward'), '1')
  t.equal(getIn(data, 'rancher.modules[1]'), 'b')
  t.equal(getIn(data, 'rancher.nothing.at.all'), undefined)
  t.equal(getIn(data, 'constructor'), undefined)
})
