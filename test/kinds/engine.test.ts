import t from 'tap'
import { engineFlags } from '../../src/core/engine-flags.ts'
import { engine } from '../../src/kinds/engine.ts'
import type { Host } from '../../src/host/ports.ts'
import { desiredOf } from '../support/desired.ts'

const system_docker = { log_driver: 'local', environment: ['HTTP_PROXY=http://p:1', 'EMPTY'] }
const [want] = [...engine.want(desiredOf({ rancher: { system_docker } }))]
if (want === undefined) throw new Error('System Docker is always wanted')
const environment = ['PATH=/usr/bin', 'HTTP_PROXY=http://p:1', 'EMPTY=']
const seen = { pid: 1, argv: want.spec.argv, environment, version: '26', hung: false }

t.test('what is done about System Docker', async (t) => {
  t.match(engine.judge(want, null, null), { verb: 'create', why: 'not running' })
  t.equal(engine.judge(want, seen, null), null)
  t.equal(engine.judge(want, { ...seen, version: '' }, null), null, 'one that does not answer yet is left alone')
  t.equal(engine.ready?.(want, { ...seen, version: '' }), 'it does not answer yet')
  t.match(engine.judge(want, { ...seen, version: '', hung: true }, null), {
    verb: 'replace',
    why: /has not answered for 60 s/
  })
  t.match(engine.judge(want, { ...seen, argv: ['dockerd', '--log-driver=json-file'] }, null), {
    verb: 'update',
    why: /^flags --.*\+--log-driver=local/
  })
})

t.test('another environment is another start; what it has of the agent is not ours', async (t) => {
  const before = { ...want.spec, environment: ['HTTP_PROXY=http://p:1', 'OLD=1'] }
  const owned = { key: want.key, spec: before, before: null, needs: [] }
  for (const [has, was, verdict] of [
    [environment, null, null],
    [environment, owned, null],
    [[...environment, 'OLD=1'], owned, { verb: 'update', why: 'environment: OLD' }],
    [[...environment, 'OLD=2'], owned, null],
    [['HTTP_PROXY=http://secret@q:1', 'EMPTY='], owned, { verb: 'update', why: 'environment: HTTP_PROXY' }]
  ] as const)
    t.same(engine.judge(want, { ...seen, environment: has }, was), verdict, has.join(' '))
  t.notMatch(JSON.stringify(engine.show?.(seen)), /http/, 'a proxy may carry a password')
})

t.test('proxies of the document reach System Docker, what its own environment says counts more', async (t) => {
  const environment = { http_proxy: 'http://u:pw@p:1', HTTP_PROXY: 'http://u:pw@p:1', NO_PROXY: '.lan', OTHER: 'x' }
  const of = (own: readonly string[]) => {
    const [one] = [...engine.want(desiredOf({ rancher: { environment, system_docker: { environment: own } } }))]
    return one?.spec.environment
  }
  t.same(of([]), ['http_proxy=http://u:pw@p:1', 'HTTP_PROXY=http://u:pw@p:1', 'NO_PROXY=.lan'])
  t.same(of(['https_proxy=http://q:1', 'http_proxy=']), ['NO_PROXY=.lan', 'https_proxy=http://q:1', 'http_proxy='])
  const [one] = [...engine.want(desiredOf({ rancher: { environment } }))]
  if (one === undefined) throw new Error('System Docker is always wanted')
  const has = { ...seen, argv: one.spec.argv, environment: ['PATH=/usr/bin'] }
  const verdict = engine.judge(one, has, null)
  t.same(verdict, { verb: 'update', why: 'environment: http_proxy, HTTP_PROXY, NO_PROXY' }, 'it starts anew')
  const action = { key: one.key, from: has, to: one.spec, owned: null } as unknown as Parameters<typeof engine.act>[1]
  t.notMatch(JSON.stringify(engine.fields?.(action)), /pw/, 'passwords are not shown')
  const gone = { ...has, environment: ['PATH=/usr/bin', ...(of([]) ?? [])] }
  const [without] = [...engine.want(desiredOf({}))]
  const owned = { key: one.key, spec: one.spec, before: null, needs: [] }
  t.match(engine.judge(without ?? one, { ...gone, argv: without?.spec.argv ?? null }, owned), { verb: 'update' })
})

t.test('what an engine stands on is the boot’s', async (t) => {
  const doc = desiredOf({ rancher: { system_docker: { graph: '/b', exec_root: '/run/b', log_driver: 'local' } } })
  const standing = { system_docker: { graph: '/a', storage_driver: 'overlay2' }, docker: {} }
  const [stands] = [...engine.want({ ...doc, facts: { ...doc.facts, standing } })]
  const flags = stands?.key === 'engine/system' ? stands.spec.argv : []
  t.same(
    flags.filter((flag) => /graph|root|driver/.test(flag)),
    ['--exec-opt=native.cgroupdriver=cgroupfs', '--log-driver=local', '--storage-driver=overlay2', '--data-root=/a']
  )
})

const USER = desiredOf({
  rancher: { services: { docker: { image: 'i', labels: { 'io.rancher.os.scope': 'system' } } } }
})

/** A machine whose User Docker says nothing for so long, and what is asked of System Docker. */
function silent(milliseconds: number, status: string | null) {
  const asked: string[] = []
  let answers = false
  const host = {
    docker: {
      system: {
        ping: async () => '26',
        container: async () =>
          status === null ? null : { state: status.startsWith('Up') ? 'running' : 'exited', status },
        restart: async (name: string) => {
          asked.push(`restart ${name}`)
          answers = true
        }
      },
      user: { ping: async () => (answers ? '26' : null), silentFor: () => milliseconds }
    }
  } as unknown as Host // nothing else may be asked of it
  return { host, asked }
}

t.test('System Docker waits for the file it reads', async (t) => {
  t.same(want.needs, ['file//etc/docker/system-docker.json'])
  const [own] = [...engine.want(desiredOf({ rancher: { system_docker: { config_file: '/etc/mine.json' } } }))]
  t.same(own?.needs, [])
})

t.test('User Docker that hangs in a running container is started again', async (t) => {
  const user = [...engine.want(USER)].find((one) => one.key === 'engine/user')
  if (user === undefined) throw new Error('User Docker is wanted')
  for (const [milliseconds, status, why] of [
    [299_000, 'Up 2 hours', undefined],
    [301_000, 'Up 2 hours', 'it runs but has not answered for 300 s'],
    [301_000, 'Up About an hour', 'it runs but has not answered for 300 s'],
    [301_000, 'Up 5 minutes', 'it runs but has not answered for 300 s'],
    [301_000, 'Up 4 minutes', undefined],
    [301_000, 'Up About a minute', undefined],
    [301_000, 'Up 40 seconds', undefined],
    [301_000, 'Exited (1) 2 hours ago', undefined],
    [301_000, null, undefined]
  ] as const) {
    const { host, asked } = silent(milliseconds, status)
    const seen = (await engine.observe(host, ['engine/user'], AbortSignal.timeout(1_000))).get('engine/user') ?? null
    const verdict = engine.judge(user, seen, null)
    t.equal(verdict?.why, why, `${milliseconds} ${status}`)
    if (verdict === null) continue
    const action = { key: user.key, ...verdict, id: '', from: seen, to: user.spec, owned: null, after: [], behind: [] }
    await engine.act(host, action as unknown as Parameters<typeof engine.act>[1], AbortSignal.timeout(1_000)) // as the planner makes it
    t.same(asked, ['restart docker'])
  }
})

t.test('User Docker is looked at only; its container is what is acted on', async (t) => {
  const user = [...engine.want(USER)].find((one) => one.key === 'engine/user')
  t.same(user?.needs, ['container/system/docker'])
  t.equal(user === undefined ? '' : engine.judge(user, null, null), null)
})

t.test('flags: what the document says wins over what is built in', async (t) => {
  t.ok(engineFlags('system', {}).includes('--iptables=false'))
  const docker = {
    exec_root: '/run/other',
    tls: true,
    tls_args: ['--tlsverify'],
    extra_args: ['--x'],
    log_opts: { a: '1' }
  }
  const flags = engineFlags('user', { rancher: { docker } })
  t.notOk(flags.includes('--exec-root=/run/docker'))
  t.same(flags.slice(-4), ['--exec-root=/run/other', '--log-opt=a=1', '--x', '--tlsverify'])
})
