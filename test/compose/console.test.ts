import t from 'tap'
import { consoleName, withConsole } from '../../src/compose/console.ts'
import { project } from '../../src/compose/project.ts'
import type { CloudConfig, Service } from '../../src/document/types.gen.ts'

const FACTS = { version: '1', kernel: '6', shipped: {}, stopped: [] }
const OWN: Service = {
  image: 'rosd/console:${VERSION}',
  command: ['/usr/lib/rosd/services/console'],
  labels: {
    'io.docker.compose.rebuild': 'always',
    'io.rancher.os.scope': 'system',
    'io.rancher.os.console': 'default'
  },
  net: 'host',
  volumes: ['/sys/fs/cgroup:/sys/fs/cgroup'],
  volumes_from: ['all-volumes']
}
const debian = { ...OWN, image: 'debian:13', labels: { ...OWN.labels, 'io.rancher.os.console': 'debian' } }
const of = (service: Service): CloudConfig => ({
  rancher: { services: { console: service, web: { image: 'debian:13' } } }
})
const planned = (service: Service, facts: Parameters<typeof project>[1] = FACTS) =>
  project(withConsole(of(service)), facts).find(({ spec }) => spec.name === 'console')

t.test("the system's own console, and one that somebody made, are as the document says", async (t) => {
  for (const service of [
    OWN,
    { ...debian, command: ['/sbin/init'] },
    { ...debian, entrypoint: ['/sbin/init'] },
    { ...debian, labels: {} }
  ]) {
    const data = of(service)
    t.equal(withConsole(data), data)
  }
})

t.test("a distribution's image gets the machine beside its own root, and nothing of it is covered", async (t) => {
  const { labels, spec } = { labels: planned(debian)?.spec.labels, spec: planned(debian)?.spec.create }
  t.match(spec, {
    Image: 'debian:13',
    User: '0',
    WorkingDir: '/',
    Entrypoint: ['/.rosd/usr/bin/busybox', 'sh', '/.rosd/usr/lib/rosd/services/console-of-image'],
    Cmd: ['debian'],
    Healthcheck: { Retries: 1, StartPeriod: 60e9, StartInterval: 1e9 }
  })
  t.same((spec as { HostConfig: unknown }).HostConfig, {
    Binds: [
      '/sys/fs/cgroup:/sys/fs/cgroup',
      '/usr:/.rosd/usr:ro',
      '/etc:/.rosd/machine/etc',
      '/dev:/dev',
      '/run:/run:rshared',
      '/usr/lib/modules:/lib/modules:ro',
      '/var/lib/rancher:/var/lib/rancher',
      '/var/log:/var/log'
    ],
    VolumesFrom: ['container-data-volumes', 'user-volumes', 'media-volumes'],
    NetworkMode: 'host'
  })
  t.equal(labels?.['io.docker.compose.rebuild'], undefined, 'what is in it stays')
  t.equal(withConsole(of(debian)).rancher?.services?.web?.entrypoint, undefined, 'other services are as they were')
})

t.test('a console is called what its label says, else by its image', async (t) => {
  t.equal(consoleName(OWN), 'default')
  t.equal(consoleName({ image: 'rosd/console:1' }), 'default')
  t.equal(consoleName(debian), 'debian')
  t.equal(consoleName({ ...OWN, image: 'alpine:3.22' }), 'alpine:3.22')
  t.equal(planned({ ...OWN, image: 'alpine:3.22' })?.spec.labels['io.rancher.os.console'], 'alpine:3.22')
})

t.test('another image or name makes a persistent console anew, nothing else does', async (t) => {
  const hash = (service: Service) => planned(service)?.spec.hash
  const was = hash(debian)
  t.equal(hash({ ...debian, environment: { A: '1' }, volumes: [] }), was)
  t.equal(hash({ ...debian, labels: { ...debian.labels, mine: 'x' } }), was)
  t.not(hash({ ...debian, image: 'debian:12' }), was)
  t.not(hash({ ...debian, labels: { ...debian.labels, 'io.rancher.os.console': 'other' } }), was)
  t.not(hash(OWN), hash({ ...OWN, environment: { A: '1' } }), "the system's own follows its definition")
})

t.test('an image is named as the console, and what is enabled waits for the boot', async (t) => {
  const named = (console: string): CloudConfig => ({ rancher: { ...of(OWN).rancher, console } })
  const imageOf = (data: CloudConfig) => data.rancher?.services?.console?.image
  t.equal(imageOf(withConsole(named('alpine:3.22'))), 'alpine:3.22')
  t.equal(imageOf(withConsole(named('registry.lan/mine'))), 'registry.lan/mine')
  t.equal(
    withConsole(named('alpine:3.22')).rancher?.services?.console?.labels?.['io.rancher.os.console'],
    'alpine:3.22'
  )
  for (const name of ['debian', 'default', '/var/lib/rancher/conf/c.yml', 'https://example.org/c.yml'])
    t.equal(imageOf(withConsole(named(name))), OWN.image, name)
  const held = { enabled: 'alpine:3.22', service: OWN }
  t.equal(imageOf(withConsole(named('alpine:3.22'), held)), OWN.image)
  t.equal(imageOf(withConsole(named('debian:12'), held)), 'debian:12', 'another word counts at once')
})

t.test('one that a person wants anew is another container, each time', async (t) => {
  for (const service of [OWN, debian]) {
    const hashes = [undefined, 1, 2].map(
      (count) => planned(service, count === undefined ? FACTS : { ...FACTS, consoleRebuilds: count })?.spec.hash
    )
    t.equal(new Set(hashes).size, 3, service.image ?? '')
  }
  const web = (facts: Parameters<typeof project>[1]) =>
    project(of(debian), facts).find(({ spec }) => spec.name === 'web')?.spec.hash
  t.equal(web({ ...FACTS, consoleRebuilds: 1 }), web(FACTS), 'no other service is')
})
