// Archives in the preload folders, on a real engine.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import t from 'tap'
import type { Action } from '../../src/core/action.ts'
import { placeImage } from '../../src/cli/preload-files.ts'
import { archives } from '../../src/host/linux/archives.ts'
import type { Host } from '../../src/host/ports.ts'
import { image } from '../../src/kinds/image.ts'
import { preload } from '../../src/kinds/preload.ts'
import { away } from '../support/away.ts'
import { desiredOf } from '../support/desired.ts'
import { noDockerd, startEngine } from '../support/dockerd.ts'
import { until } from '../support/loop.ts'
import { writeTestImage } from '../support/test-image.ts'

t.setTimeout(120_000)
const never = new AbortController().signal
const KEY = 'preload/system'

t.test('archives that lie ready', { skip: noDockerd() ?? false, timeout: 120_000 }, async (t) => {
  const engine = await startEngine()
  t.teardown(() => engine.destroy())
  const root = join(engine.dir, 'root')
  const folder = join(root, 'var/lib/rancher/preload/system-docker')
  mkdirSync(folder, { recursive: true })
  const port = archives(root)
  const host = {
    docker: { system: engine.docker, user: away },
    archives: port,
    progress: () => {},
    log: () => {}
  } as unknown as Host // all that the kinds ask for
  const [want] = [...preload.want(desiredOf({}))]
  if (want === undefined) throw new Error('the folder of System Docker is always wanted')
  const look = async () => (await preload.observe(host, [KEY], never)).get(KEY) ?? null
  const due = async () => preload.judge(want, await look(), null)?.why ?? null
  const action = { id: `create ${KEY}`, key: KEY, verb: 'create', why: '', place: '', needs: [], after: [] } as const
  const act = () => preload.act(host, { ...action, behind: [], from: null, to: want.spec, owned: null }, never)
  /** An archive as one that was written a while ago. */
  const put = (name: string, bytes: Buffer) => {
    writeFileSync(join(folder, name), bytes)
    utimesSync(join(folder, name), 1_700_000_000, 1_700_000_000)
  }
  const archiveOf = (ref: string, marker = '') => {
    writeTestImage(join(engine.dir, 'one.tar'), ref, marker)
    return readFileSync(join(engine.dir, 'one.tar'))
  }
  const has = async (ref: string) => (await engine.docker.image(ref)) !== null

  await t.test('each is loaded once, however it is packed, and says so beside it', async (t) => {
    t.same(await look(), { fresh: [], loaded: 0, bad: [] })
    put('a.tar', archiveOf('test/a:1'))
    put('b.tar.gz', gzipSync(archiveOf('test/b:1'), { level: 1 }))
    put('c.tgz', gzipSync(archiveOf('test/c:1'), { level: 1 }))
    put('d.tar.zst', zstdCompressSync(archiveOf('test/d:1')))
    put('e.tar.xz', execFileSync('xz', ['-0', '-c'], { input: archiveOf('test/e:1'), maxBuffer: 1e8 }))
    put('half.tar.part', Buffer.from('still being written'))
    t.equal(await due(), 'not loaded yet: a.tar, b.tar.gz, c.tgz, d.tar.zst, e.tar.xz')
    t.match(preload.ready?.(want, await look()), /not all archives/)
    await act()
    t.equal(await due(), null)
    t.equal(preload.ready?.(want, await look()), true)
    for (const name of ['a', 'b', 'c', 'd', 'e']) t.ok(await has(`test/${name}:1`), name)
    t.ok(existsSync(join(folder, 'a.tar.done')))
    put('a.tar', archiveOf('test/a:2', 'another'))
    t.equal(await due(), 'not loaded yet: a.tar', 'another archive of the same name')
    await act()
    t.ok(await has('test/a:2'))
    put('old.tar', archiveOf('test/old:1'))
    writeFileSync(join(folder, 'old.tar.done'), '')
    t.equal(await due(), null, "RancherOS's empty stamp counts")
    rmSync(join(folder, 'old.tar.done'))
    t.equal(await due(), 'not loaded yet: old.tar')
    await act()
  })

  await t.test(
    'a damaged one is said, keeps no other from being loaded, and is tried again when it is mended',
    async (t) => {
      const good = archiveOf('test/good:1')
      put('bad.tar', good.subarray(0, 4096))
      put('bad.tar.gz', gzipSync(good, { level: 1 }).subarray(0, 4096))
      put('bad.tar.xz', execFileSync('xz', ['-0', '-c'], { input: good, maxBuffer: 1e8 }).subarray(0, 4096))
      put('bad.tgz', Buffer.from('not at all'))
      put('last.tar', archiveOf('test/last:1'))
      await act()
      t.ok(await has('test/last:1'))
      const seen = await look()
      t.same(
        seen?.bad.map(({ name }) => name),
        ['bad.tar', 'bad.tar.gz', 'bad.tar.xz', 'bad.tgz']
      )
      t.match(
        seen === null ? '' : preload.complain?.(want, seen),
        /^bad\.tar: it ends in its middle; .*bad\.tgz: it is no archive/
      )
      t.equal(await due(), null)
      t.equal(preload.ready?.(want, seen), true, 'nothing waits for what will never come')
      put('bad.tar', good)
      t.equal(await due(), 'not loaded yet: bad.tar')
      await act()
      t.ok(await has('test/good:1'))
      t.notOk(existsSync(join(folder, 'bad.tar.failed')))
      for (const name of ['bad.tar.gz', 'bad.tar.xz', 'bad.tgz']) rmSync(join(folder, name))
    }
  )

  await t.test('one that is still being written is waited for', async (t) => {
    const bytes = archiveOf('test/growing:1')
    const path = join(folder, 'growing.tar')
    writeFileSync(path, bytes.subarray(0, 5000))
    const seconds = Date.now() / 1000
    utimesSync(path, seconds, seconds + 0.9)
    t.equal(await due(), null, 'it is written to at this moment')
    utimesSync(path, seconds, seconds - 3)
    await t.rejects(act(), { code: 'ROS_IMAGE_LOAD', retry: 'soon' })
    t.equal(await due(), 'not loaded yet: growing.tar', 'it was written to a moment ago')
    put('growing.tar', bytes)
    await act()
    t.equal(await due(), null)
  })

  await t.test('an image of a service is loaded from there, and pulled where the archive is no good', async (t) => {
    const pulled: string[] = []
    const rigged = {
      ...host,
      docker: { ...host.docker, system: { ...engine.docker, pull: async (ref: string) => void pulled.push(ref) } },
      registryAuth: () => null
    } as unknown as Host // as above
    const load = (ref: string) => {
      const key = `image/system/${ref}` as const
      const to = { scope: 'system', ref, id: null } as const
      const one: Action<'image'> = { ...action, id: `create ${key}`, key, behind: [], from: null, to, owned: null }
      return image.act(rigged, one, never)
    }
    put('svc.tar', archiveOf('test/svc:1'))
    await load('docker.io/test/svc:1')
    t.ok(await has('test/svc:1'))
    t.equal(await due(), null, 'it need not be loaded a second time')
    const broken = archiveOf('test/broken:1', 'unlike any other')
    broken.fill(7, 300_000, 300_100) // of its layer
    put('broken.tar', broken)
    await load('test/broken:1')
    t.same(pulled, ['test/broken:1'])
  })

  await t.test('an image of the engine is written there by the command', async (t) => {
    const placed = await placeImage('test/a:2', folder, engine.socket)
    t.same(placed.images, ['test/a:2'])
    await until(async () => (await due()) === 'not loaded yet: test_a_2.tar', 10_000)
    await act()
    t.equal(await due(), null)
  })

  await t.test('an archive that comes is heard of', async (t) => {
    let heard = 0
    const listening = port.changes.subscribe(() => {
      heard += 1
    })
    t.teardown(() => listening.unsubscribe())
    writeFileSync(join(folder, 'new.tar.part'), archiveOf('test/new:1'))
    renameSync(join(folder, 'new.tar.part'), join(folder, 'new.tar'))
    await until(() => heard > 0, 10_000)
    t.match(await due(), /new\.tar/)
  })
})

t.test('images wait for all archives only where the document says so', async (t) => {
  const services = { web: { image: 'nginx' } }
  const needs = (preload_wait: boolean) =>
    [...image.want(desiredOf({ rancher: { preload_wait, services } }))].flatMap((want) => want.needs)
  t.same(needs(false), ['engine/user'])
  t.same(needs(true), ['engine/user', 'preload/user'])
})
