// The repository as a whole: what is described, what is defined, and that a directory of it is built the same way twice.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parseContainerImages } from '../../src/image/container-image.ts'
import { describeFile } from '../../src/image/manifest.ts'
import { readData } from '../../src/image/package-list.ts'
import { top } from '../../src/image/paths.ts'
import { buildRepository } from '../../src/image/repository.ts'
import { filesBelow } from '../../src/image/root-tree.ts'

t.setTimeout(300_000) // downloads, on a machine that may be doing other things

const images = parseContainerImages(readData('container-images.yml'), '1.2.3')

t.test('our own files lie beside an image that exists', async (t) => {
  const names = readdirSync(join(top, 'src/image/containers'))
  t.ok(names.length > 5)
  t.strictSame(
    names.filter((name) => images.every((image) => image.name !== name)),
    []
  )
})

t.test('their scripts are sound for the shell that runs them', async (t) => {
  const folder = join(top, 'src/image/containers')
  const scripts = filesBelow(folder).filter((path) => /s?bin\//.test(path))
  t.ok(scripts.length > 5)
  for (const script of scripts) {
    const [, shell = ''] = /^#!\/bin\/(sh|bash)\n/.exec(readFileSync(join(folder, script), 'utf8')) ?? []
    t.same(spawnSync(shell, ['-n', join(folder, script)], { encoding: 'utf8' }).stderr, '', script)
    t.equal(statSync(join(folder, script)).mode & 0o111, 0o111, script)
  }
})

t.test(
  'two builds in different places give the same archive; a third does nothing, or mends what is missing',
  async (t) => {
    const dir = t.testdir({ one: {}, two: {} })
    const names = ['node-exporter']
    const first = await buildRepository({ to: join(dir, 'one'), names })
    const second = await buildRepository({ to: join(dir, 'two'), names })
    t.same([...first], [...second])
    const path = join(dir, 'one/images/node-exporter.tar')
    const whole = await describeFile(path)
    t.same(whole, await describeFile(join(dir, 'two/images/node-exporter.tar')))
    t.match(first.get('node-exporter'), { suite: 'trixie', size: whole.size, packages: { libc6: /^2\./ } })
    t.notOk(first.get('node-exporter')?.packages['init-system-helpers'])
    const defined = readFileSync(join(dir, 'one/n/node-exporter.yml'), 'utf8')
    t.match(defined, /image: \$\{REGISTRY_DOMAIN\}\/rosd\/node-exporter:\d+\.\d+\.\d+$/m, 'the version is written out')
    t.match(readFileSync(join(dir, 'one/index.yml'), 'utf8'), /^services:\n {2}- avahi$/m)
    t.notOk(existsSync(join(dir, 'one/images/engine-docker-20.10.tar')), 'only what was named')

    const before = statSync(path).mtimeMs
    await buildRepository({ to: join(dir, 'one'), names })
    t.equal(statSync(path).mtimeMs, before)
    writeFileSync(path, 'half')
    await buildRepository({ to: join(dir, 'one'), names })
    t.same(await describeFile(path), whole)
    await t.rejects(buildRepository({ to: join(dir, 'one'), names: ['nix'] }), {
      message: /container-images.yml has no nix; there are engine-docker-20.10, /
    })
  }
)
