// The engine images on a real engine: each starts, and runs a container.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { parseContainerImages } from '../../src/image/container-image.ts'
import { readData } from '../../src/image/package-list.ts'
import { top } from '../../src/image/paths.ts'
import { buildRepository } from '../../src/image/repository.ts'
import { docker } from '../../src/host/linux/docker.ts'
import { noDockerd } from '../support/dockerd.ts'
import { until } from '../support/loop.ts'
import { privileged } from '../support/privileged.ts'
import { IMAGE, service, serviceMachine } from '../support/services.ts'

/** The first words of what each says of its version. */
const versions: Readonly<Record<string, string>> = {
  'engine-docker-20.10': 'Docker version 20.10.',
  'engine-docker-26.1': 'Docker version 26.1.',
  'engine-docker-28.5': 'Docker version 28.5.'
}

t.setTimeout(300_000)

t.test('there is an image of each engine, and nothing in it that no engine starts', async (t) => {
  const engines = parseContainerImages(readData('container-images.yml'), '1').filter(({ name }) =>
    name.startsWith('engine-')
  )
  t.strictSame(
    engines.map(({ name }) => name),
    Object.keys(versions)
  )
})

t.test('each engine starts from its image and runs a container', { skip: noDockerd() ?? false }, async (t) => {
  const to = join(top, '.cache/repository')
  const engines = await buildRepository({ to, names: Object.keys(versions) })
  const machine = await serviceMachine()
  t.teardown(() => machine.destroy())
  const signal = AbortSignal.timeout(200_000)
  for (const [name, { tag, archive }] of engines) {
    await t.test(name, async (t) => {
      await machine.docker.load(join(to, archive), () => {}, signal)
      const shared = join(machine.engine.dir, name)
      const flags = `--host=unix:///shared/docker.sock --data-root=/shared/data --exec-root=/run/engine
        --pidfile=/run/engine.pid --bridge=none --iptables=false --ip6tables=false --cgroup-parent=/rosd-test`
      await machine.settle({
        engine: service({
          image: tag,
          command: ['dockerd', ...flags.split(/\s+/)],
          ...privileged(),
          cgroup: 'host',
          stop_signal: 'SIGTERM',
          stop_grace_period: '20s',
          volumes: [`${shared}:/shared`, '/sys/fs/cgroup:/sys/fs/cgroup']
        })
      })
      const inner = docker('user', join(shared, 'docker.sock'))
      await until(async () => existsSync(join(shared, 'docker.sock')) && (await inner.ping()) !== null, 60_000)
      const { output } = await machine.docker.exec('engine', ['dockerd', '--version'])
      t.match(output, versions[name])
      await inner.load(join(machine.engine.dir, 'image.tar'), () => {}, signal)
      const id = await inner.create('hello', {
        Image: IMAGE,
        Cmd: ['echo', 'hello'],
        HostConfig: { NetworkMode: 'none', Init: true }
      })
      await inner.start(id)
      t.equal(await inner.wait(id, signal), 0)
      t.match(await text(await inner.logs(id, { follow: false, tail: 10 })), /hello/)
      await inner.remove(id)
      t.same(await machine.settle({}), ['delete container/system/engine'])
    })
  }
})
