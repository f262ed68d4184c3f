import t from 'tap'
import type { Owned, Seen, Spec, Want } from '../../src/core/resource.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'
import type { Host } from '../../src/host/ports.ts'
import { resolver } from '../../src/kinds/resolver.ts'
import { conform } from '../support/conform.ts'
import { desiredOf } from '../support/desired.ts'
import { machine as fakeMachine } from '../support/fake-host.ts'

const PATH = '/etc/resolv.conf'
const defaults = { network: { dns: { nameservers: ['8.8.8.8'] } } }

/** Name servers with who named them, search domains, options, and the place of the first. */
function wanted(rancher: CloudConfig['rancher'] & {}): string {
  const [want = null] = [...resolver.want(desiredOf({ rancher }, ['eth0', 'eth1', 'eth2', 'wan']))]
  if (want === null) return 'nothing'
  const { nameservers, search, options } = want.spec
  const servers = nameservers.map(({ address, from }) => `${address} (${from})`)
  return [...servers, ...search, ...options, `at ${want.from}`].join(', ')
}

const LEASES = {
  eth0: { ipv4: { nameservers: ['10.0.0.1', '10.0.0.2'], search: ['a.lan'] }, ipv6: { nameservers: ['fd00::1'] } },
  eth1: { ipv4: { nameservers: ['10.1.0.1', '10.0.0.1'], search: ['b.lan', 'a.lan'] } },
  wan: { ipv4: { nameservers: ['10.9.0.1'] } }
}
const ASK = { 'eth*': { dhcp: true }, wan: { dhcp: true, metric: 5 } }

t.test('the user’s name servers come before DHCP’s, and those before the image’s', async (t) => {
  type Case = readonly [what: string, rancher: CloudConfig['rancher'] & {}, expected: string]
  const last = 'rancher.defaults.network.dns.nameservers'
  const cases: readonly Case[] = [
    ['default', { defaults }, `8.8.8.8 (${last}), at ${last}`],
    [
      'own',
      { defaults, network: { dns: { nameservers: ['1.1.1.1', '9.9.9.9'] } } },
      '1.1.1.1 (rancher.network.dns), 9.9.9.9 (rancher.network.dns), at rancher.network.dns'
    ],
    [
      'search and options only',
      { defaults, network: { dns: { search: ['a.test'], options: ['ndots:2'] } } },
      `8.8.8.8 (${last}), a.test, ndots:2, at ${last}`
    ],
    ['an empty list is none', { defaults, network: { dns: { nameservers: [] } } }, `8.8.8.8 (${last}), at ${last}`],
    ['options alone', { network: { dns: { options: ['rotate'] } } }, 'rotate, at rancher.network.dns'],
    ['nothing', {}, 'nothing'],
    [
      'leases: by metric, by name, IPv4 first, each once',
      { defaults, network: { interfaces: ASK, leases: LEASES } },
      '10.9.0.1 (DHCP on wan), 10.0.0.1 (DHCP on eth0), 10.0.0.2 (DHCP on eth0), fd00::1 (DHCPv6 on eth0), 10.1.0.1 (DHCP on eth1), a.lan, b.lan, at rancher.network.leases.wan.ipv4'
    ],
    [
      'the user’s servers leave out DHCP’s, but not its search domains',
      { network: { interfaces: ASK, leases: LEASES, dns: { nameservers: ['1.1.1.1'] } } },
      '1.1.1.1 (rancher.network.dns), a.lan, b.lan, at rancher.network.dns'
    ],
    [
      'an interface’s own take the place of its lease’s',
      {
        network: {
          interfaces: { eth0: { dhcp: true, dns: { nameservers: ['10.0.0.53'] } }, eth1: { dhcp: true } },
          leases: LEASES
        }
      },
      '10.0.0.53 (rancher.network.interfaces.eth0.dns), 10.1.0.1 (DHCP on eth1), 10.0.0.1 (DHCP on eth1), a.lan, b.lan, at rancher.network.interfaces.eth0.dns'
    ],
    [
      'and come after the machine’s',
      {
        network: {
          dns: { nameservers: ['1.1.1.1'], search: ['x.test'] },
          interfaces: {
            eth0: { addresses: ['10.0.0.9/24'], dns: { nameservers: ['10.0.0.53'], search: ['y.test'] } },
            wan: { metric: 5, dns: { nameservers: ['10.9.0.53'] } }
          }
        }
      },
      '1.1.1.1 (rancher.network.dns), 10.9.0.53 (rancher.network.interfaces.wan.dns), 10.0.0.53 (rancher.network.interfaces.eth0.dns), x.test, y.test, at rancher.network.dns'
    ],
    [
      'what an interface does not use',
      {
        defaults,
        network: {
          interfaces: {
            eth0: { dhcp: true, dhcp_use: { dns: false } },
            eth1: { dhcp: true, dhcp_use: { domain: false } }
          },
          leases: LEASES
        }
      },
      '10.1.0.1 (DHCP on eth1), 10.0.0.1 (DHCP on eth1), a.lan, at rancher.network.leases.eth1.ipv4'
    ],
    [
      'a lease of a link that asks no server counts for nothing',
      { defaults, network: { interfaces: { eth0: { addresses: ['10.0.0.9/24'] } }, leases: LEASES } },
      `8.8.8.8 (${last}), at ${last}`
    ]
  ]
  for (const [what, rancher, expected] of cases) t.equal(wanted(rancher), expected, what)
})

/** One file, read and written as the kind does it. */
function machine(text: string | null) {
  const file = { text, writes: 0 }
  const host = {
    files: {
      read: async (path: string) => (path === PATH ? file.text : null),
      writeInPlace: async (path: string, next: string) => {
        t.equal(path, PATH)
        file.text = next
        file.writes += 1
      },
      remove: async () => {
        file.text = null
      }
    }
  } as unknown as Host // nothing else is asked of it
  const key = 'resolver/machine' as const
  let owned: Owned<'resolver'> | null = null
  return {
    file,
    /** Looks, judges and acts once; returns what was done. */
    pass: async (spec: Spec<'resolver'> | null): Promise<string | null> => {
      const signal = AbortSignal.timeout(1_000)
      const seen: Seen<'resolver'> | null = (await resolver.observe(host, [key], signal)).get(key) ?? null
      const want: Want<'resolver'> | null = spec === null ? null : { key, spec, needs: [], from: '' }
      const judgement = resolver.judge(want, seen, owned)
      if (want !== null) owned = { key, spec: want.spec, needs: [], before: owned === null ? seen : owned.before }
      if (judgement === null) return null
      const rest = { id: '', place: '', needs: [], after: [], behind: [] }
      await resolver.act(host, { ...rest, ...judgement, key, from: seen, to: want?.spec ?? null, owned }, signal)
      return `${judgement.verb}: ${judgement.why}`
    }
  }
}

const HEAD = '# Written by rosd from rancher.network.dns; what is changed here is undone.\n'
const servers = (from: string, ...addresses: readonly string[]) => addresses.map((address) => ({ address, from }))

t.test('the file says who writes it and who named which server, is repaired, and is given back', async (t) => {
  const { file, pass } = machine('nameserver 10.0.0.1\noptions rotate\n')
  const spec = {
    nameservers: [...servers('rancher.network.dns', '1.1.1.1'), ...servers('DHCP on eth0', '10.3.0.1', 'fd00::1')],
    search: ['a.test', 'b.test'],
    options: ['ndots:2', 'edns0']
  }
  t.equal(await pass(spec), 'update: 10.0.0.1 (rotate) -> 1.1.1.1 10.3.0.1 fd00::1 (a.test b.test ndots:2 edns0)')
  const text = `${HEAD}search a.test b.test\noptions ndots:2 edns0\n# from rancher.network.dns\nnameserver 1.1.1.1\n# from DHCP on eth0\nnameserver 10.3.0.1\nnameserver fd00::1\n`
  t.equal(file.text, text)
  t.equal(await pass(spec), null, 'a second pass finds nothing to do')
  file.text = text.replace('nameserver 10.3.0.1\n', '')
  t.equal(
    await pass(spec),
    'update: 1.1.1.1 fd00::1 (a.test b.test ndots:2 edns0) -> 1.1.1.1 10.3.0.1 fd00::1 (a.test b.test ndots:2 edns0)'
  )
  file.text += '# mine\n'
  t.equal(await pass(spec), 'update: /etc/resolv.conf was changed by hand')
  const { nameservers: _all, ...rest } = spec
  const other = { ...rest, nameservers: servers('DHCP on eth0', '1.1.1.1', '10.3.0.1', 'fd00::1') }
  t.equal(await pass(other), 'update: named by DHCP on eth0')
  t.equal(file.writes, 4)
  t.equal(await pass(null), 'delete: no longer wanted')
  t.equal(file.text, 'nameserver 10.0.0.1\noptions rotate\n')
  t.equal(await pass(null), null)
})

t.test('programs ask three servers: the others are named and not listed', async (t) => {
  const { file, pass } = machine(null)
  const spec = {
    nameservers: servers('DHCP on eth0', '10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'),
    search: [],
    options: []
  }
  t.equal(await pass(spec), 'create: no /etc/resolv.conf')
  t.equal(
    file.text,
    `${HEAD}# from DHCP on eth0\nnameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3\n# more than three are not asked: 10.0.0.4 (DHCP on eth0)\n`
  )
  t.equal(await pass(spec), null)
  t.equal(await pass(null), 'delete: no longer wanted')
  t.equal(file.text, null)
})

t.test('status shows each server with who named it, not the file', async (t) => {
  const { file, pass } = machine('# from nobody\nsearch a\ndomain b.test\nnameserver\nnameserver 10.0.0.1\n')
  t.equal(await pass(null), null)
  const host = { files: { read: async () => file.text } } as unknown as Host // nothing else is asked of it
  const seen = (await resolver.observe(host, ['resolver/machine'], AbortSignal.timeout(1_000))).get('resolver/machine')
  t.same(seen === undefined ? null : resolver.show?.(seen), {
    nameservers: [{ address: '10.0.0.1', from: 'nobody' }],
    search: ['b.test'],
    options: []
  })
})

t.test('it does what every kind must', async (t) => {
  const fake = fakeMachine({ files: { [PATH]: 'nameserver 10.0.0.1\n' } })
  const dns = { nameservers: ['1.1.1.1'], search: ['a.test'] }
  const desired = desiredOf({ rancher: { network: { dns } } })
  await conform(t, { kind: resolver, host: fake.host, desired, snapshot: () => fake.snapshot() })
})
