import t from 'tap'
import { parseCmdline, splitCmdline } from '../../src/document/cmdline.ts'
import { provenance } from '../../src/document/document.ts'
import { showPath } from '../../src/document/path.ts'
import { commandLine } from '../../src/document/read.ts'
import { built, layer, said, user } from './support.ts'

t.test('arguments set keys', async (t) => {
  const cases = [
    ['cc.hostname=web', { hostname: 'web' }],
    ['rancher.debug=true', { rancher: { debug: true } }],
    ['rancher.recovery', { rancher: { recovery: true } }],
    ['rancher.state.wait', { rancher: { state: { wait: true } } }],
    ['rancher.state.dev=LABEL=RANCHER_STATE', { rancher: { state: { dev: 'LABEL=RANCHER_STATE' } } }],
    ['rancher.state.dev=', { rancher: { state: { dev: '' } } }],
    ['rancher.state.autoformat=[/dev/sda,/dev/vda]', { rancher: { state: { autoformat: ['/dev/sda', '/dev/vda'] } } }],
    ['rancher.state.autoformat=[/dev/sda, /dev/vda]', { rancher: { state: { autoformat: ['/dev/sda', '/dev/vda'] } } }],
    [
      'rancher.cloud_init.datasources=[url:http://example.org/a?b=c,configdrive]',
      { rancher: { cloud_init: { datasources: ['url:http://example.org/a?b=c', 'configdrive'] } } }
    ],
    ['rancher.password=a:#b', { rancher: { password: 'a:#b' } }],
    ['rancher.password=0123', { rancher: { password: '0123' } }],
    ['rancher.password={x', { rancher: { password: '{x' } }],
    ['rancher.password=*x', { rancher: { password: '*x' } }],
    ['rancher.password="a b"', { rancher: { password: 'a b' } }],
    ["rancher.password='a b'", { rancher: { password: 'a b' } }],
    ['"rancher.password=a b"', { rancher: { password: 'a b' } }],
    ['rancher.shutdown_timeout=30', { rancher: { shutdown_timeout: 30 } }],
    ['rancher.sysctl.net.ipv4.ip_forward=1', { rancher: { sysctl: { 'net.ipv4.ip_forward': '1' } } }],
    [
      'rancher.network.interfaces.eth*.dhcp=false',
      { rancher: { network: { interfaces: { 'eth*': { dhcp: false } } } } }
    ],
    [
      'rancher.network.interfaces.eth0.100.address=10.0.0.1/8',
      { rancher: { network: { interfaces: { 'eth0.100': { address: '10.0.0.1/8' } } } } }
    ],
    [
      'rancher.network.interfaces.mac:52:54:00:12:34:56.dhcp=true',
      { rancher: { network: { interfaces: { 'mac:52:54:00:12:34:56': { dhcp: true } } } } }
    ],
    [
      'rancher.services.web={image: nginx, ports: ["80:80"]}',
      { rancher: { services: { web: { image: 'nginx', ports: ['80:80'] } } } }
    ],
    ['rancher.autologin=tty1', { rancher: { autologin: ['tty1'] } }],
    ['rancher.autologin=tty1 quiet rancher.autologin=ttyS0', { rancher: { autologin: ['tty1', 'ttyS0'] } }],
    ['rancher.debug=true rancher.debug=false', { rancher: { debug: false } }],
    ['cc.runcmd=[[echo,hi],date]', { runcmd: [['echo', 'hi'], 'date'] }],
    ['console=ttyS0 quiet panic=10 root=/dev/vda ranchers.debug=true', {}],
    ['', {}]
  ] as const
  for (const [text, wanted] of cases) {
    const { rancher, ...rest } = built(...commandLine(text)).data
    // debug brings debug of the engines with it, which is not what is asked here
    const { docker: _d, system_docker: _s, log: _l, ...own } = rancher ?? {}
    t.same({ ...rest, ...(rancher === undefined ? {} : { rancher: own }) }, wanted, text)
  }
})

t.test('arguments outrank files, and null takes away', async (t) => {
  const file = user('hostname: file\nrancher: {sysctl: {a.b: 1, c.d: 2}}\n')
  const doc = built(file, ...commandLine('quiet cc.hostname=line rancher.sysctl.a.b=null'))
  t.same(doc.data, { hostname: 'line', rancher: { sysctl: { 'c.d': '2' } } })
  t.match(provenance(doc, 'hostname'), { layer: 'kernel command line', line: 1, column: 7 })
})

t.test('what stands after -- is for init, and outranks the rest', async (t) => {
  const text = 'quiet rancher.debug=false cc.hostname=a -- rancher.password=secret cc.hostname=b\n'
  t.same(splitCmdline(text), {
    kernel: 'quiet rancher.debug=false cc.hostname=a ',
    init: ' rancher.password=secret cc.hostname=b\n'
  })
  const layers = commandLine(text)
  t.same(
    layers.map(({ kind }) => kind),
    ['cmdline', 'arguments']
  )
  t.equal(built(...layers).data.hostname, 'b')
  t.notMatch(layers[0]?.text, /secret/)
  t.same(splitCmdline('a=-- b--'), { kernel: 'a=-- b--', init: '' }, 'only a word of its own')
})

t.test(
  'an argument that cannot be used is left out with a warning, for it cannot be mended while the machine runs',
  async (t) => {
    const text = 'rancher.ssh.port=99999 rancher.foo=1 rancher.debug=false rancher.network.interfaces.eth0.dhpc=true'
    const doc = built(...commandLine(text))
    t.same(doc.data, { rancher: { debug: false } })
    t.same(said(...commandLine(text)), [
      `kernel command line:1:18: warning: rancher.ssh.port: \`99999\` is too large; the argument is left out
  rancher.ssh.port=99999 rancher.foo=1 rancher.debug=false rancher.network.interfaces.eth0.dhpc=true
                   ^
  expected: at most 65535
  fix: change it to fit`,
      `kernel command line:1:24: warning: rancher.foo: unknown key; the argument is left out
  rancher.ssh.port=99999 rancher.foo=1 rancher.debug=false rancher.network.interfaces.eth0.dhpc=true
                         ^
  expected: a key that \`ros config explain rancher\` lists
  fix: remove it`,
      `kernel command line:1:58: warning: rancher.network.interfaces.eth0.dhpc: unknown key, did you mean \`dhcp\`?; the argument is left out
  rancher.ssh.port=99999 rancher.foo=1 rancher.debug=false rancher.network.interfaces.eth0.dhpc=true
                                                           ^
  expected: a key that \`ros config explain rancher.network.interfaces.eth0\` lists
  fix: rename it to \`dhcp\``
    ])
  }
)

t.test('a command line with a password on it is not quoted', async (t) => {
  t.notMatch(said(...commandLine('rancher.password=hunter2 rancher.foo=1')).join('\n'), /hunter2/)
})

t.test('words end where the kernel ends them', async (t) => {
  const cases = [
    ['rancher.a=1 rancher.b=2', ['rancher.a', 'rancher.b']],
    ['  rancher.a=[1, {x: 2}]\trancher.b="c d"\n', ['rancher.a', 'rancher.b']],
    ['rancher.a="[" rancher.b=1', ['rancher.a', 'rancher.b']],
    ['rancher.a=] rancher.b=1', ['rancher.a', 'rancher.b']],
    ['rancher. cc. =x rancher', []]
  ] as const
  for (const [text, keys] of cases)
    t.same(
      parseCmdline(text, 0).map(({ path }) => showPath(path)),
      keys,
      text
    )
})

t.test('layers of arguments go where their kind says', async (t) => {
  const doc = built(layer('cmdline', 'cc.hostname=a'), layer('arguments', 'cc.hostname=b'))
  t.equal(doc.data.hostname, 'b')
})
