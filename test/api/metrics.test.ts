import { createServer } from 'node:net'
import { existsSync, readFileSync } from 'node:fs'
import { request as ask } from 'node:http'
import { join } from 'node:path'
import t from 'tap'
import { createEvents } from '../../src/agent/events.ts'
import { createStore } from '../../src/agent/store.ts'
import { createMetricsServer } from '../../src/api/metrics-server.ts'
import { until } from '../support/loop.ts'
import { parseExposition } from '../support/exposition.ts'
import { modelAgent } from './support/agent.ts'

const user = '#cloud-config\nrancher: {sysctl: {vm.swappiness: 10, no.such: broken}}\n'

t.test('a scrape tells what was done and how all stands', async (t) => {
  const { api, store, machine, agent, stop } = await modelAgent({ user })
  t.teardown(stop)
  await until(() => store.value.phase === 'Degraded')
  machine.set('vm.swappiness', '99')
  agent.loop.tick()
  await until(() => machine.get('vm.swappiness') === '10')
  const answer = await api.inject('/metrics')
  t.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
  const families = parseExposition(answer.body)
  const value = (name: string, labels: object = {}, series = name) =>
    families
      .get(name)
      ?.samples.find((one) => one.name === series && JSON.stringify(one.labels) === JSON.stringify(labels))?.value
  t.equal(value('rosd_build_info', { version: '1.2.3' }), 1)
  t.equal(value('rosd_actions_total', { kind: 'sysctl', verb: 'update', outcome: 'done' }), 2)
  t.ok(Number(value('rosd_actions_total', { kind: 'sysctl', verb: 'create', outcome: 'failed' })) >= 1)
  t.ok(Number(value('rosd_passes_total', { actions: 'some' })) >= 2)
  t.ok(Number(value('rosd_pass_duration_seconds', {}, 'rosd_pass_duration_seconds_count')) >= 3)
  t.equal(value('rosd_events_total', { type: 'Warning', reason: 'Drifted' }), 1)
  t.equal(value('rosd_resources', { kind: 'sysctl' }), 2)
  t.equal(value('rosd_resource_conditions', { kind: 'sysctl', condition: 'Degraded', status: 'True' }), 1)
  t.equal(value('rosd_machine_condition', { condition: 'Degraded', status: 'True' }), 1)
  t.equal(value('rosd_machine_condition', { condition: 'Degraded', status: 'False' }), 0)
  t.equal(value('rosd_document_generation'), 1)
  t.ok(Number(value('process_resident_memory_bytes')) > 1e6)
  t.ok(Math.abs(Number(value('process_start_time_seconds')) - (Date.now() / 1000 - process.uptime())) < 5)
  t.ok(Number(value('process_open_fds')) > 3)
  const counted = (pattern: RegExp) => [...families.keys()].filter((name) => pattern.test(name)).length
  t.equal(counted(/^(rosd|process|nodejs)_/), families.size)
})

t.test('every figure the dashboard asks for is in a scrape', async (t) => {
  const { api, stop } = await modelAgent({ user })
  t.teardown(stop)
  const names = new Set<string>()
  const scrape = async () => {
    for (const family of parseExposition((await api.inject('/metrics')).body).values())
      for (const { name } of family.samples) names.add(name)
    return names.has('rosd_actions_total')
  }
  await until(scrape)
  const path = join(import.meta.dirname, '../../examples/grafana-dashboard.json')
  t.ok(existsSync(path))
  const dashboard = JSON.parse(readFileSync(path, 'utf8'))
  const targets = dashboard.panels.flatMap((panel: { targets?: { expr: string }[] }) => panel.targets ?? [])
  const queried = new Set<string>()
  for (const { expr } of targets) for (const [name] of expr.matchAll(/\b(rosd|process|nodejs)_\w+/g)) queried.add(name)
  t.ok(queried.size > 12, `${queried.size} figures`)
  // Nothing has drifted here.
  names.add('rosd_drift_repairs_total')
  t.same(
    [...queried].filter((name) => !names.has(name)),
    []
  )
})

function get(port: number, path: string, method = 'GET'): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = ask({ host: '127.0.0.1', port, path, method, agent: false }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part) => parts.push(part))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts).toString() }))
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}

/** A port that is free, and a server that holds it until it is closed. */
async function taken() {
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
  const address = holder.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { port, free: () => new Promise((resolve) => holder.close(resolve)) }
}

function served() {
  const store = createStore()
  const events = createEvents(() => '')
  const server = createMetricsServer({ text: async () => 'figures\n', store, events, again: 20 })
  const told = () => events.since(0).map(({ reason, message }) => `${reason} ${message}`)
  return { store, server, told }
}

t.test('over TCP there are figures and nothing else', async (t) => {
  const { port, free } = await taken()
  await free()
  const { server, store } = served()
  t.teardown(() => server.close())
  await server.listen(`127.0.0.1:${port}`)
  t.same(store.value.metrics, { listen: `127.0.0.1:${port}`, error: null })
  t.same(await get(port, '/metrics?x=1'), { status: 200, body: 'figures\n' })
  t.same(await get(port, '/metrics', 'HEAD'), { status: 200, body: '' })
  for (const path of ['/', '/v1/state', '/v1/config', '/metrics/x']) t.equal((await get(port, path)).status, 404, path)
  for (const method of ['POST', 'PUT', 'DELETE']) t.equal((await get(port, '/metrics', method)).status, 405, method)
  await server.listen('')
  t.equal(store.value.metrics, null)
  await t.rejects(get(port, '/metrics'), { code: 'ECONNREFUSED' })
})

t.test('a change of the address moves it', async (t) => {
  const [one, two] = [await taken(), await taken()]
  await Promise.all([one.free(), two.free()])
  const { server } = served()
  t.teardown(() => server.close())
  await server.listen(`127.0.0.1:${one.port}`)
  await server.listen(`127.0.0.1:${two.port}`)
  t.equal((await get(two.port, '/metrics')).status, 200)
  await t.rejects(get(one.port, '/metrics'), { code: 'ECONNREFUSED' })
})

t.test('a port in use is told once, and taken when it is free', async (t) => {
  const { port, free } = await taken()
  const { server, store, told } = served()
  t.teardown(() => server.close())
  await server.listen(`127.0.0.1:${port}`)
  const condition = () => store.value.conditions.find(({ type }) => type === 'MetricsServed')
  t.match(condition(), { status: 'False', message: `127.0.0.1:${port}: somebody else listens there` })
  await free()
  await until(() => store.value.metrics?.error === null)
  t.match(condition(), { status: 'True' })
  t.same(told(), [
    `MetricsNotServed 127.0.0.1:${port}: somebody else listens there`,
    `MetricsServed http://127.0.0.1:${port}/metrics`
  ])
  t.equal((await get(port, '/metrics')).status, 200)
})

t.test('an address the machine has not got is told', async (t) => {
  const { server, store } = served()
  t.teardown(() => server.close())
  await server.listen('192.0.2.1:9100')
  t.match(store.value.metrics, { error: 'the machine has no such address' })
})
