import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import t from 'tap'
import { parsePackages, parseRootRules } from '../../src/image/package-list.ts'

const root = new URL('../../', import.meta.url).pathname
const rootfs = `${root}rootfs`
const data = (name: string) => readFileSync(`${root}src/image/${name}`, 'utf8')
const busybox = spawnSync('busybox', ['--list'], { encoding: 'utf8' })
const noBusybox = busybox.status === 0 ? false : 'there is no busybox on this machine (Debian: busybox-static)'

const scripts = readdirSync(rootfs, { recursive: true, encoding: 'utf8' })
  .map((path) => `${rootfs}/${path}`)
  .filter((path) => lstatSync(path).isFile() && /^#!.*sh\n/.test(readFileSync(path, 'utf8')))
const services = `${rootfs}/usr/lib/rosd/services`

t.test('there are scripts to look at', async (t) => {
  t.ok(scripts.length >= 15, `${scripts.length} scripts`)
  t.ok(scripts.includes(`${services}/console`))
})

for (const path of [...scripts, `${services}/machine`]) {
  t.test(`${path.slice(rootfs.length)} is shell that busybox and any other sh read`, { skip: noBusybox }, async (t) => {
    t.equal(spawnSync('busybox', ['sh', '-n', path], { encoding: 'utf8' }).stderr, '')
    t.equal(spawnSync('sh', ['-n', path], { encoding: 'utf8' }).stderr, '')
    if (basename(path) !== 'machine') t.ok((statSync(path).mode & 0o111) !== 0, 'it can be run')
  })
}

const BUILTIN = new Set(
  '. : [ alias break case cat case cd continue do done echo elif else esac eval exec exit export false fi for if kill local printf pwd read return set shift shopt test then trap true umask unset until wait while { } !'.split(
    ' '
  )
)

/** The programs a script runs: the first word of each simple command, the language's own words and functions left out. */
function programs(text: string): readonly string[] {
  const plain = text
    .replace(/^\s*#.*$/gm, '')
    .replace(/\\\n/g, ' ')
    .replace(/'[^']*'|"(?:[^"\\]|\\.)*"/g, (quoted) => (quoted.match(/\$\([^)]*\)/g) ?? ["''"]).join(' '))
    .replace(/^\s*[^()\n]*\)(?=\s)/gm, '') // patterns of case
    .replace(/ #.*$/gm, '')
    .replace(/\$\(\(.*?\)\)/g, '0')
    .replace(/\$\{[^}]*\}/g, '0')
  const own = new Set([...text.matchAll(/^([a-z_]+) ?\(\)/gm)].map((found) => found[1] ?? ''))
  const found = new Set<string>()
  for (const part of plain.split(
    /\n|;|\|\|?|&&|&(?!\d)|\$\(|\(|\)|(?<=\s)(?:then|do|else|if|while|until|elif|!|exec|\{)\s/
  )) {
    let words = part.trim().replaceAll('"', '').split(/\s+/)
    while (
      words.length > 0 &&
      (/^[A-Za-z_]+=/.test(words[0] ?? '') ||
        ['if', 'while', 'until', 'elif', 'then', 'else', 'do', '!', 'exec', '{'].includes(words[0] ?? ''))
    )
      words = words.slice(1)
    const word = words[0] ?? ''
    if (words[0] === 'busybox') found.add(words[1] ?? '')
    if (/^[a-z/][A-Za-z0-9_./-]*$/.test(word) && !own.has(word) && !BUILTIN.has(word)) found.add(word)
  }
  return [...found]
}

t.test('every program that a script runs is in the image', { skip: noBusybox }, async (t) => {
  const taken = parsePackages(data('packages.yml')).flatMap((one) => [
    ...one.take,
    ...one.rename.values(),
    ...one.links.keys()
  ])
  const rules = parseRootRules(data('rootfs.yml'))
  const applets = busybox.stdout.split('\n')
  const fromPackages = new Set(taken.flatMap(braces).map((path) => `/${path}`))
  const ours = (path: string) => existsSync(`${rootfs}${path}`)
  const there = (name: string): boolean => {
    // A console of another image has the machine there.
    const program = name.replace(/^\/\.rosd\//, '/')
    if (program.startsWith('/')) return fromPackages.has(program) || ours(program)
    if (['/usr/bin/', '/usr/sbin/'].some((dir) => fromPackages.has(dir + program) || ours(dir + program))) return true
    return applets.includes(program) && !rules.busyboxWithout.has(program)
  }
  const missing: string[] = []
  let looked = 0
  for (const path of [...scripts, `${services}/machine`]) {
    // Process 1's own start is no service. Node comes from npm; hooks are people's own.
    if (path.endsWith('/sbin/init')) continue
    for (const program of programs(readFileSync(path, 'utf8'))) {
      looked++
      const optional = ['/usr/bin/node', '/.rosd/usr/bin/node', '/.rosd/become-root'].includes(program)
      const direct = ['login', 'getty', 'acpid'].includes(program) && applets.includes(program)
      if (!optional && !direct && !there(program)) missing.push(`${basename(path)}: ${program}`)
    }
  }
  t.ok(looked > 40, `${looked} programs looked for`)
  t.same(missing, [])
})

t.test('reboot, poweroff, halt and shutdown say to ros what was meant', async (t) => {
  const dir = t.testdir()
  const text = readFileSync(`${rootfs}/usr/sbin/shutdown`, 'utf8').replace('/usr/bin/ros', 'echo')
  for (const [line, expected] of [
    ['reboot', 'reboot'],
    ['reboot -f', 'reboot -f'],
    ['poweroff', 'poweroff'],
    ['halt --force', 'halt --force'],
    ['shutdown', 'poweroff'],
    ['shutdown now', 'poweroff'],
    ['shutdown -h now', 'poweroff'],
    ['shutdown -r +0', 'reboot'],
    ['shutdown -H', 'halt'],
    ['shutdown -f -r now', 'reboot -f']
  ] as const) {
    const [name = '', ...args] = line.split(' ')
    writeFileSync(`${dir}/${name}`, text, { mode: 0o755 })
    t.equal(execFileSync(`${dir}/${name}`, args, { encoding: 'utf8' }).trim(), expected, line)
  }
  const later = spawnSync(`${dir}/shutdown`, ['-r', '+5'], { encoding: 'utf8' })
  t.equal(later.status, 2)
  t.match(later.stderr, /"\+5" is no time known here/)
})

t.test('the sudo that is lent ends at an option without its value', { skip: noBusybox }, async (t) => {
  const script = `${t.testdir()}/sudo`
  const text = readFileSync(`${rootfs}/usr/lib/rosd/lent/sudo`, 'utf8')
  writeFileSync(script, text.replace('exec /.rosd/become-root "$@"', 'true'))
  for (const word of ['-u', '--user', '-C', '-h', '-p', '-r', '-t', '-T', '-nu']) {
    const { status, stderr } = spawnSync('busybox', ['sh', script, word], { encoding: 'utf8', timeout: 10_000 })
    t.equal(status, 1, word)
    t.match(stderr, /^sudo: usage: /, word)
  }
})

/** Runs a service's script with `machine` left out and names of the machine replaced. */
function adapted(dir: string, name: string, replace: readonly (readonly [string, string])[]): string {
  let text = readFileSync(`${services}/${name}`, 'utf8').replace('. /usr/lib/rosd/services/machine\n', '')
  for (const [from, to] of replace) {
    if (!text.includes(from)) throw new Error(`${name} has no ${from} to replace`)
    text = text.replaceAll(from, to)
  }
  writeFileSync(`${dir}/${name}`, text, { mode: 0o755 })
  return `${dir}/${name}`
}

t.test("the engine leaves its container's control group", async (t) => {
  const tree = (files: readonly string[]) => {
    const dir = t.testdir()
    for (const file of files) {
      mkdirSync(dirname(`${dir}/cg/${file}`), { recursive: true })
      writeFileSync(`${dir}/cg/${file}`, file.includes('cpuset.cpus') ? '0-1\n' : '0\n')
    }
    return dir
  }
  const run = (dir: string, args: readonly string[]) => {
    const script = adapted(dir, 'docker', [
      ['/sys/fs/cgroup', `${dir}/cg`],
      ['/run/docker-tmp', `${dir}/tmp`],
      ['exec dockerd', 'exec echo']
    ])
    return execFileSync(script, args, { encoding: 'utf8' }).trim()
  }
  const pid = (file: string) => Number(readFileSync(file, 'utf8'))

  const v2 = tree(['cgroup.controllers', 'cgroup.procs'])
  t.equal(run(v2, ['--debug', '--cgroup-parent=/user-docker']), '--debug --cgroup-parent=/user-docker')
  t.ok(pid(`${v2}/cg/user-docker-engine/cgroup.procs`) > 1, 'cgroup v2: one group')

  const v1 = tree([
    'cpu/cgroup.procs',
    'memory/cgroup.procs',
    'cpuset/cgroup.procs',
    'cpuset/cpuset.cpus',
    'cpuset/cpuset.mems'
  ])
  run(v1, ['--cgroup-parent', '/test-7/users', '--tls'])
  for (const hierarchy of ['cpu', 'memory', 'cpuset']) {
    t.ok(pid(`${v1}/cg/${hierarchy}/test-7/users-engine/cgroup.procs`) > 1, `cgroup v1: ${hierarchy}`)
  }
  t.equal(readFileSync(`${v1}/cg/cpuset/test-7/users-engine/cpuset.cpus`, 'utf8'), '0-1\n')

  const unsaid = tree(['cgroup.controllers', 'cgroup.procs'])
  run(unsaid, [])
  t.ok(pid(`${unsaid}/cg/user-docker-engine/cgroup.procs`) > 1, 'without --cgroup-parent')
})

t.test('a terminal for the screen, each console of the kernel and each that logs in by itself', async (t) => {
  const dir = t.testdir({ cmdline: '', env: '' })
  const text = readFileSync(`${services}/console`, 'utf8')
  const part = (name: string) => new RegExp(`^${name} \\(\\) \\{\\n[\\s\\S]*?^\\}\\n`, 'm').exec(text)?.[0] ?? ''
  const source = `${part('settings')}${part('terminals')}terminals`
    .replaceAll('/run/ros/console.env', `${dir}/env`)
    .replaceAll('/proc/cmdline', `${dir}/cmdline`)
  const found = (cmdline: string, env: string) => {
    writeFileSync(`${dir}/cmdline`, `${cmdline}\n`)
    writeFileSync(`${dir}/env`, env)
    return execFileSync('sh', ['-c', source], { encoding: 'utf8' }).trim().split('\n')
  }
  t.same(found('quiet', ''), ['tty1 38400'])
  t.same(found('console=tty0 console=ttyS0,115200n8 panic=10', ''), ['tty1 38400', 'ttyS0 115200'])
  t.same(found('console=ttyS0 console=ttyS1,9600', ''), ['tty1 38400', 'ttyS0 115200', 'ttyS1 9600'])
  t.same(found('console=hvc0 console=ttyAMA0', ''), ['tty1 38400', 'hvc0 115200', 'ttyAMA0 115200'])
  t.same(found('console=ttyS0', 'AUTOLOGIN="ttyS0 tty1 ttyS2"'), ['tty1 38400', 'ttyS0 115200', 'ttyS2 115200'])
})

t.test("time servers are read from any daemon's ntp.conf", async (t) => {
  const dir = t.testdir({
    'ntp.conf':
      'driftfile /x\n# server no\n  server 0.pool.ntp.org iburst\npool 2001:db8::1 maxsources 3\nrestrict default\nserver\n'
  })
  const script = adapted(dir, 'ntp', [
    ['/etc/ntp.conf', `${dir}/ntp.conf`],
    ['/run/ros/ntp.conf', `${dir}/leased.conf`],
    ['/run/openntpd', `${dir}/run`],
    ['/var/lib/openntpd', `${dir}/lib`],
    ['/usr/bin/ip', 'echo'],
    ['exec ntpd', 'exec echo'],
    ['exec sleep', 'exec echo']
  ])
  t.equal(execFileSync(script, { encoding: 'utf8' }).trim(), `-d -s -f ${dir}/run.conf`)
  t.equal(readFileSync(`${dir}/run.conf`, 'utf8'), 'servers 0.pool.ntp.org\nservers 2001:db8::1\n')
  writeFileSync(`${dir}/leased.conf`, 'server 10.0.0.7\nserver fd00::7\n')
  execFileSync(script)
  t.equal(readFileSync(`${dir}/run.conf`, 'utf8'), 'servers 10.0.0.7\nservers fd00::7\n', 'those of DHCP come first')
  writeFileSync(`${dir}/leased.conf`, '')
  writeFileSync(`${dir}/ntp.conf`, 'driftfile /x\n')
  t.match(spawnSync(script, { encoding: 'utf8' }).stderr, /names no server/)
})

/** `a/{b,c}` -> `a/b`, `a/c`. */
function braces(path: string): readonly string[] {
  const found = /^(.*)\{([^}]*)\}(.*)$/.exec(path)
  if (found === null) return [path]
  const [, head = '', middle = '', tail = ''] = found
  return middle.split(',').flatMap((one) => braces(`${head}${one}${tail}`))
}
