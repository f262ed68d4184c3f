// Real sockets on loopback, real programs; containers are a function.
import { once } from 'node:events'
import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import t, { type Test } from 'tap'
import type { Spec } from '../../../src/core/resource.ts'
import { createProbes } from '../../../src/host/linux/probes.ts'
import { run } from '../../../src/host/linux/spawn.ts'
import { until } from '../../support/loop.ts'
import { fakeHost } from '../../support/fake-host.ts'

type Target = Spec<'probe'>['target']

const specOf = (target: Target, more: Partial<Spec<'probe'>> = {}): Spec<'probe'> => ({
  target,
  intervalMs: 20,
  timeoutMs: 1_000,
  retries: 1,
  ...more
})

function probes(t: Test) {
  const exec = async (_id: string, argv: readonly string[]) => ({
    code: argv[0] === 'true' ? 0 : 1,
    output: 'no such thing\n'
  })
  const host = fakeHost({ runner: { run }, docker: { user: { exec } } })
  const made = createProbes(host)
  t.teardown(() => [...made.list().keys()].forEach((name) => made.stop(name)))
  const state = (name: string) => made.list().get(name)?.state
  return {
    ...made,
    state,
    comes: (name: string, want: string) => until(() => state(name) === want, 5_000, `${name} ${want}`)
  }
}

async function port(t: Test, server: ReturnType<typeof createServer> | ReturnType<typeof createHttp>): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port // it listens on TCP
}

t.test('what answers passes, what does not fails and says why', async (t) => {
  const open = await port(
    t,
    createServer((socket) => socket.destroy())
  )
  const web = await port(
    t,
    createHttp((request, answer) => answer.writeHead(request.url === '/gone' ? 410 : 204).end())
  )
  const closed = createServer()
  const nobody = await port(t, closed)
  closed.close()
  const silent = await port(
    t,
    createHttp(() => {})
  )
  const url = (path: string, at = web) => `http://127.0.0.1:${at}${path}`
  const inside = { scope: 'user', name: 'web' } as const
  const cases: readonly (readonly [string, Target, RegExp | null])[] = [
    ['a port', { is: 'tcp', host: '127.0.0.1', port: open }, null],
    ['a port nobody listens on', { is: 'tcp', host: '127.0.0.1', port: nobody }, /ECONNREFUSED/],
    ['an address', { is: 'http', url: url('/'), status: null }, null],
    ['the status that is wanted', { is: 'http', url: url('/gone'), status: 410 }, null],
    ['an address that is gone', { is: 'http', url: url('/gone'), status: null }, /^it answers with status 410$/],
    ['another status', { is: 'http', url: url('/'), status: 200 }, /^it answers with status 204, not 200$/],
    ['a server that says nothing', { is: 'http', url: url('/', silent), status: null }, /^no answer within 0.2 s$/],
    ['a command', { is: 'command', argv: ['true'], in: null }, null],
    [
      'a command that fails',
      { is: 'command', argv: ['sh', '-c', 'echo a >&2; echo why >&2; exit 3'], in: null },
      /^the command ended with code 3: why$/
    ],
    ['a command that is not there', { is: 'command', argv: ['/no/such'], in: null }, /^cannot start .*: not found/],
    ['a command of a service', { is: 'command', argv: ['true'], in: inside }, null],
    [
      'one that fails there',
      { is: 'command', argv: ['false'], in: inside },
      /^the command ended with code 1: no such thing$/
    ]
  ]
  const made = probes(t)
  for (const [name, target] of cases)
    made.start(name, specOf(target, name.includes('says nothing') ? { timeoutMs: 200 } : {}))
  for (const [name, , wrong] of cases) {
    await made.comes(name, wrong === null ? 'passes' : 'fails')
    t.match(made.list().get(name)?.message, wrong ?? /^it answers$/, name)
  }
})

t.test('it counts only when so many in a row fail, and one that never passed waits for that, too', async (t) => {
  let up = false
  let asked = 0
  const web = await port(
    t,
    createHttp((_request, answer) => {
      asked += 1
      answer.writeHead(up ? 200 : 500).end()
    })
  )
  const made = probes(t)
  made.start('web', specOf({ is: 'http', url: `http://127.0.0.1:${web}/`, status: null }, { retries: 3 }))
  t.equal(made.state('web'), 'new')
  await until(() => asked === 2)
  t.equal(made.state('web'), 'new', 'two failures are forgiven')
  await made.comes('web', 'fails')
  t.equal(asked, 3)
  up = true
  await made.comes('web', 'passes')
  up = false
  const before = asked
  await until(() => asked === before + 2)
  t.equal(made.state('web'), 'passes', 'two failures are forgiven')
  await made.comes('web', 'fails')
})

t.test('tried again at once, nothing of before counts; one that is stopped is gone', async (t) => {
  const made = probes(t)
  let ticks = 0
  made.changes.subscribe(() => {
    ticks += 1
  })
  made.start('one', specOf({ is: 'command', argv: ['true'], in: null }, { intervalMs: 3_600_000 }))
  await made.comes('one', 'passes')
  made.again()
  t.equal(made.state('one'), 'new')
  await made.comes('one', 'passes')
  t.equal(ticks, 3, 'passes, new, passes')
  made.stop('one')
  made.stop('none')
  t.equal(made.list().size, 0)
  t.equal(ticks, 4)
})
