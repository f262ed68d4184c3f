import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { complaints } from './support.ts'

/** Arguments, and what is said of them: the index of the item, the message; null where nothing is. */
type Row = readonly [args: readonly string[], said: readonly [at: number, message: string] | null]

const rows: readonly Row[] = [
  ...['--max-concurrent-downloads', '--max-concurrent-uploads', '--max-download-attempts'].flatMap((flag): Row[] => [
    [[`${flag}=1`], null],
    [[flag, '100000'], null],
    [[`${flag}=-1`], [0, `${flag} can not be \`-1\``]],
    [
      [flag, 'many'],
      [1, `${flag} can not be \`many\``]
    ],
    [[`${flag}=1.5`], [0, `${flag} can not be \`1.5\``]],
    [[`${flag}=`], [0, `${flag} has no value`]],
    [[`${flag}=9223372036854775808`], [0, `${flag} can not be \`9223372036854775808\``]]
  ]),
  [['--max-concurrent-downloads=0'], null],
  [['--shutdown-timeout=-1'], null],
  [['--shutdown-timeout', '0'], null],
  [['--shutdown-timeout=5m'], [0, '--shutdown-timeout can not be `5m`']],
  [
    ['--icc=false', '--shutdown-timeout'],
    [1, '--shutdown-timeout has no value']
  ],
  [['-D'], null],
  [['--debug', '--debug=F'], null],
  [['--live-restore=yes'], [0, '--live-restore can not be `yes`']],
  [['--label=a=b', '--label', 'c=d=e', '--label=A=c', '--label=d='], null],
  [['--label=a=b', '--label=a=b'], null],
  [
    ['--label=a=b', '--label', 'a=c'],
    [2, 'the label `a` has two values, `b` and `c`']
  ],
  [['--label=rack'], [0, '`rack` is no label']],
  [['--label='], [0, '--label has no value']],
  [['--label=com.docker.rack=7'], [0, 'the label `com.docker.rack` is one of Docker’s own']],
  [['--registry-mirror=https://m.example.org'], null],
  [['--registry-mirror=m.example.org'], [0, '`m.example.org` is no mirror']],
  [['--insecure-registry=registry.lan:5000', '--insecure-registry', '10.0.0.0/8'], null]
]

/** dockerd looks at these when it starts and when it reloads, not when it validates. */
const runtimes: readonly Row[] = [
  [['--default-runtime=runc'], null],
  [['--default-runtime=io.containerd.runc.v2'], null],
  [['--default-runtime=io.containerd.runsc.v1'], null],
  [['--default-runtime=crun', '--add-runtime=crun=/usr/bin/crun'], null],
  [['--add-runtime', 'crun=/usr/bin/crun', '--default-runtime', 'crun'], null],
  [['--config-file=/etc/docker/mine.json', '--default-runtime=crun'], null],
  [['--default-runtime=crun'], [0, 'there is no runtime `crun`, did you mean `runc`?']],
  [
    ['--default-runtime', '/usr/bin/kata'],
    [1, 'there is no runtime `/usr/bin/kata`']
  ],
  [
    ['--default-runtime=cron', '--add-runtime=crun=/x'],
    [0, 'there is no runtime `cron`, did you mean `crun`?']
  ]
]

function text(engine: string, args: readonly string[]): string {
  return `rancher:\n  ${engine}:\n    extra_args:\n${args.map((word) => `    - ${JSON.stringify(word)}\n`).join('')}`
}

t.test('arguments that stand in the file of an engine', async (t) => {
  for (const engine of ['docker', 'system_docker'])
    for (const [args, said] of [...rows, ...runtimes]) {
      const [first = ''] = complaints(text(engine, args)).split('\n')
      const expected =
        said === null ? '' : `cloud-config.yml:${5 + said[0]}:7: rancher.${engine}.extra_args[${said[0]}]: ${said[1]}`
      t.equal(first, expected, args.join(' '))
    }
})

t.test('what is expected and what is to be done', async (t) => {
  for (const [args, told] of [
    [['--max-concurrent-uploads=x'], ['a whole number from 0 on, for instance 3', 'correct the number']],
    [['--shutdown-timeout=x'], ['whole seconds, for instance 60; -1 waits for ever', 'correct the number']],
    [['--label=rack'], ['NAME=value, for instance rack=7', 'write --label=rack=VALUE']],
    [
      ['--default-runtime=/usr/bin/kata'],
      [
        'runc, one of containerd as io.containerd.runsc.v1, or the name of an --add-runtime in the same list',
        'add --add-runtime=kata=/PATH/OF/IT and write its name, kata; or name another'
      ]
    ]
  ] as const) {
    const lines = complaints(text('docker', args)).split('\n').slice(-2)
    t.same(lines, [`  expected: ${told[0]}`, `  fix: ${told[1]}`], args.join(' '))
  }
})

/** The first dockerd that can validate: the image's, else this machine's, of which Debian 12's can not. */
const dockerd = [
  new URL('../../../.cache/image/generic/root/usr/sbin/dockerd', import.meta.url).pathname,
  '/usr/sbin/dockerd'
].find((path) => spawnSync(path, ['--help'], { encoding: 'utf8' }).stdout?.includes('--validate'))

t.test(
  'a real dockerd takes and refuses the same',
  { skip: dockerd === undefined ? 'no dockerd here that validates' : false },
  async (t) => {
    const dir = mkdtempSync(join(tmpdir(), 'rosd-validate-'))
    t.teardown(() => rmSync(dir, { recursive: true }))
    writeFileSync(join(dir, 'daemon.json'), '{}')
    const refused = rows.filter(([, said]) => said !== null).map(([args]) => args)
    const taken = rows.filter(([, said]) => said === null).flatMap(([args]) => args)
    for (const args of [taken, ...refused]) {
      const flags = ['--validate', `--config-file=${dir}/daemon.json`, ...args]
      const { status } = spawnSync(dockerd ?? '', flags, { stdio: 'ignore', timeout: 20_000 })
      t.equal(status === 0, args === taken, args.join(' '))
    }
  }
)
