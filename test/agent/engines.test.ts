import { of } from 'rxjs'
import t from 'tap'
import { createEngines, type EnginesParts } from '../../src/agent/engines.ts'
import type { Status } from '../../src/core/condition.ts'
import type { Key } from '../../src/core/resource.ts'

const AUTHOR = { how: 'api', who: 'ann', why: '' } as const

function status(key: Key, type: 'Ready' | 'Degraded', message = ''): readonly [Key, Status] {
  const condition = { type, status: 'True', reason: '', message, lastTransitionTime: '' } as const
  return [key, { key, from: '', observedGeneration: 1, conditions: [condition], seen: null }]
}

/** A machine whose User Docker is `runs`, and what is done to its document. */
function machine(
  runs: string,
  resources: readonly (readonly [Key, Status])[],
  published: ReadonlySet<string> = new Set(['docker-20.10', 'docker-26.1'])
) {
  const done: string[] = []
  const state = { document: { hash: 'h' }, generation: 1, observedGeneration: 1, resources: new Map(resources) }
  let text = 'before'
  const parts = {
    host: {
      docker: {
        system: { ping: async () => '26', container: async () => ({ labels: { 'io.rancher.os.engine': runs } }) },
        user: { ping: async () => '20.10.24' }
      }
    },
    store: { value: state, changes: of(state) },
    config: {
      user: async () => ({ text, hash: text }),
      change: async (edit: { by: string; text: string }) => {
        done.push(`${edit.by} ${edit.text}`)
        text = edit.text
        return { hash: text, documentHash: 'h', changes: [{}] }
      }
    },
    catalogue: {
      list: async () => ({
        items: [
          { section: 'engines', name: 'docker-20.10' },
          { section: 'services', name: 'web' }
        ]
      })
    },
    events: { add: ({ reason }: { reason: string }) => void done.push(reason) },
    hold: {
      held: () => null,
      hold: async ({ enabled }: { enabled: string }) => void done.push(`next boot: ${enabled}`),
      release: async () => void done.push('next boot: null')
    },
    reconcile: async () => void done.push('reconcile'),
    retry: async () => void done.push('may try again'),
    stage: async (edit: { text: string }) => {
      if (!published.has(edit.text)) throw new Error('no such image')
      done.push(`has the image of ${edit.text}`)
    },
    needs: () => ['engine/system', 'image/system/new:1'],
    data: () => ({ rancher: { defaults: { docker: { engine: 'docker-26.1' } }, docker: { engine: 'docker-28.5' } } })
  } as unknown as EnginesParts // nothing else may be asked of it
  return { engines: createEngines(parts), done }
}

t.test('what runs is current, what the document asks for enabled, all else disabled', async (t) => {
  const { engines } = machine('docker-26.1', [])
  t.same(await engines.list(), [
    { name: 'docker-20.10', state: 'disabled', version: '' },
    { name: 'docker-26.1', state: 'current', version: '20.10.24' },
    { name: 'docker-28.5', state: 'enabled', version: '' }
  ])
  await t.rejects(engines.enable('docker-20.1', AUTHOR), {
    code: 'ROS_API_NO_ENGINE',
    message: "docker-20.1 is not a valid engine, did you mean 'docker-20.10'?"
  })
})

t.test('a switch stays when User Docker answers with it, whatever other images lack', async (t) => {
  const { engines, done } = machine('docker-20.10', [
    status('container/system/docker', 'Ready'),
    status('engine/user', 'Ready'),
    status('image/system/other:1', 'Degraded', 'no such image')
  ])
  t.same(await engines.switch('docker-20.10', AUTHOR, 1), {
    switched: true,
    message: 'User Docker is docker-20.10 (20.10.24)'
  })
  t.same(done, ['may try again', 'next boot: null', 'value docker-20.10', 'EngineSwitched'])
})

t.test('a switch goes back with the document when its image or its container fails', async (t) => {
  for (const [key, why] of [
    ['image/system/new:1', 'no such image'],
    ['container/system/docker', 'it ended']
  ] as const) {
    const { engines, done } = machine('docker-26.1', [status('engine/user', 'Ready'), status(key, 'Degraded', why)])
    t.same(await engines.switch('docker-20.10', AUTHOR, 1), {
      switched: false,
      message: `docker-20.10 did not come up: ${why}; User Docker is docker-26.1 as before`
    })
    t.same(done, ['may try again', 'next boot: null', 'value docker-20.10', 'text before', 'EngineNotSwitched'])
  }
})

t.test('an engine is chosen for the next boot before the document names it', async (t) => {
  const { engines, done } = machine('docker-26.1', [])
  await engines.enable('docker-20.10', AUTHOR)
  await engines.enable('default', AUTHOR)
  t.same(done, [
    'has the image of docker-20.10',
    'next boot: docker-20.10',
    'value docker-20.10',
    'has the image of docker-26.1',
    'next boot: null',
    'value docker-26.1'
  ])
})

t.test('an engine whose image can not be had is not enabled', async (t) => {
  const { engines, done } = machine('docker-26.1', [], new Set())
  await t.rejects(engines.enable('docker-20.10', AUTHOR), { message: 'no such image' })
  t.same(done, [])
})
