import t from 'tap'
import { placeOf } from '../../src/document/document.ts'
import { built, layer, said, user } from './support.ts'

const about = (text: string) => layer('metadata', text)
const keys = (text: string) => `ssh_authorized_keys: [${text}]\n`

t.test('metadata fills gaps of the document and adds to its keys', async (t) => {
  const meta = about('{"hostname": "cloud", "ssh_authorized_keys": ["ssh-ed25519 AAAAC3 ann", "ssh-rsa AAAAB3 bob"]}\n')
  const both = ['ssh-ed25519 AAAAC3 ann', 'ssh-rsa AAAAB3 bob']
  const cases = [
    ['nothing else says anything', [], { hostname: 'cloud', ssh_authorized_keys: both }],
    ['the document has a name', [user('hostname: mine\n')], { hostname: 'mine' }],
    ['the kernel command line has a name', [layer('cmdline', 'cc.hostname=line')], { hostname: 'line' }],
    [
      'a lease has a name',
      [layer('lease', 'rancher: {network: {leases: {eth0: {ipv4: {hostname: leased}}}}}\n')],
      { hostname: 'cloud' }
    ],
    [
      'the document has keys: they come first, and none comes twice, whatever its comment',
      [user(keys("'ssh-rsa AAAAB3 me', 'ssh-ed25519 AAAAZ zoe'"))],
      { ssh_authorized_keys: ['ssh-rsa AAAAB3 me', 'ssh-ed25519 AAAAZ zoe', 'ssh-ed25519 AAAAC3 ann'] }
    ],
    ['the document wants no keys of its own', [user(keys(''))], { ssh_authorized_keys: both }]
  ] as const
  for (const [what, others, expected] of cases) t.match(built(...others, meta).data, expected, what)
  t.equal(placeOf(built(user(''), meta), 'hostname'), 'metadata:1:2', 'it says where it comes from')
})

t.test('a metadata file of RancherOS is understood', async (t) => {
  const { data } = built(
    user('write_files: [{path: /a, content: $public_ipv4}]\n'),
    about(
      'hostname: old\npublicipv4: 198.51.100.7\nsshpublickeys: {b: ssh-rsa AAAAB, a: ssh-rsa AAAAA}\nrootdisk: /dev/xvda\n'
    )
  )
  t.same(data, {
    hostname: 'old',
    write_files: [{ path: '/a', content: '198.51.100.7' }],
    ssh_authorized_keys: ['ssh-rsa AAAAA', 'ssh-rsa AAAAB'],
    rancher: { resize_device: '/dev/xvda' }
  })
})

t.test('a disk that the document names is not replaced', async (t) => {
  const own = user('rancher: {resize_device: /dev/sda}\n')
  t.equal(built(own, about('resize_device: /dev/xvda\n')).data.rancher?.resize_device, '/dev/sda')
})

t.test('metadata that is none changes nothing and refuses nothing', async (t) => {
  for (const text of ['', '- a\n', 'a: [\n', 'hostname: [x]\nssh_authorized_keys: 5\n', '\u0000'])
    t.same(said(user('hostname: mine\n'), about(text)), [], JSON.stringify(text))
})

t.test('$private_ipv4 and its like stand for addresses of the machine, in every file', async (t) => {
  const meta = about(
    'private_ipv4: 10.0.0.5\npublic_ipv4: 198.51.100.7\nprivate_ipv6: fd00::5\npublic_ipv6: 2001:db8::5\n'
  )
  const cases = [
    ['$private_ipv4', '10.0.0.5'],
    ['$public_ipv4 $private_ipv6 $public_ipv6', '198.51.100.7 fd00::5 2001:db8::5'],
    ['http://$private_ipv4:2379,$private_ipv4', 'http://10.0.0.5:2379,10.0.0.5'],
    ['\\$private_ipv4', '$private_ipv4'],
    ['$private_ipv4_old $privateipv4 $private', '$private_ipv4_old $privateipv4 $private']
  ] as const
  for (const [written, read] of cases) {
    for (const kind of ['oem', 'conf', 'user'] as const) {
      const text = `#cloud-config\nruncmd:\n- echo\n- [echo, '${written}']\n`
      t.same(built(layer(kind, text), meta).data.runcmd, ['echo', ['echo', read]], `${kind}: ${written}`)
    }
  }
  const address = user('rancher:\n  network:\n    interfaces:\n      eth0:\n        address: $private_ipv4/24\n')
  t.equal(built(address, meta).data.rancher?.network?.interfaces?.['eth0']?.address, '10.0.0.5/24')
  t.equal(built(layer('cmdline', 'cc.hostname=$private_ipv4x'), meta).data.hostname, undefined, 'not on a command line')
})

t.test('an address that nobody told stands for nothing, and that is said once at its first place', async (t) => {
  const text = 'runcmd:\n- echo "$public_ipv4" > /tmp/ip\n- echo $public_ipv4\n'
  t.same(built(user(text)).data.runcmd, ['echo "" > /tmp/ip', 'echo '])
  t.same(said(user(text), about('private_ipv4: 10.0.0.5\n')), [
    `cloud-config.yml:3:3: warning: \`$public_ipv4\` is not known here, and stands for nothing
  - echo "$public_ipv4" > /tmp/ip
    ^
  expected: an address in the machine's metadata
  fix: write the address itself, or \`\\$public_ipv4\` where these characters are meant`
  ])
})

t.test('new metadata is a new document', async (t) => {
  const text = user('hostname: a\nruncmd: [$private_ipv4]\n')
  t.same(built(text, about('private_ipv4: 10.0.0.1\n')).data.runcmd, ['10.0.0.1'])
  t.same(built(text, about('private_ipv4: 10.0.0.2\n')).data.runcmd, ['10.0.0.2'])
})

t.test('a host name that can be none is left out with a warning, and the rest of the metadata counts', async (t) => {
  const meta = about('hostname: "no name!"\nssh_authorized_keys: [ssh-ed25519 AAAAC3 ann]\nprivate_ipv4: 10.0.0.5\n')
  const doc = built(user('runcmd: [$private_ipv4]\n'), meta)
  t.equal(doc.data.hostname, undefined)
  t.match(doc.data, { runcmd: ['10.0.0.5'], ssh_authorized_keys: ['ssh-ed25519 AAAAC3 ann'] })
  t.match(
    doc.problems.filter(({ file }) => file === 'metadata'),
    [{ severity: 'warning', line: 1, key: 'hostname', message: /cannot be used here; it is left out$/ }]
  )
})
