import t from 'tap'
import { changesOf } from '../../src/api/changes.ts'
import type { Value } from '../../src/document/value.ts'

const image = 'i'
const system = { 'io.rancher.os.scope': 'system' }

/** What a change of the service `web` needs, key by key. */
function needs(from: Value, to: Value): readonly string[] {
  const document = (web: Value): Value => ({ rancher: { services: { web } } })
  return changesOf(document(from), document(to)).map(
    ({ path, applies }) => `${path.replace('rancher.services.web.', '')}: ${applies}`
  )
}

for (const [name, from, to, expected] of [
  ['memory raised', { mem_limit: '16m' }, { mem_limit: '32m' }, ['mem_limit: live']],
  ['memory bounded for the first time', {}, { mem_limit: '32m' }, ['mem_limit: live']],
  ['memory no longer bounded', { mem_limit: '16m' }, {}, ['mem_limit: restart web']],
  [
    'any amount of swap',
    { mem_limit: '16m' },
    { mem_limit: '16m', memswap_limit: '-1' },
    ['memswap_limit: restart web']
  ],
  ['processes no longer bounded', { pids_limit: 9 }, {}, ['pids_limit: live']],
  ['another restart policy', { restart: 'no' }, { restart: 'always' }, ['restart: live']],
  ['processors by the other key', { cpus: 1 }, { cpu_quota: 100 }, ['cpus: restart web', 'cpu_quota: restart web']],
  [
    'bounds under deploy',
    { deploy: { resources: { limits: { memory: '16m' } } } },
    { deploy: { resources: { limits: { memory: '32m' } } } },
    ['deploy.resources.limits.memory: live']
  ],
  ['another command', { command: 'a' }, { command: 'b' }, ['command: restart web']],
  [
    'one that is live beside one that is not',
    { command: 'a', mem_limit: '16m' },
    { command: 'b', mem_limit: '32m' },
    ['command: restart web', 'mem_limit: live']
  ],
  ['what only the agent reads', {}, { depends_on: ['db'] }, ['depends_on: live']],
  [
    'restarts of a system service, which are the agent’s',
    { labels: system },
    { labels: system, restart: 'always' },
    ['restart: live']
  ]
] satisfies readonly (readonly [string, Record<string, Value>, Record<string, Value>, readonly string[]])[]) {
  t.test(`what a change of a service needs: ${name}`, async (t) => {
    t.same(needs({ image, ...from }, { image, ...to }), expected)
  })
}

t.test('a service that comes or goes is one change', async (t) => {
  const there: Value = { rancher: { services: { web: { image, mem_limit: '16m' } } } }
  t.same(
    changesOf({ rancher: { services: {} } }, there).map(({ op, path }) => `${op} ${path}`),
    ['add rancher.services.web']
  )
  t.same(
    changesOf(there, { rancher: { services: {} } }).map(({ op, applies }) => `${op}: ${applies}`),
    ['remove: restart web']
  )
})
