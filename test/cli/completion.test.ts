// Completion: what is offered, and each script in its shell.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { until } from '../support/loop.ts'
import { machine, ros } from './support/ros.ts'

t.setTimeout(120_000) // each key pressed starts a process or two, on a machine that may be doing other things

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

/** The candidates for the last of the words, without what they are about. */
async function offered(words: readonly string[], env: Record<string, string> = {}): Promise<readonly string[]> {
  const { code, out, err } = await ros(['complete', '--', ...words], { env: { ROS_SOCKET: '/no/such', ...env } })
  if (code !== 0 || err !== '') throw new Error(`${code} ${err}`)
  return out.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t', 1)[0] ?? '']))
}

t.test('commands, options, keys and values are offered without an agent', async (t) => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['conf', ['config', 'confirm']],
    ['re', ['reconcile', 'resume', 'reboot']],
    ['config ge', ['get', 'generate']],
    ['c ge', ['get', 'generate']],
    ['help config ge', ['get', 'generate']],
    ['--json config ge', ['get', 'generate']],
    ['--soc', ['--socket']],
    ['--socket ', [':files']],
    ['config set --w', ['--wait']],
    ['config set --wait ', []],
    ['config set --wait 5 hostn', ['hostname']],
    ['config merge -i ', [':files']],
    ['config merge --json --j', []],
    ['config get h', ['hostname']],
    ['config get ranch', ['rancher.']],
    ['config get rancher.docker.br', ['rancher.docker.bridge']],
    ['config get rancher.network.d', ['rancher.network.dns.', 'rancher.network.dhcp_timeout']],
    ['config get rancher.services.', []],
    ['config get rancher.services.web.imag', ['rancher.services.web.image']],
    ['config get no.such.', []],
    ['config get hostname ', []],
    ['config unset hostn', ['hostname']],
    ['config explain hostn', ['hostname']],
    ['config schema --key hostn', ['hostname']],
    ['config schema --key = hostn', ['hostname']],
    [
      'config schema --key =',
      ['hostname', 'ssh_authorized_keys', 'write_files', 'mounts', 'runcmd', 'bootcmd', 'rancher.']
    ],
    ['config set rancher.debug ', ['true', 'false']],
    ['config set rancher.state.fstype ', []],
    ['config set rancher.services.web.cgroup p', ['private']],
    ['get sysc', ['sysctl']],
    ['describe sysc', ['sysctl/']],
    ['get sysctl/', []],
    ['service stop ', []],
    ['completion ', ['bash', 'fish', 'zsh']],
    ['shutdown -h n', ['now']],
    ['plan -f ', [':files']],
    ['env ls -', [':files']],
    ['nothing ', []],
    ['config nothing ', []]
  ]
  for (const [line, words] of cases) t.same((await offered(line.split(' '))).toSorted(), words.toSorted(), line)
  const all = await offered([''])
  for (const word of ['config', 'service', 'status', 'help']) t.ok(all.includes(word))
  t.notOk(all.includes('complete'), 'what is hidden is not offered')
  t.match((await ros(['complete', '--', 'config', 'get', 'hostn'])).out, 'hostname\tHost name of the machine\n')
  t.same(JSON.parse((await ros(['complete', '--json', 'config', 'ge'])).out)[0].word, 'get')
})

t.test('services and resources are asked of the agent', async (t) => {
  const user =
    '#cloud-config\nrancher: {sysctl: {vm.swappiness: 10, kernel.sysrq: 1}, services_include: {mail: false}}\n'
  const { socket, settled, stop } = await machine({ user })
  t.teardown(stop)
  await settled()
  const env = { ROS_SOCKET: socket }
  t.same(await offered(['service', 'stop', ''], env), ['web', 'job', 'syslog'])
  t.same(await offered(['service', 'stop', 'web', ''], env), ['job', 'syslog'])
  t.same(await offered(['service', 'enable', ''], env), ['mail'])
  t.same(await offered(['get', 'sysctl/vm'], env), ['sysctl/vm.swappiness'])
  t.same(await offered(['logs', 'kernel', 'sy'], env), ['syslog', 'system-docker'])
})

t.test('an agent that does not answer is not waited for', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rosd-deaf-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const socket = join(folder, 'agent.sock')
  const deaf = createServer(() => {})
  await new Promise<void>((resolve) => deaf.listen(socket, resolve))
  t.teardown(() => deaf.close())
  t.same(await offered(['service', 'stop', ''], { ROS_SOCKET: socket }), [])
})

t.test('completion prints the script of a shell', async (t) => {
  for (const shell of ['bash', 'fish', 'zsh']) {
    const { out, code } = await ros(['completion', shell])
    t.equal(code, 0)
    t.match(out, ' complete -- ')
    t.same(JSON.parse((await ros(['completion', shell, '--json'])).out), { shell, script: out })
  }
  t.match(await ros(['completion', 'tcsh']), {
    code: 2,
    out: '',
    err: /there is no completion for tcsh; SHELL is bash, fish or zsh/
  })
})

/** A folder with the shell's script and a `ros` that completes as ours does and else says what it was asked. */
async function desk(t: Test, shell: string): Promise<string> {
  const dir = t.testdir({ script: (await ros(['completion', shell])).out, 'a-file': '' })
  mkdirSync(join(dir, 'bin'))
  const own = join(dir, 'bin/ros')
  writeFileSync(
    own,
    `#!/bin/sh\n[ "$1" = complete ] && exec ${process.execPath} ${main} "$@"\nprintf 'ran:%s:' "$@"; echo\n`
  )
  chmodSync(own, 0o755)
  writeFileSync(join(dir, 'bin/sudo'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 })
  return dir
}

const typed: readonly (readonly [string, string])[] = [
  ['sudo ros config get hostn\t', 'ran:config:ran:get:ran:hostname:'],
  ['sudo ros config unset h --w\t', 'ran:config:ran:unset:ran:h:ran:--wait:'],
  ['ros serv\tli\t', 'ran:service:ran:list:'],
  ['ros config get ranch\tdoc\tbri\t', 'ran:config:ran:get:ran:rancher.docker.bridge:'],
  ['ros config set rancher.debug t\t', 'ran:config:ran:set:ran:rancher.debug:ran:true:'],
  ['ros config merge -i a-f\t', 'ran:config:ran:merge:ran:-i:ran:a-file:'],
  ['ros config schema --k\thostn\t', 'ran:config:ran:schema:ran:--key:ran:hostname:']
]

for (const [shell, begin, ready] of [
  ['bash', 'bash --norc --noprofile -i', "bind 'set bell-style none'; source ./script; PS1='re''ady> '"],
  ['zsh', 'zsh -f -i', "autoload -U compinit; compinit -u -D; source ./script; PS1='re''ady> '"]
] as const) {
  const lacks = ['script', shell].find((program) => spawnSync(program, ['--version']).status !== 0)
  t.test(
    `in ${shell} what was typed is completed`,
    { skip: lacks === undefined ? false : `no ${lacks} here` },
    async (t) => {
      const cwd = await desk(t, shell)
      const env = { ...process.env, PATH: `${cwd}/bin:${process.env['PATH']}`, TERM: 'dumb', HISTFILE: '' }
      const child = spawn('script', ['-qec', begin, '/dev/null'], { cwd, env })
      t.teardown(() => child.kill())
      let out = ''
      child.stdout.on('data', (part) => {
        out += part
      })
      const ended = new Promise((resolve) => child.on('close', resolve))
      child.stdin.write(`${ready}\n`)
      for (const [i, [line, ran]] of typed.entries()) {
        await until(() => out.split('ready> ').length > i + 1, 10_000)
        child.stdin.write(`${line}\n`)
        await until(() => out.includes(ran), 10_000).catch(() => undefined)
        t.ok(out.includes(ran), JSON.stringify(line), { out: out.slice(-400) })
      }
      child.stdin.write('exit\n')
      await ended
    }
  )
}

t.test(
  'in fish what was typed is completed',
  { skip: spawnSync('fish', ['--version']).status === 0 ? false : 'no fish here' },
  async (t) => {
    const cwd = await desk(t, 'fish')
    const env = { ...process.env, PATH: `${cwd}/bin:${process.env['PATH']}`, HOME: cwd }
    const lines = [
      'ros config ge',
      'ros config get hostn',
      'ros config get ranch',
      'ros config get no.such.',
      'ros config merge -i a-f'
    ]
    const script = lines.map((line) => `complete -C '${line}'; echo .`).join('; ')
    const { stdout } = spawnSync('fish', ['-c', `source ./script; ${script}`], { cwd, env, encoding: 'utf8' })
    t.equal(
      stdout,
      [
        'generate\ta document to begin with, or a template filled in',
        'get\ta value of the merged document',
        '.',
        'hostname\tHost name of the machine',
        '.',
        'rancher.\tEverything that is not in the top level',
        '.',
        '.',
        'a-file',
        '.',
        ''
      ].join('\n')
    )
  }
)
