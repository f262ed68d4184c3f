import { createServer } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { docker } from '../../../src/host/linux/docker.ts'

t.test('an image without a name has none, though engines before 24 write one', async (t) => {
  const images = [
    { Id: 'sha256:1', RepoTags: ['app:1'], RepoDigests: ['<none>@<none>'] },
    { Id: 'sha256:2', RepoTags: ['<none>:<none>'], RepoDigests: ['app@sha256:d'] },
    { Id: 'sha256:3', RepoTags: null, RepoDigests: null }
  ]
  const engine = createServer((request, response) => {
    if (request.url?.startsWith('/images/json') !== true) throw new Error(request.url)
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(images))
  })
  const dir = mkdtempSync(join(tmpdir(), 'rosd-images-'))
  t.teardown(() => rmSync(dir, { recursive: true }))
  const socket = join(dir, 'engine.sock')
  await new Promise<void>((resolve) => engine.listen(socket, resolve))
  t.teardown(() => engine.close())
  t.same(
    [...(await docker('system', socket).images())],
    [
      ['app:1', 'sha256:1'],
      ['app@sha256:d', 'sha256:2']
    ]
  )
})
