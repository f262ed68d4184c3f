import t from 'tap'
import type { Owned, Seen, Spec, Want } from '../../src/core/resource.ts'
import type { NetworkInterface } from '../../src/document/types.gen.ts'
import type { Host, IpAddress } from '../../src/host/ports.ts'
import { address } from '../../src/kinds/address.ts'
import { desiredOf } from '../support/desired.ts'

function wants(eth0: NetworkInterface) {
  return [...address.want(desiredOf({ rancher: { network: { interfaces: { eth0 } } } }, ['eth0']))]
}

t.test('wanted addresses hang on their link and say their place', async (t) => {
  t.same(wants({ address: '10.0.0.1/24', dhcp: true }), [
    {
      key: 'address/eth0:10.0.0.1/24',
      spec: { dev: 'eth0', cidr: '10.0.0.1/24' },
      needs: ['link/eth0'],
      from: 'rancher.network.interfaces.eth0.address'
    }
  ])
})

t.test('a link with static addresses and no DHCP has these only', async (t) => {
  const keys = wants({ address: '10.0.0.1/24', addresses: ['FD00:0::1/64'] }).map(({ key }) => key)
  t.same(keys, ['address/eth0:10.0.0.1/24', 'address/eth0:fd00::1/64', 'address/eth0:only'])
  t.same(wants({ address: '10.0.0.1/24' }).at(-1)?.spec, { dev: 'eth0', only: ['10.0.0.1/24'] })
  t.same(wants({ dhcp: false }), [], 'one without any is left alone')
})

const cidr = '10.0.0.1/24'
const one: Spec<'address'> = { dev: 'eth0', cidr }
const only: Spec<'address'> = { dev: 'eth0', only: [cidr] }
const there = (origin: 'static' | 'ours' | 'dynamic' | 'kernel'): Seen<'address'> => ({
  dev: 'eth0',
  cidr,
  origin,
  state: 'usable',
  lifetimes: { valid: null, preferred: null }
})
const strangers = (...found: readonly string[]): Seen<'address'> => ({ dev: 'eth0', strangers: found })
const want = (spec: Spec<'address'>): Want<'address'> => ({ key: 'address/eth0:x', spec, needs: [], from: '' })
const owned = (spec: Spec<'address'>, before: Seen<'address'> | null): Owned<'address'> => ({
  key: 'address/eth0:x',
  spec,
  needs: [],
  before
})

t.test('judge', async (t) => {
  type Case = readonly [string, Want<'address'> | null, Seen<'address'> | null, Owned<'address'> | null, string | null]
  const cases: readonly Case[] = [
    ['not there', want(one), null, null, 'create: not there'],
    ['there, whoever made it', want(one), there('static'), null, null],
    ['there by us', want(one), there('ours'), null, null],
    ['only leased', want(one), there('dynamic'), null, 'update: leased -> static'],
    ['ours, no longer wanted', null, there('ours'), owned(one, null), 'delete: no longer wanted'],
    ['ours once, gone', null, null, owned(one, null), null],
    ['stood there before us', null, there('static'), owned(one, there('static')), null],
    [
      'made by us before the ledger was lost',
      null,
      there('ours'),
      owned(one, there('ours')),
      'delete: no longer wanted'
    ],
    ['not ours', null, there('static'), null, null],
    ['alone', want(only), strangers(), null, null],
    ['the wanted are no strangers', want(only), strangers(cidr), null, null],
    ['a stranger', want(only), strangers('10.9.9.9/8'), null, 'update: removes 10.9.9.9/8: not in the document'],
    ['no link', want(only), null, null, null],
    [
      'cleared once',
      null,
      strangers(),
      owned(only, strangers('10.9.9.9/8')),
      'delete: no longer wanted: gives back 10.9.9.9/8'
    ],
    ['given back', null, strangers('10.9.9.9/8'), owned(only, strangers('10.9.9.9/8')), null],
    ['nothing was cleared', null, strangers('10.7.7.7/8'), owned(only, strangers()), null]
  ]
  for (const [what, wanted, found, mine, verdict] of cases) {
    const judgement = address.judge(wanted, found, mine)
    t.equal(judgement === null ? null : `${judgement.verb}: ${judgement.why}`, verdict, what)
  }
})

t.test('strangers are the fixed addresses of others, never the kernel’s, a router’s or a client’s', async (t) => {
  const found = (text: string, more: Partial<IpAddress> = {}): IpAddress => ({
    dev: 'eth0',
    cidr: text,
    family: text.includes(':') ? 6 : 4,
    protocol: '',
    dynamic: false,
    scope: 'global',
    peer: null,
    valid: null,
    preferred: null,
    dad: true,
    state: 'usable',
    ...more
  })
  const addresses = [
    found(cidr),
    found('10.0.0.2/24'),
    found('10.0.0.3/24', { protocol: '82' }),
    found('10.0.0.4/24', { dynamic: true }),
    found('169.254.3.4/16', { scope: 'link' }),
    found('fe80::1/64', { scope: 'link' }),
    found('fd00::7/64', { protocol: '2' }),
    found('10.0.0.5/24', { dev: 'eth1' })
  ]
  const links = [{ name: 'eth0' }]
  const host = { network: { look: async () => ({ links, addresses, routes: [] }) } } as unknown as Host // nothing else is asked of it
  const seen = await address.observe(host, ['address/eth0:only', `address/eth0:${cidr}`], AbortSignal.timeout(1_000))
  t.same(Object.fromEntries(seen), {
    'address/eth0:only': { dev: 'eth0', strangers: ['10.0.0.2/24', '10.0.0.3/24'] },
    'address/eth0:10.0.0.1/24': {
      dev: 'eth0',
      cidr,
      origin: 'static',
      state: 'usable',
      lifetimes: { valid: null, preferred: null }
    }
  })
})

t.test('an address that another machine has is a complaint with a way out', async (t) => {
  const asked = want(one)
  t.equal(address.complain?.(asked, there('ours')), null)
  t.equal(address.complain?.(asked, { ...there('ours'), state: 'tentative' } as Seen<'address'>), null) // of one address
  t.match(
    address.complain?.(asked, { ...there('ours'), state: 'duplicate' } as Seen<'address'>), // of one address
    /another machine on the link of eth0 has 10.0.0.1\/24 already.*`ip address delete 10.0.0.1\/24 dev eth0` has it tried again/
  )
})
