import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import t from 'tap'
import { routes } from '../../src/api/routes.ts'
import { showPath } from '../../src/document/path.ts'
import { type Path, root as shapeOfAll, type Shape, spot } from '../../src/document/shape.ts'
import { until } from '../support/loop.ts'
import { AT, modelAgent } from './support/agent.ts'
import { complaints } from './support/conforms.ts'

const swappiness = '#cloud-config\nrancher:\n  sysctl:\n    vm.swappiness: 10 # calm\n'

const LOGS = {
  'rosd.log':
    '{"level":30,"time":"2025-12-31T23:59:03.000Z","key":"sysctl/a","msg":"applied"}\n{"level":30,"time":"2025-12-31T23:59:04.000Z","msg":"plan done"}\n',
  'boot.log': '[   1.500] rosd: rosd 1 starts\n'
}

/** Routes that were asked in these tests; the last test wants all of them. */
const asked = new Set<string>()
/** Answers that are not what their routes document. */
const strays: string[] = []

function get(api: FastifyInstance, url: string, headers = {}): Promise<LightMyRequestResponse> {
  return send(api, 'GET', url, undefined, headers)
}

async function send(
  api: FastifyInstance,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  body?: unknown,
  headers = {}
) {
  const text = typeof body === 'string'
  const type = body === undefined ? {} : { 'content-type': text ? 'application/yaml' : 'application/json' }
  const payload = body === undefined ? {} : { payload: text ? body : JSON.stringify(body) }
  const answer = await api.inject({ method, url, headers: { ...type, ...headers }, ...payload })
  const route = routes.find((one) => one.method === method && pattern(one.path).test(url.replace(/\?.*/, '')))
  if (route === undefined) return answer
  asked.add(`${route.method} ${route.path}`)
  const bodies = /^application\/(problem\+)?json/.test(String(answer.headers['content-type'])) ? [answer.json()] : []
  for (const one of /ndjson/.test(String(answer.headers['content-type'])) ? lines(answer) : bodies) {
    const wrong = complaints(route, answer.statusCode, one)
    if (wrong !== '') strays.push(`${method} ${url}: ${wrong}`)
  }
  return answer
}

function pattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+').replace('*', '.+')}$`)
}

const lines = (answer: LightMyRequestResponse) =>
  answer.body.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))

t.test('state, status and resources are the same value with one ETag', async (t) => {
  const { api, store, settled, stop } = await modelAgent({ user: swappiness })
  t.teardown(stop)
  await settled()
  const tag = `"${store.value.revision}"`
  const resource = {
    key: 'sysctl/vm.swappiness',
    from: 'cloud-config.yml:4:5 rancher.sysctl.vm.swappiness',
    observedGeneration: 1,
    conditions: [
      { type: 'Ready', status: 'True', reason: 'Settled', message: 'as the document says', lastTransitionTime: AT }
    ],
    seen: { value: '10' }
  }
  const state = await get(api, '/v1/state')
  t.match(state.json(), {
    phase: 'Ready',
    settled: true,
    generation: 1,
    resources: { 'sysctl/vm.swappiness': resource }
  })
  t.equal(state.headers.etag, tag)
  t.match((await get(api, '/v1/status')).json(), { phase: 'Ready', counts: { resources: 1, ready: 1 }, notReady: [] })
  t.match((await get(api, '/v1/resources')).json(), { items: [resource] })
  t.match((await get(api, '/v1/resources?kind=sysctl')).json(), { items: [resource] })
  const one = await get(api, '/v1/resources/sysctl/vm.swappiness')
  t.match(one.json(), resource)
  t.equal(one.headers.etag, tag)
  const again = await get(api, '/v1/resources/sysctl/vm.swappiness', { 'if-none-match': tag })
  t.equal(again.statusCode, 304)
  t.equal(again.body, '')
  t.equal((await get(api, '/v1/state', { 'if-none-match': '"0"' })).statusCode, 200)
})

t.test('a resource whose name holds slashes and dots has a path of its own', async (t) => {
  const user = '#cloud-config\nrancher:\n  sysctl:\n    net/ipv4/conf/eth0.100/forwarding: 1\n'
  const { api, settled, stop } = await modelAgent({ user, sysctls: { 'net/ipv4/conf/eth0.100/forwarding': '0' } })
  t.teardown(stop)
  await settled()
  const { items } = (await get(api, '/v1/resources')).json()
  const [{ key }] = items
  t.equal((await get(api, `/v1/resources/${key}`)).json().key, key)
})

t.test('the plan is what would be done now, or for another document; it is not done', async (t) => {
  const { api, machine, settled, stop } = await modelAgent({ user: swappiness })
  t.teardown(stop)
  await settled()
  t.match((await get(api, '/v1/plan')).json(), { actions: [], waiting: [], left: [], hash: /^[0-9a-f]{64}$/ })
  machine.set('vm.swappiness', '99')
  const [drifted] = (await get(api, '/v1/plan')).json().actions
  t.same(drifted, {
    id: 'update sysctl/vm.swappiness',
    key: 'sysctl/vm.swappiness',
    verb: 'update',
    why: '99 -> 10',
    place: 'cloud-config.yml:4:5 rancher.sysctl.vm.swappiness',
    after: [],
    disturbs: { is: 'nothing', what: '' },
    irreversible: null,
    fields: [{ field: 'value', from: '99', to: '10' }]
  })
  const other = '#cloud-config\nrancher: {sysctl: {kernel.sysrq: 1}}\n'
  const { actions, hash } = (await send(api, 'POST', '/v1/plan', other)).json()
  t.equal((await send(api, 'POST', '/v1/plan', other)).json().hash, hash, 'the same world, the same plan')
  machine.set('kernel.sysrq', '7')
  t.not((await send(api, 'POST', '/v1/plan', other)).json().hash, hash, 'another world, another plan')
  t.same(
    actions.map((action: { id: string }) => action.id),
    ['delete sysctl/vm.swappiness', 'update sysctl/kernel.sysrq']
  )
  t.equal(machine.get('kernel.sysrq'), '7')
  const bad = await send(api, 'POST', '/v1/plan', 'rancher: [')
  t.equal(bad.statusCode, 422)
  t.equal(bad.json().errors[0].code, 'ROS_DOC_SYNTAX')
})

t.test('reconcile looks again and waits', async (t) => {
  const { api, machine, settled, stop } = await modelAgent({ user: swappiness })
  t.teardown(stop)
  await settled()
  machine.set('vm.swappiness', '99')
  const answer = await send(api, 'POST', '/v1/reconcile?wait=5')
  t.match(answer.json(), { settled: true, status: { phase: 'Ready' } })
  t.equal(machine.get('vm.swappiness'), '10')
  t.equal((await send(api, 'POST', '/v1/reconcile')).json().settled, false)
  await settled()
  t.equal((await get(api, '/v1/wait?seconds=5')).json().settled, true)
})

t.test('waiting ends with its time when the machine does not settle', async (t) => {
  const { api, stop } = await modelAgent({ user: '#cloud-config\nrancher: {sysctl: {vm.swappiness: broken}}\n' })
  t.teardown(stop)
  for (const [method, url] of [
    ['GET', '/v1/wait?seconds=0.2'],
    ['POST', '/v1/reconcile?wait=0.2']
  ] as const) {
    const answer = (await send(api, method, url)).json()
    t.equal(answer.settled, false, url)
    t.equal(answer.status.phase, 'Degraded', url)
  }
})

t.test('conditions are waited for: of the machine, of a resource, until they are no more', async (t) => {
  const { api, agent, store, edit, settled, stop } = await modelAgent({ user: swappiness })
  t.teardown(stop)
  await settled()
  const wait = async (goals: string, seconds = 5) =>
    (await get(api, `/v1/wait-for?seconds=${seconds}&for=${encodeURIComponent(goals)}`)).json()
  t.match(await wait('condition=Ready\ncondition=ready=sysctl/vm.swappiness'), { met: true, open: [] })
  t.match(await wait('condition=Paused\ncondition=Drifted=sysctl/vm.swappiness', 0.05), {
    met: false,
    open: ['the machine is not Paused: what is to be done is done', 'sysctl/vm.swappiness is not Drifted']
  })
  t.match(await wait('condition=Paused=false\ncondition=Drifted=sysctl/vm.swappiness=false'), { met: true })
  t.match(await wait('delete=sysctl/vm.swappiness', 0.05), { open: ['the document asks for sysctl/vm.swappiness'] })
  t.match(await wait('condition=Ready=sysctl/x', 0.05), { open: ['the document asks for no sysctl/x'] })
  const waiting = wait('delete=sysctl/vm.swappiness')
  await edit('#cloud-config\n')
  t.match(await waiting, { met: true })
  const paused = wait('condition=Paused')
  store.next({ paused: { reason: 'x', at: AT, until: null } })
  t.match(await paused, { met: true, status: { paused: { reason: 'x' } } })
  t.equal(agent.store.value.resources.size, 0)
})

t.test('paused, nothing is done and everything is told; resumed, it is done', async (t) => {
  const { api, machine, store, edit, settled, stop } = await modelAgent({ user: swappiness })
  t.teardown(stop)
  await settled()
  const paused = await send(api, 'POST', '/v1/pause', { reason: 'new disk', seconds: 600 })
  t.match(paused.json(), { paused: { reason: 'new disk', until: /Z$/ } })
  await until(() => store.value.paused !== null)
  await edit('#cloud-config\nrancher: {sysctl: {vm.swappiness: 20}}\n')
  await until(() => store.value.observedGeneration === 2)
  t.equal(machine.get('vm.swappiness'), '10')
  t.match((await get(api, '/v1/plan')).json(), {
    actions: [],
    left: [{ key: 'sysctl/vm.swappiness', why: '10 -> 20', reason: 'Paused', message: 'paused: new disk' }]
  })
  t.match((await get(api, '/v1/status')).json(), {
    settled: false,
    phase: 'Progressing',
    notReady: [{ conditions: [{ type: 'Ready', status: 'False', reason: 'Paused' }, { type: 'Blocked' }] }]
  })
  t.same((await send(api, 'POST', '/v1/resume')).json(), { resumed: true })
  await settled()
  t.equal(machine.get('vm.swappiness'), '20')
  t.same((await send(api, 'POST', '/v1/resume')).json(), { resumed: false })
  const told = lines(await get(api, '/v1/events')).map(({ reason }) => reason)
  t.same(told, ['DocumentAccepted', 'Updated', 'Paused', 'DocumentAccepted', 'Resumed', 'Updated'])
})

t.test('drift is left and told where the document only wants it reported', async (t) => {
  const report = (value: number) => `${swappiness.replace('10', String(value))}  drift: {sysctl: report}\n`
  const { api, agent, machine, edit, settled, stop } = await modelAgent({ user: report(10) })
  t.teardown(stop)
  await settled()
  machine.set('vm.swappiness', '99')
  agent.loop.tick()
  const { met, open } = (await get(api, '/v1/wait-for?seconds=5&for=condition=Drifted=sysctl/vm.swappiness')).json()
  t.ok(met, String(open))
  t.equal(machine.get('vm.swappiness'), '99')
  t.match((await get(api, '/v1/status')).json(), { settled: true, phase: 'Ready', notReady: [] })
  t.match(lines(await get(api, '/v1/events')).at(-1), {
    reason: 'Drifted',
    message: '99 -> 10; it is left so: rancher.drift only reports sysctl'
  })
  await edit(report(20))
  await until(() => machine.get('vm.swappiness') === '20')
})

t.test('figures are told', async (t) => {
  const { api, stop } = await modelAgent({ user: swappiness })
  t.teardown(stop)
  t.match((await get(api, '/metrics')).body, /^rosd_build_info\{version="1.2.3"\} 1$/m)
})

t.test('what the machine has is written into the document, or only shown', async (t) => {
  const { api, agent, machine, userText, settled, stop } = await modelAgent({
    user: `${swappiness}  drift: {sysctl: report}\n`
  })
  t.teardown(stop)
  await settled()
  machine.set('vm.swappiness', '99')
  const key = 'sysctl/vm.swappiness'
  const changes = [{ op: 'replace', path: 'rancher.sysctl."vm.swappiness"', from: 10, to: 99 }]
  const shown = (await send(api, 'POST', '/v1/adopt', { key, dryRun: true })).json()
  t.match(shown, { key, lost: [], left: null, written: false })
  t.match(shown.changes, [{ op: 'replace', to: 99 }], JSON.stringify(changes))
  t.match(await userText(), 'vm.swappiness: 10 # calm')
  t.match((await send(api, 'POST', '/v1/adopt', { key })).json(), { left: null, written: true })
  t.match(await userText(), 'vm.swappiness: 99 # calm')
  await until(() => agent.store.value.observedGeneration === 2 && agent.store.value.settled)
  t.equal(machine.get('vm.swappiness'), '99')
  t.same((await get(api, '/v1/plan')).json().actions, [])
  t.match((await get(api, `/v1/resources/${key}`)).json(), { conditions: [{ type: 'Ready', reason: 'Settled' }] })
})

t.test('events are numbered lines', async (t) => {
  const { api, settled, stop } = await modelAgent({ user: swappiness })
  t.teardown(stop)
  await settled()
  const answer = await get(api, '/v1/events')
  t.equal(answer.headers['content-type'], 'application/x-ndjson')
  t.match(lines(answer), [
    { rev: 1, at: AT, type: 'Normal', reason: 'DocumentAccepted', message: 'generation 1', key: null },
    { rev: 2, reason: 'Updated', key: 'sysctl/vm.swappiness' }
  ])
  t.same(
    lines(await get(api, '/v1/events?since=1')).map((event) => event.rev),
    [2]
  )
  const at = async (time: string) => lines(await get(api, `/v1/events?from=${time}`)).length
  t.same([await at('2026-01-01T00:00:00Z'), await at('2026-01-01T00:00:01Z')], [2, 0])
})

t.test('engines are listed, switched and chosen', async (t) => {
  const { api, done, stop } = await modelAgent({ user: '#cloud-config\n' })
  t.teardown(stop)
  const { items } = (await send(api, 'GET', '/v1/engines')).json()
  t.same(items[1], { name: 'docker-26.1', state: 'current', version: '26.1.5' })
  t.same((await send(api, 'POST', '/v1/engines/docker-20.10/switch?wait=5')).json(), {
    switched: true,
    message: 'User Docker is docker-20.10 (20.10.24)'
  })
  t.equal((await send(api, 'POST', '/v1/engines/docker-28.5/switch')).json().switched, false)
  t.equal((await send(api, 'POST', '/v1/engines/docker-28.5/enable')).json().items.length, 3)
  t.equal((await send(api, 'POST', '/v1/engines', { name: 'two' })).json().name, 'two')
  for (const body of [{}, { name: 2 }, { name: 'two', subnet: '10.0.0.0/8' }])
    t.match((await send(api, 'POST', '/v1/engines', body)).json(), { status: 400, detail: /`name`/ })
  t.equal((await send(api, 'DELETE', '/v1/engines/two?timeout=3')).json().items.length, 3)
  t.same(done, ['enable engine docker-28.5', 'create engine two {} 300', 'remove engine two 3'])
})

t.test('the network is shown, and why a link is set up as it is', async (t) => {
  const user = '#cloud-config\nrancher:\n  network:\n    interfaces:\n      eth0: {mtu: 1400}\n'
  const { api, stop } = await modelAgent({ user })
  t.teardown(stop)
  t.match((await get(api, '/v1/network')).json(), { links: [], path: null })
  t.match((await get(api, '/v1/network/eth0')).json(), {
    present: false,
    entries: [{ key: 'eth0', wins: true, place: /cloud-config\.yml:5:\d+$/ }],
    keys: [{ key: 'rancher.network.interfaces.eth0.mtu', value: 1400, counts: true }]
  })
  const none = await get(api, '/v1/network/eth1')
  t.match([none.statusCode, none.json()], [404, { code: 'ROS_API_NO_RESOURCE' }])
})

t.test('logs are read as one', async (t) => {
  const { api, stop } = await modelAgent({ logs: LOGS })
  t.teardown(stop)
  const agent = { source: 'agent', priority: 30 }
  t.same(lines(await get(api, '/v1/logs')), [
    { at: '2025-12-31T23:59:01.500Z', source: 'boot', priority: 30, line: 'rosd 1 starts' },
    { at: '2025-12-31T23:59:02.500Z', source: 'kernel', priority: 4, line: 'eth0: link is down' },
    { at: '2025-12-31T23:59:03.000Z', ...agent, line: 'applied key=sysctl/a' },
    { at: '2025-12-31T23:59:04.000Z', ...agent, line: 'plan done' }
  ])
  t.same(lines(await get(api, '/v1/logs?sources=agent&from=2026-01-01T00:59:04%2B01:00')), [
    { at: '2025-12-31T23:59:04.000Z', ...agent, line: 'plan done' }
  ])
  t.same(
    lines(await get(api, '/v1/logs?sources=kernel,agent&tail=2')).map(({ line }) => line),
    ['applied key=sysctl/a', 'plan done']
  )
  t.same((await get(api, '/v1/logs/sources')).json(), {
    items: ['agent', 'boot', 'bootcmd', 'kernel', 'network-hooks', 'runcmd', 'syslog', 'system-docker']
  })
  t.match((await get(api, '/v1/logs?from=noon')).json(), { code: 'ROS_API_BAD_REQUEST' })
  t.match((await get(api, '/v1/logs?tail=100001')).json(), { detail: /tail.* 100000/ })
  t.match((await get(api, '/v1/logs?sources=agent,kernal')).json(), {
    status: 404,
    code: 'ROS_API_NO_LOG',
    detail:
      "there is no log of 'kernal', did you mean 'kernel'?; there are: agent, boot, bootcmd, kernel, network-hooks, runcmd, syslog, system-docker"
  })
})

t.test('certificates are made, kept and given away', async (t) => {
  const { api, root, stop, done } = await modelAgent()
  t.teardown(stop)
  const server = await send(api, 'POST', '/v1/tls/server', { hosts: ['docker.example.org', 'fd00::1'] })
  const client = await send(api, 'POST', '/v1/tls/client')
  t.match([server.statusCode, client.statusCode], [200, 200])
  t.equal(client.json().ca, server.json().ca, 'one authority')
  const kept = await readFile(join(root, 'var/lib/rancher/conf/machine.yml'), 'utf8')
  for (const name of ['ca_cert', 'ca_key', 'server_cert', 'server_key']) t.match(kept, new RegExp(`${name}: \\|`))
  const folder = '/home/rancher/.docker'
  t.equal((await send(api, 'POST', '/v1/tls/client', { folder })).statusCode, 200)
  t.ok(done.includes(`keys in ${folder}`), 'it is made anew there')
  t.equal((await send(api, 'POST', '/v1/tls/client', { folder: 'keys' })).statusCode, 400)
  const bad = await send(api, 'POST', '/v1/tls/server', { hosts: ['a b'] })
  t.match(bad.json(), {
    code: 'ROS_API_BAD_REQUEST',
    detail: '"a b" is neither a name like docker.example.org nor an address'
  })
  t.equal((await send(api, 'POST', '/v1/tls/server', { hosts: 'a' })).statusCode, 400)
})

t.test('services are listed, read and changed', async (t) => {
  const { api, done, stop } = await modelAgent()
  t.teardown(stop)
  t.same(
    (await get(api, '/v1/services')).json().items.map((service: { name: string }) => service.name),
    ['web', 'job', 'syslog']
  )
  t.same(lines(await get(api, '/v1/services/web/logs')), [
    { service: 'web', line: 'web says one' },
    { service: 'web', line: 'web says two' }
  ])
  t.same(lines(await get(api, '/v1/services/web/logs?tail=1')), [{ service: 'web', line: 'web says two' }])
  t.equal((await send(api, 'POST', '/v1/services/web/stop?timeout=3')).json().name, 'web')
  t.equal((await send(api, 'POST', '/v1/services/web/start')).statusCode, 200)
  t.equal((await send(api, 'POST', '/v1/services/web/restart')).statusCode, 200)
  t.same(done, ['logs web', 'logs web', 'stop web 3', 'start web', 'restart web 10'])
  t.same(lines(await send(api, 'POST', '/v1/services/web/build?no_cache=true')), [
    { service: 'web', line: 'Step 1/1 : FROM base', failed: false }
  ])
  t.equal(done.at(-1), 'build web anew')
  t.match((await send(api, 'POST', '/v1/services/syslog/build')).json(), { status: 409, code: 'ROS_API_NOT_BUILT' })
  const none = await send(api, 'POST', '/v1/services/wbe/stop')
  t.equal(none.statusCode, 404)
  t.match(none.json(), {
    code: 'ROS_API_NO_SERVICE',
    detail: 'wbe is not a valid service; there are: web, job, syslog'
  })
  const down = await send(api, 'POST', '/v1/services/syslog/stop')
  t.equal(down.statusCode, 500)
  t.match(down.json(), { code: 'ROS_CONTAINER', detail: 'System Docker does not answer' })
})

t.test('the agent is started anew, plainly or by a fault', async (t) => {
  const { api, done, stop } = await modelAgent()
  t.teardown(stop)
  t.equal((await send(api, 'POST', '/v1/restart', {})).statusCode, 202)
  t.equal((await send(api, 'POST', '/v1/restart', { fault: true })).statusCode, 202)
  t.same(done, ['restart agent', 'restart agent by fault'])
  t.equal((await send(api, 'POST', '/v1/restart', { fault: 'yes' })).statusCode, 400)
  t.equal((await send(api, 'POST', '/v1/restart', { how: 1 })).statusCode, 400)
})

t.test('power takes an action and nothing it does not know', async (t) => {
  const { api, powered, stop } = await modelAgent()
  t.teardown(stop)
  const accepted = await send(api, 'POST', '/v1/power', { action: 'reboot', force: true, delaySeconds: 2 })
  t.equal(accepted.statusCode, 202)
  t.equal((await send(api, 'POST', '/v1/power', { action: 'poweroff' })).statusCode, 202)
  const asked = [
    { action: 'reboot', force: true, delaySeconds: 2 },
    { action: 'poweroff', force: false, delaySeconds: 0 }
  ]
  t.same(powered, asked)
  for (const body of [
    {},
    [],
    null,
    { action: 'explode' },
    { action: 'reboot', force: 1 },
    { action: 'reboot', delaySeconds: -1 },
    { action: 'reboot', when: 'now' }
  ]) {
    const refused = await send(api, 'POST', '/v1/power', body)
    t.equal(refused.statusCode, 400, JSON.stringify(body))
    t.match(refused.headers['content-type'], /^application\/problem\+json/)
  }
  t.match((await send(api, 'POST', '/v1/power', { action: 'halt' })).json(), { status: 400, detail: 'not like this' })
  t.same(powered, asked)
})

t.test('the version is told', async (t) => {
  const { api, stop } = await modelAgent()
  t.teardown(stop)
  t.match((await get(api, '/v1/version')).json(), { version: 'v1.2.3', image: 'rosd/os:v1.2.3' })
})

t.test('the merged document, a value of it and the user document are read', async (t) => {
  const image = 'rancher:\n  sysctl: {kernel.sysrq: 1}\n  debug: true\n'
  const user =
    '#cloud-config\nhostname: web-1\nrancher:\n  registry_auths:\n    hub: {username: me, password: s3cret}\n'
  const { api, stop } = await modelAgent({ image, user, cmdline: 'quiet rancher.password=hunter2' })
  t.teardown(stop)
  const merged = await get(api, '/v1/config')
  t.match(merged.json(), { hostname: 'web-1', rancher: { debug: true, sysctl: { 'kernel.sysrq': '1' } } })
  t.notMatch(merged.body, /s3cret|hunter2/)
  t.match((await get(api, '/v1/config?key=hostname')).json(), {
    key: 'hostname',
    value: 'web-1',
    text: 'web-1\n',
    place: /\/conf\/cloud-config\.yml:2:1$/
  })
  t.match((await get(api, '/v1/config?key=rancher.sysctl')).json(), { text: 'kernel.sysrq: "1"\n\n' })
  t.match((await get(api, '/v1/config?key=rancher.password')).json(), { value: null, text: '\n' })
  t.match((await get(api, '/v1/config?key=no.such')).json(), { value: null, text: '\n', place: '' })
  const own = await get(api, '/v1/config?layer=user')
  t.match(own.json(), { path: '/var/lib/rancher/conf/cloud-config.yml', text: user })
  t.equal(own.headers.etag, `"${own.json().hash}"`)
  t.equal(merged.headers.etag, own.headers.etag)
  t.equal((await get(api, '/v1/config?layer=image')).statusCode, 400)
})

t.test('the document is exported with what is asked for', async (t) => {
  const image = 'rancher:\n  debug: true\n'
  const user =
    '#cloud-config\nhostname: web-1\nrancher:\n  registry_auths:\n    hub: {username: me, password: s3cret}\n'
  const { api, stop } = await modelAgent({ image, user })
  t.teardown(stop)
  const answer = await get(api, '/v1/config/export')
  t.equal(answer.headers['content-type'], 'application/yaml')
  t.equal(answer.body, '#cloud-config\nrancher:\n  registry_auths:\n    hub:\n      username: me\nhostname: web-1\n')
  t.match((await get(api, '/v1/config/export?private=true')).body, 's3cret')
  t.match((await get(api, '/v1/config/export?full')).body, 'debug: true')
})

t.test('the user document is patched three ways, and the machine follows', async (t) => {
  const cases: readonly (readonly [string, unknown, string, string, string])[] = [
    ['application/yaml', '20', '?key=rancher.sysctl.vm.swappiness', 'vm.swappiness: 20 # calm', '20'],
    ['application/yaml', 'rancher:\n  sysctl:\n    vm.swappiness: 30\n', '', 'vm.swappiness: 30 # calm', '30'],
    ['application/merge-patch+json', { rancher: { sysctl: { 'vm.swappiness': '40' } } }, '', '40', '40'],
    [
      'application/json-patch+json',
      [{ op: 'replace', path: '/rancher/sysctl/vm.swappiness', value: '50' }],
      '',
      '50',
      '50'
    ]
  ]
  for (const [type, body, query, kept, value] of cases) {
    const { api, machine, userText, settled, stop } = await modelAgent({ user: swappiness })
    t.teardown(stop)
    await settled()
    const url = `/v1/config${query}${query === '' ? '?' : '&'}wait=5`
    const answer = await send(api, 'PATCH', url, body, { 'content-type': type })
    t.match(answer.json(), {
      changes: [{ op: 'replace', path: 'rancher.sysctl.vm.swappiness', from: '10', to: value }],
      warnings: [],
      settled: true,
      status: { phase: 'Ready', generation: 2 }
    })
    t.equal(answer.headers.etag, `"${answer.json().hash}"`)
    t.match(await userText(), kept)
    t.equal(machine.get('vm.swappiness'), value)
  }
})

t.test('null in a merge patch takes the key out; a replaced text is the file', async (t) => {
  const { api, machine, userText, settled, stop } = await modelAgent({ user: swappiness })
  t.teardown(stop)
  await settled()
  const patch = { rancher: { sysctl: { 'vm.swappiness': null } } }
  const gone = await send(api, 'PATCH', '/v1/config?wait=5', patch, { 'content-type': 'application/merge-patch+json' })
  t.match(gone.json().changes, [{ op: 'remove', path: 'rancher.sysctl.vm.swappiness', from: '10' }])
  t.equal(machine.get('vm.swappiness'), '60', 'what stood before is back')
  const put = await send(api, 'PUT', '/v1/config?wait=5', swappiness)
  t.match(put.json(), { settled: true, changes: [{ op: 'add', path: 'rancher.sysctl.vm.swappiness', to: '10' }] })
  t.equal(await userText(), swappiness)
  const same = await send(api, 'PUT', '/v1/config?wait=5', swappiness)
  t.match(same.json(), { settled: true, changes: [] })
})

t.test('a change that would not be valid writes nothing and names every problem', async (t) => {
  const { api, userText, stop } = await modelAgent({ user: swappiness })
  t.teardown(stop)
  const answer = await send(api, 'PATCH', '/v1/config?key=rancher.debug', 'perhaps')
  t.equal(answer.statusCode, 422)
  t.match(answer.headers['content-type'], /^application\/problem\+json/)
  t.match(answer.json(), {
    title: 'The document is not valid',
    status: 422,
    code: 'ROS_API_INVALID_DOCUMENT',
    errors: [{ code: 'ROS_DOC_TYPE', file: 'cloud-config.yml', key: 'rancher.debug', line: 5 }]
  })
  t.equal((await send(api, 'PATCH', '/v1/config', 'a: [')).statusCode, 422)
  t.equal((await send(api, 'PUT', '/v1/config', 'hostnam: x')).statusCode, 422)
  t.equal((await send(api, 'PATCH', '/v1/config?key=', '1')).statusCode, 400)
  t.equal(await userText(), swappiness)
})

t.test('If-Match refuses a change made for another text', async (t) => {
  const { api, userText, stop } = await modelAgent({ user: swappiness })
  t.teardown(stop)
  const tag = (await get(api, '/v1/config?layer=user')).headers.etag
  const first = await send(api, 'PATCH', '/v1/config?key=hostname', 'one', { 'if-match': tag })
  t.equal(first.statusCode, 200)
  const second = await send(api, 'PATCH', '/v1/config?key=hostname', 'two', { 'if-match': tag })
  t.equal(second.statusCode, 412)
  t.equal(second.json().code, 'ROS_API_CHANGED')
  t.match(await userText(), 'hostname: one')
  const third = await send(api, 'PATCH', '/v1/config?key=hostname', 'two', { 'if-match': first.headers.etag })
  t.equal(third.statusCode, 200)
})

t.test('changes made at the same time are all kept', async (t) => {
  const { api, userText, stop } = await modelAgent({ user: swappiness })
  t.teardown(stop)
  const keys = ['a', 'b', 'c', 'd', 'e']
  await Promise.all(keys.map((key) => send(api, 'PATCH', `/v1/config?key=rancher.environment.${key}`, key)))
  const text = await userText()
  for (const key of keys) t.match(text, `${key}: ${key}`)
})

t.test('a patch that does not fit is told from one that is no patch', async (t) => {
  const { api, userText, stop } = await modelAgent({ user: swappiness })
  t.teardown(stop)
  const patch = (body: unknown, type = 'application/json-patch+json') =>
    send(api, 'PATCH', '/v1/config', body, { 'content-type': type })
  const missed = await patch([{ op: 'remove', path: '/rancher/nothing/here' }])
  t.equal(missed.statusCode, 409)
  t.equal(missed.json().code, 'ROS_API_PATCH')
  for (const body of [{}, [1], [{ op: 'add' }]]) t.equal((await patch(body)).statusCode, 400, JSON.stringify(body))
  t.equal((await patch([], 'application/merge-patch+json')).statusCode, 400)
  t.equal(await userText(), swappiness)
})

t.test('a secret is set without being told', async (t) => {
  const { api, userText, stop } = await modelAgent({ user: '#cloud-config\n' })
  t.teardown(stop)
  const answer = await send(api, 'PATCH', '/v1/config?key=rancher.registry_auths.hub.password', 's3cret')
  t.notMatch(answer.body, 's3cret')
  t.match(await userText(), 's3cret')
})

t.test('a text is checked without being written', async (t) => {
  const { api, userText, stop } = await modelAgent({ user: swappiness })
  t.teardown(stop)
  t.same((await send(api, 'POST', '/v1/config/validate', '#cloud-config\nhostname: a\n')).json(), {
    valid: true,
    problems: [],
    changes: [
      { op: 'remove', path: 'rancher', applies: 'live', from: { sysctl: { 'vm.swappiness': '10' } } },
      { op: 'add', path: 'hostname', applies: 'live', to: 'a' }
    ]
  })
  const { valid, problems } = (await send(api, 'POST', '/v1/config/validate', '#cloud-config\nhostnam: a\n')).json()
  t.equal(valid, false)
  t.match(problems, [{ code: 'ROS_DOC_UNKNOWN_KEY', line: 2, column: 1, fix: 'rename it to `hostname`' }])
  t.equal(await userText(), swappiness)
})

t.test('each change says what it needs; a map that comes is one change where its parts need the same', async (t) => {
  const { api, stop } = await modelAgent({ user: '#cloud-config\n' })
  t.teardown(stop)
  const text = [
    'hostname: web-1',
    'runcmd: [a b]',
    'rancher:',
    '  docker: {log_driver: local}',
    '  registry_auths: {hub: {username: me, password: s3cret}}',
    ''
  ].join('\n')
  const { changes } = (await send(api, 'PUT', '/v1/config', `#cloud-config\n${text}`)).json()
  t.same(
    changes.map(({ op, path, to, applies }: Record<string, unknown>) => [op, path, to, applies]),
    [
      ['add', 'hostname', 'web-1', 'live'],
      ['add', 'runcmd', ['a b'], 'reboot'],
      ['add', 'rancher.docker', { log_driver: 'local' }, 'restart docker'],
      ['add', 'rancher.registry_auths', { hub: { username: 'me', password: '(secret)' } }, 'live']
    ]
  )
})

t.test('a value that a higher layer overrides is written, with a warning that names the place', async (t) => {
  const cmdline =
    'quiet rancher.debug=true rancher.sysctl.kernel.sysrq=1 -- rancher.registry_auths.hub.password=hunter2'
  const { api, userText, stop } = await modelAgent({ user: '#cloud-config\n', cmdline })
  t.teardown(stop)
  const set = async (key: string, value: string) =>
    (await send(api, 'PATCH', `/v1/config?key=${key}`, value)).json().warnings
  t.match(await set('rancher.debug', 'false'), [
    {
      code: 'ROS_DOC_OVERRIDDEN',
      severity: 'warning',
      file: 'kernel command line',
      line: 1,
      column: 7,
      key: 'rancher.debug',
      message: 'is overridden here: true counts, not what cloud-config.yml says',
      source: 'quiet rancher.debug=true rancher.sysctl.kernel.sysrq=1',
      caret: '      ^'
    }
  ])
  t.match(await userText(), 'debug: false')
  t.same(await set('rancher.debug', 'true'), [], 'both say the same')
  const [secret] = await set('rancher.registry_auths.hub.password', 'other')
  t.match(secret, {
    file: 'init arguments',
    message: 'is overridden here: (secret) counts, not what cloud-config.yml says',
    source: ''
  })
  t.same(await set('rancher.environment.A', 'b'), [])
  const merged = await send(api, 'PATCH', '/v1/config', 'rancher: {sysctl: {kernel.sysrq: 0, vm.swappiness: 5}}')
  t.match(merged.json().warnings, [{ code: 'ROS_DOC_OVERRIDDEN', key: 'rancher.sysctl.kernel.sysrq' }])
  t.equal(merged.json().warnings.length, 1)
})

t.test('a key is unset, and what shows through is told', async (t) => {
  const image = 'rancher:\n  debug: true\n'
  const user = '#cloud-config\nhostname: web-1 # mine\nrancher:\n  debug: false\n  sysctl:\n    vm.swappiness: 10\n'
  const { api, root, userText, stop } = await modelAgent({ image, user })
  t.teardown(stop)
  const unset = (key: string) => send(api, 'DELETE', `/v1/config?key=${key}`)
  const debug = await unset('rancher.debug')
  t.match(debug.json(), {
    changes: [{ op: 'replace', path: 'rancher.debug', from: false, to: true }],
    beneath: { value: true, place: `${root}/usr/share/ros/os-config.yml:2:3`, kind: 'image' }
  })
  const sysctl = await unset('rancher.sysctl.vm.swappiness')
  t.match(sysctl.json(), { beneath: null })
  t.equal(await userText(), '#cloud-config\nhostname: web-1 # mine\n', 'no map is left without content')
  const again = await unset('rancher.debug')
  t.match(again.json(), {
    status: 404,
    code: 'ROS_API_NO_KEY',
    detail: `cloud-config.yml does not set rancher.debug; it comes from ${root}/usr/share/ros/os-config.yml:2:3. To take it away: ros config set rancher.debug null`
  })
  t.match(
    (await unset('rancher.log')).json().detail,
    'cloud-config.yml does not set rancher.log, and nothing else does'
  )
  t.equal((await unset('')).statusCode, 400)
})

t.test('what is saved is compared with what is in force', async (t) => {
  const { api, edit, store, settled, stop } = await modelAgent({ user: swappiness })
  t.teardown(stop)
  await settled()
  t.same((await get(api, '/v1/config/diff')).json(), { valid: true, problems: [], changes: [] })
  await edit('#cloud-config\nhostnam: x\n')
  await until(() => store.value.document.complaint !== '')
  t.match((await get(api, '/v1/config/diff')).json(), {
    valid: false,
    problems: [{ code: 'ROS_DOC_UNKNOWN_KEY', line: 2 }],
    changes: []
  })
})

t.test('every layer that says something of a key is told, secrets veiled', async (t) => {
  const image = 'rancher:\n  debug: false\n  registry_auths: {hub: {password: one}}\n'
  const user = '#cloud-config\nrancher:\n  debug: true\n  registry_auths: {hub: {password: two}}\n'
  const { api, root, stop } = await modelAgent({ image, user, cmdline: 'rancher.debug=false' })
  t.teardown(stop)
  const { origins } = (await get(api, '/v1/config?key=rancher.debug')).json()
  t.same(
    origins.map(({ layer, place, value, taken }: Record<string, unknown>) => [layer, place, value, taken]),
    [
      ['kernel command line', '/proc/cmdline:1:1', false, false],
      ['cloud-config.yml', `${root}/var/lib/rancher/conf/cloud-config.yml:3:3`, true, false],
      ['os-config.yml', `${root}/usr/share/ros/os-config.yml:2:3`, false, false]
    ]
  )
  for (const key of ['rancher.registry_auths.hub.password', 'rancher.registry_auths', 'rancher']) {
    const answer = await get(api, `/v1/config?key=${key}`)
    t.notMatch(answer.body, /\b(one|two)\b/, key)
    t.match(answer.json().text, '(secret)', key)
  }
})

/** The path of every key of the schema that is secret, with a name where people choose one. */
function* secretPaths(shape: Shape, path: Path): Generator<Path> {
  if (shape.secret === true) yield shape.is === 'map' ? [...path, 'rsa'] : path
  else if (shape.is === 'map') {
    for (const [key, child] of Object.entries(shape.keys ?? {})) yield* secretPaths(child, [...path, key])
    if (shape.rest !== undefined) yield* secretPaths(shape.rest, [...path, 'some'])
  }
}

t.test('no answer tells a secret, but for the user document itself and the private export', async (t) => {
  const paths = [...secretPaths(shapeOfAll, [])]
  t.ok(paths.length > 8, `${paths.length} secrets`)
  const { api, store, edit, stop } = await modelAgent({ user: '#cloud-config\n' })
  t.teardown(stop)
  for (const path of paths) {
    const key = showPath(path)
    const list = spot(path)?.shape.is === 'list'
    const answers = [
      await send(api, 'PATCH', `/v1/config?key=${key}`, list ? '[S3CRET]' : 'S3CRET'),
      await send(api, 'PATCH', `/v1/config?key=${key}`, '{S3CRET: [S3CRET]}'),
      await send(api, 'PATCH', `/v1/config?key=${key}`, list ? '[S3CRET2]' : 'S3CRET2'),
      ...(await Promise.all(path.map((_, i) => get(api, `/v1/config?key=${showPath(path.slice(0, i + 1))}`))))
    ]
    for (const answer of answers) t.notMatch(answer.body, 'S3CRET', `${key}: ${answer.statusCode}`)
  }
  const { text } = (await get(api, '/v1/config?layer=user')).json()
  t.match(text, 'S3CRET2', 'the text an editor edits')
  const broken = `${text.replaceAll('S3CRET2', '{S3CRET: ')}`
  await edit(broken)
  await until(() => store.value.document.complaint !== '')
  const answers = [
    await get(api, '/v1/config'),
    await get(api, '/v1/config/export?full'),
    await get(api, '/v1/config/diff'),
    await get(api, '/v1/state'),
    await get(api, '/v1/events'),
    await get(api, '/v1/plan'),
    await send(api, 'POST', '/v1/config/validate', text),
    await send(api, 'POST', '/v1/config/validate', broken),
    await send(api, 'POST', '/v1/plan', broken),
    await send(api, 'PUT', '/v1/config', broken),
    await send(api, 'PATCH', '/v1/config', broken)
  ]
  for (const answer of answers) t.notMatch(answer.body, 'S3CRET', answer.raw.req.url ?? '')
})

t.test('what is not understood is refused as RFC 9457 has it', async (t) => {
  const { api, stop } = await modelAgent()
  t.teardown(stop)
  const cases: readonly (readonly ['GET' | 'POST' | 'PATCH', string, unknown, object, number, string, RegExp])[] = [
    ['GET', '/v1/nothing', undefined, {}, 404, 'ROS_API_NO_ROUTE', /there is no \/v1\/nothing/],
    ['POST', '/v1/state', undefined, {}, 405, 'ROS_API_NO_METHOD', /answers to GET, not to POST/],
    ['GET', '/v1/resources/sysctl/none', undefined, {}, 404, 'ROS_API_NO_RESOURCE', /asks for no sysctl\/none/],
    [
      'GET',
      '/v1/resources?kind=sysctls',
      undefined,
      {},
      404,
      'ROS_API_NO_RESOURCE',
      /no kind 'sysctls'; kinds: sysctl/
    ],
    [
      'GET',
      '/v1/events?sinc=1',
      undefined,
      {},
      400,
      'ROS_API_BAD_REQUEST',
      /unknown query parameter 'sinc', did you mean 'since'/
    ],
    ['GET', '/v1/events?since=x', undefined, {}, 400, 'ROS_API_BAD_REQUEST', /since is a whole number from 0, not 'x'/],
    ['GET', '/v1/wait-for?for=Ready', undefined, {}, 400, 'ROS_API_BAD_REQUEST', /is condition=TYPE, .*, not 'Ready'/],
    [
      'GET',
      '/v1/wait-for?for=condition=Raedy',
      undefined,
      {},
      400,
      'ROS_API_BAD_REQUEST',
      /no condition Raedy, did you mean Ready/
    ],
    ['GET', '/v1/wait-for?for=condition=Blocked', undefined, {}, 400, 'ROS_API_BAD_REQUEST', /no condition Blocked/],
    [
      'GET',
      '/v1/wait-for?for=delete=sysctls/x',
      undefined,
      {},
      400,
      'ROS_API_BAD_REQUEST',
      /'sysctls\/x' names no resource/
    ],
    ['POST', '/v1/pause', { seconds: 0 }, {}, 400, 'ROS_API_BAD_REQUEST', /seconds is a number above 0/],
    ['POST', '/v1/pause', { for: 1 }, {}, 400, 'ROS_API_BAD_REQUEST', /unknown key 'for', known: reason, seconds/],
    ['POST', '/v1/pause', { reason: 'a\nb' }, {}, 400, 'ROS_API_BAD_REQUEST', /one line/],
    ['POST', '/v1/adopt', { key: 'sysctl' }, {}, 400, 'ROS_API_BAD_REQUEST', /key is KIND\/NAME, not "sysctl"/],
    ['POST', '/v1/adopt', { key: 'sysctl/no.such' }, {}, 409, 'ROS_API_NOT_ADOPTED', /has no parameter no.such/],
    ['POST', '/v1/adopt', { key: 'image/x' }, {}, 409, 'ROS_API_NOT_ADOPTED', /no kind 'image'; kinds: sysctl/],
    ['GET', '/v1/events?from=noon', undefined, {}, 400, 'ROS_API_BAD_REQUEST', /from is a time like .*, not 'noon'/],
    ['GET', '/v1/events?since=99', undefined, {}, 410, 'ROS_API_EVENTS_GONE', /no event 99 yet, the newest is \d+/],
    ['GET', '/v1/events?since=1&since=2', undefined, {}, 400, 'ROS_API_BAD_REQUEST', /more than once/],
    ['GET', '/v1/events?follow=maybe', undefined, {}, 400, 'ROS_API_BAD_REQUEST', /true or false/],
    ['GET', '/v1/state?x=1', undefined, {}, 400, 'ROS_API_BAD_REQUEST', /this route has none/],
    ['POST', '/v1/reconcile?wait=99999', undefined, {}, 400, 'ROS_API_BAD_REQUEST', /from 0 to 3600/],
    ['POST', '/v1/power', '{', { 'content-type': 'application/json' }, 400, 'ROS_API_BAD_REQUEST', /./],
    [
      'POST',
      '/v1/power',
      'x',
      { 'content-type': 'application/yaml' },
      415,
      'ROS_API_MEDIA_TYPE',
      /reads application\/json, not application\/yaml/
    ],
    ['POST', '/v1/power', 'x', { 'content-type': 'image/png' }, 415, 'ROS_API_MEDIA_TYPE', /./],
    [
      'POST',
      '/v1/power',
      '{"__proto__":{"action":"reboot"}}',
      { 'content-type': 'application/json' },
      400,
      'ROS_API_BAD_REQUEST',
      /./
    ],
    [
      'PATCH',
      '/v1/config?key=a',
      {},
      { 'content-type': 'application/merge-patch+json' },
      400,
      'ROS_API_BAD_REQUEST',
      /key goes with/
    ],
    ['PATCH', '/v1/config', 'x'.repeat(3_000_000), {}, 413, 'ROS_API_TOO_LARGE', /./]
  ]
  for (const [method, url, body, headers, status, code, detail] of cases) {
    const answer = await send(api, method, url, body, headers)
    t.equal(answer.statusCode, status, url)
    t.match(answer.headers['content-type'], /^application\/problem\+json/, url)
    const problem = answer.json()
    t.match(problem, { status, code, detail, title: /./, type: /^tag:rosd,2026:/ }, url)
  }
})

t.test('the OpenAPI document names every route, and every route is in it', async (t) => {
  const { api, stop } = await modelAgent()
  t.teardown(stop)
  const answer = await get(api, '/v1/openapi.json')
  const { openapi, paths, components } = answer.json()
  t.equal(openapi, '3.1.0')
  const documented = Object.entries(paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map(
      (method) => `${method.toUpperCase()} ${path.replace('{kind}/{name}', ':kind/*').replaceAll(/\{(\w+)\}/g, ':$1')}`
    )
  )
  const registered = routes.map(({ method, path }) => `${method} ${path}`)
  t.same(documented.toSorted(), registered.toSorted())
  t.ok(registered.length > 20)
  for (const { method, path } of routes) t.ok(api.hasRoute({ method, url: path }), `${method} ${path} is registered`)
  const names = [...answer.body.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name)
  t.same(
    [...new Set(names)].filter((name) => components.schemas[String(name)] === undefined),
    [],
    'no reference leads nowhere'
  )
  t.same(
    Object.keys(components.schemas).filter((name) => !names.includes(name)),
    [],
    'no schema is idle'
  )
})

t.test('what can be asked for by name is listed, and repositories are asked again', async (t) => {
  const { api, root, stop } = await modelAgent({
    user: '#cloud-config\nrancher: {services_include: {web: false}, repositories: {here: {url: /srv/here}}}\n'
  })
  t.teardown(stop)
  const catalogue = {
    items: [{ section: 'services', name: 'web', enabled: false, repository: null, pinned: null, newer: false }],
    repositories: [{ name: 'here', url: '/srv/here', at: null, error: 'there is no /srv/here/index.yml' }]
  }
  t.same((await get(api, '/v1/catalogue')).json(), catalogue)
  t.same((await send(api, 'POST', '/v1/catalogue/refresh')).json(), catalogue)
  const pin = async (body: unknown, query = '') => (await send(api, 'POST', `/v1/catalogue/pin${query}`, body)).json()
  t.equal((await pin({ section: 'services', names: ['web'] })).code, 'ROS_API_NO_SERVICE')
  for (const wrong of [
    {},
    { section: 'x', names: ['web'] },
    { section: 'services', names: [] },
    { section: 'consoles', names: ['a', 'b'] }
  ])
    t.equal((await pin(wrong)).code, 'ROS_API_BAD_REQUEST')
  await mkdir(join(root, 'srv/here/w'), { recursive: true })
  await writeFile(join(root, 'srv/here/index.yml'), 'services: [web]\n')
  await writeFile(join(root, 'srv/here/w/web.yml'), 'web: {image: nginx}\n')
  t.match(await pin({ section: 'services', names: ['web'] }, '?wait=5'), {
    items: [{ name: 'web', from: 'here /srv/here/w/web.yml', before: null, kept: '' }],
    changes: [],
    settled: true
  })
})

t.test('a service is described, made, taken down, signalled, removed and pulled', async (t) => {
  const { api, done, settled, stop } = await modelAgent({
    user: '#cloud-config\nrancher: {services: {web: {image: nginx}}}\n'
  })
  t.teardown(stop)
  await settled()
  t.match((await get(api, '/v1/services/web')).json(), { name: 'web', definition: { image: 'nginx' }, needs: [] })
  t.equal((await get(api, '/v1/services/nope')).json().code, 'ROS_API_NO_SERVICE')
  for (const path of ['create', 'recreate?timeout=2', 'down', 'kill?signal=HUP', 'remove?force=true'])
    t.match((await send(api, 'POST', `/v1/services/web/${path}`)).json(), { name: 'web' }, path)
  t.same(done, ['create web', 'recreate web 2', 'down web 10', 'kill web HUP', 'remove web by force'])
  t.match((await send(api, 'POST', '/v1/services/web/pull')).json(), { image: 'nginx', before: /1111/, after: /2222/ })
  t.equal((await send(api, 'POST', '/v1/services/nope/pull')).statusCode, 404)
})

t.test('generations are listed, shown and compared; a plan that is not the one is refused', async (t) => {
  const { api, settled, stop } = await modelAgent({ user: swappiness })
  t.teardown(stop)
  await settled()
  t.match((await send(api, 'POST', '/v1/apply?wait=5', swappiness.replace('10', '20'))).json(), {
    generation: 2,
    settled: true
  })
  t.equal((await send(api, 'POST', '/v1/apply?plan=00000000', swappiness)).json().code, 'ROS_API_OTHER_PLAN')
  t.match((await send(api, 'POST', '/v1/undo?confirm=60&wait=5')).json(), { generation: 3, to: 1 })
  t.match((await get(api, '/v1/status')).json().confirm, { generation: 3, back: 2, inForce: true })
  t.equal((await send(api, 'POST', '/v1/confirm')).json().code, 'ROS_API_NOT_CONFIRMED')
  t.equal((await get(api, '/v1/history')).json().items.length, 3)
  t.match((await get(api, '/v1/history/2')).json(), { generation: 2, files: [{ name: 'cloud-config.yml' }] })
  t.match((await get(api, '/v1/history/diff?from=2')).json(), { from: 2, to: 3, changes: [{ op: 'replace' }] })
})

t.test('every answer above was what the OpenAPI document says', (t) => {
  t.same(strays, [])
  t.end()
})

t.test('consoles are listed, switched to and enabled', async (t) => {
  const image = 'rancher: {services: {console: {image: rosd/console:1, labels: {io.rancher.os.scope: system}}}}'
  const { api, stop } = await modelAgent({ image })
  t.teardown(stop)
  t.same((await get(api, '/v1/consoles')).json(), {
    items: [
      { name: 'alpine', state: 'disabled' },
      { name: 'debian', state: 'disabled' },
      { name: 'default', state: 'current' }
    ]
  })
  for (const word of ['switch', 'enable']) {
    const made = await send(api, 'POST', `/v1/consoles/${word}?name=${word === 'switch' ? 'alpine' : 'debian'}`)
    t.match(made.json(), { changes: [{ path: 'rancher.console' }], trial: null })
    const none = await send(api, 'POST', `/v1/consoles/${word}?name=plan9`)
    t.match([none.statusCode, none.json().code], [404, 'ROS_API_NO_CONSOLE'])
  }
})

t.test('every route that ends was asked for something above', (t) => {
  const endless = ['GET /v1/progress']
  const all = routes.map(({ method, path }) => `${method} ${path}`).filter((route) => !endless.includes(route))
  t.same(
    all.filter((route) => !asked.has(route)),
    []
  )
  t.end()
})
