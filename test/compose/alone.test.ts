import t from 'tap'
import { aloneBecause } from '../../src/compose/alone.ts'
import { project } from '../../src/compose/project.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'

type Services = NonNullable<NonNullable<CloudConfig['rancher']>['services']>

const alone = (services: Services) =>
  Object.fromEntries(
    project({ rancher: { services } }, { version: '1', kernel: '6', shipped: {}, stopped: [] }).map(({ spec }) => [
      spec.name,
      spec.alone
    ])
  )

t.test('when one of a service has to be the only one that runs', async (t) => {
  const table: readonly (readonly [Services[string], string | null])[] = [
    [{}, null],
    [{ expose: ['80'], environment: { A: '1' }, tmpfs: ['/run'], read_only: true, cap_add: ['NET_ADMIN'] }, null],
    [{ volumes: ['/etc:/etc:ro', '/srv:/srv:ro,rshared', '/cache'] }, null],
    [{ volumes: ['/etc:/etc:ro', '/srv:/srv'] }, 'it writes to /srv'],
    [{ volumes: ['data:/data:rw'] }, 'it writes to data'],
    [{ volumes_from: ['web2:ro'] }, null],
    [{ volumes_from: ['web2'] }, 'it writes to web2'],
    [{ ports: ['80'] }, 'it publishes ports'],
    [{ net: 'none' }, null],
    [{ net: 'host' }, 'it shares namespaces of the machine'],
    [{ pid: 'host' }, 'it shares namespaces of the machine'],
    [{ ipc: 'container:web2' }, 'it shares a namespace of web2'],
    [{ mac_address: '02:42:ac:11:00:02' }, 'its MAC address is fixed'],
    [{ privileged: true }, 'it is privileged'],
    [{ devices: ['/dev/fuse'] }, 'it has devices of the machine'],
    [{ tty: true }, 'it has a terminal'],
    [{ stdin_open: true }, 'it has a terminal'],
    [{ labels: { 'cron.schedule': '@daily' } }, 'it runs at set times'],
    [{ labels: { a: 'b' } }, null]
  ]
  for (const [service, why] of table)
    t.equal(alone({ web: { image: 'i', ...service } }).web, why, JSON.stringify(service))
})

t.test('what others stand on is alone as well', async (t) => {
  t.same(
    alone({
      web: { image: 'i' },
      log: { image: 'i', volumes_from: ['web:ro'] },
      db: { image: 'i', net: 'container:log' }
    }),
    { web: 'others share what is its own', log: 'others share what is its own', db: 'it shares a namespace of log' }
  )
})

t.test('an engine spells nothing in ways of its own', async (t) => {
  const host = {
    Binds: null,
    VolumesFrom: null,
    PortBindings: {},
    Devices: [],
    NetworkMode: 'default',
    PidMode: '',
    IpcMode: 'private',
    UTSMode: '',
    Privileged: false,
    PublishAllPorts: false
  }
  t.equal(aloneBecause({ Tty: false, OpenStdin: false }, host), null)
})
