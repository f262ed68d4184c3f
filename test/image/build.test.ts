import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { buildImage } from '../../src/image/build.ts'
import { describeFile, readManifest } from '../../src/image/manifest.ts'
import type { ImagePaths } from '../../src/image/paths.ts'

// Small programs stand for agent and command: what is tested is the image, and no other part can break it.
const sources = {
  'agent.ts': "import 'fastify'\nimport koffi from 'koffi'\nkoffi.load('libc.so.6')\n",
  'ros.ts': "console.log('ros')\n"
}

t.setTimeout(300_000) // two whole builds, on a machine that may be doing other things

const dir = t.testdir({ one: { ...sources }, two: { ...sources } })

const build = async (name: string): Promise<ImagePaths> => {
  const at = (path: string): string => join(dir, name, path)
  return buildImage({
    fast: true,
    // Only downloads are shared: everything else is made anew, under another path.
    places: { cache: at('cache'), out: at('out'), bundle: at('bundle') },
    entries: { agent: at('agent.ts'), ros: at('ros.ts') }
  })
}

t.test('two clean builds in different places give the same bytes', async (t) => {
  const one = await build('one')
  const two = await build('two')
  for (const part of ['vmlinuz', 'initrd', 'squashfs', 'manifest'] as const) {
    t.same(await describeFile(one[part]), await describeFile(two[part]), part)
  }

  t.test('the manifest holds the hash of every output and of every file in the root', async (t) => {
    const manifest = readManifest(one.manifest)
    if (manifest === null) return t.fail('no manifest')
    t.same(manifest.outputs['rootfs.squashfs'], await describeFile(one.squashfs))
    t.same(manifest.outputs.vmlinuz, await describeFile(one.vmlinuz))
    t.match(manifest.files['usr/sbin/dockerd'], { mode: '0755', sha256: /^[0-9a-f]{64}$/ })
    t.match(manifest.files['usr/bin/sudo'], { mode: '4755' })
    t.same(manifest.files.bin, { mode: '0777', link: 'usr/bin' })
    t.match(manifest.packages['docker.io'], { version: /^26\./, sha256: /^[0-9a-f]{64}$/ })
    t.match(manifest.npm.fastify, /^\d/)
    t.notMatch(readFileSync(one.manifest, 'utf8'), dir, 'no path of the build machine')
  })

  t.test('the root tree is there for machines that need no disk', async (t) => {
    for (const path of [
      'usr/sbin/init',
      'usr/bin/node',
      'usr/lib/rosd/agent.cjs',
      'usr/share/ros/images-system.tar',
      'usr/share/ros/cloud-config.schema.json'
    ]) {
      t.ok(existsSync(join(one.root, path)), path)
    }
    t.match(readFileSync(join(one.root, 'usr/lib/os-release'), 'utf8'), /^ID="rosd"$/m)
  })

  t.test('a build from the same inputs writes nothing', async (t) => {
    const before = statSync(one.squashfs).mtimeMs
    await build('one')
    t.equal(statSync(one.squashfs).mtimeMs, before)
  })
})
