import t from 'tap'
import type { Seen, Want } from '../../src/core/resource.ts'
import type { CloudConfig, NetworkInterface } from '../../src/document/types.gen.ts'
import type { Host } from '../../src/host/ports.ts'
import { less } from '../../src/kinds/dhcp/arguments.ts'
import { dhcp } from '../../src/kinds/dhcp.ts'
import { desiredOf } from '../support/desired.ts'

const OURS = ['--script', '/usr/lib/rosd/services/dhcpcd-hook', '--timeout', '10', '--background']

function wants(network: NonNullable<CloudConfig['rancher']>['network'] & {}, defaults = {}): readonly Want<'dhcp'>[] {
  return [...dhcp.want(desiredOf({ rancher: { network, defaults } }, ['eth0', 'eth1', 'eth2']))]
}

t.test('every link with `dhcp` wants a client of its own', async (t) => {
  const found = wants({ interfaces: { 'eth*': { dhcp: true }, eth1: { dhcp: false }, eth2: {} } })
  t.same(found, [
    {
      key: 'dhcp/eth0',
      spec: { dev: 'eth0', args: ['-A4', ...OURS], config: [], broken: null },
      needs: ['container/system/network', 'link/eth0'],
      from: 'rancher.network.interfaces.eth*.dhcp'
    }
  ])
})

t.test('`dhcp_args` take the place of the standard ones, but for the manager of all links', async (t) => {
  const cases: readonly (readonly [given: string, args: readonly string[], broken?: string])[] = [
    ['-4 --nogateway', ['-4', '--nogateway', '--noipv4ll']],
    ['-MA4', ['-A4']],
    ['-M --manager -d', ['-d', '--noipv4ll']],
    ['-h "My Host"', ['-h', 'My Host', '--noipv4ll']],
    ['-hMyHost', ['-hMyHost', '--noipv4ll']],
    ['', ['-A4']],
    ['-h "My', ['--noipv4ll'], 'a " is not closed in: -h "My']
  ]
  for (const [dhcp_args, args, broken = null] of cases) {
    const [want] = wants({ interfaces: { eth0: { dhcp: true, dhcp_args } } })
    t.same(want?.spec, { dev: 'eth0', args: [...args, ...OURS], config: [], broken }, dhcp_args)
  }
})

t.test('each key of an interface has its words for dhcpcd', async (t) => {
  const six = ['interface eth0', 'noipv6rs']
  const conf = ['--config', '/run/ros/dhcp/eth0.conf']
  const none = '--nooption static_routes,classless_static_routes,ms_classless_static_routes'.split(' ')
  const cases: readonly (readonly [NetworkInterface, args: readonly string[], config?: readonly string[]])[] = [
    [{ dhcp: true, metric: 50 }, ['-A4', '--metric', '50']],
    [{ dhcp: true, dhcp_hostname: 'printer' }, ['-A4', '--hostname=printer']],
    [{ dhcp: true, dhcp_hostname: 'false' }, ['-A4', '--hostname=']],
    [{ dhcp: true, dhcp_hostname: 'true' }, ['-A4']],
    [{ dhcp: true, dhcp_client_id: 'mac' }, ['-A4', '--clientid=']],
    [{ dhcp: true, dhcp_client_id: 'duid' }, ['-A4', '--duid']],
    [{ dhcp: true, dhcp_client_id: '-x' }, ['-A4', '--clientid=-x']],
    [{ dhcp: true, dhcp_use: { routes: false, dns: false } }, ['-A4', '--nogateway', ...none]],
    [{ dhcp: true, dhcp_args: '-4 -d', metric: 50 }, ['-4', '-d', '--noipv4ll', '--metric', '50']],
    [{ ipv4ll: true }, ['-4', '--nodhcp']],
    [{ dhcp: true, ipv4ll: true }, ['-4']],
    [{ dhcp: true, dhcp6: true }, ['-A', ...conf], [...six, 'ia_na 1']],
    [{ dhcp6: true }, ['-A6', ...conf], [...six, 'ia_na 1']],
    [
      { prefix_delegation: { to: { lan0: {}, lan1: { id: 2, prefix: 72 } } } },
      ['-A6', ...conf],
      [...six, 'ia_pd 2/::/56 lan0/0/64 lan1/2/72']
    ],
    [
      { dhcp6: true, dhcp_args: '-A -d', prefix_delegation: { prefix: 60, to: { lan0: { id: 1 } } } },
      ['-A', '-d', ...conf],
      [...six, 'ia_na 1', 'ia_pd 2/::/60 lan0/1/64']
    ]
  ]
  for (const [entry, args, config = []] of cases) {
    const [want] = wants({ interfaces: { eth0: entry } })
    t.same(want?.spec, { dev: 'eth0', args: [...args, ...OURS], config, broken: null }, JSON.stringify(entry))
  }
  const [want] = wants({
    interfaces: { eth0: { prefix_delegation: { to: { eth1: {}, eth0: {}, lan9: {} } } }, eth1: {} }
  })
  t.same(want?.needs, ['container/system/network', 'link/eth0', 'link/eth1'])
  t.equal(want?.from, 'rancher.network.interfaces.eth0.prefix_delegation')
})

t.test('a client that is to ask for less gives back what it has', async (t) => {
  const six = ['interface eth0', 'noipv6rs', 'ia_na 1']
  const cases: readonly (readonly [
    string,
    readonly string[],
    readonly string[],
    readonly string[],
    readonly string[],
    boolean
  ])[] = [
    ['the same', ['-A'], six, ['-A'], six, false],
    ['other arguments', ['-A4'], [], ['-4'], [], false],
    ['IPv6 as well', ['-A4'], [], ['-A'], six, false],
    ['a prefix as well', ['-A'], six, ['-A'], [...six, 'ia_pd 2/::/56 lan0/0/64'], false],
    ['no IPv6', ['-A'], six, ['-A4'], [], true],
    ['no IPv4', ['-A'], six, ['-A6'], six, true],
    ['another prefix', ['-A'], [...six, 'ia_pd 2/::/56 lan0/0/64'], ['-A'], [...six, 'ia_pd 2/::/56 lan1/0/64'], true]
  ]
  for (const [what, args, config, next, ought, expected] of cases)
    t.equal(less({ args, config }, { dev: 'eth0', args: next, config: ought, broken: null }), expected, what)
})

t.test('the time limit is the document’s, else the image’s, else ten seconds', async (t) => {
  const eth0 = { interfaces: { eth0: { dhcp: true } } }
  const limit = (found: readonly Want<'dhcp'>[]) => found[0]?.spec.args.at(-2)
  t.equal(limit(wants({ ...eth0, dhcp_timeout: 5 }, { network: { dhcp_timeout: 20 } })), '5')
  t.equal(limit(wants({ ...eth0, dhcp_timeout: 0 }, { network: { dhcp_timeout: 20 } })), '20')
  t.equal(limit(wants(eth0)), '10')
})

t.test('judge', async (t) => {
  const [want] = wants({ interfaces: { eth0: { dhcp: true } } })
  if (want === undefined) throw new Error('no client is wanted')
  const args = want.spec.args
  const cases: readonly (readonly [string, Want<'dhcp'> | null, Seen<'dhcp'> | null, string | null])[] = [
    ['as wanted', want, { pid: 7, args, config: [], lost: false }, null],
    ['never started', want, null, 'create: not started yet'],
    ['dead', want, { pid: null, args, config: [], lost: false }, 'create: dhcpcd ended'],
    ['started by hand', want, { pid: 7, args: null, config: [], lost: false }, 'update: somebody else started it'],
    ['other arguments', want, { pid: 7, args: ['-4'], config: [], lost: false }, `update: -4 -> ${args.join(' ')}`],
    [
      'its layer removed',
      want,
      { pid: 7, args, config: [], lost: true },
      'update: what the server said was removed from /run/ros/leases'
    ],
    ['broken', { ...want, spec: { ...want.spec, broken: 'a " is not closed' } }, null, 'create: a " is not closed'],
    ['no longer wanted', null, { pid: 7, args, config: [], lost: false }, 'delete: no longer wanted'],
    ['no longer wanted and dead', null, { pid: null, args, config: [], lost: false }, 'delete: no longer wanted'],
    ['gone', null, null, null]
  ]
  for (const [what, wanted, found, verdict] of cases) {
    const judgement = dhcp.judge(wanted, found, null)
    t.equal(judgement === null ? null : `${judgement.verb}: ${judgement.why}`, verdict, what)
  }
})

t.test('a client is ours by its record, never by its name', async (t) => {
  t.match(dhcp.claims?.('dhcp/eth0', { pid: 7, args: ['-4'], config: [], lost: false }), {
    spec: { dev: 'eth0', args: ['-4'] },
    before: null
  })
  t.equal(dhcp.claims?.('dhcp/eth0', { pid: 7, args: null, config: [], lost: false }), null)
})

/** A machine of files, where the only program answers as it is told. */
/** A lease left on eth0 beside a fixed address, and another link's lease. */
const ADDRESSES = [
  { dev: 'eth0', cidr: '10.0.0.9/24', family: 4, dynamic: true },
  { dev: 'eth0', cidr: '192.0.2.1/24', family: 4, dynamic: false },
  { dev: 'eth1', cidr: '10.0.1.9/24', family: 4, dynamic: true }
]

function scripted(files: Readonly<Record<string, string>>, answer: { code: number; output: string }) {
  const commands: string[] = []
  const host = {
    files: {
      read: async (path: string) => files[path] ?? null,
      list: async (folder: string) =>
        Object.keys(files).flatMap((path) => (path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : [])),
      remove: async (path: string) => void commands.push(`remove ${path}`),
      writeAtomic: async (path: string) => void commands.push(`write ${path}`)
    },
    network: {
      look: async () => ({ links: [], routes: [], addresses: ADDRESSES }),
      change: async (argv: readonly string[]) => void commands.push(`ip ${argv.join(' ')}`)
    },
    docker: {
      system: { exec: async (_name: string, argv: readonly string[]) => (commands.push(argv.join(' ')), answer) }
    }
  } as unknown as Host // the kind asks for nothing else
  return { host, commands }
}

t.test('a pid that went to another program is no client, half a record is ours', async (t) => {
  const { host } = scripted(
    {
      '/run/dhcpcd/eth0-4.pid': '7\n',
      '/proc/7/cmdline': 'sh\0',
      '/run/ros/dhcp/eth0.json': '{"args":["-4"]}',
      '/run/dhcpcd/eth1.pid': '8\n',
      '/proc/8/cmdline': 'dhcpcd: eth1\0',
      '/run/ros/dhcp/eth2.json': '{"ar'
    },
    { code: 0, output: '' }
  )
  const seen = await dhcp.observe(host, ['dhcp/eth0', 'dhcp/eth1', 'dhcp/eth7'], AbortSignal.timeout(1_000))
  t.same(Object.fromEntries(seen), {
    'dhcp/eth0': { pid: null, args: ['-4'], config: [], lost: false },
    'dhcp/eth1': { pid: 8, args: null, config: [], lost: false },
    'dhcp/eth2': { pid: null, args: [], config: [], lost: false }
  })
})

t.test('a lease whose layer was removed is asked for anew, what an ended client left is taken away', async (t) => {
  const json = '{"args":["-4"]}'
  const { host } = scripted(
    {
      '/run/ros/dhcp/eth0.json': json,
      '/run/ros/dhcp/eth0.lease': '{}',
      '/run/ros/dhcp/eth0,6.lease': '{}',
      '/run/ros/leases/eth0,6.yml': '',
      '/run/ros/dhcp/eth1.json': json,
      '/run/ros/leases/eth1.yml': '',
      '/run/ros/leases/eth2,6.yml': '',
      '/run/ros/leases/.eth4.yml.new': '',
      '/run/dhcpcd/eth3.pid': '8',
      '/proc/8/cmdline': 'dhcpcd: eth3\0',
      '/run/ros/leases/eth3.yml': ''
    },
    { code: 0, output: '' }
  )
  const found = await dhcp.observe(host, ['dhcp/eth3'], AbortSignal.timeout(1_000))
  const ours = { pid: null, args: ['-4'], config: [] }
  t.same(Object.fromEntries(found), {
    'dhcp/eth0': { ...ours, lost: true },
    'dhcp/eth1': { ...ours, lost: false },
    'dhcp/eth2': { pid: null, args: [], config: [], lost: true },
    'dhcp/eth3': { pid: 8, args: null, config: [], lost: false }
  })
  t.match(dhcp.claims?.('dhcp/eth2', { pid: null, args: [], config: [], lost: true }), { key: 'dhcp/eth2' })
})

t.test('what dhcpcd complains of is told; that it ended by itself is no complaint', async (t) => {
  const files = { '/run/dhcpcd/eth0-4.pid': '7\n', '/proc/7/cmdline': 'dhcpcd\0' }
  const action = {
    id: '',
    key: 'dhcp/eth0',
    verb: 'delete',
    why: '',
    place: '',
    from: null,
    to: null,
    owned: null,
    needs: [],
    after: [],
    behind: []
  } as const
  const signal = AbortSignal.timeout(1_000)
  const gone = scripted(files, { code: 1, output: 'dhcpcd is not running\n' })
  await dhcp.act(gone.host, action, signal)
  t.same(gone.commands, [
    '/usr/sbin/dhcpcd -4 --release eth0',
    'ip address delete 10.0.0.9/24 dev eth0',
    'remove /run/ros/dhcp/eth0.lease',
    'remove /run/ros/leases/eth0.yml',
    'remove /run/ros/dhcp/eth0,6.lease',
    'remove /run/ros/leases/eth0,6.yml',
    'remove /run/ros/dhcp/eth0.conf',
    'remove /run/ros/dhcp/eth0.json'
  ])
  const refused = scripted(files, { code: 1, output: 'dhcpcd-10.1.0 starting\nno such interface\n' })
  await t.rejects(dhcp.act(refused.host, action, signal), {
    code: 'ROS_DHCP',
    message: /container network: exit code 1: .*no such interface/
  })
  const to = { dev: 'eth0', args: [], config: [], broken: 'a " is not closed' }
  await t.rejects(dhcp.act(refused.host, { ...action, to }, signal), { code: 'ROS_DHCP', retry: 'never' })
})
