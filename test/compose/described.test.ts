import t from 'tap'
import { saidBounds } from '../../src/compose/bounds.ts'
import { described } from '../../src/compose/described.ts'
import { resourcesOf, seenResources } from '../../src/compose/resources.ts'
import { createBody } from '../../src/compose/service.ts'
import type { Service } from '../../src/document/types.gen.ts'

const ID = '0123456789abcdef'

t.test('bounds in the words of the document', async (t) => {
  const bounds = (seen: object, want: object = {}) =>
    saidBounds(seenResources(seen as never), resourcesOf(want as never))
  t.same(bounds({ Memory: 67_108_864, MemorySwap: 134_217_728 }), {
    keys: { mem_limit: 67_108_864, memswap_limit: undefined },
    lost: []
  })
  t.same(bounds({ Memory: 0, MemorySwap: 0 }, { Memory: 1024 }).keys, {
    mem_limit: undefined,
    memswap_limit: undefined
  })
  t.same(bounds({ NanoCpus: 1_500_000_000, CpuShares: 512, PidsLimit: 50 }).keys, {
    cpus: '1.5',
    cpu_shares: 512,
    pids_limit: 50
  })
  t.same(bounds({ RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } }).keys, { restart: 'on-failure:3' })
  t.same(bounds({ CpuPeriod: 50_000 }), { keys: {}, lost: ['cpu period 50000 µs'] })
  t.same(bounds({ Memory: 1024, MemorySwap: 2048 }, { Memory: 1024 }).keys, {}, 'nothing where nothing differs')
})

t.test('a container as the service that would make it', async (t) => {
  const { service, lost } = described(ID, {
    config: {
      Image: 'nginx:1',
      Cmd: ['nginx', '-g', 'daemon off;'],
      Env: ['A=$1', 'PATH=/bin'],
      Labels: { a: 'b' },
      Hostname: '0123456789ab',
      ExposedPorts: { '80/tcp': {}, '53/udp': {}, '90/tcp': {} },
      Volumes: { '/cache': {}, '/data': {} },
      Tty: false,
      Healthcheck: { Test: ['CMD', 'true'] }
    },
    host: {
      Binds: ['/srv:/data:ro'],
      PortBindings: {
        '80/tcp': [
          { HostIp: '', HostPort: '8080' },
          { HostIp: '127.0.0.1', HostPort: '81' }
        ],
        '53/udp': [{ HostIp: '', HostPort: '53' }]
      },
      NetworkMode: 'default',
      IpcMode: 'private',
      CapAdd: ['NET_ADMIN'],
      ReadonlyRootfs: true,
      RestartPolicy: { Name: 'always', MaximumRetryCount: 0 },
      Memory: 33_554_432,
      AutoRemove: false,
      OomKillDisable: true,
      GroupAdd: ['5'],
      Privileged: false
    }
  })
  t.same(service, {
    image: 'nginx:1',
    command: ['nginx', '-g', 'daemon off;'],
    environment: ['A=$$1', 'PATH=/bin'],
    labels: { a: 'b' },
    volumes: ['/srv:/data:ro', '/cache'],
    ports: ['8080:80', '127.0.0.1:81:80', '53:53/udp'],
    expose: ['90'],
    cap_add: ['NET_ADMIN'],
    read_only: true,
    mem_limit: 33_554_432,
    restart: 'always'
  })
  t.same(lost, ['OomKillDisable', 'GroupAdd', 'Healthcheck: the one of the image counts'])
  const body = createBody('web', service as Service, { environment: {}, engineRestarts: true })
  t.match(body, {
    Image: 'nginx:1',
    Cmd: ['nginx', '-g', 'daemon off;'],
    Env: ['A=$1', 'PATH=/bin'],
    ExposedPorts: { '80/tcp': {}, '53/udp': {}, '90/tcp': {} },
    HostConfig: {
      Binds: ['/srv:/data:ro'],
      PortBindings: { '80/tcp': [{ HostPort: '8080' }, { HostIp: '127.0.0.1', HostPort: '81' }] },
      Memory: 33_554_432,
      RestartPolicy: { Name: 'always' }
    }
  })
})
