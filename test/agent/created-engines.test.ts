import { of } from 'rxjs'
import t from 'tap'
import { createCreatedEngines, type CreatedEnginesParts } from '../../src/agent/created-engines.ts'
import type { Status } from '../../src/core/condition.ts'
import { CREATED } from '../../src/core/created-engine.ts'
import type { Key } from '../../src/core/resource.ts'

const AUTHOR = { how: 'api', who: 'ann', why: '' } as const
const KEY: Key = 'container/system/docker-two'

function status(type: 'Ready' | 'Degraded', message = ''): readonly [Key, Status] {
  const condition = { type, status: 'True', reason: '', message, lastTransitionTime: '' } as const
  return [KEY, { key: KEY, from: '', observedGeneration: 1, conditions: [condition], seen: null }]
}

const BEFORE = 'rancher: {services: {docker-one: {image: x}}}\n'
const LABELS = { [CREATED.name]: 'one', [CREATED.network]: '172.30.0.0/24', [CREATED.address]: '172.30.0.2' }
const ONE = { labels: { ...LABELS, 'io.rancher.os.scope': 'system' } }

/** A machine with an engine `one`, and what is done to it. */
function machine(resources: readonly (readonly [Key, Status])[], others: readonly string[] = []) {
  const done: string[] = []
  const state = { document: { hash: 'h' }, generation: 1, observedGeneration: 1, resources: new Map(resources) }
  let text = BEFORE
  const parts = {
    host: {
      docker: {
        system: {
          container: async (name: string) =>
            done.includes(`no ${name}`)
              ? null
              : { id: name, state: name === 'docker-one' ? 'running' : 'exited', exitCode: 1 },
          stop: async (id: string, seconds: number) => void done.push(`stop ${id} ${seconds}`)
        }
      },
      files: {
        list: async () => others,
        stat: async (path: string) => (path === '/usr/bin/docker-compose' ? {} : null)
      },
      network: {
        look: async () => ({
          addresses: [{ cidr: '172.30.1.1/24' }],
          routes: [{ to: 'default' }, { to: '10.0.0.0/8' }]
        })
      },
      runner: { run: async (argv: readonly string[]) => void done.push(argv.join(' ')) }
    },
    store: { value: state, changes: of(state) },
    config: {
      user: async () => ({ text, hash: text, path: 'cloud-config.yml' }),
      accept: async () => ({ data: { rancher: { services: {} } } }),
      change: async (edit: { by: string; key?: string; text?: string }) => {
        done.push(`${edit.by} ${edit.key ?? edit.text}`)
        text = edit.text ?? text
        if (edit.by === 'unset') done.push('no docker-one')
        if (edit.by === 'text') done.push('no docker-two')
        return { hash: text, documentHash: 'h', changes: [] }
      }
    },
    stopped: {
      add: async (key: Key) => void done.push(`stopped ${key}`),
      remove: async (key: Key) => void done.push(`no longer stopped ${key}`)
    },
    engines: {
      offered: async (name: string) =>
        name === 'default' ? { image: 'own', volumes_from: ['all-volumes'] } : { image: name, volumes: ['/a:/a'] }
    },
    events: { add: ({ reason }: { reason: string }) => void done.push(reason) },
    ask: async () => '26.1.5',
    needs: () => ['image/system/own'],
    // The labels alone make no engine of a service of User Docker.
    data: () => ({ rancher: { services: { 'docker-one': ONE, web: { image: 'web', labels: LABELS } } } })
  } as unknown as CreatedEnginesParts // nothing else may be asked of it
  return { engines: createCreatedEngines(parts), done, text: () => text }
}

t.test('those that the document declares are listed', async (t) => {
  t.same(await machine([]).engines.list(), [
    {
      name: 'one',
      network: '172.30.0.0/24',
      address: '172.30.0.2',
      service: 'docker-one',
      socket: '/run/m-user-docker/one.sock',
      state: 'enabled',
      version: '26.1.5'
    }
  ])
})

t.test('one that answers stays, on a network that nothing else has', async (t) => {
  const { engines, done, text } = machine([status('Ready')])
  const made = await engines.create('two', {}, AUTHOR, 5)
  t.match(made, { name: 'two', network: '172.30.2.0/24', address: '172.30.2.2', version: '26.1.5' })
  t.same(done, ['value rancher.services.docker-two', 'EngineCreated'])
  t.match(JSON.parse(text()), { image: 'own', volumes: ['/etc:/etc', '/usr:/usr:ro'] })

  const other = machine([status('Ready')])
  const asked = { engine: 'docker-20.10', network: '192.168.9.0/24', address: '192.168.9.7' }
  t.match(await other.engines.create('two', asked, AUTHOR, 5), { network: '192.168.9.0/24', address: '192.168.9.7' })
  t.match(JSON.parse(other.text()).volumes.slice(0, 2), [
    '/etc:/etc',
    '/usr/lib/rosd/services:/usr/lib/rosd/services:ro'
  ])
})

t.test('one that does not come up leaves the document as it was', async (t) => {
  const { engines, done } = machine([status('Degraded', 'no such image')])
  await t.rejects(engines.create('two', {}, AUTHOR, 5), {
    code: 'ROS_API_ENGINE_DOWN',
    message: 'two did not come up: no such image; the document is as before'
  })
  t.same(done, ['value rancher.services.docker-two', `text ${BEFORE}`, 'no docker-two'])
})

t.test('what can not be is refused before anything is written', async (t) => {
  const refused: readonly (readonly [name: string, asked: object, why: RegExp])[] = [
    ['one', {}, /there is a service 'docker-one' already/],
    ['T', {}, /'T' can not be the name of an engine/],
    ['compose', {}, /there is a program \/usr\/bin\/docker-compose already/],
    ['two', { network: '10.1.0.0/16' }, /10\.1\.0\.0\/16 is in use on this machine: 10\.0\.0\.0\/8/],
    ['two', { network: '172.30.0.0/24' }, /in use on this machine/],
    ['two', { network: 'mynet' }, /no IPv4 network/],
    ['two', { address: '1.2.3.4' }, /not in the network/]
  ]
  for (const [name, asked, why] of refused) {
    const { engines, done } = machine([])
    await t.rejects(engines.create(name, asked, AUTHOR, 5), { message: why })
    t.same(done, [])
  }
})

t.test(
  'one that is removed goes with all it has, also what is left of one that the document does not know',
  async (t) => {
    const { engines, done } = machine([])
    await engines.remove('one', AUTHOR, 7)
    t.same(done, [
      'stopped container/system/docker-one',
      'stop docker-one 7',
      'unset rancher.services.docker-one',
      'no docker-one',
      'no longer stopped container/system/docker-one',
      '/usr/lib/rosd/services/docker-created --gone one 172.30.0.0/24',
      'rm -rf -- /var/lib/m-user-docker/one'
    ])
    const left = machine([], ['old'])
    await left.engines.remove('old', AUTHOR, 7)
    t.same(left.done, ['rm -rf -- /var/lib/m-user-docker/old'])
    await t.rejects(left.engines.remove('none', AUTHOR, 7), { code: 'ROS_API_NO_ENGINE' })
    await t.rejects(left.engines.remove('..', AUTHOR, 7), { code: 'ROS_API_NO_ENGINE' })
  }
)
