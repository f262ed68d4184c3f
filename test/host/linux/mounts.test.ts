import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { linuxMounts as mounts } from '../../../src/host/linux/mounts.ts'
import { run } from '../../../src/host/linux/spawn.ts'

t.test('the mounts of this process are listed, its root among them', async (t) => {
  const all = await mounts.list()
  t.match(
    all.find((mount) => mount.target === '/proc'),
    { type: 'proc', options: [/rw|ro/] }
  )
  t.ok(all.some((mount) => mount.target === '/'))
  t.equal(new Set(all.map((mount) => mount.id)).size, all.length)
})

t.test('swap areas are listed where there are any', async (t) => {
  for (const area of await mounts.swaps()) t.match(area, { device: /^\//, priority: Number })
})

t.test('a path is its own device, through links; what is not there is null', async (t) => {
  const dir = t.testdir({ image: '' })
  symlinkSync('image', join(dir, 'link'))
  t.equal(await mounts.device(join(dir, 'link')), join(dir, 'image'))
  t.equal(await mounts.device(join(dir, 'none')), null)
  t.equal(await mounts.device('LABEL=no such label'), null)
  t.equal(await mounts.device('UUID=00000000-dead-beef-0000-000000000000'), null)
})

const without =
  (await run(['mke2fs', '-V'], { check: false }).catch(() => null)) === null ? 'mke2fs is not here' : false

t.test('a filesystem tells its label and UUID where udev left no links', { skip: without }, async (t) => {
  const image = join(t.testdir({}), 'image')
  writeFileSync(image, Buffer.alloc(1024 * 1024))
  await run(['mke2fs', '-q', '-F', '-t', 'ext4', '-L', 'data disk', image])
  const names = await mounts.names(image)
  t.ok(names.includes('LABEL=data disk'), names.join())
  t.ok(names.some((name) => /^UUID=[0-9a-f-]{36}$/.test(name)))
})
