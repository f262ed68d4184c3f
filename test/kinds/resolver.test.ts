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

t.test('the document’s name servers come before the image’s', async (t) => {
  type Case = readonly [string, CloudConfig['rancher'], (Spec<'resolver'> & { readonly from: string }) | null]
  const cases: readonly Case[] = [
    [
      'default',
      { defaults },
      { nameservers: ['8.8.8.8'], search: [], from: 'rancher.defaults.network.dns.nameservers' }
    ],
    [
      'own',
      { defaults, network: { dns: { nameservers: ['1.1.1.1', '9.9.9.9'] } } },
      { nameservers: ['1.1.1.1', '9.9.9.9'], search: [], from: 'rancher.network.dns' }
    ],
    [
      'search only',
      { defaults, network: { dns: { search: ['a.test'] } } },
      { nameservers: ['8.8.8.8'], search: ['a.test'], from: 'rancher.defaults.network.dns.nameservers' }
    ],
    [
      'an empty list is none',
      { defaults, network: { dns: { nameservers: [] } } },
      { nameservers: ['8.8.8.8'], search: [], from: 'rancher.defaults.network.dns.nameservers' }
    ],
    ['nothing', {}, null]
  ]
  for (const [what, rancher, expected] of cases) {
    const [want = null] = [...resolver.want(desiredOf({ rancher: rancher ?? {} }))]
    t.same(want === null ? null : { ...want.spec, from: want.from }, expected, what)
  }
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

t.test('the file says who writes it, is repaired, and is given back', async (t) => {
  const { file, pass } = machine('nameserver 10.0.0.1\noptions rotate\n')
  const spec = { nameservers: ['1.1.1.1', 'fd00::1'], search: ['a.test', 'b.test'] }
  t.equal(await pass(spec), 'update: 10.0.0.1 -> 1.1.1.1 fd00::1 (a.test b.test)')
  t.equal(
    file.text,
    '# Written by rosd from rancher.network.dns; what is changed here is undone.\nsearch a.test b.test\nnameserver 1.1.1.1\nnameserver fd00::1\n'
  )
  t.equal(await pass(spec), null, 'a second pass finds nothing to do')
  file.text += 'nameserver 6.6.6.6\n'
  t.equal(await pass(spec), 'update: 1.1.1.1 fd00::1 6.6.6.6 (a.test b.test) -> 1.1.1.1 fd00::1 (a.test b.test)')
  file.text += 'options ndots:5\n'
  t.equal(await pass(spec), 'update: /etc/resolv.conf was changed by hand')
  t.equal(file.writes, 3)
  t.equal(await pass(null), 'delete: no longer wanted')
  t.equal(file.text, 'nameserver 10.0.0.1\noptions rotate\n')
  t.equal(await pass(null), null)
})

t.test('a file that was not there is made, and removed in the end', async (t) => {
  const { file, pass } = machine(null)
  const spec = { nameservers: ['1.1.1.1'], search: [] }
  t.equal(await pass(spec), 'create: no /etc/resolv.conf')
  t.equal(await pass(spec), null)
  t.equal(await pass(null), 'delete: no longer wanted')
  t.equal(file.text, null)
})

t.test('status shows the servers, not the file', async (t) => {
  t.same(resolver.show?.({ nameservers: ['1.1.1.1'], search: [], text: 'x' }), { nameservers: ['1.1.1.1'], search: [] })
})

t.test('it does what every kind must', async (t) => {
  const fake = fakeMachine({ files: { [PATH]: 'nameserver 10.0.0.1\n' } })
  const dns = { nameservers: ['1.1.1.1'], search: ['a.test'] }
  const desired = desiredOf({ rancher: { network: { dns } } })
  await conform(t, { kind: resolver, host: fake.host, desired, snapshot: () => fake.snapshot() })
})
