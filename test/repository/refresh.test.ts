import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { linuxFiles } from '../../src/host/linux/files.ts'
import { cachedOf, cacheFolder } from '../../src/repository/cache.ts'
import { refresh } from '../../src/repository/refresh.ts'

const URL = 'http://repository'

t.test('a round that takes long forgets nothing that another one was answered meanwhile', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'rosd-refresh-'))
  t.teardown(() => rmSync(root, { recursive: true }))
  const reached = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const fetch = async (url: string) => {
    if (url === `${URL}/w/web.yml`) {
      reached.resolve()
      await released.promise
    }
    return { text: url.endsWith('index.yml') ? 'services: [web, mail]\n' : 'one: {image: one}\n', etag: '' }
  }
  const round = (name: string) => {
    const wish = { name: 'core', url: URL, wanted: [{ section: 'services', name }], maxAgeMs: 0 } as const
    return refresh({ root, files: linuxFiles, fetch, now: () => 0 }, wish, AbortSignal.timeout(10_000))
  }
  const long = round('web')
  await reached.promise
  t.equal((await round('mail')).error, null)
  released.resolve()
  t.equal((await long).error, null)
  const { answers } = await cachedOf((path) => linuxFiles.read(path), cacheFolder(root, 'core'), URL)
  t.same(Object.keys(answers).toSorted(), ['index.yml', 'm/mail.yml', 'w/web.yml'])
})
