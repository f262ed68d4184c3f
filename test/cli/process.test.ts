// `ros` from source as a process of its own: what only a process has.
import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { until } from '../support/loop.ts'
import { machine } from './support/ros.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const calm = '#cloud-config\nrancher:\n  environment: {GREETING: hello, TZ: UTC}\n  sysctl: {vm.swappiness: 10}\n'

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Resolves when the process has ended. `heard` gets its output so far. */
function start(
  args: readonly string[],
  socket: string,
  heard: (out: string, pid: number) => void = () => {},
  input = ''
): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ROS_SOCKET: socket, TZ: 'CET' } })
  let out = ''
  let err = ''
  child.stdout.on('data', (part) => {
    out += part
    heard(out, child.pid ?? 0)
  })
  child.stderr.on('data', (part) => {
    err += part
  })
  child.stdin.end(input)
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })))
}

t.test('the exit code and the output are those of the command', async (t) => {
  const { socket, settled, stop } = await machine({ user: calm })
  t.teardown(stop)
  await settled()
  t.match(await start(['status'], socket), { code: 0, out: /^phase: +Ready\n/, err: '' })
  t.match(await start(['statsu'], socket), { code: 2, out: '', err: /did you mean 'status'/ })
  t.match(await start(['status'], '/no/such/socket'), { code: 3, out: '', err: /the agent does not run here/ })
  t.match(await start(['config', 'merge'], socket, undefined, 'hostname: piped\n'), {
    code: 0,
    out: '+ hostname: piped\n'
  })
})

t.test('env becomes its command, with its exit code and untouched arguments', async (t) => {
  const { socket, settled, stop } = await machine({ user: calm })
  t.teardown(stop)
  await settled()
  const ran = await start(['env', 'sh', '-c', 'echo "$GREETING $TZ $1"; exit 7', 'sh', '--json'], socket)
  t.equal(ran.code, 7)
  t.equal(ran.out, 'hello CET --json\n')
})

t.test(
  'on a terminal config edit asks, again after each turn of the editor',
  { skip: spawnSync('script', ['--version']).status === 0 ? false : 'no script(1) to make a terminal' },
  async (t) => {
    const { socket, userText, settled, stop } = await machine({ user: calm })
    t.teardown(stop)
    await settled()
    const line = `${process.execPath} ${main} config edit`
    const env = { ...process.env, ROS_SOCKET: socket, EDITOR: 'sed -i s/10/1010/' }
    const child = spawn('script', ['-qec', line, '/dev/null'], { env })
    const answers = ['e\n', 'y\n']
    let out = ''
    child.stdout.on('data', (part) => {
      out += part
      if (out.split('apply? [y/N/e] ').length > 3 - answers.length) child.stdin.write(answers.shift() ?? '')
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    t.equal(code, 0, out)
    t.equal(await userText(), calm.replace('10', '101010'))
  }
)

t.test('Ctrl-C leaves what follows', async (t) => {
  const { socket, settled, stop } = await machine({ user: calm })
  t.teardown(stop)
  await settled()
  let pressed = false
  const left = start(['events', '-f'], socket, (out, pid) => {
    if (pressed || !out.includes('DocumentAccepted')) return
    pressed = true // a second time would end it at once
    process.kill(pid, 'SIGINT')
  })
  t.match(await left, { code: 0, err: '' })
})

t.test('a reader that leaves early is no error', async (t) => {
  const { socket, agent, settled, stop } = await machine({ user: calm })
  t.teardown(stop)
  await settled()
  const child = spawn('sh', ['-c', '"$0" "$1" events -f | head -n 1', process.execPath, main], {
    env: { ...process.env, ROS_SOCKET: socket }
  })
  let out = ''
  let err = ''
  let ended = false
  child.stdout.on('data', (part) => {
    out += part
  })
  child.stderr.on('data', (part) => {
    err += part
  })
  child.on('close', () => {
    ended = true
  })
  await until(() => {
    agent.events.add({ type: 'Normal', reason: 'More', message: 'of it', key: null })
    return ended
  }, 10_000)
  t.match(out, /^REV /)
  t.equal(err, '')
})

t.test(
  'whoever is not root is told so',
  { skip: process.getuid?.() === 0 ? false : 'only root can become somebody else' },
  async (t) => {
    const { socket, root, stop } = await machine()
    t.teardown(stop)
    spawnSync('chmod', ['755', root])
    const child = spawn('setpriv', ['--reuid=65534', '--clear-groups', process.execPath, main, 'status'], {
      env: { ...process.env, ROS_SOCKET: socket }
    })
    let err = ''
    child.stderr.on('data', (part) => {
      err += part
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    t.equal(code, 3, err)
    t.match(err, /Need to be root: only root may open .*agent\.sock; try `sudo ros`/)
  }
)

t.test('nothing that starts slowly is loaded for a short command', async (t) => {
  // An ESM import of node:http alone costs 38 ms, yaml 55, fastify 106: a command that needs none must not have them.
  const source = `
    const { run } = await import(${JSON.stringify(new URL('../../src/cli/run.ts', import.meta.url).href)})
    const io = { out () {}, err () {}, env: {}, tty: () => '', signal: new AbortController().signal, columns: 0, errColumns: 0 }
    await run(['--help'], io)
    await run(['status', '--socket', '/no/such'], io)
    process.stdout.write(JSON.stringify(process.moduleLoadList.filter((name) => /undici/.test(name))))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' })
  t.equal(stderr, '')
  t.equal(stdout, '[]')
})
