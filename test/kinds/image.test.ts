import t from 'tap'
import { image } from '../../src/kinds/image.ts'
import { desiredOf } from '../support/desired.ts'

t.test('every image of a service is wanted once, on the engine of its scope', async (t) => {
  const system = { labels: { 'io.rancher.os.scope': 'system' } }
  const doc = desiredOf({
    rancher: {
      environment: { TAG: '2' },
      services: { a: { image: 'x:${TAG}' }, b: { image: 'x:2' }, c: { image: 'x:2', ...system } }
    }
  })
  t.same(
    [...image.want(doc)].map(({ key, needs }) => `${key} needs ${needs.join()}`),
    ['image/user/x:2 needs engine/user', 'image/system/x:2 needs engine/system']
  )
})

t.test('what is done about an image', async (t) => {
  const want = (id: string | null) =>
    ({ key: 'image/user/x', spec: { scope: 'user', ref: 'x', id }, needs: [], from: '' }) as const
  t.match(image.judge(want(null), null, null), { verb: 'create', why: 'not on this machine' })
  t.equal(image.judge(want(null), { id: 'sha256:1' }, null), null, 'whatever the reference names is right')
  t.match(image.judge(want('sha256:2'), { id: 'sha256:1' }, null), {
    verb: 'update',
    why: 'the system brings 2, here is 1'
  })
  t.equal(image.judge(null, { id: 'sha256:1' }, null), null, 'images are never removed')
})

t.test('one that is built has a name of its own, or that of all who use it', async (t) => {
  const services = {
    web: { build: '/opt/${DIR}/', dockerfile: 'Dockerfile.prod' },
    app: { image: 'x', build: '/opt/x' },
    other: { image: 'x' }
  }
  const wants = [...image.want(desiredOf({ rancher: { environment: { DIR: 'web' }, services } }))]
  t.same(
    wants.map(({ key, spec, from }) => [key, spec.build, from]),
    [
      ['image/user/os_web', { dir: '/opt/web/', dockerfile: 'Dockerfile.prod' }, 'rancher.services.web.build'],
      ['image/user/x', { dir: '/opt/x', dockerfile: 'Dockerfile' }, 'rancher.services.other.image']
    ]
  )
})
