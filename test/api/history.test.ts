// Generations over the API: kept, compared, applied, undone, on trial. A whole agent on a model machine.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Summary } from '../../src/agent/history.ts'
import type { Change } from '../../src/api/changes.ts'
import type { RefusalBody } from '../../src/api/refusal.ts'
import type { Applied, GenerationView, PlanView, StatusView } from '../../src/api/view.ts'
import type { OperatorPath } from '../../src/core/operator-path.ts'
import { until } from '../support/loop.ts'
import { modelAgent, type ModelAgentOptions } from './support/agent.ts'

const CONF = 'var/lib/rancher/conf'
const sysctl = (value: number, more = '') => `#cloud-config\nrancher:\n  sysctl:\n    vm.swappiness: ${value}\n${more}`

/** A listening agent, requests over connections of their own. */
async function agent(t: Test, options: ModelAgentOptions = {}) {
  const model = await modelAgent({ user: sysctl(10), ...options })
  t.teardown(() => model.stop())
  await model.listen()
  await model.settled()
  const ask = <T>(method: string, path: string, body?: string, more: Readonly<Record<string, string>> = {}) =>
    new Promise<{ readonly status: number; readonly body: T }>((resolve, reject) => {
      const type = body === undefined ? {} : { 'content-type': 'application/yaml' }
      const outgoing = request(
        { socketPath: model.socket, method, path, agent: false, headers: { ...type, ...more } },
        (answer) => {
          let text = ''
          answer.setEncoding('utf8').on('data', (part: string) => (text += part))
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) as T }))
        }
      )
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  const history = async () => (await ask<{ readonly items: readonly Summary[] }>('GET', '/v1/history')).body.items
  const outcome = async (generation: number) =>
    (await history()).find((one) => one.generation === generation)?.outcome ?? { is: 'open' }
  const value = () => model.machine.get('vm.swappiness')
  const becomes = (want: string) => until(() => value() === want, 5_000, `vm.swappiness ${want}`)
  return { ...model, ask, history, outcome, value, becomes }
}

t.test('every generation is kept: who brought it, what it changed, its plan and what became of it', async (t) => {
  const { ask, history, edit, settled, outcome, becomes } = await agent(t)
  await ask('PATCH', '/v1/config?key=rancher.sysctl.vm.swappiness&wait=5', '20')
  const said = { user: 'ann', tty: 'pts/0', from: '10.0.2.2', words: 'ros config set rancher.sysctl.vm.swappiness' }
  const caller = { 'ros-caller': encodeURIComponent(JSON.stringify(said)) }
  await ask('PATCH', '/v1/config?key=rancher.sysctl.vm.swappiness&wait=5', '30', caller)
  await edit(sysctl(40, '    kernel.sysrq: broken\n'))
  await becomes('40')
  await until(async () => (await outcome(4)).is === 'failed')
  await edit(sysctl(50))
  await becomes('50')
  await settled()
  await until(async () => (await outcome(5)).is === 'settled')
  t.strictSame(
    (await history()).map(({ generation, by, changed, outcome: { is } }) => [generation, by.who, changed, is]),
    [
      [1, '', [], 'settled'],
      [2, 'PATCH /v1/config', ['~ rancher.sysctl.vm.swappiness'], 'settled'],
      [
        3,
        'ann on pts/0 from 10.0.2.2: ros config set rancher.sysctl.vm.swappiness',
        ['~ rancher.sysctl.vm.swappiness'],
        'settled'
      ],
      [4, 'cloud-config.yml', ['~ rancher.sysctl.vm.swappiness', '+ rancher.sysctl.kernel.sysrq'], 'failed'],
      [5, 'cloud-config.yml', ['~ rancher.sysctl.vm.swappiness', '- rancher.sysctl.kernel.sysrq'], 'settled']
    ]
  )
  const { body: second } = await ask<GenerationView>('GET', '/v1/history/2')
  t.match(second, {
    plan: { actions: [{ id: 'update sysctl/vm.swappiness', why: '10 -> 20' }] },
    changes: [{ op: 'replace', path: 'rancher.sysctl.vm.swappiness', from: '10', to: '20' }],
    files: [{ name: 'cloud-config.yml', text: sysctl(20) }]
  })
  const { body: failed } = await ask<GenerationView>('GET', '/v1/history/4')
  t.strictSame(failed.unwell, ['sysctl/kernel.sysrq'])
  const { body: difference } = await ask<{ readonly changes: readonly Change[] }>('GET', '/v1/history/diff?from=2&to=5')
  t.match(difference.changes, [{ op: 'replace', path: 'rancher.sysctl.vm.swappiness', from: '20', to: '50' }])
  t.equal(difference.changes.length, 1)
  t.match(await ask('GET', '/v1/history/9'), { status: 404, body: { code: 'ROS_API_NO_GENERATION' } })
  t.match(await ask('GET', '/v1/history/diff'), { status: 400 })
})

t.test('a program that says nothing of itself, or nonsense, is named by the kernel', async (t) => {
  const { ask, history } = await agent(t, {
    peer: () => ({ pid: 7, name: 'curl', session: null, from: '10.0.0.9', to: '' })
  })
  const headers = [{}, { 'ros-caller': 'no json' }, { 'ros-caller': encodeURIComponent('{"user":7,"words":"a\\nb"}') }]
  for (const [at, more] of headers.entries())
    await ask('PATCH', '/v1/config?key=rancher.sysctl.vm.swappiness&wait=5', String(20 + at), more)
  t.strictSame(
    (await history()).slice(1).map(({ by }) => by.who),
    [
      'curl (pid 7) from 10.0.0.9: PATCH /v1/config',
      'curl (pid 7) from 10.0.0.9: PATCH /v1/config',
      'from 10.0.0.9: a b'
    ]
  )
})

t.test('a comment alone is no generation, and an undo has it still', async (t) => {
  const { ask, history, edit, userText, becomes, store } = await agent(t)
  const commented = sysctl(10).replace('rancher', '# mine\nrancher')
  await edit(commented)
  await until(async () => (await ask<GenerationView>('GET', '/v1/history/1')).body.files[0]?.text === commented)
  await edit(sysctl(20))
  await becomes('20')
  t.equal((await history()).length, 2)
  await ask('POST', '/v1/undo?wait=5')
  t.equal(await userText(), commented)
  t.equal(store.value.generation, 3)
})

t.test('undoing twice goes back two, and a number goes forward again', async (t) => {
  const { ask, edit, becomes, history, value } = await agent(t)
  for (const next of [20, 30]) {
    await edit(sysctl(next))
    await becomes(String(next))
  }
  t.match((await ask<Applied>('POST', '/v1/undo?wait=5')).body, { generation: 4, to: 2, settled: true })
  t.equal(value(), '20')
  t.match((await ask<Applied>('POST', '/v1/undo?wait=5')).body, { generation: 5, to: 1, settled: true })
  t.equal(value(), '10')
  t.match(await ask('POST', '/v1/undo'), {
    status: 404,
    body: { code: 'ROS_API_NO_GENERATION', detail: /^there is no generation before 1 to go back to/ }
  })
  t.match((await ask<Applied>('POST', '/v1/undo?generation=3&wait=5')).body, { generation: 6, to: 3 })
  t.equal(value(), '30')
  t.strictSame(
    (await history()).map(({ by, repeats }) => [by.how, by.why, repeats]),
    [
      ['boot', '', undefined],
      ['file', '', undefined],
      ['file', '', undefined],
      ['undo', 'undo to 2', 2],
      ['undo', 'undo to 1', 1],
      ['undo', 'undo to 3', 3]
    ]
  )
})

t.test('an undo takes cloud-config.d along, and loses nothing that was refused', async (t) => {
  const { ask, root, edit, becomes, store, userText } = await agent(t)
  const extra = join(root, CONF, 'cloud-config.d/10-more.yml')
  await ask('PATCH', '/v1/config?key=rancher.sysctl.vm.swappiness&wait=5', '20')
  await mkdir(join(root, CONF, 'cloud-config.d'), { recursive: true })
  await writeFile(extra, '#cloud-config\nrancher:\n  sysctl:\n    kernel.sysrq: 1\n')
  await edit(sysctl(30))
  await becomes('30')
  const refused = `${sysctl(40)}wrong: 1\n`
  await edit(refused)
  await until(() => store.value.document.complaint !== '')
  await ask('POST', '/v1/undo?wait=5')
  t.equal(await userText(), sysctl(20))
  t.strictSame(await readdir(join(root, CONF, 'cloud-config.d')), [])
  const [kept = ''] = (await readdir(join(root, CONF))).filter((name) => name.includes('.refused-'))
  t.match(kept, /^cloud-config\.yml\.refused-[0-9a-f]{8}$/)
  t.equal(await readFile(join(root, CONF, kept), 'utf8'), refused)
  t.equal(store.value.document.complaint, '')
  await ask('POST', '/v1/undo?generation=3&wait=5')
  t.equal(await readFile(extra, 'utf8'), '#cloud-config\nrancher:\n  sysctl:\n    kernel.sysrq: 1\n')
})

t.test('exactly the plan that was shown is applied, or nothing', async (t) => {
  const { ask, machine, userText, value, becomes } = await agent(t)
  const { body: plan } = await ask<PlanView>('POST', '/v1/plan', sysctl(20))
  machine.set('vm.swappiness', '55')
  const other = await ask<RefusalBody>('POST', `/v1/apply?plan=${plan.hash}`, sysctl(20))
  t.match(other, {
    status: 409,
    body: { code: 'ROS_API_OTHER_PLAN', plan: { actions: [{ why: '55 -> 20' }] } }
  })
  t.equal(await userText(), sysctl(10), 'nothing was written')
  await becomes('10')
  t.match(
    await ask('POST', `/v1/apply?plan=${plan.hash.slice(0, 8)}&wait=5`, sysctl(20)),
    { status: 200, body: { generation: 2, settled: true } },
    'the agent has repaired it, so the plan is true again'
  )
  t.equal(await userText(), sysctl(20))
  t.equal(value(), '20')
  t.match(await ask('POST', '/v1/apply?plan=12345', sysctl(20)), { status: 400 }, 'too short to name a plan')
  t.match(await ask('POST', '/v1/apply', 'wrong: 1\n'), { status: 422, body: { code: 'ROS_API_INVALID_DOCUMENT' } })
})

const access = (seconds: number) => sysctl(10, `    net.ipv4.ip_forward: 1\n  agent:\n    confirm: ${seconds}\n`)
const sysctls = { 'vm.swappiness': '60', 'net.ipv4.ip_forward': '0' }

t.test('a change of the way to the machine waits for a command over a fresh connection', async (t) => {
  let now = 1_000
  let session: number | null = null
  const peer = () => ({ pid: 7, name: 'ros', session, from: '', to: '' })
  const { ask, edit, machine, store, outcome, events } = await agent(t, { uptime: () => now, sysctls, peer }).then(
    (model) => ({ ...model, events: () => model.agent.events.since(0).map(({ reason }) => reason) })
  )
  await edit(access(120))
  await until(() => store.value.confirm?.since === 1_000)
  t.match((await ask<StatusView>('GET', '/v1/status')).body, {
    confirm: { generation: 2, back: 1, inForce: true },
    conditions: [...Array(6).fill({}), { type: 'ConfirmPending', status: 'True' }]
  })
  t.match(await ask('POST', '/v1/confirm'), {
    status: 409,
    body: { code: 'ROS_API_NOT_CONFIRMED', detail: /^this connection/ }
  })
  now = 5_000
  session = 900
  t.match(await ask('POST', '/v1/confirm'), {
    status: 409,
    body: { code: 'ROS_API_NOT_CONFIRMED', detail: /^this ssh session/ }
  })
  await ask('PATCH', '/v1/config?key=rancher.sysctl.vm.swappiness&wait=5', '20')
  t.match(store.value.confirm, { generation: 3, back: 1 }, 'a change from the old session confirms nothing')
  session = 4_000
  await ask('GET', '/v1/state')
  await ask('POST', '/v1/plan', sysctl(30))
  await ask('POST', '/v1/config/validate', sysctl(30))
  await ask('POST', '/v1/reconcile')
  t.not(store.value.confirm, null, 'what only looks confirms nothing')
  t.match(await ask('POST', '/v1/confirm'), { status: 200, body: { generation: 3 } })
  t.equal(store.value.confirm, null)
  t.match(await ask('POST', '/v1/confirm'), { status: 409, body: { code: 'ROS_API_NOTHING_TO_CONFIRM' } })
  t.equal(machine.get('net.ipv4.ip_forward'), '1')
  t.equal((await outcome(2)).is, 'settled')
  t.strictSame(
    events().filter((reason) => /Confirm|Roll/.test(reason)),
    ['ConfirmPending', 'ConfirmPending', 'Confirmed']
  )
})

const PATH: OperatorPath = {
  client: '192.0.2.7',
  links: [{ name: 'eth0', mac: '', kind: '' }],
  via: '10.0.0.1',
  to: 'default'
}

t.test('what touches the path its author came by waits by itself', async (t) => {
  let session: number | null = 500
  const peer = () => ({ pid: 7, name: 'ros', session, from: '192.0.2.7', to: '' })
  const { ask, store, edit, userText } = await agent(t, { uptime: () => 1_000, sysctls, peer, path: PATH })
  const forward = (more = '') => ask<Applied>('PATCH', `/v1/config?key=rancher.sysctl.net%2Fx&wait=5${more}`, '1')
  t.match((await ask<Applied>('PATCH', '/v1/config?key=rancher.sysctl.vm%2Fx&wait=5', '1')).body, { trial: null })
  t.equal(store.value.confirm, null, 'another parameter')
  t.match((await forward('&confirm=0')).body, { trial: null })
  t.equal(store.value.confirm, null, 'it was said that it need not')
  await ask('DELETE', '/v1/config?key=rancher.sysctl.net%2Fx&confirm=0&wait=5')
  const { generation } = store.value
  t.strictSame((await forward()).body.trial, { seconds: 120, back: generation, path: PATH })
  t.match(store.value.confirm, { generation: generation + 1, back: generation, seconds: 120 })
  t.match((await ask<Applied>('POST', '/v1/undo?wait=5')).body, { trial: null }, 'back to where it would go')
  t.equal(store.value.confirm, null)
  const text = `${await userText()}    net/x: 1\n`
  t.match((await ask<Applied>('POST', '/v1/apply?wait=5', text)).body.trial, { seconds: 120, path: PATH })
  await ask('POST', '/v1/undo?wait=5')
  session = null
  t.equal((await forward()).body.trial, null, 'at the console')
  t.equal(store.value.confirm, null)
  await edit(sysctl(10))
  await until(() => store.value.generation > generation + 5)
  t.equal(store.value.confirm, null, 'a file edited by hand')
})

t.test('another change over a fresh connection confirms, too', async (t) => {
  let now = 1_000
  const { ask, edit, store } = await agent(t, { uptime: () => now, sysctls })
  await edit(access(120))
  await until(() => store.value.confirm?.since === 1_000)
  now = 2_000
  await ask('PATCH', '/v1/config?key=rancher.sysctl.vm.swappiness&wait=5', '20')
  t.equal(store.value.confirm, null)
})

t.test('what nobody confirms is taken back, to where it was before the first change', async (t) => {
  let now = 1_000
  const { ask, edit, machine, store, outcome, userText, history } = await agent(t, { uptime: () => now, sysctls })
  await edit(access(120))
  await until(() => store.value.confirm?.since === 1_000)
  await edit(access(120).replace('forward: 1', 'forward: 2'))
  await until(() => machine.get('net.ipv4.ip_forward') === '2' && store.value.settled)
  t.match(store.value.confirm, { generation: 3, back: 1 })
  now = 200_000
  await ask('POST', '/v1/reconcile?wait=5')
  await until(() => machine.get('net.ipv4.ip_forward') === '0', 5_000, 'the value of before')
  await until(async () => (await outcome(3)).is === 'rolled back')
  t.equal(await userText(), sysctl(10))
  t.strictSame(
    (await history()).map(({ generation, by, outcome: one }) => [generation, by.how, by.why, one.is]).slice(1),
    [
      [2, 'file', '', 'rolled back'],
      [3, 'file', '', 'rolled back'],
      [4, 'rollback', 'not confirmed within 120 s', 'settled']
    ]
  )
  t.equal(store.value.confirm, null)
  const { body } = await ask<GenerationView>('GET', '/v1/history/3')
  t.match(body.files[0]?.text, 'forward: 2', 'what was written is not lost')
})

t.test('--confirm makes any change wait, and 0 none', async (t) => {
  const { ask, store } = await agent(t, { uptime: () => 1_000, sysctls })
  await ask('POST', '/v1/apply?confirm=60&wait=5', sysctl(20))
  t.match(store.value.confirm, { generation: 2, back: 1, seconds: 60 })
  await ask('POST', '/v1/undo?wait=5')
  t.equal(store.value.confirm, null, 'going back to where it would go ends it')
  await ask('POST', '/v1/apply?confirm=0&wait=5', access(120))
  t.equal(store.value.confirm, null)
})

t.test('a generation that does not become Ready in time is rolled back, once', async (t) => {
  let now = 1_000
  const { edit, ask, store, outcome, value, becomes, history } = await agent(t, { uptime: () => now })
  const proving = (value: number, more = '') => sysctl(value, `${more}  agent:\n    rollback: 30\n`)
  await edit(proving(20, '    kernel.sysrq: broken\n'))
  await becomes('20')
  await until(() => store.value.phase === 'Degraded')
  now = 40_000
  await ask('POST', '/v1/reconcile')
  await becomes('10')
  await until(async () => (await outcome(2)).is === 'rolled back')
  t.match(await outcome(2), { message: /^not Ready within 30 s: sysctl\/kernel\.sysrq: the kernel takes no 'broken'/ })
  await edit(sysctl(25, '    kernel.sysrq: broken\n'))
  await becomes('25')
  await until(() => store.value.phase === 'Degraded')
  await edit(proving(30, '    kernel.sysrq: broken\n'))
  await becomes('30')
  now = 100_000
  await ask('POST', '/v1/reconcile')
  await until(async () => (await outcome(5)).is === 'failed')
  t.equal(value(), '30', 'the generation before fails the same way: nothing is won by it')
  await edit(proving(35))
  await becomes('35')
  await until(async () => (await outcome(6)).is === 'settled')
  now = 200_000
  await ask('POST', '/v1/reconcile?wait=5')
  t.equal(value(), '35', 'what became Ready stays')
  t.equal((await history()).length, 6)
})
