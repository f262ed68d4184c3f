import t from 'tap'
import type { Key, Seen, Spec } from '../../src/core/resource.ts'
import { command } from '../../src/kinds/command.ts'
import { conform } from '../support/conform.ts'
import { desiredOf } from '../support/desired.ts'
import { machine } from '../support/fake-host.ts'

const signal = new AbortController().signal

/** A machine whose shell knows `fail N` and `throw`; `ran` has what came after the log's arguments. */
function fake() {
  const ran: string[] = []
  const logs: string[] = []
  const shell = (argv: readonly string[]) => {
    const [, , , , log = '', line = '', ...rest] = argv
    logs.push(`${log} ${line}`)
    ran.push(rest.join(' '))
    if (rest.includes('throw')) throw new Error('no such container')
    return Number(/fail (\d+)/.exec(rest.join(' '))?.[1] ?? 0)
  }
  const made = machine({
    programs: { sh: shell },
    parts: {
      wall: { now: () => Date.parse('2026-01-31T12:00:00Z') },
      docker: {
        system: {
          exec: async (id, argv) => {
            ran.push(`in ${id}`)
            return { code: shell(argv), output: '' }
          }
        }
      }
    }
  })
  const act = async (key: Key<'command'>, spec: Spec<'command'>, called = signal) => {
    const action = {
      id: 'a',
      key,
      verb: 'create',
      why: '',
      place: '',
      from: null,
      to: spec,
      owned: null,
      needs: [],
      after: []
    } as const
    await command.act(made.host, { ...action, behind: [] }, called)
  }
  const seen = async (key: Key<'command'>): Promise<Seen<'command'> | null> =>
    (await command.observe(made.host, [key], signal)).get(key) ?? null
  return { ...made, ran, logs, act, seen }
}

t.test('commands conform: once per boot', async (t) => {
  const { host, ran } = fake()
  const desired = desiredOf({ bootcmd: ['modprobe raid1'], runcmd: ['touch /tmp/x', '', [], ['echo', 'a b']] })
  await conform(t, { kind: command, host, desired, snapshot: () => [...ran], stays: 'what ran has run', final: true })
  t.strictSame(ran, ['sh -c modprobe raid1', 'in console', 'sh -c touch /tmp/x', 'in console', 'echo a b'])
})

t.test('bootcmd runs on the machine, runcmd in the console once that is there', async (t) => {
  const wants = [...command.want(desiredOf({ bootcmd: ['a'], runcmd: ['b'] }))]
  t.strictSame(
    wants.map((want) => [want.key, want.spec.where, want.needs]),
    [
      ['command/bootcmd', 'host', []],
      ['command/runcmd', 'console', ['container/system/console']]
    ]
  )
  t.strictSame([...command.want(desiredOf({ runcmd: [' ', []] }))], [], 'a list of nothing is no list')
})

t.test('the first failure ends the list and is named', async (t) => {
  const { act, seen, ran } = fake()
  const spec = { commands: ['echo 1', 'fail 7', 'echo 3'], where: 'host' } as const
  const message =
    'runcmd: command 2 of 3 (fail 7) ended with code 7; its output is in /var/log/runcmd.log; the rest did not run'
  await t.rejects(act('command/runcmd', spec), { code: 'ROS_COMMAND_FAILED', retry: 'never', message })
  t.strictSame(ran, ['sh -c echo 1', 'sh -c fail 7'])
  const found = await seen('command/runcmd')
  t.strictSame(found, { state: 'failed', message })
  const want = { key: 'command/runcmd', spec, needs: [], from: '' } as const
  t.equal(command.judge(want, found, null), null, 'it is not tried again')
  t.equal(found === null ? null : command.complain?.(want, found), message)
  await act('command/runcmd', spec)
  t.equal(ran.length, 2)
})

t.test('a list changed later in the boot does not run', async (t) => {
  const { act, seen, ran } = fake()
  await act('command/bootcmd', { commands: ['echo 1'], where: 'host' })
  const want = { key: 'command/bootcmd', spec: { commands: ['echo 2'], where: 'host' }, needs: [], from: '' } as const
  const found = await seen('command/bootcmd')
  t.equal(command.judge(want, found, null), null)
  await act('command/bootcmd', want.spec)
  t.strictSame(ran, ['sh -c echo 1'])
  t.match(found === null ? null : command.show?.(found), {
    state: 'done',
    message: '1 commands ran',
    next: /next boot/
  })
})

t.test('an agent that died half-way does not run the commands again, and says so', async (t) => {
  const { act, seen, ran, put } = fake()
  put('/run/ros/commands/runcmd.json', '{"state":"running","message":"2 commands"}')
  await act('command/runcmd', { commands: ['echo 1'], where: 'host' })
  t.strictSame(ran, [])
  const found = await seen('command/runcmd')
  const want = { key: 'command/runcmd', spec: { commands: ['echo 1'], where: 'host' }, needs: [], from: '' } as const
  t.match(found === null ? null : command.complain?.(want, found), /do not run again before the next boot/)
  put('/run/ros/commands/runcmd.json', '{"sta')
  t.match(await seen('command/runcmd'), { state: 'failed', message: /damaged/ })
})

t.test('what cannot be run, and what is called off, fails with the reason', async (t) => {
  const { act, seen } = fake()
  await t.rejects(act('command/runcmd', { commands: [['throw']], where: 'console' }), {
    message: /could not be run: no such container/
  })
  t.match(await seen('command/runcmd'), { state: 'failed' })
  await t.rejects(act('command/bootcmd', { commands: ['throw'], where: 'host' }, AbortSignal.abort()), {
    message: /was called off/
  })
})

t.test('each command goes to the log under its own line', async (t) => {
  const { act, logs } = fake()
  await act('command/runcmd', { commands: [['echo', `${'x'.repeat(100)}`], 'a\n  b'], where: 'host' })
  t.strictSame(logs, [
    `/var/log/runcmd.log 2026-01-31T12:00:00.000Z + echo ${'x'.repeat(74)}…`,
    '/var/log/runcmd.log 2026-01-31T12:00:00.000Z + a b'
  ])
})
