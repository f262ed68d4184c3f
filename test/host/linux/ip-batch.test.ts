import t from 'tap'
import { changer, type Run } from '../../../src/host/linux/ip-batch.ts'
import { networkMachine, whyNoNamespace } from '../../support/network-machine.ts'

const skip = (await whyNoNamespace()) ?? false

/** Notes what is run and lets it succeed, or fail as `ip` does. */
function noted(stderr = '') {
  const calls: string[] = []
  const program: Run = async (argv, { input }) => {
    calls.push(input === undefined ? argv.join(' ') : `${argv.join(' ')}: ${input.trimEnd().replaceAll('\n', '; ')}`)
    return { code: stderr === '' ? 0 : 1, stdout: '', stderr }
  }
  return { calls, change: changer(program) }
}

t.test('what is asked for at once goes in one process, in order', async (t) => {
  const { calls, change } = noted()
  await Promise.all([
    change(['link', 'set', 'dev', 'a', 'up']),
    change(['link', 'set', 'dev', 'b', 'alias', "it's b"], ['link', 'set', 'dev', 'b', 'up']),
    change(['address', 'replace', '10.0.0.1/24', 'dev', 'a'])
  ])
  t.same(calls, [
    `ip -force -batch -: link set dev a up; link set dev b alias "it's b"; link set dev b up; address replace 10.0.0.1/24 dev a`
  ])
})

t.test('one alone is a process of its own, and stops where it fails', async (t) => {
  const { calls, change } = noted('Error: No such thing.')
  await t.rejects(change(['link', 'set', 'dev', 'a', 'up'], ['link', 'set', 'dev', 'a', 'mtu', '9']), {
    message: 'ip link set dev a up: No such thing.'
  })
  t.same(calls, ['ip link set dev a up'])
})

t.test('three links that go are a group', async (t) => {
  const { calls, change } = noted()
  await Promise.all([
    ...['a', 'b', 'c'].map((name) => change(['link', 'delete', 'dev', name])),
    change(['link', 'delete', 'dev', 'd'], ['link', 'add', 'name', 'd', 'type', 'dummy'])
  ])
  t.same(calls, [
    'ip -force -batch -: link set dev a group 1380930372; link set dev b group 1380930372; link set dev c group 1380930372; link delete dev d; link add name d type dummy; link delete group 1380930372'
  ])
})

t.test('what a line of a batch can not hold goes alone', async (t) => {
  const { calls, change } = noted()
  const alias = (text: string) => change(['link', 'set', 'dev', 'a', 'alias', text])
  await Promise.all([alias('x'), alias('y z'), alias(`'"`), alias('w')])
  t.same(calls, [
    `ip -force -batch -: link set dev a alias x; link set dev a alias 'y z'`,
    `ip link set dev a alias '"`,
    'ip link set dev a alias w'
  ])
})

t.test('an error without a line is everybody’s', async (t) => {
  const { change } = noted('Cannot open netlink socket: Permission denied')
  const said = await Promise.allSettled([
    change(['link', 'set', 'dev', 'a', 'up']),
    change(['link', 'set', 'dev', 'b', 'up'])
  ])
  t.same(
    said.map((one) => (one.status === 'rejected' ? String((one.reason as Error).message) : '')),
    ['a', 'b'].map((dev) => `ip link set dev ${dev} up: Cannot open netlink socket: Permission denied`)
  )
})

t.test('the real ip: each hears what became of his own', { skip }, async (t) => {
  const net = await networkMachine()
  t.teardown(() => net.stop())
  const names = Array.from({ length: 40 }, (_, i) => `b${i}`)
  await Promise.all(names.map((name) => net.host.network.change(['link', 'add', 'name', name, 'type', 'bridge'])))
  const said = await Promise.allSettled([
    net.host.network.change(['link', 'set', 'dev', 'b0', 'alias', "it's me"]),
    net.host.network.change(['link', 'set', 'dev', 'b1', 'mtu', '70000000']),
    net.host.network.change(['link', 'set', 'dev', 'none', 'up'], ['link', 'set', 'dev', 'b2', 'alias', 'goes on']),
    net.host.network.change(['link', 'set', 'dev', 'b3', 'nonsense']),
    net.host.network.change(['link', 'set', 'dev', 'b4', 'alias', 'behind a word ip does not know'])
  ])
  t.same(
    said.map((one) => (one.status === 'rejected' ? String((one.reason as Error).message).replace(/;.*/, '') : 'done')),
    [
      'done',
      'ip link set dev b1 mtu 70000000: mtu greater than device maximum.',
      'ip link set dev none up: Cannot find device "none"',
      'ip link set dev b3 nonsense: either "dev" is duplicate, or "nonsense" is a garbage.',
      'done'
    ]
  )
  const { links } = await net.host.network.look()
  t.same(
    links.flatMap(({ name, alias }) => (alias === '' ? [] : [`${name}: ${alias}`])),
    ["b0: it's me", 'b2: goes on', 'b4: behind a word ip does not know']
  )
  net.starts()
  await Promise.all(names.map((name) => net.host.network.change(['link', 'delete', 'dev', name])))
  t.equal(net.starts(), 1, 'one process')
  t.same(
    (await net.host.network.look()).links.filter(({ name }) => name.startsWith('b')),
    []
  )
})
