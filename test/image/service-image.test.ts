import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readData } from '../../src/image/package-list.ts'
import { parseServiceImages, writeServiceImages } from '../../src/image/service-image.ts'

const time = 1_767_225_600
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

interface Saved {
  readonly Config: string
  readonly RepoTags: readonly string[]
  readonly Layers: readonly string[]
}

t.test('the three images are named with the version and share one layer', async (t) => {
  const images = parseServiceImages(readData('service-images.yml'), '1.2.3')
  t.same(
    images.map((image) => image.tag),
    ['rosd/base:1.2.3', 'rosd/console:1.2.3', 'rosd/docker:1.2.3']
  )
  const dir = t.testdir({ out: {} })
  writeFileSync(join(dir, 'all.tar'), writeServiceImages(images, time))
  execFileSync('tar', ['-xf', join(dir, 'all.tar'), '-C', join(dir, 'out')])
  const saved = JSON.parse(readFileSync(join(dir, 'out/manifest.json'), 'utf8')) as Saved[]
  t.equal(new Set(saved.flatMap((one) => one.Layers)).size, 1)
  t.equal(new Set(saved.map((one) => one.Config)).size, 3, 'each is an image of its own')
  for (const one of saved) {
    const bytes = readFileSync(join(dir, 'out', one.Config))
    t.equal(`${sha256(bytes)}.json`, one.Config)
    const config = JSON.parse(bytes.toString()) as { rootfs: { diff_ids: string[] }; config: { Env: string[] } }
    t.same(
      config.rootfs.diff_ids,
      one.Layers.map((layer) => `sha256:${sha256(readFileSync(join(dir, 'out', layer)))}`)
    )
    t.match(config.config.Env[0], /^PATH=/)
  }
})

t.test('the layer holds mount points and links and nothing that takes room', async (t) => {
  const [base] = parseServiceImages(readData('service-images.yml'), '1')
  const names = base?.layers.flatMap((layer) => [...layer.directories.keys(), ...layer.links.keys()]) ?? []
  for (const name of ['usr', 'etc', 'dev', 'proc', 'sys', 'run', 'tmp', 'bin', 'lib64', 'var/run']) {
    t.ok(names.includes(name), name)
  }
  t.equal(base?.layers[0]?.directories.get('tmp'), 0o1777)
  t.ok(writeServiceImages(base === undefined ? [] : [base], time).length < 64_000)
})

t.test('an unknown layer or key is refused with its place', async (t) => {
  t.throws(() => parseServiceImages('images: { a: { layers: [x] } }', '1'), {
    message: /images.a.layers: no layer.* x/
  })
  t.throws(() => parseServiceImages('images: { a: { layer: [] } }', '1'), { message: /images.a: unknown key "layer"/ })
})
