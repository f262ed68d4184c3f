import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { buildImage } from '../../src/image/build.ts'
import { describeFile, readManifest } from '../../src/image/manifest.ts'

t.setTimeout(600_000) // a whole build, on a machine that may be doing other things

const dir = t.testdir({})

t.test('a clean build in another place gives the same bytes', async (t) => {
  const one = await buildImage({ fast: true })
  const at = (path: string): string => join(dir, path)
  // Only downloads are shared: everything else is made anew, under another path.
  const two = await buildImage({ fast: true, places: { cache: at('cache'), out: at('out'), bundle: at('bundle') } })
  for (const part of ['vmlinuz', 'initrd', 'squashfs', 'manifest'] as const) {
    t.same(await describeFile(one[part]), await describeFile(two[part]), part)
  }

  t.test('the manifest holds the hash of every output and of every file in the root', async (t) => {
    const manifest = readManifest(two.manifest)
    if (manifest === null) return t.fail('no manifest')
    t.same(manifest.outputs['rootfs.squashfs'], await describeFile(two.squashfs))
    t.same(manifest.outputs.vmlinuz, await describeFile(two.vmlinuz))
    t.match(manifest.files['usr/sbin/dockerd'], { mode: '0755', sha256: /^[0-9a-f]{64}$/ })
    t.match(manifest.files['usr/bin/sudo'], { mode: '4755' })
    t.same(manifest.files.bin, { mode: '0777', link: 'usr/bin' })
    t.match(manifest.packages['docker.io'], { version: /^26\./, sha256: /^[0-9a-f]{64}$/ })
    t.match(manifest.npm.fastify, /^\d/)
    t.notMatch(readFileSync(two.manifest, 'utf8'), dir, 'no path of the build machine')
  })

  t.test('the root tree is there for machines that need no disk', async (t) => {
    for (const path of [
      'usr/sbin/init',
      'usr/bin/node',
      'usr/lib/rosd/agent.cjs',
      'usr/share/ros/images-system.tar',
      'usr/share/ros/cloud-config.schema.json'
    ]) {
      t.ok(existsSync(join(two.root, path)), path)
    }
    t.match(readFileSync(join(two.root, 'usr/lib/os-release'), 'utf8'), /^ID="rosd"$/m)
  })

  t.test('a build from the same inputs writes nothing', async (t) => {
    const before = statSync(one.squashfs).mtimeMs
    await buildImage({ fast: true })
    t.equal(statSync(one.squashfs).mtimeMs, before)
  })
})
