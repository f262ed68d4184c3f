import t from 'tap'
import type { Author } from '../../src/core/author.ts'
import { arrived, type Proving, prove, secondsToConfirm, type Unconfirmed, unproven } from '../../src/core/trial.ts'

const OPEN: Unconfirmed = { generation: 7, back: 6, seconds: 120, deadline: 130_000, since: null }

t.test('what waits to be confirmed after a generation came', (t) => {
  const arrival = { generation: 7, before: 6, seconds: 120, now: 10_000 }
  const cases: readonly (readonly [string, Unconfirmed | null, Partial<typeof arrival>, Unconfirmed | null])[] = [
    ['it touches the way to the machine', null, {}, OPEN],
    ['it need not be confirmed', null, { seconds: 0 }, null],
    [
      'a second change of the way starts the time anew and keeps where to go back to',
      { ...OPEN, since: 11_000 },
      { generation: 8, before: 7, now: 50_000 },
      { generation: 8, back: 6, seconds: 120, deadline: 170_000, since: null }
    ],
    [
      'a second change of something else changes nothing of it',
      { ...OPEN, since: 11_000 },
      { generation: 8, before: 7, seconds: 0, now: 50_000 },
      { ...OPEN, generation: 8, since: 11_000 }
    ]
  ]
  for (const [name, open, change, want] of cases) t.strictSame(arrived(open, { ...arrival, ...change }), want, name)
  t.end()
})

const PATH = { client: '192.0.2.7', links: [], via: null, to: '' }

t.test('whether a generation has to be confirmed, and in what time', (t) => {
  const cases: readonly (readonly [string, Partial<Author>, number | null, boolean, boolean, number])[] = [
    ['a command over ssh that touches its own path', { path: PATH }, null, true, true, 120],
    ['one that touches another way', { path: PATH }, null, true, false, 0],
    ['a command at the console', {}, null, true, false, 0],
    ['a file edited by hand', { how: 'file' }, null, true, false, 0],
    ['the document says how long, whoever it is', { how: 'file' }, 60, true, false, 60],
    ['the document says how long, of what touches nothing', { path: PATH }, 60, false, false, 0],
    ['the document says never', { path: PATH }, 0, true, true, 0],
    ['the command says how long', { confirm: 30 }, null, false, false, 30],
    ['the command says never', { path: PATH, confirm: 0 }, 60, true, true, 0],
    ['a boot', { how: 'boot' }, 60, true, true, 0],
    ['what is taken back', { how: 'rollback' }, 60, true, true, 0]
  ]
  for (const [name, author, confirmSeconds, touches, touchesOwn, want] of cases) {
    const by: Author = { how: 'api', who: '', why: '', ...author }
    t.equal(secondsToConfirm({ by, rules: { confirmSeconds }, touches, touchesOwn }), want, name)
  }
  t.end()
})

t.test('what confirms, and what does not and says why', (t) => {
  const since = 11_000
  const cases: readonly (readonly [string, number | null, number | null, number | null, RegExp | null])[] = [
    ['a fresh connection of a local program', since, 11_010, null, null],
    ['a fresh connection of a fresh ssh session', since, 30_000, 20_000, null],
    ['the connection that issued the change', since, 9_000, null, /^this connection is older than generation 7/],
    ['a connection of the moment itself', since, 11_000, null, /^this connection is older/],
    ['a fresh connection of an old ssh session', since, 30_000, 5_000, /^this ssh session is older.*log in anew, then/],
    ['no connection at all', since, null, null, /^this connection is older/],
    ['one before the change is in force', null, 30_000, 20_000, /^generation 7 is not in force yet/]
  ]
  for (const [name, at, connected, session, want] of cases) {
    const said = unproven({ ...OPEN, since: at }, { connected, session })
    if (want === null) t.equal(said, null, name)
    else t.match(said, want, name)
  }
  t.end()
})

t.test('whether a generation has proved itself', (t) => {
  const proving: Proving = { generation: 7, back: 6, seconds: 30, deadline: 40_000, unwell: ['sysctl/a'] }
  const web = { key: 'container/user/web', message: 'its health check fails' }
  const old = { key: 'sysctl/a', message: 'the kernel has no parameter a' }
  const cases = [
    ['all is Ready', true, [], 20_000, { is: 'passed' }],
    ['nothing is known yet', false, [], 20_000, { is: 'open' }],
    ['something is not Ready yet', true, [web], 20_000, { is: 'open' }],
    ['it is Ready at the last moment', true, [], 40_000, { is: 'passed' }],
    [
      'it is not at the deadline',
      true,
      [web],
      40_000,
      { is: 'failed', why: 'container/user/web: its health check fails' }
    ],
    [
      'what failed before is not what it is judged by',
      true,
      [old, web],
      40_000,
      { is: 'failed', why: 'container/user/web: its health check fails' }
    ],
    [
      'going back would not help',
      true,
      [old],
      40_000,
      { is: 'kept', why: 'sysctl/a: the kernel has no parameter a; it was not well in the generation before either' }
    ],
    [
      'it was never compared',
      false,
      [],
      40_000,
      { is: 'failed', why: 'the machine was not compared with it within 30 s' }
    ]
  ] as const
  for (const [name, compared, failing, now, want] of cases)
    t.strictSame(prove(proving, { compared, failing }, now), want, name)
  t.end()
})

t.test(
  'a generation that has to prove one thing is given up as soon as that has failed, and judged by nothing else',
  (t) => {
    const shell = { key: 'container/system/console', message: 'the ssh server does not answer' }
    const web = { key: 'container/user/web', message: 'its health check fails', failed: true }
    const proving = { generation: 5, back: 4, seconds: 30, deadline: 40_000, unwell: [], keys: [shell.key] }
    const failed = { is: 'failed', why: 'container/system/console: the ssh server does not answer' }
    for (const [name, more, failing, want] of [
      ['it is on its way', {}, [shell, web], { is: 'open' }],
      ['it has failed', {}, [web, { ...shell, failed: true }], failed],
      ['it had failed before', { unwell: [shell.key] }, [{ ...shell, failed: true }], { is: 'open' }],
      ['only others have', {}, [web], { is: 'passed' }]
    ] as const)
      t.strictSame(prove({ ...proving, ...more }, { compared: true, failing }, 20_000), want, name)
    t.end()
  }
)
