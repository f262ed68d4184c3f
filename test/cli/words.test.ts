// The pieces of the command: words, help, columns, ages, progress, pages.
import t from 'tap'
import { age } from '../../src/cli/age.ts'
import { columns, cut, pad } from '../../src/cli/columns.ts'
import { stalePages } from '../../src/cli/docs.ts'
import { parse } from '../../src/cli/parse.ts'
import { barLine, progressView } from '../../src/cli/progress.ts'
import { resourcePath, splitKey } from '../../src/cli/resource-path.ts'
import { personality } from '../../src/cli/run.ts'
import { commands, groups } from '../../src/cli/table.ts'
import { ros } from './support/ros.ts'

t.test('docs/cli.md and docs/api.md are what the tables make', (t) => {
  t.same(stalePages(), [], 'npm run generate writes them')
  t.end()
})

t.test('every command has a module that runs it, help, JSON, and refuses what it does not know', async (t) => {
  t.ok(commands.length > 20)
  for (const command of commands) {
    const line = command.words.join(' ')
    t.type((await command.load()).run, 'function', line)
    for (const words of [
      [...command.words, '--help'],
      ['help', ...command.words],
      ['--help', ...command.words]
    ]) {
      const { code, out, err } = await ros(words)
      t.equal(code, 0, words.join(' '))
      t.equal(err, '')
      t.match(out, `Usage: ros ${line}`)
      t.match(out, '--json')
    }
    const strange = await ros([...command.words, '--jsn'])
    t.equal(strange.code, 2, `${line} --jsn`)
    t.equal(strange.err, `ros: unknown option '--jsn', did you mean '--json'?\n(ros ${line} --help says more)\n`)
  }
})

t.test('what a command line lacks or has too much is told with the usage', async (t) => {
  const cases = [
    [
      'config get',
      /^ros: KEY is missing\nusage: ros config get \[OPTIONS\] KEY\n\(ros config get --help says more\)\n$/
    ],
    ['config set hostname', /^ros: VALUE is missing\n/],
    ['config set a b c', /^ros: too many arguments: c\n/],
    ['service start', /^ros: NAME is missing\n/],
    ['status now', /^ros: too many arguments: now\n/],
    ['plan --file', /^ros: option '-f, --file <value>' argument missing\n/],
    ['status --watch=1', /^ros: option '-w, --watch' does not take an argument\n/],
    ['status -x', /^ros: unknown option '-x'\n/],
    ['confg get x', /^ros: unknown command 'confg', did you mean 'config'\?\n\(ros --help says more\)\n$/],
    ['config gte x', /^ros: unknown command 'config gte', did you mean 'get'\?\n\(ros config --help says more\)\n$/],
    ['zzzzz', /^ros: unknown command 'zzzzz'\n/],
    ['--jsno status', /^ros: unknown option '--jsno'\n/],
    ['help nothing', /^ros: unknown command 'nothing'/]
  ] as const
  for (const [line, err] of cases) {
    const ran = await ros(line.split(' '))
    t.match(ran, { code: 2, out: '', err }, line)
  }
})

t.test('help of everything and of a group', async (t) => {
  for (const words of [[], ['--help'], ['-h'], ['help']]) {
    const { code, out } = await ros(words)
    t.equal(code, 0)
    for (const command of commands) t.match(out, `  ${command.words.join(' ')}`)
  }
  for (const words of [['config'], ['c', '--help'], ['help', 'config']]) {
    t.match(await ros(words), {
      code: 0,
      out: /^Read and change the document of the machine\.\n\nUsage: ros config COMMAND/
    })
  }
})

t.test('options may stand before the command, and after -- nothing is an option', (t) => {
  const parsed = parse(commands, groups, ['--json', '--socket', '/x', 'c', 'get', '--', '-key'])
  t.match(parsed, { is: 'command', args: ['-key'], options: { json: true, socket: '/x' } })
  t.match(parse(commands, groups, ['--socket=/x', 'status']), { options: { socket: '/x' } })
  t.match(parse(commands, groups, ['env', '--json', 'ls', '-l', '--json=no']), {
    args: ['ls', '-l', '--json=no'],
    options: { json: true }
  })
  t.end()
})

t.test('an agent that cannot be reached is told apart by why', async (t) => {
  const away = await ros(['status', '--socket', '/no/such/agent.sock'])
  t.match(away, { code: 3, out: '', err: /^ros: the agent does not run here: \/no\/such\/agent\.sock is not there/ })
  const deaf = await ros(['status'], { env: { ROS_SOCKET: '/etc/hostname' } })
  t.match(deaf, { code: 3, err: /nobody listens on \/etc\/hostname/ })
})

t.test('installed under another name it is that command', (t) => {
  t.same(personality('/usr/sbin/reboot', ['-f']), ['reboot', '-f'])
  t.same(personality('/usr/bin/wait-for-docker', []), ['wait-for-docker'])
  t.same(personality('/usr/bin/ros', ['status']), ['status'])
  t.same(personality('/x/src/cli/main.ts', ['status']), ['status'])
  t.end()
})

t.test('columns are aligned and cut to the terminal', (t) => {
  const rows = [
    ['a', 'short', 'x\ny'],
    ['…longer', '', 'the end of it']
  ]
  t.equal(
    columns(['ONE', 'TWO', 'THREE'], rows),
    'ONE      TWO    THREE\na        short  x y\n…longer         the end of it\n'
  )
  t.equal(
    columns(['ONE', 'TWO', 'THREE'], rows, 20),
    'ONE      TWO    THR…\na        short  x y\n…longer         the…\n'
  )
  t.equal(columns(['ONLY'], []), 'ONLY\n')
  t.equal(pad('äö', 4), 'äö  ')
  t.equal(cut('12345', 4), '123…')
  t.end()
})

t.test('ages are as kubectl shows them', (t) => {
  const second = 1_000
  const minute = 60 * second
  const hour = 60 * minute
  const cases = [
    [-5 * second, '0s'],
    [119 * second, '119s'],
    [2 * minute, '2m'],
    [5 * minute + 12 * second, '5m12s'],
    [10 * minute + 12 * second, '10m'],
    [179 * minute, '179m'],
    [3 * hour, '3h'],
    [7 * hour + 5 * minute, '7h5m'],
    [47 * hour, '47h'],
    [49 * hour, '2d']
  ] as const
  for (const [ms, text] of cases) t.equal(age(ms), text)
  t.end()
})

t.test('keys of resources may be plural and their names hold anything', (t) => {
  t.same(splitKey('sysctls/vm.swappiness'), { kind: 'sysctl', name: 'vm.swappiness' })
  t.same(splitKey('addresses'), { kind: 'address', name: '' })
  t.same(splitKey('file//etc/motd'), { kind: 'file', name: '/etc/motd' })
  t.equal(resourcePath('image', 'user/a:1 b?'), '/v1/resources/image/user/a%3A1%20b%3F')
  t.end()
})

t.test('progress is a bar on a terminal and a line per step elsewhere', (t) => {
  t.equal(
    barLine('image/user/a', 'd4ff: Downloading 40 % of 3.1 MB'),
    '[########            ]  40 %  image/user/a  d4ff: Downloading'
  )
  t.equal(barLine('image/user/a', '100 %'), '[####################] 100 %  image/user/a')
  t.equal(barLine('image/user/a', 'Pull complete'), 'image/user/a  Pull complete')
  const run = (columnsOf: number) => {
    const written: string[] = []
    const view = progressView((text) => written.push(text), columnsOf)
    for (const percent of [10, 20, 100])
      view.show({ key: 'image/user/a', message: `d4ff: Downloading ${percent} % of 3.1 MB` })
    view.show({ key: 'image/user/a', message: 'd4ff: Pull complete' })
    view.clear()
    view.clear()
    return written
  }
  t.same(run(0), ['image/user/a: d4ff: Downloading\n', 'image/user/a: d4ff: Pull complete\n'])
  t.same(run(30), [
    '\r\u001B[K[##                  ]  10 %…',
    '\r\u001B[K[####                ]  20 %…',
    '\r\u001B[K[####################] 100 %…',
    '\r\u001B[Kimage/user/a  d4ff: Pull com…',
    '\r\u001B[K'
  ])
  t.end()
})
