import { existsSync, readFileSync, statSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'

interface Service {
  readonly image: string
  readonly command?: readonly string[]
  readonly entrypoint?: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  readonly volumes?: readonly string[]
  readonly volumes_from?: readonly string[]
  readonly restart?: string
  readonly net?: string
  readonly pid?: string
  readonly privileged?: boolean
  readonly stop_grace_period?: string
}

const root = new URL('../../', import.meta.url).pathname
const text = readFileSync(`${root}rootfs/usr/share/ros/os-config.yml`, 'utf8')
const { services, modules } = parse(text).rancher as {
  readonly services: Readonly<Record<string, Service>>
  readonly modules: readonly string[]
}
const images: readonly string[] = Object.keys(parse(readFileSync(`${root}src/image/service-images.yml`, 'utf8')).images)
const label = (service: Service, key: string) => service.labels[`io.rancher.os.${key}`]
const created = (service: Service) => label(service, 'createonly') === 'true'
const before = (service: Service): readonly string[] => [
  ...(service.volumes_from ?? []),
  ...(label(service, 'after') ?? '').split(',').filter((name) => name !== '')
]

t.test('every service is there that RancherOS had and this machine keeps', async (t) => {
  const names = Object.keys(services)
  for (const name of ['command', 'system', 'container-data', 'user', 'media', 'all']) {
    t.ok(names.includes(`${name}-volumes`), `${name}-volumes`)
  }
  for (const name of ['udev', 'syslog', 'network', 'ntp', 'acpid', 'console', 'docker', 'system-cron']) {
    t.ok(names.includes(name), name)
  }
})

for (const [name, service] of Object.entries(services)) {
  t.test(`${name} can be created and started`, async (t) => {
    t.equal(label(service, 'scope'), 'system', 'it belongs to System Docker')
    t.match(service.image, /^rosd\/[a-z]+:\$\{VERSION\}$/)
    t.ok(images.includes(service.image.replace(/^rosd\/|:.*$/g, '')), `${service.image} is in the image`)
    for (const other of before(service)) t.ok(other in services, `${other} exists`)
    for (const other of service.volumes_from ?? []) {
      t.equal(created(services[other] as Service), true, `${other} holds volumes and never runs`)
    }
    if (created(service)) {
      t.notOk(service.restart, 'what never runs is not restarted')
      return
    }
    t.equal(service.privileged, true)
    t.equal(service.net, 'host')
    t.equal(service.pid, 'host', 'no service is process 1, which would be deaf to SIGTERM')
    const once = label(service, 'detach') === 'false'
    t.equal(service.restart, once ? undefined : 'always')
    if (!once) t.match(service.stop_grace_period, /^\d+s$/)
    t.ok(reaches(service).has('/usr:/usr:ro'), 'it sees the programs')
    for (const path of ['/etc', '/dev', '/var/log', '/var/lib/rancher']) {
      t.ok(reaches(service).has(`${path}:${path}`), `it sees the machine's ${path}`)
    }
    const program = (service.entrypoint ?? service.command ?? [])[0] ?? ''
    const file = `${root}rootfs${program}`
    t.match(program, /^\/usr\/lib\/rosd\/services\//)
    t.ok(existsSync(file) && (statSync(file).mode & 0o111) !== 0, `${program} is there and can be run`)
  })
}

t.test('the order of services has no circle', async (t) => {
  const done = new Set<string>()
  let left = Object.keys(services)
  while (left.length > 0) {
    const next = left.filter((name) => before(services[name] as Service).every((other) => done.has(other)))
    if (next.length === 0) break
    for (const name of next) done.add(name)
    left = left.filter((name) => !done.has(name))
  }
  t.same(left, [])
})

t.test('what user containers need is on shared mounts', async (t) => {
  const docker = reaches(services.docker as Service)
  for (const path of ['/var/lib/user-docker:/var/lib/docker', '/run:/run', '/mnt:/mnt', '/media:/media']) {
    t.ok(docker.has(`${path}:rshared`), path)
  }
})

t.test('modules are named once each', async (t) => {
  t.ok(modules.length > 10)
  t.same(modules, [...new Set(modules)])
})

/** Volumes of a service and of all it takes volumes from. */
function reaches(service: Service): ReadonlySet<string> {
  const others = (service.volumes_from ?? []).flatMap((name) => [...reaches(services[name] as Service)])
  return new Set([...(service.volumes ?? []), ...others])
}
