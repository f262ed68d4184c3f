import { Subject } from 'rxjs'
import t from 'tap'
import type { Seen, Spec } from '../../src/core/resource.ts'
import { probe } from '../../src/kinds/probe.ts'
import { conform } from '../support/conform.ts'
import { desiredOf } from '../support/desired.ts'
import { fakeHost } from '../support/fake-host.ts'

/** Probes that are kept and never tried. */
function fake() {
  const all = new Map<string, Seen<'probe'>>()
  const start = (name: string, spec: Spec<'probe'>) => void all.set(name, { spec, state: 'new', message: 'not yet' })
  const stop = (name: string) => void all.delete(name)
  const host = fakeHost({ probes: { start, stop, list: () => all, changes: new Subject<void>() } })
  return { host, snapshot: () => Object.fromEntries([...all].map(([name, { spec }]) => [name, spec])) }
}

t.test('probes conform', async (t) => {
  const desired = desiredOf({
    rancher: {
      probes: { db: { tcp: '127.0.0.1:5432' }, web: { http: 'http://127.0.0.1/', interval: 5, timeout: 2, retries: 3 } }
    }
  })
  await conform(t, { kind: probe, desired, ...fake() })
})

t.test('what the document asks to try, and where', (t) => {
  const services = { web: { image: 'nginx' }, console: { image: 'c', labels: { 'io.rancher.os.scope': 'system' } } }
  const cases = [
    [{ tcp: '[::1]:22' }, { is: 'tcp', host: '::1', port: 22 }, []],
    [{ http: 'http://a/b', status: 204 }, { is: 'http', url: 'http://a/b', status: 204 }, []],
    [{ command: 'test -e /x' }, { is: 'command', argv: ['sh', '-c', 'test -e /x'], in: null }, []],
    [
      { command: ['true'], in: 'web' },
      { is: 'command', argv: ['true'], in: { scope: 'user', name: 'web' } },
      ['container/user/web']
    ],
    [
      { command: ['true'], in: 'console' },
      { is: 'command', argv: ['true'], in: { scope: 'system', name: 'console' } },
      ['container/system/console']
    ]
  ] as const
  for (const [one, target, needs] of cases) {
    const [want] = probe.want(desiredOf({ rancher: { services, probes: { x: one } } }))
    t.strictSame(want?.spec, { target, intervalMs: 10_000, timeoutMs: 5_000, retries: 1 }, JSON.stringify(one))
    t.strictSame(want?.needs, needs)
  }
  t.end()
})

t.test('how a probe stands', (t) => {
  const [want] = probe.want(desiredOf({ rancher: { probes: { x: { tcp: 'a:1' } } } }))
  if (want === undefined) throw new Error('there is one')
  const seen = (state: Seen<'probe'>['state']) => ({ spec: want.spec, state, message: 'so it is' })
  t.strictSame(
    (['new', 'passes', 'fails'] as const).map((state) => [
      probe.ready?.(want, seen(state)),
      probe.complain?.(want, seen(state))
    ]),
    [
      ['so it is', null],
      [true, null],
      ['so it is', 'so it is']
    ]
  )
  t.strictSame(probe.judge(want, null, null), { verb: 'create', why: 'tries tcp a:1 every 10 s from now on' })
  t.end()
})
