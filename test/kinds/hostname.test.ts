import t from 'tap'
import { namesOf, ownNames, withOwnNames } from '../../src/core/hosts.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'
import { hostname } from '../../src/kinds/hostname.ts'
import { conform } from '../support/conform.ts'
import { desiredOf } from '../support/desired.ts'
import { machine } from '../support/fake-host.ts'

const KERNEL = '/proc/sys/kernel/hostname'
const HOSTS = '127.0.0.1 localhost\n::1 localhost\n# mine\n10.0.0.1 db # 127.0.1.1 not\n'

t.test('only the line of 127.0.1.1 changes in /etc/hosts', async (t) => {
  const table: readonly [string, string | null, string][] = [
    [HOSTS, 'web-1', '127.0.0.1 localhost\n127.0.1.1 web-1\n::1 localhost\n# mine\n10.0.0.1 db # 127.0.1.1 not\n'],
    ['127.0.0.1 localhost\n', 'web-1', '127.0.0.1 localhost\n127.0.1.1 web-1\n'],
    ['a b\n127.0.1.1\told name # was\nc d\n127.0.1.1 twice\n', 'web-1', 'a b\n127.0.1.1 web-1\nc d\n'],
    ['', 'web-1', '127.0.0.1 localhost\n127.0.1.1 web-1\n'],
    ['a b\n127.0.1.1 old\n', null, 'a b\n'],
    ['a b', 'web-1', '127.0.1.1 web-1\na b'],
    ['a b\n\nc d\n\n\n', 'web-1', '127.0.1.1 web-1\na b\n\nc d\n']
  ]
  for (const [text, names, expected] of table) t.equal(withOwnNames(text, names), expected)
  t.equal(ownNames('127.0.1.1\told   name # was\n'), 'old name')
  t.equal(ownNames(HOSTS), null)
  t.equal(namesOf('web-1.example.org'), 'web-1.example.org web-1')
})

t.test('the host name conforms, and its files keep their modes', async (t) => {
  const { host, snapshot, files, put, text } = machine({ files: { [KERNEL]: 'image\n', '/etc/hosts': HOSTS } })
  put('/etc/hostname', 'image\n', { mode: 0o600 })
  await conform(t, { kind: hostname, host, snapshot, desired: desiredOf({ hostname: 'web-1.example.org' }) })
  await conform(t, {
    kind: hostname,
    host,
    snapshot: () => text(KERNEL),
    desired: desiredOf({ hostname: 'web-2' }),
    without: desiredOf({ rancher: { defaults: { hostname: 'web-2' } } }),
    stays: 'the default is the same name'
  })
  t.equal(files.get('/etc/hostname')?.mode, 0o600)
  t.equal(text('/etc/hosts'), withOwnNames(HOSTS, 'web-2'))
})

t.test('without a name of its own the machine takes the default, without that nothing', async (t) => {
  const name = (data: object) => [...hostname.want(desiredOf(data))].map((want) => [want.spec.name, want.from])
  t.strictSame(name({ hostname: 'a', rancher: { defaults: { hostname: 'b' } } }), [['a', 'hostname']])
  t.strictSame(name({ rancher: { defaults: { hostname: 'b' } } }), [['b', 'rancher.defaults.hostname']])
  t.strictSame(name({ hostname: '', rancher: { defaults: { hostname: 'b' } } }), [['b', 'rancher.defaults.hostname']])
  t.strictSame(name({}), [])
})

t.test('a name that DHCP gives counts where the document has none, and the interface does not refuse it', async (t) => {
  const leases = { eth0: { ipv4: { hostname: 'guest7' } }, eth1: { ipv4: { hostname: 'guest8' } } }
  const defaults = { hostname: 'rosd' }
  const ask = { dhcp: true }
  const refuse = { dhcp: true, dhcp_use: { hostname: false } }
  const cases: readonly (readonly [string, CloudConfig, string])[] = [
    ['the first by name', { rancher: { defaults, network: { leases, interfaces: { 'eth*': ask } } } }, 'guest7'],
    [
      'the first by metric',
      { rancher: { defaults, network: { leases, interfaces: { eth0: ask, eth1: { ...ask, metric: 5 } } } } },
      'guest8'
    ],
    [
      'one interface refuses',
      { rancher: { defaults, network: { leases, interfaces: { eth0: refuse, eth1: ask } } } },
      'guest8'
    ],
    ['all refuse', { rancher: { defaults, network: { leases, interfaces: { 'eth*': refuse } } } }, 'rosd'],
    ['the document’s', { hostname: 'mine', rancher: { network: { leases, interfaces: { 'eth*': ask } } } }, 'mine']
  ]
  for (const [what, data, expected] of cases) {
    const [want] = [...hostname.want(desiredOf(data, ['eth0', 'eth1']))]
    t.equal(want?.spec.name, expected, what)
  }
})

t.test('a file that the document writes itself is left to it', async (t) => {
  const write_files = [
    { path: '/etc/hosts', content: 'x' },
    { path: '/etc/hostname', content: 'y', container: 'ntp' }
  ]
  const [want] = [...hostname.want(desiredOf({ hostname: 'a', write_files }))]
  t.strictSame(want?.spec, { name: 'a', file: true, hosts: false })
  const { host, text } = machine({ files: { [KERNEL]: 'old\n', '/etc/hosts': 'x' } })
  const action = {
    id: 'a',
    key: 'hostname/machine',
    verb: 'update',
    why: '',
    place: '',
    from: null,
    owned: null,
    needs: [],
    after: []
  } as const
  await hostname.act(host, { ...action, to: want?.spec ?? null, behind: [] }, new AbortController().signal)
  t.equal(text('/etc/hosts'), 'x')
  t.equal(text('/etc/hostname'), 'a\n')
})

t.test('drift says what drifted', async (t) => {
  const want = { key: 'hostname/machine', spec: { name: 'a', file: true, hosts: true }, needs: [], from: '' } as const
  const right = { name: 'a', file: 'a', hosts: 'a' }
  t.equal(hostname.judge(want, right, null), null)
  t.match(hostname.judge(want, { ...right, name: 'b' }, null), { why: 'b -> a' })
  t.match(hostname.judge(want, { ...right, file: null }, null), { why: '/etc/hostname says nothing' })
  t.match(hostname.judge(want, { ...right, hosts: 'b' }, null), { why: '/etc/hosts has b for 127.0.1.1' })
})
