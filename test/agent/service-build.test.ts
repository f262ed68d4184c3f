import t from 'tap'
import { buildService } from '../../src/agent/service-build.ts'
import type { Want } from '../../src/core/resource.ts'
import type { BuildOptions, Docker, Host } from '../../src/host/ports.ts'

const want = (build?: { dir: string; dockerfile: string }): Want<'image'> => ({
  key: 'image/user/os_web',
  spec: { scope: 'user', ref: 'os_web', id: null, ...(build === undefined ? {} : { build }) },
  needs: [],
  from: ''
})

function engine(build: Docker['build']): Pick<Host, 'docker'> {
  return { docker: { user: { build } as Docker, system: {} as Docker } } // all that it asks for
}

async function all<T>(lines: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = []
  for await (const line of lines) found.push(line)
  return found
}

const said = (status: string, layer = '') => ({ status, layer, current: 0, total: 0 })

t.test('what the engine says is told line by line, and why it failed at the end', async (t) => {
  const asked: BuildOptions[] = []
  const host = engine(async (ref, from, how, progress) => {
    asked.push(how)
    progress(said(`Step 1/2 : FROM base of ${ref} in ${from.dir}\n`))
    await new Promise((resolve) => setImmediate(resolve))
    progress(said('\n'))
    progress(said('Pulling', 'abc'))
    throw new Error('no such file\nat all')
  })
  const { signal } = new AbortController()
  const lines = await all(
    buildService(host, want({ dir: '/opt/web', dockerfile: 'Dockerfile' }), 'web', { noCache: true }, signal)
  )
  t.same(asked, [{ noCache: true }])
  t.same(
    lines.map(({ line, failed }) => `${failed ? '!' : ''}${line}`),
    ['Step 1/2 : FROM base of os_web in /opt/web', 'abc: Pulling', '!no such file', '!at all']
  )
})

t.test('a service without a folder is not built', async (t) => {
  const host = engine(async () => void t.fail('asked'))
  for (const one of [undefined, want()]) {
    await t.rejects(all(buildService(host, one, 'web', {}, new AbortController().signal)), {
      code: 'ROS_API_NOT_BUILT',
      message: "service 'web' is not built from a folder: it has no `build`"
    })
  }
})
