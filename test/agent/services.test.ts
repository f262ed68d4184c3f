// Words that command services, on an engine that is a map of containers and refuses all it does not expect.
import t from 'tap'
import { createServices } from '../../src/agent/services.ts'
import { openStopped } from '../../src/agent/stopped.ts'
import { NO_CONTAINER } from '../../src/compose/project.ts'
import type { Loop } from '../../src/agent/loop.ts'
import type { Key, Want } from '../../src/core/resource.ts'
import type { ContainerInfo, Docker, Files, Host } from '../../src/host/ports.ts'
import type { Layer } from '../../src/document/layers.ts'
import { createStore } from '../../src/agent/store.ts'

const WEB: Key<'container'> = 'container/user/web'

const LAYERS: readonly Layer[] = [
  { name: 'os-config.yml', file: '', kind: 'image', text: 'rancher: {services: {web: {image: nginx}}}\n' },
  { name: 'cloud-config.yml', file: '', kind: 'user', text: 'rancher: {services: {web: {image: "nginx:1"}}}\n' }
]

/** Anything that is not in it throws. */
function only<T extends object>(parts: Partial<T>): T {
  const get = (target: Partial<T>, key: string | symbol) => {
    if (Reflect.has(target, key)) return Reflect.get(target, key)
    throw new Error(`nobody expects ${String(key)}`)
  }
  return new Proxy(parts, { get }) as T // what it has not it does not give
}

async function machine(state: string | null, archive: string | null = null) {
  const done: string[] = []
  const written: string[] = []
  let there = state !== null
  const files = only<Files>({
    read: async () => written.at(-1) ?? null,
    writeAtomic: async (_path, bytes) => void written.push(String(bytes))
  })
  const images = ['sha256:old', 'sha256:new']
  const docker = only<Docker>({
    container: async (name) => (there ? ({ id: `id-${name}`, name, state } as ContainerInfo) : null), // what is looked at
    ping: async () => '26',
    containers: async () => [],
    stop: async (id, seconds) => void done.push(`stop ${id} ${seconds}`),
    remove: async (id) => {
      done.push(`remove ${id}`)
      there = false
    },
    kill: async (id, signal) => void done.push(`kill ${id} ${signal}`),
    image: async () => images.shift() ?? null,
    pull: async (ref, auth) => void done.push(`pull ${ref} ${auth?.username ?? 'nobody'}`)
  })
  const want: Want<'container'> = {
    key: WEB,
    spec: { ...NO_CONTAINER, name: 'web', image: 'nginx:1' },
    needs: [],
    from: 'cloud-config.yml:1:1'
  }
  const host = only<Host>({
    files,
    docker: { user: docker, system: docker },
    archives: only<Host['archives']>({ find: async () => archive }),
    registryAuth: () => ({ username: 'me', password: 'x', serveraddress: '' }),
    progress: () => undefined
  })
  const stopped = await openStopped(files)
  const loop = only<Loop>({ wants: () => new Map([[WEB, want]]), tick: () => void done.push('tick') })
  const services = createServices({ host, loop, stopped, store: createStore(), layers: async () => LAYERS })
  return { services, done, stopped, files }
}

t.test('a service that is down has no container, and is not made again before somebody starts it', async (t) => {
  const { services, done, stopped, files } = await machine('running')
  await services.down('web', 3)
  t.same(done, ['stop id-web 3', 'remove id-web', 'tick'])
  t.same([stopped.list(), stopped.down()], [[WEB], [WEB]])
  const later = await openStopped(files)
  t.same([later.list(), later.down()], [[WEB], [WEB]], 'an agent that starts anew knows it')
  await services.start('web')
  t.same([stopped.list(), stopped.down()], [[], []])
})

t.test('what is stopped is removed for good, what is wanted comes back, what runs is refused', async (t) => {
  const running = await machine('running')
  await t.rejects(running.services.remove('web', false), { message: 'web runs; stop it first, or force it (-f)' })
  t.same(running.done, [])
  await running.services.remove('web', true)
  t.same(running.done, ['stop id-web 10', 'remove id-web', 'tick'])
  t.same(running.stopped.list(), [])
  const exited = await machine('exited')
  await exited.stopped.add(WEB)
  await exited.services.remove('web', false)
  t.same(exited.stopped.down(), [WEB])
})

t.test('a container is made without being started, or made anew', async (t) => {
  const missing = await machine(null)
  await missing.services.create('web')
  t.same([missing.stopped.list(), missing.stopped.down(), missing.done], [[WEB], [], ['tick']])
  const running = await machine('running')
  await running.services.create('web')
  t.same([running.stopped.list(), running.done], [[], []], 'one that runs is there')
  await running.services.recreate('web', 5)
  t.same(running.done, ['stop id-web 5', 'remove id-web', 'tick'])
})

t.test('a signal goes to what runs', async (t) => {
  const running = await machine('running')
  await running.services.kill('web', 'SIGHUP')
  t.same(running.done, ['kill id-web SIGHUP', 'tick'])
  t.same(running.stopped.list(), [])
  const exited = await machine('exited')
  await t.rejects(exited.services.kill('web', 'SIGHUP'), { message: 'web does not run' })
})

t.test('an image is asked for again with its credentials, unless it lies on the machine', async (t) => {
  const { services, done } = await machine('running')
  const signal = AbortSignal.timeout(10_000)
  t.same(await services.pull('web', signal), {
    name: 'web',
    image: 'nginx:1',
    before: 'sha256:old',
    after: 'sha256:new'
  })
  t.same(done, ['pull nginx:1 me'])
  const own = await machine('running', '/usr/share/ros/images-system.tar')
  await t.rejects(own.services.pull('web', signal), {
    message: /lies on this machine \(\/usr\/share\/ros\/images-system\.tar\)/
  })
  t.same(own.done, [])
})

t.test("what changes a part of one of the image's services leaves it the image's", async (t) => {
  const { services } = await machine(null)
  t.match(await services.list(), [{ name: 'web', builtIn: true, state: 'missing' }])
})

t.test('what an earlier agent of this boot wrote is read', async (t) => {
  const files = only<Files>({ read: async () => '["container/user/web"]' })
  const stopped = await openStopped(files)
  t.same([stopped.list(), stopped.down()], [[WEB], []])
})
