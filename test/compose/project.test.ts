import t from 'tap'
import { LABEL, project } from '../../src/compose/project.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'

const FACTS = { version: '1', kernel: '6', shipped: {}, stopped: [] }
const system = (labels: Record<string, string> = {}) => ({ labels: { 'io.rancher.os.scope': 'system', ...labels } })
const of = (
  services: NonNullable<CloudConfig['rancher']>['services'],
  rest: CloudConfig['rancher'] = {},
  facts = FACTS
) => {
  const all = project({ rancher: { ...rest, services } } as CloudConfig, facts)
  return new Map(all.map((one) => [one.spec.name, one]))
}

t.test('a service becomes the body of a create call', async (t) => {
  const web = of(
    {
      web: {
        image: 'nginx:1',
        command: 'nginx -g "daemon off;"',
        environment: { A: '1', B: null as never },
        ports: ['8080:80', '127.0.0.1:53:53/udp'],
        volumes: ['/srv:/srv:ro', '/cache'],
        restart: 'on-failure:3',
        mem_limit: '64m',
        healthcheck: { test: 'wget -q localhost', interval: '10s', retries: 3 },
        stop_grace_period: '3s',
        devices: ['/dev/fuse'],
        ulimits: { nofile: { soft: 1, hard: 2 } },
        init: true
      }
    },
    { environment: { 'web/B': 'mine', B: 'all' } }
  ).get('web')
  t.same(web?.spec.create, {
    Image: 'nginx:1',
    Cmd: ['nginx', '-g', 'daemon off;'],
    Env: ['A=1', 'B=mine'],
    StopTimeout: 3,
    ExposedPorts: { '80/tcp': {}, '53/udp': {} },
    Volumes: { '/cache': {} },
    Healthcheck: { Test: ['CMD-SHELL', 'wget -q localhost'], Interval: 10e9, Retries: 3 },
    HostConfig: {
      Binds: ['/srv:/srv:ro'],
      PortBindings: {
        '80/tcp': [{ HostIp: '', HostPort: '8080' }],
        '53/udp': [{ HostIp: '127.0.0.1', HostPort: '53' }]
      },
      Devices: [{ PathOnHost: '/dev/fuse', PathInContainer: '/dev/fuse', CgroupPermissions: 'rwm' }],
      Ulimits: [{ Name: 'nofile', Soft: 1, Hard: 2 }],
      Init: true,
      Memory: 67_108_864,
      RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 }
    }
  })
  t.equal(web?.key, 'container/user/web')
  t.same(web?.needs, ['engine/user', 'image/user/nginx:1'])
  t.equal(web?.spec.labels[LABEL.key], 'container/user/web')
})

t.test('variables are filled in, wildcards take every name with the prefix', async (t) => {
  const one = of(
    { one: { image: '${REGISTRY}/a:${TAG:-9}', environment: ['P_*', 'X=$$5', 'UNSET'] } },
    { environment: { REGISTRY: 'r.example', P_B: '2', P_A: '1' } }
  ).get('one')
  t.same(one?.spec.create, { Image: 'r.example/a:9', Env: ['P_A=1', 'P_B=2', 'X=$5'], HostConfig: {} })
  const odd = of({ odd: { image: 'a:${constructor}b', environment: ['toString'] } }).get('odd')
  t.same(odd?.spec.create, { Image: 'a:b', HostConfig: {} }, 'what every object has is no variable')
})

t.test('what a service waits for', async (t) => {
  const all = of({
    syslog: { image: 'i', ...system() },
    network: { image: 'i', ...system({ 'io.rancher.os.before': 'late' }) },
    volumes: { image: 'i', ...system({ 'io.rancher.os.createonly': 'true' }) },
    late: {
      image: 'i',
      ...system({ 'io.rancher.os.after': 'syslog, nowhere' }),
      volumes_from: ['volumes:ro'],
      log_driver: 'syslog'
    },
    user: {
      image: 'u',
      depends_on: { other: { condition: 'service_healthy' } },
      labels: { 'io.rancher.os.after': 'syslog' }
    },
    other: { image: 'u' }
  })
  t.same(all.get('late')?.needs, [
    'container/system/network',
    'container/system/syslog',
    'container/system/volumes',
    'engine/system',
    'image/system/i'
  ])
  t.same(
    all.get('user')?.needs,
    ['container/user/other', 'engine/user', 'image/user/u'],
    'names of the other engine are no needs'
  )
})

t.test('wishes that go in a circle leave an order', async (t) => {
  const all = of({
    a: { image: 'i', ...system({ 'io.rancher.os.after': 'b' }) },
    b: { image: 'i', ...system({ 'io.rancher.os.after': 'a' }) }
  })
  t.notOk(all.get('a')?.needs.includes('container/system/b'))
  t.ok(all.get('b')?.needs.includes('container/system/a'))
})

t.test('how it runs and when it is started again', async (t) => {
  const runs = of({
    daemon: { image: 'i', restart: 'always', ...system() },
    once: { image: 'i', ...system({ 'io.rancher.os.detach': 'false' }) },
    volumes: { image: 'i', ...system({ 'io.rancher.os.createonly': 'true' }) },
    never: { image: 'i', restart: 'no' },
    off: { image: 'i', restart: 'false' },
    plain: { image: 'i' },
    job: { image: 'i', ...system({ 'cron.schedule': '@daily', 'io.rancher.os.createonly': 'true' }) },
    kept: { image: 'i', restart: 'always', labels: { 'cron.schedule': '0 0 3 * * ?' } },
    wrong: { image: 'i', labels: { 'cron.schedule': '${UNSET}' } }
  })
  t.same(
    [...runs.values()].map(({ spec }) => `${spec.name} ${spec.run} ${spec.again}`),
    [
      'daemon service always',
      'once once on-failure',
      'volumes volumes on-failure',
      'never service never',
      'off service never',
      'plain service on-failure',
      'job scheduled on-failure',
      'kept scheduled always',
      'wrong service never'
    ]
  )
  t.match(runs.get('kept')?.spec.create, { HostConfig: { RestartPolicy: undefined } }, 'no engine starts a job again')
  t.equal(runs.get('wrong')?.spec.broken, 'its label cron.schedule is no time: it is empty')
  t.notOk(
    'RestartPolicy' in Object(runs.get('daemon')?.spec.create.HostConfig),
    'the agent itself restarts system containers'
  )
})

t.test(
  'the hash covers the definition, what came with the system, and what volumes are taken from; not the order of keys',
  async (t) => {
    const hash = (services: NonNullable<CloudConfig['rancher']>['services'], facts = FACTS) =>
      of(services, {}, facts).get('a')?.spec.hash
    const base = { a: { image: 'i', volumes_from: ['v'], ...system() }, v: { image: 'i', ...system() } }
    t.equal(hash(base), hash({ v: base.v, a: { labels: base.a.labels, volumes_from: ['v'], image: 'i' } }))
    t.not(hash(base), hash({ ...base, a: { ...base.a, command: 'x' } }))
    t.not(
      hash(base),
      hash({ ...base, v: { ...base.v, command: 'x' } }),
      'a changed volume container means a new one here'
    )
    t.not(hash(base), hash(base, { ...FACTS, shipped: { 'i:latest': 'sha256:1' } as never }))
  }
)

t.test('User Docker gets the flags that rancher.docker says', async (t) => {
  const docker = of(
    { docker: { image: 'i', entrypoint: ['/docker'], ...system() } },
    {
      docker: {
        live_restore: true,
        log_opts: { 'max-size': '1m' },
        insecure_registry: ['a', 'b'],
        storage_driver: '',
        graph: '/data',
        environment: ['X=1']
      }
    }
  )
  t.same(docker.get('docker')?.spec.create.Cmd, [
    '--exec-root=/run/docker',
    '--pidfile=/run/docker.pid',
    '--exec-opt=native.cgroupdriver=cgroupfs',
    '--cgroup-parent=/user-docker',
    '--config-file=/etc/docker/daemon.json',
    '--data-root=/data',
    '--log-opt=max-size=1m'
  ])
  t.same(docker.get('docker')?.spec.create.Env, ['X=1'])
})

t.test('User Docker waits for the file it reads and the modules it uses, not for the rest of the list', async (t) => {
  const modules = ['br-netfilter', 'nft_compat', 'nbd nbds_max=16', 'wireguard']
  const docker = of({ docker: { image: 'i', ...system() } }, { modules }).get('docker')
  t.same(
    docker?.needs.filter((need) => /^(file|module)\//.test(need)),
    ['file//etc/docker/daemon.json', 'module/br_netfilter', 'module/nft_compat']
  )
})

t.test('a definition that makes no sense is one broken service, not a broken document', async (t) => {
  const all = of({ bad: { image: 'i', mem_limit: 'lots' }, good: { image: 'i' } })
  t.equal(all.get('bad')?.spec.broken, "'lots' is not a size; write for instance 64m or 1g")
  t.equal(all.get('good')?.spec.broken, null)
})
