import t from 'tap'
import { parseLease, readLeases } from '../../src/agent/leases.ts'
import type { Host } from '../../src/host/ports.ts'

const v4 = {
  interface: 'eth0',
  family: 4,
  reason: 'RENEW',
  at: '2026-01-31T12:00:00Z',
  server: '10.0.0.1',
  addresses: [{ address: '10.0.0.7', length: 24, preferredSeconds: null, validSeconds: 3600 }],
  prefixes: [],
  routers: ['10.0.0.1'],
  nameservers: ['10.0.0.1'],
  search: ['lan'],
  ntp: ['10.0.0.2'],
  hostname: 'guest7',
  leaseSeconds: 3600,
  renewSeconds: 600,
  rebindSeconds: 1200
}

t.test('a lease says when it is extended and when it ends', async (t) => {
  const { at: _at, leaseSeconds: _lease, renewSeconds: _renew, rebindSeconds: _rebind, ...same } = v4
  t.strictSame(parseLease(JSON.stringify(v4)), {
    ...same,
    addresses: [{ cidr: '10.0.0.7/24', preferredUntil: null, validUntil: '2026-01-31T13:00:00Z' }],
    since: '2026-01-31T12:00:00Z',
    renewAt: '2026-01-31T12:10:00Z',
    rebindAt: '2026-01-31T12:20:00Z',
    expiresAt: '2026-01-31T13:00:00Z'
  })
})

t.test('times the server leaves to the client, and leases without an end', async (t) => {
  const six = {
    family: 6,
    leaseSeconds: 300,
    addresses: [{ address: 'fd00::7', length: 128, preferredSeconds: 200, validSeconds: 300 }],
    prefixes: [{ address: 'fd00:1::', length: 56, preferredSeconds: 100, validSeconds: 300 }]
  }
  const untold = { renewSeconds: null, rebindSeconds: null }
  const forever = { leaseSeconds: 4294967295, renewSeconds: null, rebindSeconds: null }
  const cases: readonly (readonly [string, object, readonly (string | null)[]])[] = [
    ['half and seven eighths', untold, ['12:30:00', '12:52:30', '13:00:00']],
    ['of IPv6: half and four fifths of the shortest', { ...six, ...untold }, ['12:00:50', '12:01:20', '12:05:00']],
    ['zero means the same', { ...six, renewSeconds: 0, rebindSeconds: 0 }, ['12:00:50', '12:01:20', '12:05:00']],
    ['for ever', forever, [null, null, null]],
    ['nothing is told', { leaseSeconds: null, ...untold }, [null, null, null]]
  ]
  for (const [what, change, expected] of cases) {
    const lease = parseLease(JSON.stringify({ ...v4, ...change }))
    const times = [lease?.renewAt, lease?.rebindAt, lease?.expiresAt].map((time) => time?.slice(11, 19) ?? null)
    t.strictSame(times, expected, what)
  }
})

t.test('records are read by interface and family; what is none is left out', async (t) => {
  const files: Readonly<Record<string, string>> = {
    'eth1.lease': JSON.stringify({ ...v4, interface: 'eth1' }),
    'eth0,6.lease': JSON.stringify({ ...v4, family: 6 }),
    'eth0.lease': JSON.stringify(v4),
    'eth0.json': '{"args": []}',
    '.eth2.lease': JSON.stringify(v4),
    'eth3.lease': '{"interface": "eth3", "fam',
    'eth4.lease': '{"interface": "eth4", "family": 5, "at": "2026-01-31T12:00:00Z"}',
    'eth5.lease': 'null'
  }
  const host = {
    files: {
      list: async () => Object.keys(files),
      read: async (path: string) => files[path.split('/').at(-1) ?? ''] ?? null
    }
  } as unknown as Host // nothing else is asked of it
  t.same(
    (await readLeases(host)).map((lease) => `${lease.interface} ${lease.family}`),
    ['eth0 4', 'eth0 6', 'eth1 4']
  )
  const none = { files: { list: async () => [] } } as unknown as Host // nothing else is asked of it
  t.same(await readLeases(none), [])
})
