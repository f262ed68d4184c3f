// Which registries an engine believes, whom it asks first, and what it says when its disk is full: a real engine and real registries.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import t from 'tap'
import { registryFiles } from '../../src/core/registry-files.ts'
import { run } from '../../src/host/linux/spawn.ts'
import { AUTHORITY, CLIENT_CERT, CLIENT_KEY, SERVER_CERT, SERVER_KEY } from '../support/certificates.ts'
import { noDockerd } from '../support/dockerd.ts'
import { auths, imageMachine } from '../support/image-machine.ts'
import { partsOf } from '../support/registry-images.ts'
import { noRegistry, type RegistryOptions, testRegistry } from '../support/registry.ts'

t.setTimeout(120_000)
const ADDRESS = '10.77.0.1'

t.test('registries an engine believes', { skip: noDockerd() ?? noRegistry() ?? false, timeout: 120_000 }, async (t) => {
  const { engine, pull, due } = await imageMachine(t)
  const registryOf = async (options: RegistryOptions, address = ADDRESS) => {
    const registry = await testRegistry(address, '', options)
    t.teardown(() => registry.stop())
    await registry.push('app', partsOf('app', [100]))
    return registry
  }
  /** Writes what the document says of a registry as the kind `file` does, where engines look for it. */
  const trust = (name: string, entry: Parameters<typeof auths>[1]) => {
    const folder = `/etc/docker/certs.d/${name}`
    t.teardown(() => rmSync(folder, { recursive: true, force: true }))
    for (const { path, spec } of registryFiles(auths(name, entry))) {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, spec.bytes(), { mode: spec.mode })
    }
  }

  await t.test(
    'one whose authority nobody knows is refused, and believed from the next pull on when it is named',
    async (t) => {
      const { name } = await registryOf({ tls: { key: SERVER_KEY, cert: SERVER_CERT } })
      t.match(await pull(`${name}/app:1`), {
        code: 'ROS_IMAGE_CERTIFICATE',
        retry: 'slowly',
        message: /nobody here vouches .* rancher\.registry_auths\."10\.77\.0\.1:\d+"\.ca_cert/
      })
      trust(name, { ca_cert: AUTHORITY })
      t.equal(await pull(`${name}/app:1`), null)
    }
  )

  await t.test('one that asks who we are is shown a certificate', async (t) => {
    const { name } = await registryOf({ tls: { key: SERVER_KEY, cert: SERVER_CERT, ca: AUTHORITY } })
    trust(name, { ca_cert: AUTHORITY })
    t.match(await pull(`${name}/app:1`), { code: 'ROS_IMAGE_CERTIFICATE', message: /client_cert and client_key/ })
    trust(name, { ca_cert: AUTHORITY, client_cert: CLIENT_CERT, client_key: CLIENT_KEY })
    t.equal(await pull(`${name}/app:1`), null)
  })

  await t.test('one without TLS is asked only where it is listed as insecure', async (t) => {
    const { name } = await registryOf({})
    t.match(await pull(`${name}/app:1`), { code: 'ROS_IMAGE_CERTIFICATE', message: /insecure_registry/ })
    await engine.stop()
    await engine.start({ flags: [`--insecure-registry=${name}`] })
    t.equal(await pull(`${name}/app:1`), null)
  })

  await t.test(
    'a mirror is asked before Docker Hub, and Docker Hub, by the proxy, where the mirror is away',
    async (t) => {
      const mirror = await registryOf({}, '127.0.0.1')
      await mirror.push('library/app', partsOf('mirrored', [100]))
      const asked: string[] = []
      const proxy = createServer().on('connect', (incoming, socket) => {
        asked.push(incoming.url ?? '')
        socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
      })
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
      t.teardown(() => proxy.close())
      const { port } = proxy.address() as AddressInfo // listens on a port
      await engine.stop()
      await engine.start({
        flags: [`--registry-mirror=http://${mirror.name}`],
        env: { HTTPS_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: '127.0.0.1' }
      })
      t.equal(await pull('app:1'), null)
      t.same(await due('app:1', 'docker.io/library/app:1'), [])
      t.same(asked, [])
      mirror.manner = 'cut'
      t.match(await pull('other:1'), { code: 'ROS_IMAGE_UNREACHABLE' })
      t.ok(asked.includes('registry-1.docker.io:443'), asked.join())
    }
  )

  await t.test('a full disk is said to be full', async (t) => {
    const registry = await registryOf({}, '127.0.0.1')
    await registry.push('large', partsOf('large', [6_000_000]))
    const data = join(engine.dir, 'small')
    mkdirSync(data)
    await run(['mount', '-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', data])
    await engine.stop()
    await engine.start({ flags: [`--data-root=${data}`] })
    t.match(await pull(`${registry.name}/large:1`), { code: 'ROS_IMAGE_SPACE', message: /docker system prune/ })
    await run(['mount', '-o', 'remount,size=32m', data])
    t.equal(await pull(`${registry.name}/large:1`), null)
    await engine.stop()
    await run(['umount', '-l', data])
    await engine.start({})
  })
})
