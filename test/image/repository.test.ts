// The repository as a whole: what is described, what is defined, and that a directory of it is built the same way twice.
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parseContainerImages } from '../../src/image/container-image.ts'
import { describeFile } from '../../src/image/manifest.ts'
import { readData } from '../../src/image/package-list.ts'
import { top } from '../../src/image/paths.ts'
import { buildRepository } from '../../src/image/repository.ts'

t.setTimeout(300_000) // downloads, on a machine that may be doing other things

const images = parseContainerImages(readData('container-images.yml'), '1.2.3')

t.test('our own files lie beside an image that exists', async (t) => {
  const names = readdirSync(join(top, 'src/image/containers'))
  t.ok(names.length > 0)
  t.strictSame(
    names.filter((name) => images.every((image) => image.name !== name)),
    []
  )
})

t.test(
  'two builds in different places give the same archive; a third does nothing, or mends what is missing',
  async (t) => {
    const dir = t.testdir({ one: {}, two: {} })
    const names = ['wireguard-tools']
    const first = await buildRepository({ to: join(dir, 'one'), names })
    const second = await buildRepository({ to: join(dir, 'two'), names })
    t.same([...first], [...second])
    const path = join(dir, 'one/images/wireguard-tools.tar')
    const whole = await describeFile(path)
    t.same(whole, await describeFile(join(dir, 'two/images/wireguard-tools.tar')))
    t.match(first.get('wireguard-tools'), { suite: 'trixie', size: whole.size, packages: { bash: /^5\./ } })
    t.notOk(first.get('wireguard-tools')?.packages['init-system-helpers'])

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
