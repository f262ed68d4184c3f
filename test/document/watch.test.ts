import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { documentPaths } from '../../src/document/layers.ts'
import { watchDocument } from '../../src/document/watch.ts'
import { writeAtomic } from '../../src/document/write.ts'

/** Ticks of a watched root, and the milliseconds from `change` to the first of them. */
function watching(t: Test, root: string) {
  const waiting: (() => void)[] = []
  let ticks = 0
  const subscription = watchDocument(documentPaths(root), (error) => t.fail(String(error))).subscribe(() => {
    ticks++
    for (const wake of waiting.splice(0)) wake()
  })
  t.teardown(() => subscription.unsubscribe())
  return {
    ticks: () => ticks,
    async latency(change: () => unknown): Promise<number> {
      const tick = new Promise<void>((resolve, reject) => {
        const late = setTimeout(reject, 5000, new Error('no tick within 5 s'))
        waiting.push(() => {
          clearTimeout(late)
          resolve()
        })
      })
      const start = performance.now()
      await change()
      await tick
      return performance.now() - start
    }
  }
}

const conf = 'var/lib/rancher/conf'

t.test('a save is heard of soon, in whatever way an editor saves', async (t) => {
  const root = t.testdir({ var: { lib: { rancher: { conf: { 'cloud-config.yml': 'a', 'cloud-config.d': {} } } } } })
  const file = join(root, conf, 'cloud-config.yml')
  const watched = watching(t, root)
  await watched.latency(() => {})
  const saves: readonly (readonly [string, () => unknown])[] = [
    ['written in place', () => writeFileSync(file, 'b')],
    ['written again, as long as before', () => writeFileSync(file, 'c')],
    [
      'renamed into place',
      () => (writeFileSync(join(root, conf, '.new'), 'dd'), renameSync(join(root, conf, '.new'), file))
    ],
    ['the old one moved away first', () => (renameSync(file, `${file}~`), writeFileSync(file, 'eee'))],
    ['replaced by ros', () => writeAtomic(file, 'ffff')],
    ['a new file in cloud-config.d', () => writeFileSync(join(root, conf, 'cloud-config.d', '10.yml'), 'a')],
    ['a changed file in cloud-config.d', () => writeFileSync(join(root, conf, 'cloud-config.d', '10.yml'), 'bb')],
    ['a removed file in cloud-config.d', () => rmSync(join(root, conf, 'cloud-config.d', '10.yml'))],
    ['the first machine.yml', () => writeFileSync(join(root, conf, 'machine.yml'), 'a')]
  ]
  for (const [how, save] of saves) {
    const ms = await watched.latency(save)
    t.ok(ms < 1000, `${how}: ${ms.toFixed()} ms`)
  }
})

t.test('folders that do not exist yet are waited for', async (t) => {
  const root = t.testdir({})
  const watched = watching(t, root)
  await watched.latency(() => {})
  await watched.latency(() => {
    mkdirSync(join(root, conf, 'cloud-config.d'), { recursive: true })
    writeFileSync(join(root, conf, 'cloud-config.yml'), 'a')
  })
  await watched.latency(() => {
    mkdirSync(join(root, 'run/ros/leases'), { recursive: true })
    writeFileSync(join(root, 'run/ros/leases/eth0.yml'), 'a')
  })
  t.pass('each was heard of')
})

t.test('files beside the layers make no tick', async (t) => {
  const root = t.testdir({ var: { lib: { rancher: { conf: { 'cloud-config.d': {}, other: {} } } } } })
  const watched = watching(t, root)
  await watched.latency(() => {})
  for (const name of [
    'cloud-config-script',
    'cloud-config.yml.previous',
    '.cloud-config.yml.swp',
    'cloud-config.d/.hidden',
    'other/x.yml'
  ])
    writeFileSync(join(root, conf, name), 'a')
  await watched.latency(() => writeFileSync(join(root, conf, 'cloud-config.yml'), 'a'))
  t.equal(watched.ticks(), 2, 'one for beginning, one for the layer')
})

t.test('a file that comes whole is heard of sooner than one written in place, and once', async (t) => {
  const root = t.testdir({ var: { lib: { rancher: { conf: { 'cloud-config.yml': 'a', 'machine.yml': 'a' } } } } })
  const [user, machine] = ['cloud-config.yml', 'machine.yml'].map((name) => join(root, conf, name))
  if (user === undefined || machine === undefined) throw new Error('two files')
  const watched = watching(t, root)
  await watched.latency(() => {})
  const whole: number[] = []
  const inPlace: number[] = []
  for (const text of ['one', 'two', 'three', 'four', 'five']) {
    whole.push(await watched.latency(() => writeAtomic(user, text)))
    // Heard of last: by then the other would have been told of again.
    inPlace.push(await watched.latency(() => writeFileSync(machine, text)))
  }
  const middle = (times: readonly number[]) => times.toSorted((a, b) => a - b)[2] ?? 0
  t.ok(middle(whole) < middle(inPlace), `${middle(whole).toFixed()} < ${middle(inPlace).toFixed()} ms`)
  t.equal(watched.ticks(), 11, 'one for beginning, one for each save')
})
