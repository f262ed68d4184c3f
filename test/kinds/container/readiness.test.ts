// On a real engine: services that wait for others to be as far as they ask, and labels that say when a container is made anew.
import t from 'tap'
import { noDockerd } from '../../support/dockerd.ts'
import { until } from '../../support/loop.ts'
import { service, serviceMachine, type Services } from '../../support/services.ts'

t.setTimeout(300_000)

const label = (name: string, value: string) => ({ labels: { [name]: value } })
const REBUILD = 'io.docker.compose.rebuild'

t.test('services on a real engine', { skip: noDockerd() ?? false, timeout: 300_000 }, async (t) => {
  const machine = await serviceMachine()
  t.teardown(() => machine.destroy())
  const { docker, settle } = machine
  const idOf = async (name: string) => (await docker.container(name))?.id ?? ''
  const gone = async () => void (await settle({}))

  await t.test('each waits until what it asks for is so, and says why', async (t) => {
    const db = service({
      command: 'sleep 1000',
      healthcheck: { test: 'test -e /tmp/serves', interval: '100ms', start_period: '60s', retries: 3 }
    })
    const job = service({
      command: "sh -c 'until test -e /tmp/done; do sleep 0.1; done'",
      ...label('io.rancher.os.detach', 'false')
    })
    const services: Services = {
      db,
      job,
      started: service({ depends_on: { db: { condition: 'service_started' } } }),
      healthy: service({ depends_on: { db: { condition: 'service_healthy' } } }),
      labelled: service(label('io.rancher.os.after', 'db[ready]')),
      unchecked: service({ depends_on: { started: { condition: 'service_healthy' } } }),
      completed: service({ depends_on: { job: { condition: 'service_completed_successfully' } } }),
      optional: service({ depends_on: { nowhere: { required: false } } })
    }
    const there = async () => (await docker.containers()).map(({ name }) => name).toSorted()
    await settle(services)
    t.same(await there(), ['db', 'job', 'optional', 'started'])
    t.same((await machine.waiting(services)).map(({ key, message }) => `${key}: ${message}`).toSorted(), [
      'container/system/completed: waits for container/system/job: it has not run to its end yet',
      'container/system/healthy: waits for container/system/db: its health check has not passed yet',
      'container/system/labelled: waits for container/system/db: its health check has not passed yet',
      'container/system/unchecked: waits for container/system/started: it has no health check'
    ])
    await docker.exec(await idOf('db'), ['touch', '/tmp/serves'])
    await docker.exec(await idOf('job'), ['touch', '/tmp/done'])
    await until(async () => (await docker.container('db'))?.health === 'healthy', 60_000)
    await until(async () => (await docker.container('job'))?.state === 'exited', 60_000)
    await settle(services)
    t.same(await there(), ['completed', 'db', 'healthy', 'job', 'labelled', 'optional', 'started'])
    const was = await idOf('healthy')
    t.equal((await docker.exec(await idOf('db'), ['rm', '/tmp/serves'])).code, 0)
    await until(async () => (await docker.container('db'))?.health === 'unhealthy', 60_000)
    t.same(await settle(services), [], 'what runs is left alone')
    t.equal(await idOf('healthy'), was)
    await docker.remove(was)
    t.same(await settle(services), [], 'what would start waits again')
    t.match(await machine.waiting(services), [
      { key: 'container/system/healthy', message: 'waits for container/system/db: its health check fails' }
    ])
    await gone()
  })

  await t.test('one starts again when the container of another is made anew, if it says so', async (t) => {
    const services = (seconds: number): Services => ({
      db: service({ command: `sleep ${seconds}` }),
      web: service({ depends_on: { db: { restart: true } } }),
      other: service({ depends_on: { db: {} } })
    })
    await settle(services(1000))
    const started = async (name: string) => (await docker.life(await idOf(name)))?.started
    const [web, other, id] = [await started('web'), await started('other'), await idOf('web')]
    t.same(await settle(services(1000)), [])
    t.same(await settle(services(2000)), ['replace container/system/db', 'update container/system/web'])
    t.not(await started('web'), web)
    t.equal(await idOf('web'), id, 'it is the same container')
    t.equal(await started('other'), other)
    await gone()
  })

  await t.test('labels of RancherOS: made and not started, made anew at each boot, never made anew', async (t) => {
    const services = (command: string): Services => ({
      volumes: service({ command, ...label('io.rancher.os.createonly', 'true') }),
      always: service(label(REBUILD, 'always')),
      never: service({ command, ...label(REBUILD, 'false') }),
      plain: service()
    })
    await settle(services('sleep 1000'))
    t.equal((await docker.container('volumes'))?.state, 'created')
    const ids = async () => await Promise.all(['always', 'never', 'plain'].map(idOf))
    const before = await ids()
    t.same(await settle(services('sleep 2000')), ['replace container/system/volumes'], 'the label keeps the other')
    await machine.reboot()
    const names = (await settle(services('sleep 2000'))).toSorted()
    t.same(names, ['replace container/system/always', 'update container/system/never', 'update container/system/plain'])
    const after = await ids()
    t.same(
      after.map((id, at) => id === before[at]),
      [false, true, true]
    )
    t.same(await settle(services('sleep 2000')), [])
    await gone()
  })
})
