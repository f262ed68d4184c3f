import t from 'tap'
import { hierarchies } from '../../src/vm/cgroup.ts'
import { splitKeys } from '../../src/vm/pty-console.ts'
import { quote } from '../../src/vm/quote.ts'
import { sshArgv } from '../../src/vm/ssh.ts'
import { cable, freeOctet } from '../../src/vm/veth.ts'

t.test('each cable is a /30 of its own and carries its number in its name', async (t) => {
  t.strictSame(cable(0, 213), { name: 'rosd213n0', host: '10.213.0.1', guest: '10.213.0.2', prefix: 30 })
  t.strictSame(cable(65, 213), { name: 'rosd213n65', host: '10.213.1.5', guest: '10.213.1.6', prefix: 30 })
  t.strictSame(cable(16383, 214), {
    name: 'rosd214n16383',
    host: '10.214.255.253',
    guest: '10.214.255.254',
    prefix: 30
  })
  t.strictSame(cable(16384, 213), cable(0, 213))
  t.ok(cable(16383, 244).name.length <= 15, 'a name the kernel takes (IFNAMSIZ)')
})

t.test('networks the host has a route to are left alone, except our own', async (t) => {
  t.equal(freeOctet([]), 213)
  t.equal(
    freeOctet([
      { dst: 'default', dev: 'eth0' },
      { dst: '10.0.0.0/8', dev: 'wg0' }
    ]),
    213
  )
  t.equal(
    freeOctet([
      { dst: '10.213.0.0/16', dev: 'wg0' },
      { dst: '10.214.3.0/24', dev: 'wg0' }
    ]),
    215
  )
  t.equal(freeOctet([{ dst: '10.213.4.0/30', dev: 'rosd213n256' }]), 213)
  const all = Array.from({ length: 32 }, (_, i) => ({ dst: `10.${213 + i}.0.0/16`, dev: 'wg0' }))
  t.throws(() => freeOctet(all), /none is left for a machine/)
})

t.test('the control groups of hosts old, new and in between are found', async (t) => {
  const unified = 'cgroup2 /sys/fs/cgroup cgroup2 rw,nsdelegate 0 0\n'
  t.strictSame(hierarchies(unified, '0::/user.slice\n'), [
    { version: 2, mount: '/sys/fs/cgroup', own: '/user.slice', controllers: [] }
  ])
  const hybrid = [
    'cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0',
    'cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0',
    'cgroup /sys/fs/cgroup/systemd cgroup rw,xattr,name=systemd 0 0',
    'cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0'
  ].join('\n')
  const own = '4:memory:/a\n3:cpu,cpuacct:/b:c\n2:pids:/nowhere\n1:name=systemd:/\n0::/\n'
  t.strictSame(
    hierarchies(hybrid, own).map((each) => `${each.version} ${each.mount} ${each.own} ${each.controllers.join(' ')}`),
    [
      '1 /sys/fs/cgroup/memory /a memory',
      '1 /sys/fs/cgroup/cpu,cpuacct /b:c cpu cpuacct',
      '1 /sys/fs/cgroup/systemd / name=systemd',
      '2 /sys/fs/cgroup/unified / '
    ],
    'hierarchies that are mounted nowhere are passed over'
  )
})

t.test('keys go through, Ctrl-A X leaves, Ctrl-A Ctrl-A is a Ctrl-A', async (t) => {
  const typed = (...chunks: readonly string[]): { through: string; left: number } => {
    let through = ''
    let left = 0
    const keys = splitKeys(
      (bytes) => (through += bytes.toString('latin1')),
      () => left++
    )
    for (const chunk of chunks) keys(Buffer.from(chunk, 'latin1'))
    return { through, left }
  }
  t.strictSame(typed('ls\r', '\x03'), { through: 'ls\r\x03', left: 0 })
  t.strictSame(typed('a\x01xb'), { through: 'ab', left: 1 })
  t.strictSame(typed('\x01', 'X'), { through: '', left: 1 }, 'in two pieces')
  t.strictSame(typed('\x01\x01x'), { through: '\x01x', left: 0 })
  t.strictSame(typed('\x01hx'), { through: 'x', left: 0 }, 'anything else after Ctrl-A is dropped')
})

t.test('words reach a remote shell as they are', async (t) => {
  t.equal(quote('plain-word_1.0/%'), 'plain-word_1.0/%')
  t.equal(quote("it's $HOME"), `'it'\\''s $HOME'`)
  t.equal(quote(''), "''")
})

t.test("ssh reads and writes nobody's files but the key", async (t) => {
  const argv = sshArgv({ host: 'h', port: 22, user: 'rancher', identity: '/k' }, ['-t']).join(' ')
  for (const part of [
    '-F none',
    'UserKnownHostsFile=/dev/null',
    'ControlMaster=no',
    'IdentityFile=/k',
    'BatchMode=yes'
  ]) {
    t.match(argv, part)
  }
  t.match(argv, /-p 22 -t rancher@h$/)
})
