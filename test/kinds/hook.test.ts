import t from 'tap'
import type { Action } from '../../src/core/action.ts'
import { hooks } from '../../src/core/hooks.ts'
import type { Key, Spec, Want } from '../../src/core/resource.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'
import { hook } from '../../src/kinds/hook.ts'
import { kinds } from '../../src/kinds/index.ts'
import { conform } from '../support/conform.ts'
import { desiredOf } from '../support/desired.ts'
import { machine } from '../support/fake-host.ts'
import { networkMachine, whyNoNamespace } from '../support/network-machine.ts'

const skip = (await whyNoNamespace()) ?? false
const signal = new AbortController().signal

type Network = NonNullable<NonNullable<CloudConfig['rancher']>['network']>

const of = (network: Network, links = ['eth0']) => desiredOf({ rancher: { network } }, links)

/** Every want of the network for a document, by key. */
function wants(network: Network, links?: readonly string[]): ReadonlyMap<Key, Want> {
  const desired = of(network, links === undefined ? undefined : [...links])
  const some = ['hook', 'link', 'address', 'route', 'dhcp'] as const
  return new Map(some.flatMap((kind) => [...(kinds.get(kind)?.want(desired) ?? [])]).map((want) => [want.key, want]))
}

/** A machine whose shell knows `fail N`; `ran` has the words after the log's arguments. */
function fake() {
  const ran: string[] = []
  const made = machine({
    parts: { wall: { now: () => 0 } },
    programs: {
      sh(argv) {
        ran.push(argv.slice(6).join('|'))
        return Number(/fail\|(\d+)/.exec(ran.at(-1) ?? '')?.[1] ?? 0)
      }
    }
  })
  const act = async (key: Key<'hook'>, to: Spec<'hook'> | null) => {
    const action = { id: '', key, verb: 'create', why: '', place: '', from: null, to, owned: null } as const
    const whole: Action<'hook'> = { ...action, needs: [], after: [], behind: [] }
    await hook.act(made.host, whole, signal)
  }
  const seen = async (key: Key<'hook'>) => (await hook.observe(made.host, [key], signal)).get(key) ?? null
  return { ...made, ran, act, seen }
}

t.test('hooks conform', async (t) => {
  const { host, ran } = fake()
  const desired = of({
    pre_cmds: ['echo "a b"', ' '],
    post_cmds: ['echo $iface.'],
    interfaces: { eth0: { pre_up: ['ethtool -K $iface tso off'], post_up: ['echo $iface'] } }
  })
  await conform(t, { kind: hook, host, desired, snapshot: () => [...ran], stays: 'what ran has run', final: true })
  t.strictSame(ran.toSorted(), ['echo|.', 'echo|a b', 'echo|eth0', 'ethtool|-K|eth0|tso|off'])
})

t.test('what comes before and after hooks', (t) => {
  const all = wants({
    pre_cmds: ['a'],
    post_cmds: ['b'],
    interfaces: {
      eth0: { pre_up: ['c'], post_up: ['d'], address: '10.0.0.2/24', gateway: '10.0.0.1', dhcp: true },
      br0: { pre_up: ['e'], address: '10.1.0.2/24' }
    }
  })
  const edges = [...all.values()].map(({ key, needs, follows }) => [key, needs, ...(follows ? [follows] : [])])
  t.strictSame(edges, [
    ['hook/pre_cmds', [], []],
    ['hook/pre_up:eth0', ['hook/pre_cmds'], []],
    ['hook/post_up:eth0', ['link/eth0', 'hook/pre_up:eth0'], ['link/eth0']],
    ['hook/post_cmds', [], ['link/br0', 'link/eth0', 'resolver/machine', 'firewall/machine']],
    ['link/br0', ['hook/pre_cmds']],
    ['link/eth0', ['hook/pre_cmds', 'hook/pre_up:eth0']],
    ['address/br0:10.1.0.2/24', ['link/br0', 'hook/pre_up:br0']],
    ['address/br0:only', ['link/br0', 'hook/pre_up:br0']],
    ['address/eth0:10.0.0.2/24', ['link/eth0', 'hook/pre_up:eth0']],
    ['route/main/default', ['link/eth0', 'hook/pre_up:eth0', 'address/eth0:10.0.0.2/24']],
    ['dhcp/eth0', ['container/system/network', 'link/eth0', 'hook/pre_up:eth0']]
  ])
  t.strictSame(
    [...wants({ interfaces: { eth0: { dhcp: true, pre_up: ['', ' '] } } }).keys()],
    ['link/eth0', 'dhcp/eth0']
  )
  t.end()
})

t.test('what makes hooks run again', (t) => {
  const first: Network = {
    pre_cmds: ['a'],
    interfaces: { eth0: { pre_up: ['b'], post_up: ['c'], mtu: 1400 }, eth1: { dhcp: true } }
  }
  const { eth0 = {} } = first.interfaces ?? {}
  const cases: readonly (readonly [string, Network, readonly string[]])[] = [
    ['the same in another order', { interfaces: { eth1: { dhcp: true }, eth0: { ...eth0 } }, pre_cmds: ['a'] }, []],
    ['a name server', { ...first, dns: { nameservers: ['1.1.1.1'] } }, []],
    [
      'its own command',
      { ...first, interfaces: { ...first.interfaces, eth0: { ...eth0, pre_up: ['x'] } } },
      ['pre_cmds', 'pre_up:eth0']
    ],
    [
      'its entry',
      { ...first, interfaces: { ...first.interfaces, eth0: { ...eth0, mtu: 1300 } } },
      ['pre_cmds', 'pre_up:eth0', 'post_up:eth0']
    ],
    ['another entry', { ...first, interfaces: { eth0, eth1: {} } }, ['pre_cmds']]
  ]
  const digests = (network: Network) => new Map(hooks(of(network)).map((one) => [one.key, one.of]))
  const before = digests(first)
  for (const [name, network, want] of cases) {
    const again = [...digests(network)].flatMap(([key, digest]) => (before.get(key) === digest ? [] : [key.slice(5)]))
    t.strictSame(again, want, name)
  }
  t.end()
})

t.test('a failure is told, keeps the rest from nothing and is not repeated', async (t) => {
  const { act, seen, ran } = fake()
  const spec = { lines: ['echo 1', 'fail 7', 'echo "', 'echo 3'], of: 'x' }
  const message =
    'pre_cmds: command 2 of 4 (fail 7) ended with code 7 and 1 more failed; its output is in /var/log/network-hooks.log; `ros service restart network` runs it again'
  await t.rejects(act('hook/pre_cmds', spec), { code: 'ROS_HOOK_FAILED', retry: 'never', message })
  t.strictSame(ran, ['echo|1', 'fail|7', 'echo|3'])
  const found = await seen('hook/pre_cmds')
  t.strictSame(found, { of: 'x', state: 'failed', message })
  const want = { key: 'hook/pre_cmds', spec, needs: [], from: '' } as const
  t.equal(hook.judge(want, found, null), null)
  t.equal(hook.ready, undefined, 'so what needs it goes on')
  t.equal(found === null ? null : hook.complain?.(want, found), message)
  await act('hook/pre_cmds', spec)
  t.equal(ran.length, 3)
})

t.test('one whose agent ended while it ran says so', async (t) => {
  const { seen, put } = fake()
  put('/run/ros/commands/pre_cmds.json', '{"state":"running","message":"2 commands","of":"x"}')
  const want = { key: 'hook/pre_cmds', spec: { lines: ['a'], of: 'x' }, needs: [], from: '' } as const
  const found = await seen('hook/pre_cmds')
  t.equal(hook.judge(want, found, null), null)
  t.match(found === null ? null : hook.complain?.(want, found), /the agent ended while the commands ran/)
})

t.test('hooks around a link of a real kernel', { skip }, async (t) => {
  const machine = await networkMachine()
  t.teardown(() => machine.stop())
  await machine.ip('link add v0 type veth peer name v1')
  const show = 'sh -c "ip -br address show $iface | tr -s \\" \\" | cut -d\\" \\" -f2,3"'
  const interfaces = {
    v0: { address: '10.0.0.1/24', pre_up: [show], post_up: [show, 'ip rule add iif $iface table 100'] }
  }
  const more = { pre_cmds: ['echo first'], post_cmds: ['ip -br rule show table 100'] }
  t.equal(
    await machine.apply({ ...more, interfaces }),
    [
      '+ hook pre_cmds: has not run in this boot',
      '~ link lo: down -> up',
      '+ hook pre_up:v0: has not run in this boot',
      '~ link v0: down -> up',
      '+ address v0:10.0.0.1/24: not there',
      '+ hook post_up:v0: has not run in this boot',
      '+ hook post_cmds: has not run in this boot',
      ''
    ].join('\n')
  )
  t.strictSame(
    machine.said().filter((line) => !line.includes(' + ')),
    ['first', 'DOWN ', 'LOWERLAYERDOWN 10.0.0.1/24', '32765:\tfrom all iif v0 lookup 100']
  )
  t.equal(await machine.apply({ ...more, interfaces }), '', 'and not again')
  const changed = { v0: { ...interfaces.v0, mtu: 1400 } }
  t.match(
    await machine.apply({ ...more, interfaces: changed }),
    /^~ hook pre_cmds.*\n~ hook pre_up:v0.*\n~ link v0: mtu.*\n~ hook post_up:v0.*\n~ hook post_cmds/s
  )
  t.equal(await machine.apply({ ...more, interfaces: changed }), '')
  await machine.ip('link delete v0')
  t.equal(
    await machine.apply({ ...more, interfaces: changed }),
    '- hook post_up:v0: no longer wanted\n- hook pre_up:v0: no longer wanted\n'
  )
})
