import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { underLock } from '../../src/image/lock.ts'
import { top } from '../../src/image/paths.ts'

const scripts = [
  ...readdirSync(join(top, 'src/image/initrd')).map((name) => join(top, 'src/image/initrd', name)),
  join(top, 'rootfs/usr/sbin/init')
]

t.test('the scripts that start the machine are sound for the shell that runs them', async (t) => {
  const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path))
  const shell = busybox === undefined ? ['sh'] : [busybox, 'sh']
  t.equal(scripts.length, 3)
  for (const script of scripts) {
    const [program, ...words] = [...shell, '-n', script]
    t.same(spawnSync(program, words, { encoding: 'utf8' }).stderr, '', script)
  }
})

t.test('the initrd has every program its scripts call', async (t) => {
  const source = readFileSync(join(top, 'src/image/initrd.ts'), 'utf8')
  const applets = new Set(
    [...source.matchAll(/'([a-z_ ]+?) ?'(?: \+)?\n/g)].flatMap((match) => (match[1] ?? '').split(' '))
  )
  const builtin = new Set([
    'read',
    'echo',
    'export',
    'exec',
    'case',
    'esac',
    'for',
    'do',
    'done',
    'while',
    'until',
    'if'
  ])
  const own = new Set(['note', 'try', 'recover', 'find_root', 'fail', 'return', 'fi', 'then', 'rosd'])
  const called = scripts
    .slice(0, 2)
    .flatMap((script) =>
      readFileSync(script, 'utf8')
        .replaceAll(/^\s*#.*$/gm, '')
        .split('\n')
    )
    .flatMap((line) => [...line.matchAll(/(?:^\s*|\$\(|\|\| |&& |; |\| )([a-z_]+)(?= [-"/$a-z])/g)])
    .map((match) => match[1] ?? '')
    .filter((word) => !builtin.has(word) && !own.has(word))
  t.ok(called.includes('mount') && called.includes('insmod') && called.length > 8, 'the search finds calls')
  for (const word of new Set(called)) t.ok(applets.has(word), word)
})

t.test('two builds do not work at once, and a lock whose process is gone is taken over', async (t) => {
  const lock = join(t.testdir(), 'sub/lock')
  const order: string[] = []
  let waitedFor = 0
  const first = underLock(
    lock,
    () => {},
    async () => {
      order.push('first begins')
      await setTimeout(300)
      order.push('first ends')
    }
  )
  const second = underLock(
    lock,
    (pid) => (waitedFor = pid),
    async () => order.push('second')
  )
  await Promise.all([first, second])
  t.same(order, ['first begins', 'first ends', 'second'])
  t.equal(waitedFor, process.pid)
  t.notOk(existsSync(lock))
  const dead = spawnSync('true').pid
  execFileSync('sh', ['-c', `echo ${dead} > ${lock}`])
  await underLock(
    lock,
    () => t.fail('nobody is there to wait for'),
    async () => t.pass('taken over')
  )
})
