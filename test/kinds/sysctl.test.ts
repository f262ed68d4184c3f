import t from 'tap'
import { dotted, linkOf, pathOf, tidy } from '../../src/core/sysctl-name.ts'
import type { Key, Owned } from '../../src/core/resource.ts'
import { sysctl } from '../../src/kinds/sysctl.ts'
import { conform } from '../support/conform.ts'
import { desiredOf } from '../support/desired.ts'
import { type Machine, machine } from '../support/fake-host.ts'

const signal = new AbortController().signal
const SWAPPINESS: Key<'sysctl'> = 'sysctl/vm.swappiness'

/** A kernel that answers as Linux does. */
function kernel(path: string, text: string): string {
  const value = text.trim()
  if (path.endsWith('/ip_local_port_range')) return `${value.split(/\s+/).join('\t')}\n`
  if (path.endsWith('/nf_conntrack_buckets')) return `${Math.ceil(Number(value) / 512) * 512}\n`
  if (path.endsWith('/swappiness') && !(Number(value) <= 200))
    throw Object.assign(new Error('EINVAL: invalid argument, write'), { code: 'EINVAL' })
  return `${value}\n`
}

function fake(): Machine {
  return machine({
    kernel,
    files: {
      '/proc/sys/vm/swappiness': '60\n',
      '/proc/sys/net/ipv4/ip_local_port_range': '32768\t60999\n',
      '/proc/sys/net/netfilter/nf_conntrack_buckets': '1024\n',
      '/proc/sys/net/ipv4/conf/eth0.100/rp_filter': '0\n'
    }
  })
}

t.test('names mean what sysctl(8) takes them for', async (t) => {
  const table: readonly [string, string, string | null, string | null][] = [
    ['vm.swappiness', 'vm.swappiness', '/proc/sys/vm/swappiness', null],
    ['net/ipv4/ip_forward', 'net.ipv4.ip_forward', '/proc/sys/net/ipv4/ip_forward', null],
    [
      'net.ipv4.conf.eth0/100.rp_filter',
      'net.ipv4.conf.eth0/100.rp_filter',
      '/proc/sys/net/ipv4/conf/eth0.100/rp_filter',
      'eth0.100'
    ],
    [
      'net/ipv4/conf/eth0.100/rp_filter',
      'net.ipv4.conf.eth0/100.rp_filter',
      '/proc/sys/net/ipv4/conf/eth0.100/rp_filter',
      'eth0.100'
    ],
    ['net.ipv6.conf.all.forwarding', 'net.ipv6.conf.all.forwarding', '/proc/sys/net/ipv6/conf/all/forwarding', null],
    [
      'net.ipv4.conf.default.rp_filter',
      'net.ipv4.conf.default.rp_filter',
      '/proc/sys/net/ipv4/conf/default/rp_filter',
      null
    ],
    ['net/../../../etc/passwd', 'net.//.//.//.etc.passwd', null, null],
    ['vm..swappiness', 'vm..swappiness', null, null],
    ['', '', null, null]
  ]
  for (const [name, key, path, link] of table) {
    t.equal(dotted(name), key, `${name} is ${key}`)
    t.equal(pathOf(name), path, `${name} lies at ${path}`)
    t.equal(linkOf(name), link, `${name} belongs to ${link}`)
  }
  t.equal(tidy('32768\t60999\n'), '32768 60999')
})

t.test('a parameter waits for the module and the configured link it belongs to', async (t) => {
  const data = {
    rancher: {
      network: { interfaces: { 'eth*': { dhcp: true } } },
      sysctl: {
        'net.bridge.bridge-nf-call-iptables': '1',
        'net.netfilter.nf_conntrack_max': '99',
        'net.ipv4.conf.eth0.rp_filter': '1',
        'net.ipv4.conf.wg0.rp_filter': '1',
        'net.ipv4.conf.all.rp_filter': '1'
      }
    }
  }
  const needs = [...sysctl.want(desiredOf(data, ['eth0', 'wg0']))].map((want) => want.needs)
  t.strictSame(needs, [['module/br_netfilter'], ['module/nf_conntrack'], ['link/eth0'], [], []])
})

t.test('two spellings of one name are one parameter, and the last counts', async (t) => {
  const wants = [
    ...sysctl.want(desiredOf({ rancher: { sysctl: { 'net.ipv4.ip_forward': '1', 'net/ipv4/ip_forward': '0' } } }))
  ]
  t.strictSame(
    wants.map((want) => [want.key, want.spec.value]),
    [['sysctl/net.ipv4.ip_forward', '0']]
  )
})

t.test('parameters conform', async (t) => {
  const { host, snapshot } = fake()
  const values = {
    'vm.swappiness': '10',
    'net.ipv4.ip_local_port_range': '1024   65000',
    'net/ipv4/conf/eth0.100/rp_filter': '1'
  }
  await conform(t, { kind: sysctl, host, snapshot, desired: desiredOf({ rancher: { sysctl: values } }) })
})

t.test('a value the kernel rounds is written once and given back', async (t) => {
  const { host, snapshot, writes } = fake()
  await conform(t, {
    kind: sysctl,
    host,
    snapshot,
    desired: desiredOf({ rancher: { sysctl: { 'net.netfilter.nf_conntrack_buckets': '2000' } } })
  })
  t.match(writes.at(-1), /=1024$/, 'what stood before comes back, not what we wrote')
})

t.test('a parameter that came after the first look gets back what it came with', async (t) => {
  const { host, put, text } = fake()
  const [want] = [...sysctl.want(desiredOf({ rancher: { sysctl: { 'net.bridge.x': '1' } } }))]
  if (want === undefined) throw new Error('no want')
  const action = {
    id: 'a',
    key: want.key,
    verb: 'create',
    why: '',
    place: '',
    from: null,
    owned: null,
    needs: [],
    after: [],
    behind: []
  } as const
  put('/proc/sys/net/bridge/x', '7\n')
  await sysctl.act(host, { ...action, to: want.spec }, signal)
  await sysctl.act(host, { ...action, to: want.spec }, signal)
  const owned: Owned<'sysctl'> = { key: want.key, spec: want.spec, before: null, needs: [] }
  const seen = (await sysctl.observe(host, [want.key], signal)).get(want.key) ?? null
  t.match(sysctl.judge(null, seen, owned), { verb: 'delete', why: 'no longer wanted: 1 -> 7' })
  await sysctl.act(host, { ...action, verb: 'delete', from: seen, to: null, owned }, signal)
  t.equal(text('/proc/sys/net/bridge/x'), '7\n')
})

t.test('errors name the parameter, the value and the way out', async (t) => {
  const table: readonly [string, string, { code: string; message?: RegExp; retry?: string }][] = [
    ['vm.swappiness', '999', { code: 'ROS_SYSCTL_WRITE', message: /refused vm.swappiness = 999: EINVAL/ }],
    [
      'vm.swapiness',
      '1',
      {
        code: 'ROS_SYSCTL_MISSING',
        message: /no parameter vm.swapiness \(\/proc\/sys\/vm\/swapiness\); check the name/
      }
    ],
    ['net/../../x', '1', { code: 'ROS_SYSCTL_MISSING', retry: 'never' }]
  ]
  for (const [name, value, expected] of table) {
    const { host } = fake()
    for (const { key, spec } of sysctl.want(desiredOf({ rancher: { sysctl: { [name]: value } } }))) {
      const from = (await sysctl.observe(host, [key], signal)).get(key) ?? null
      const action = {
        id: 'a',
        key,
        verb: 'update',
        why: '',
        place: '',
        from,
        to: spec,
        owned: null,
        needs: [],
        after: [],
        behind: []
      } as const
      await t.rejects(sysctl.act(host, action, signal), expected, `${name} = ${value}`)
    }
  }
})

t.test('what somebody else changed is put right, what is right is left alone', async (t) => {
  const seen = { value: '60', wrote: null, before: null }
  const want = { key: SWAPPINESS, spec: { value: '10' }, needs: [], from: '' }
  t.strictSame(sysctl.judge(want, seen, null), { verb: 'update', why: '60 -> 10' })
  t.equal(sysctl.judge(want, { ...seen, value: '10' }, null), null)
  t.equal(
    sysctl.judge(null, seen, { key: SWAPPINESS, spec: { value: '10' }, needs: [], before: seen }),
    null,
    'already back'
  )
})
