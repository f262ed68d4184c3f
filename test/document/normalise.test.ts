import t from 'tap'
import { built, layer, said, user } from './support.ts'

t.test('text is what was written, whatever YAML takes it for', async (t) => {
  const cases = [
    ['10', '10'],
    ['1.10', '1.10'],
    ['0644', '0644'],
    ['0x10', '0x10'],
    ['true', 'true'],
    ['off', 'off'],
    ['1e3', '1e3'],
    ['12345678901234567890', '12345678901234567890'],
    ['"10"', '10'],
    ["'on'", 'on'],
    ['.5', '.5'],
    ['2026-11-23', '2026-11-23'],
    ['1:30', '1:30']
  ] as const
  for (const [written, read] of cases) {
    const { data } = built(
      user(`rancher:
  sysctl: {x.y: ${written}}
  environment: {X: ${written}}
  services: {web: {image: a, environment: {X: ${written}}, labels: {x: ${written}}, command: [${written}]}}
`)
    )
    t.match(
      data.rancher,
      {
        sysctl: { 'x.y': read },
        environment: { X: read },
        services: { web: { environment: { X: read }, labels: { x: read }, command: [read] } }
      },
      written
    )
  }
})

t.test('permission bits keep their leading zero', async (t) => {
  t.same(built(user('write_files: [{path: /a, permissions: 0755}]\n')).data.write_files, [
    { path: '/a', permissions: '0755' }
  ])
})

t.test('yes, on and their kin are booleans, with a note', async (t) => {
  for (const [written, read] of [
    ['yes', true],
    ['Yes', true],
    ['ON', true],
    ['y', true],
    ['1', true],
    ['no', false],
    ['off', false],
    ['N', false],
    ['0', false]
  ] as const) {
    const doc = built(user(`rancher:\n  recovery: null\n  ssh: {daemon: ${written}}\n`))
    t.equal(doc.data.rancher?.ssh?.daemon, read, written)
    t.match(
      doc.problems,
      [{ code: 'ROS_DOC_LOOSE', severity: 'note', line: 4, column: 17, message: `\`${written}\` was read as ${read}` }],
      written
    )
  }
  const plain = built(user('rancher: {ssh: {daemon: "true"}}\n'))
  t.equal(plain.data.rancher?.ssh?.daemon, true)
  t.same(plain.problems, [], 'a boolean in quotes is not worth a note')
})

t.test('a number in quotes is a number', async (t) => {
  t.equal(built(user('rancher: {ssh: {port: "2222"}}\n')).data.rancher?.ssh?.port, 2222)
})

t.test('one value is a list of one where the schema has both', async (t) => {
  const { data } = built(
    user('rancher:\n  autologin: tty1\n  services: {web: {image: a, dns: 1.1.1.1, tmpfs: /run}}\n')
  )
  t.same(data.rancher, { autologin: ['tty1'], services: { web: { image: 'a', dns: ['1.1.1.1'], tmpfs: ['/run'] } } })
})

t.test('a list of pairs is a map where the schema has both', async (t) => {
  const { data } = built(
    user(`rancher:
  services:
    web:
      image: a
      labels: [a=b, c, d=e=f]
      sysctls: [net.core.somaxconn=1024]
      depends_on: [db]
      networks: [back]
    db:
      image: a
      networks:
        back:
`)
  )
  t.same(data.rancher?.services, {
    web: {
      image: 'a',
      labels: { a: 'b', c: '', d: 'e=f' },
      sysctls: { 'net.core.somaxconn': '1024' },
      depends_on: { db: {} },
      networks: { back: {} }
    },
    db: { image: 'a', networks: { back: {} } }
  })
})

t.test('a command stays text or list, for they mean different things', async (t) => {
  const { data } = built(
    user(
      'runcmd: [date, [date, -u], 5]\nrancher: {services: {a: {image: a, command: sleep 5}, b: {image: b, command: [sleep, 5]}}}\n'
    )
  )
  t.same(data.runcmd, ['date', ['date', '-u'], '5'])
  t.match(data.rancher?.services, { a: { command: 'sleep 5' }, b: { command: ['sleep', '5'] } })
})

t.test('an empty section takes nothing away', async (t) => {
  const image = layer('image', 'rancher: {ssh: {port: 22}, services: {web: {image: a}}}\n')
  const doc = built(image, user('rancher:\n  ssh:\n  services:\n'))
  t.same(doc.data, { rancher: { ssh: { port: 22 }, services: { web: { image: 'a' } } } })
  t.same(built(image, user('rancher:\n')).data, doc.data)
  t.equal(
    said(image, user('rancher:\n'))[0],
    `cloud-config.yml:2:1: warning: rancher: is empty and changes nothing
  rancher:
  ^
  fix: remove it, or set the keys in it to null to take them away`
  )
})

t.test('a key that nothing reads yet is not silently ignored', async (t) => {
  t.same(said(user('rancher:\n  upgrade: {policy: auto}\n  resize_device: /dev/sda\n')), [
    `cloud-config.yml:3:3: warning: rancher.upgrade: is valid, and nothing acts on it yet
    upgrade: {policy: auto}
    ^
  fix: keep it for a later version, or remove it`,
    `cloud-config.yml:4:3: warning: rancher.resize_device: is valid, and nothing acts on it yet
    resize_device: /dev/sda
    ^
  fix: keep it for a later version, or remove it`
  ])
  t.same(said(layer('image', 'rancher: {upgrade: {policy: none}}\n')), [], 'the image may have it')
})

t.test('a password counts on the kernel command line only', async (t) => {
  const doc = built(user('rancher:\n  password: hunter2\n  debug: false\n'))
  t.same(doc.data, { rancher: { debug: false } })
  t.same(said(user('rancher:\n  password: hunter2\n')), [
    `cloud-config.yml:3:3: warning: rancher.password: counts on the kernel command line only, and is left out
  fix: use ssh_authorized_keys, or set \`rancher.password=…\` on the kernel command line`
  ])
  t.equal(built(layer('cmdline', 'rancher.password=hunter2')).data.rancher?.password, 'hunter2')
})

t.test('a number that is text is read as it was typed, and that is said; a secret one is not told', async (t) => {
  const text = 'write_files: [{path: /a, permissions: 0644}]\nrancher: {sysctl: {a.b: 1.10, c.d: 10}}\n'
  t.same(built(user(text)).data.write_files?.[0]?.permissions, '0644')
  t.same(said(user(text)), [
    `cloud-config.yml:2:39: note: write_files[0].permissions: \`0644\` is text here, and was read as it is written
  write_files: [{path: /a, permissions: 0644}]
                                        ^
  fix: write "0644"`,
    `cloud-config.yml:3:25: note: rancher.sysctl.a.b: \`1.10\` is text here, and was read as it is written
  rancher: {sysctl: {a.b: 1.10, c.d: 10}}
                          ^
  fix: write "1.10"`
  ])
  t.same(said(user('rancher: {registry_auths: {r.lan: {username: a, password: 0123}}}\n')), [])
})
