import t from 'tap'
import type { Owned, Seen, Want } from '../../src/core/resource.ts'
import { changesOf, setting } from '../../src/kinds/link/changes.ts'
import { link } from '../../src/kinds/link.ts'
import { desiredOf } from '../support/desired.ts'
import { machine } from '../support/fake-host.ts'
import { linkSeen, linkSpec } from '../support/links.ts'

const seen = linkSeen({ mac: '52:54:00:00:00:01' })

function want(mtu: number | null): Want<'link'> {
  return { key: 'link/eth0', spec: linkSpec({ mtu }), needs: [], from: '' }
}

function owned(mtu: number | null, before: Seen<'link'> | null = seen): Owned<'link'> {
  return { key: 'link/eth0', spec: linkSpec({ mtu }), needs: [], before }
}

t.test('every configured link is wanted up, with the MTU that is given', async (t) => {
  const interfaces = { 'eth*': { dhcp: true, mtu: 0 }, eth1: { mtu: 9000 }, eth7: {} }
  const desired = desiredOf({ rancher: { network: { interfaces } } }, ['eth0', 'eth1'])
  const from = (key: string) => `rancher.network.interfaces.${key}`
  t.same(
    [...link.want(desired)],
    [
      { key: 'link/eth0', spec: linkSpec(), needs: [], from: from('eth*') },
      { key: 'link/eth1', spec: linkSpec({ mtu: 9000 }), needs: [], from: from('eth1') },
      { key: 'link/eth7', spec: linkSpec(), needs: [], from: from('eth7') }
    ]
  )
})

t.test('judge', async (t) => {
  type Case = readonly [string, Want<'link'> | null, Seen<'link'> | null, Owned<'link'> | null, string | null]
  const cases: readonly Case[] = [
    ['as wanted', want(null), seen, null, null],
    ['not there: nothing can be done about it', want(9000), null, null, null],
    ['another MTU', want(9000), seen, null, 'update: mtu 1500 -> 9000'],
    ['down', want(null), { ...seen, up: false }, null, 'update: down -> up'],
    ['both', want(9000), { ...seen, up: false }, null, 'update: mtu 1500 -> 9000, down -> up'],
    ['an MTU nobody asks for is nobody’s business', want(null), { ...seen, mtu: 1400 }, owned(null), null],
    ['our MTU is given back', want(null), { ...seen, mtu: 9000 }, owned(9000), 'update: mtu 9000 -> 1500'],
    ['our MTU is given back', null, { ...seen, mtu: 9000 }, owned(9000), 'delete: no longer wanted: mtu 9000 -> 1500'],
    ['given back', null, seen, owned(9000), null],
    ['never changed', null, { ...seen, up: false }, owned(null), null],
    ['gone', null, null, owned(9000), null],
    ['another card of the same name', null, { ...seen, index: 9, mtu: 9000 }, owned(9000), null]
  ]
  for (const [what, wanted, found, mine, verdict] of cases) {
    const judgement = link.judge(wanted, found, mine)
    t.equal(judgement === null ? null : `${judgement.verb}: ${judgement.why}`, verdict, what)
  }
})

t.test('a bond goes down for what it takes only then', async (t) => {
  const bond = (lacp: string) => ({
    ...seen,
    kind: 'bond',
    options: { mode: '802.3ad', lacp_rate: lacp, miimon: '100' }
  })
  const make = { kind: 'bond', on: null, peer: null, options: { lacp_rate: 'fast', miimon: '200' } }
  const to = linkSpec({ make })
  const changes = changesOf(to, bond('slow'), null)
  const lines = (up: boolean) =>
    setting('b', changes, { kind: 'bond', bonded: false, up }).map((words) => words.join(' '))
  const type = 'link set dev b type bond miimon 200 lacp_rate fast'
  t.same(lines(true), ['link set dev b down', type, 'link set dev b up'])
  t.same(lines(false), ['link set dev b down', type])
  const told = { id: '', why: '', place: '', owned: null, needs: [], after: [], behind: [] }
  const disturbed = (from: Seen<'link'>) => link.disturbs?.({ ...told, key: 'link/b', verb: 'update', from, to }).is
  t.equal(disturbed(bond('slow')), 'interrupt')
  t.equal(disturbed(bond('fast')), 'nothing')
})

t.test('a radio that is switched off is told with the way out', async (t) => {
  const change = async () => {
    throw new Error('RTNETLINK answers: Operation not possible due to RF-kill')
  }
  const { host } = machine({ parts: { network: { change } } })
  const action = {
    id: 'update link/wlan0',
    key: 'link/wlan0',
    verb: 'update',
    why: 'down -> up',
    place: '',
    from: { ...seen, up: false },
    to: linkSpec(),
    owned: null,
    needs: [],
    after: [],
    behind: []
  } as const
  await t.rejects(link.act(host, action, AbortSignal.timeout(1_000)), {
    code: 'ROS_LINK',
    message: /^link wlan0: its radio is switched off \(rfkill\), .*\/sys\/class\/rfkill\/rfkill\*\/soft/
  })
})

t.test('what hangs on a link that is not there waits for it', async (t) => {
  t.equal(link.ready?.(want(null), null), 'there is no link named eth0')
  t.equal(link.ready?.(want(null), seen), true)
})
