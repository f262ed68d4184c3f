import t from 'tap'
import { help, parseFlags, UsageError } from '../../src/vm/flags.ts'
import type { MachineOptions } from '../../src/vm/options.ts'

const nothing: MachineOptions = {
  kind: 'qemu',
  fast: false,
  keep: false,
  unsafe: false,
  reboot: true,
  sshWait: true,
  disks: []
}

const understood: readonly (readonly [string, readonly string[], Partial<MachineOptions>])[] = [
  ['nothing', [], {}],
  ['a document', ['--config', 'a.yml'], { config: 'a.yml' }],
  ['words of the kernel line that begin with a dash', ['--append', '-x quiet'], { append: '-x quiet' }],
  ['--append twice', ['--append', 'a=1', '--append=b=2'], { append: 'a=1 b=2' }],
  ['an empty --append', ['--append', ''], {}],
  ['disks in order', ['--disk', 'b:2G', '--disk', 'a'], { disks: ['b:2G', 'a'] }],
  ['numbers', ['--nics', '2', '--memory', '512', '--cpus', '3'], { nics: 2, memory: 512, cpus: 3 }],
  [
    'networks of further cards',
    ['--netdev', 'user', '--netdev', 'tap,ifname=t'],
    { netdevs: ['user', 'tap,ifname=t'] }
  ],
  ['a port and a time limit', ['--ssh-port', '2222', '--timeout', '90'], { sshPort: 2222, timeout: 90 }],
  ['what to build', ['--kernel', 'small', '--fast'], { kernel: 'small', fast: true }],
  ['an image already built', ['--image', '/i'], { image: '/i' }],
  ['no reboot, no wait', ['--no-reboot', '--no-ssh-wait'], { reboot: false, sshWait: false }],
  ['no network at all', ['--nics', '0', '--no-ssh-wait'], { nics: 0, sshWait: false }],
  ['namespaces with a folder', ['--namespaces', '--disk', '/d'], { kind: 'namespaces', disks: ['/d'] }],
  [
    'the rest',
    ['--accel', 'tcg', '--unsafe', '--keep', '--log', 'l'],
    { accel: 'tcg', unsafe: true, keep: true, log: 'l' }
  ]
]

const refused: readonly (readonly [readonly string[], RegExp])[] = [
  [['--bogus'], /'--bogus'/],
  [['file'], /file/],
  [['--config'], /--config/],
  [['--config', '--headless'], /--config/],
  [['--headless=yes'], /--headless/],
  [['--memory', '1G'], /--memory 1G: expected a whole number from 128/],
  [['--memory', '64'], /from 128 to/],
  [['--nics', '-1'], /--nics -1: expected a whole number from 0 to 8/],
  [['--cpus', '0'], /--cpus 0/],
  [['--ssh-port', '70000'], /from 1 to 65535/],
  [['--timeout', '1.5'], /--timeout 1.5/],
  [['--kernel', 'linux'], /--kernel linux: expected cloud, generic, small/],
  [['--accel', 'hvf'], /expected auto, kvm, tcg/],
  [['--memory', '512', '--memory', '256'], /--memory can be given once only/],
  [['--nics', '0'], /add --no-ssh-wait/],
  [['--image', 'i', '--fast'], /--fast cannot change it/],
  [['--namespaces', '--memory', '512'], /--memory has no meaning with --namespaces/],
  [['--namespaces', '--netdev', 'user'], /--netdev has no meaning with --namespaces/],
  [['--namespaces', '--disk', 'a', '--disk', 'b'], /takes one --disk/]
]

t.test('flags become options, and what is not given is left to the defaults', async (t) => {
  for (const [name, argv, want] of understood) {
    t.strictSame(parseFlags(argv), { options: { ...nothing, ...want }, headless: false, help: false }, name)
  }
  t.equal(parseFlags(['--headless']).headless, true)
  t.equal(parseFlags(['--help']).help, true)
})

t.test('a wrong command line is a usage error that names the word', async (t) => {
  for (const [argv, says] of refused) {
    let error: unknown = null
    try {
      parseFlags(argv)
    } catch (thrown) {
      error = thrown
    }
    t.ok(error instanceof UsageError, `${argv.join(' ')} is refused`)
    t.match((error as Error | null)?.message, says)
  }
})

t.test('the help names every flag that is understood', async (t) => {
  const flags = [...understood.flatMap(([, argv]) => argv), '--headless', '--help']
  for (const flag of flags.map((word) => word.replace(/=.*/, '')).filter((word) => /^--[a-z]/.test(word))) {
    t.match(help(), `  ${flag} `, flag)
  }
})
