import t from 'tap'
import { layer, problemsOf, said, user } from './support.ts'

/** Each mistake against the schema, and all that is printed for it. The text begins in line 2. */
const refused: readonly (readonly [what: string, text: string, printed: string])[] = [
  [
    'a key with a slip in it',
    'rancher:\n  network:\n    interfaces:\n      eth0:\n        dhpc: true\n',
    `cloud-config.yml:6:9: rancher.network.interfaces.eth0.dhpc: unknown key, did you mean \`dhcp\`?
          dhpc: true
          ^
  expected: a key that \`ros config explain rancher.network.interfaces.eth0\` lists
  fix: rename it to \`dhcp\``
  ],
  [
    'a key in the wrong place',
    'sysctl:\n  vm.swappiness: 10\n',
    `cloud-config.yml:2:1: sysctl: unknown key
  sysctl:
  ^
  expected: one of hostname, ssh_authorized_keys, write_files, mounts, runcmd, bootcmd, rancher
  fix: move it: the document has it as \`rancher.sysctl\``
  ],
  [
    'a key of another system',
    'rancher:\n  ssh:\n    banner: hello\n',
    `cloud-config.yml:4:5: rancher.ssh.banner: unknown key
      banner: hello
      ^
  expected: one of daemon, keys, listen_address, port
  fix: remove it`
  ],
  [
    'text where a number is wanted',
    'rancher:\n  network:\n    interfaces:\n      eth0: {mtu: "big"}\n',
    `cloud-config.yml:5:19: rancher.network.interfaces.eth0.mtu: must be a whole number, not \`big\`
        eth0: {mtu: "big"}
                    ^
  fix: write a whole number`
  ],
  [
    'text where a boolean is wanted',
    'rancher:\n  debug: maybe\n',
    `cloud-config.yml:3:10: rancher.debug: must be true or false, not \`maybe\`
    debug: maybe
           ^
  fix: write true or false`
  ],
  [
    'one value where a list is wanted',
    'rancher:\n  modules: overlay\n',
    `cloud-config.yml:3:12: rancher.modules: must be a list of texts, not \`overlay\`
    modules: overlay
             ^
  fix: write it as a list: [overlay]`
  ],
  [
    'a list where a map is wanted',
    'rancher:\n  services: [web]\n',
    `cloud-config.yml:3:13: rancher.services: must be a map of keys, not a list
    services: [web]
              ^
  fix: write a map of keys`
  ],
  [
    'a map where text is wanted',
    'rancher:\n  services:\n    web: {image: {name: nginx}}\n',
    `cloud-config.yml:4:18: rancher.services.web.image: must be text, not a map
      web: {image: {name: nginx}}
                   ^
  fix: write text`
  ],
  [
    'nothing in a list',
    'rancher:\n  modules:\n    - overlay\n    -\n',
    `cloud-config.yml:5:6: rancher.modules[1]: must be text, not nothing
      -
       ^
  fix: write text`
  ],
  [
    'a value that is not among those allowed',
    'write_files:\n  - path: /a\n    encoding: base46\n',
    `cloud-config.yml:4:15: write_files[0].encoding: \`base46\` is not one of the values allowed, did you mean \`base64\`?
      encoding: base46
                ^
  expected: one of "", b64, base64, gz, gzip, gz+base64, gzip+base64, gz+b64, gzip+b64
  fix: write \`base64\``
  ],
  [
    'an address without its prefix',
    'rancher:\n  network:\n    interfaces:\n      eth0:\n        address: 10.0.0.1\n',
    `cloud-config.yml:6:18: rancher.network.interfaces.eth0.address: \`10.0.0.1\` cannot be used here
          address: 10.0.0.1
                   ^
  expected: something like \`192.168.1.10/24\`
  fix: replace the value`
  ],
  [
    'a number too large',
    'rancher:\n  ssh:\n    port: 99999\n',
    `cloud-config.yml:4:11: rancher.ssh.port: \`99999\` is too large
      port: 99999
            ^
  expected: at most 65535
  fix: change it to fit`
  ],
  [
    'a number too small',
    'rancher:\n  ssh: {port: 0}\n',
    `cloud-config.yml:3:15: rancher.ssh.port: \`0\` is too small
    ssh: {port: 0}
                ^
  expected: at least 1
  fix: change it to fit`
  ],
  [
    'a row too short',
    'mounts:\n  - [/dev/vdb]\n',
    `cloud-config.yml:3:5: mounts[0]: the list is too short
    - [/dev/vdb]
      ^
  expected: at least 2 elements
  fix: change it to fit`
  ],
  [
    'a row too long',
    'mounts:\n  - [/dev/vdb, /mnt, ext4, defaults, "0", "2"]\n',
    `cloud-config.yml:3:5: mounts[0]: the list is too long
    - [/dev/vdb, /mnt, ext4, defaults, "0", "2"]
      ^
  expected: at most 4 elements
  fix: change it to fit`
  ],
  [
    'a key that is missing',
    'write_files:\n  - content: hello\n',
    `cloud-config.yml:3:5: write_files[0]: \`path\` is missing
    - content: hello
      ^
  fix: add \`path:\``
  ],
  [
    'a name that cannot be one',
    'rancher:\n  services:\n    my web: {image: nginx}\n',
    `cloud-config.yml:4:5: rancher.services.my web: \`my web\` cannot be a name here
      my web: {image: nginx}
      ^
  expected: letters, digits, \`_\`, \`.\` and \`-\`, beginning with a letter or digit
  fix: rename the key`
  ],
  [
    'neither of two forms',
    'runcmd:\n  - {run: date}\n',
    `cloud-config.yml:3:5: runcmd[0]: must be text or a list of texts, not a map
    - {run: date}
      ^
  fix: write text or a list of texts`
  ],
  [
    'one of two forms with a mistake inside',
    'runcmd:\n  - [date, [-u]]\n',
    `cloud-config.yml:3:12: runcmd[0][1]: must be text, not a list
    - [date, [-u]]
             ^
  fix: write text`
  ],
  [
    'a mistake inside the second form of a limit',
    'rancher:\n  services:\n    web: {image: a, ulimits: {nofile: {soft: many}}}\n',
    `cloud-config.yml:4:46: rancher.services.web.ulimits.nofile.soft: must be a whole number, not \`many\`
      web: {image: a, ulimits: {nofile: {soft: many}}}
                                               ^
  fix: write a whole number`
  ],
  [
    'a service without an image',
    'rancher:\n  services:\n    web:\n      ports: ["80:80"]\n',
    `cloud-config.yml:4:5: rancher.services.web: the service names no image
      web:
      ^
  expected: \`image:\` with the name of an image
  fix: add \`image: …\`, or take the service away with \`web: null\``
  ],
  [
    'a key whose name has dots',
    'rancher:\n  sysctl:\n    net.ipv4.ip_forward: [1]\n',
    `cloud-config.yml:4:26: rancher.sysctl.net.ipv4.ip_forward: must be text, not a list
      net.ipv4.ip_forward: [1]
                           ^
  fix: write text`
  ]
]

t.test('every mistake against the schema has a sentence, a caret and a way out', async (t) => {
  for (const [what, text, printed] of refused) t.equal(said(user(text)).join('\n'), printed, what)
})

t.test('all mistakes are told at once, in the order of the file', async (t) => {
  const found = problemsOf(user('rancher:\n  debug: 5\n  sytcl: {}\n  ssh:\n    port: -1\nhostnam: web\n'))
  t.strictSame(
    found.map(({ line, column, key }) => `${line}:${column} ${key}`),
    ['3:10 rancher.debug', '4:3 rancher.sytcl', '6:11 rancher.ssh.port', '7:1 hostnam']
  )
})

t.test('each layer is complained about under its own name', async (t) => {
  const found = problemsOf(
    layer('image', 'hostnam: a\n'),
    layer('conf', '#cloud-config\nhostnam: a\n'),
    user('hostnam: a\n')
  )
  t.strictSame(
    found.map(({ file, line }) => `${file}:${line}`),
    ['os-config.yml:1', 'cloud-config.d/10.yml:2', 'cloud-config.yml:2']
  )
})

t.test('a problem can be read by a machine', async (t) => {
  t.strictSame(problemsOf(user('rancher:\n  debgu: true\n')), [
    {
      code: 'ROS_DOC_UNKNOWN_KEY',
      severity: 'error',
      file: 'cloud-config.yml',
      line: 3,
      column: 3,
      key: 'rancher.debgu',
      message: 'unknown key, did you mean `debug`?',
      expected: 'a key that `ros config explain rancher` lists',
      fix: 'rename it to `debug`',
      source: '  debgu: true',
      caret: '  ^'
    }
  ])
})

t.test('a secret is never quoted, nor is the line it stands in', async (t) => {
  const cases = [
    'rancher:\n  registry_auths:\n    hub: {password: [hunter2]}\n',
    'rancher:\n  registry_auths:\n    hub: {usrname: ann, password: hunter2}\n',
    'rancher:\n  registry_auths:\n    hub:\n      password: "hunter2\n',
    'rancher:\n  network:\n    wifi_networks:\n      home: {psk: {a: hunter2}}\n',
    'rancher:\n  ssh:\n    keys:\n      rsa: [hunter2]\n',
    'rancher: {ssh: {keys: {web: hunter2}}, autoformat: {}}\n',
    'rancher: {bootstrap_docker: {ca_cert: hunter2}}\n'
  ]
  for (const text of cases) {
    const printed = said(user(text)).join('\n')
    t.match(printed, /^cloud-config.yml:\d+:\d+: /, text)
    t.notMatch(printed, /hunter2/, text)
  }
})

t.test('a long line is cut to a window around the caret', async (t) => {
  const [printed = ''] = said(
    user(`runcmd: [${Array.from({ length: 60 }, (_, i) => `"cmd${i}"`).join(', ')}, {a: b}, ${'"x", '.repeat(60)}]\n`)
  )
  const [, source = '', caret = ''] = printed.split('\n')
  t.equal(source.length, 104)
  t.equal(source.slice(caret.length - 1, caret.length + 5), '{a: b}')
})

t.test('what a terminal would obey is not printed', async (t) => {
  t.equal(
    said(user('hostname: [a] # \u001b[2J\u0007\n'))[0],
    `cloud-config.yml: is not a text in UTF-8
  expected: a YAML text in UTF-8
  fix: save it as UTF-8; unpack it if it is compressed`
  )
  const [printed = ''] = said(user('hostname: ["\u0085\u2028"]\n'))
  t.equal(printed.split('\n')[1], '  hostname: ["  "]')
})

t.test('more problems than anybody reads are counted', async (t) => {
  const found = problemsOf(user(Array.from({ length: 500 }, (_, i) => `key${i}: 1\n`).join('')))
  t.equal(found.length, 201)
  t.match(found.at(-1), { code: 'ROS_DOC_MORE', severity: 'error', message: '300 more problems are not told' })
})

t.test('four times as many mistakes take about four times as long', async (t) => {
  let version = 0
  const spent = (count: number): number => {
    const services = Array.from({ length: count }, (_, i) => `    s${i}: {image: a, command: {a: b}}\n`)
    const before = process.cpuUsage()
    problemsOf(user(`# ${version++}\nrancher:\n  services:\n${services.join('')}`))
    return process.cpuUsage(before).user
  }
  spent(2000)
  const [few, many] = [Math.min(spent(1000), spent(1000)), Math.min(spent(4000), spent(4000))]
  t.ok(many < 10 * few, `${many / 1000} ms and ${few / 1000} ms`)
})
