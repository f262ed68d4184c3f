import { join } from 'node:path'
import t from 'tap'
import type { DockerEvent } from '../../../src/host/ports.ts'
import { noDockerd, startEngine } from '../../support/dockerd.ts'
import { until } from '../../support/loop.ts'
import { writeTestImage } from '../../support/test-image.ts'

const reason = noDockerd()
const never = new AbortController().signal
const REF = 'test/busybox:1'
const LABELS = { 'io.rancher.os.key': 'container/system/one' }

t.test('the engine port against a real dockerd', { skip: reason ?? false }, async (t) => {
  const engine = await startEngine()
  t.teardown(() => engine.destroy())
  const { docker } = engine
  const events: DockerEvent[] = []
  const heard = docker.events().subscribe((event) => events.push(event))
  t.teardown(() => heard.unsubscribe())
  const archive = join(engine.dir, 'image.tar')
  const imageId = writeTestImage(archive, REF)

  await t.test('loads an archive with progress and knows the image by the id its manifest says', async (t) => {
    const said: string[] = []
    await docker.load(archive, (progress) => said.push(progress.status), never)
    t.equal(await docker.image(REF), imageId)
    t.equal((await docker.images()).get(REF), imageId)
    t.ok(said.some((line) => line.includes('Loaded image')))
    t.equal(await docker.image('test/absent:1'), null)
  })

  await t.test('a container goes through its life; what is already so counts as done', async (t) => {
    const id = await docker.create('one', {
      Image: REF,
      Cmd: ['sh', '-c', 'echo hello; exec sleep 1000'],
      Labels: LABELS,
      HostConfig: { NetworkMode: 'none' }
    })
    await docker.start(id)
    await docker.start(id)
    t.match(await docker.container('one'), {
      id,
      name: 'one',
      state: 'running',
      image: REF,
      health: 'none',
      labels: LABELS
    })
    t.equal(await docker.container('on'), null, 'a name is a name, not a part of one')
    t.match(await docker.exec(id, ['sh', '-c', 'echo out; echo err >&2; exit 3']), { code: 3, output: /out\n/ })
    t.match(await docker.processes(), [{ name: 'one', stopSignal: 'SIGTERM', seconds: 10 }])
    await docker.writeFile(id, '/etc/given', Buffer.from('text'), { mode: 0o600, uid: 7, gid: 8 })
    t.same(await docker.readFile(id, '/etc/given'), { bytes: Buffer.from('text'), mode: 0o600, uid: 7, gid: 8 })
    t.equal(await docker.readFile(id, '/etc/none'), null)
    for (const path of ['/opt/a/b/given', '/tmp/c/given']) {
      await docker.writeFile(id, path, Buffer.from('deep'), { mode: 0o640, uid: 7, gid: 8 })
      t.same(await docker.readFile(id, path), { bytes: Buffer.from('deep'), mode: 0o640, uid: 7, gid: 8 })
    }
    t.match(await docker.exec(id, ['ls', '-ld', '/opt/a/b', '/tmp']), {
      output: /^drwxr-xr-x .* \/opt\/a\/b\ndrwxrwxrwt .* \/tmp\n$/
    })
    await docker.update(id, { PidsLimit: 50, RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } })
    await until(async () => (await docker.definition(id))?.host.PidsLimit === 50)
    t.match(await docker.definition(id), {
      config: { Cmd: ['sh', '-c', 'echo hello; exec sleep 1000'] },
      host: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } }
    })
    await docker.update(id, { RestartPolicy: { Name: 'no' } })
    await until(async () => JSON.stringify((await docker.definition(id))?.host.RestartPolicy).includes('"no"'))
    t.equal(await docker.definition('0'.repeat(64)), null)
    t.same(await docker.stateOf(id), { state: 'running', exitCode: 0, health: 'none' })
    t.equal(await docker.stateOf('0'.repeat(64)), null)
    await docker.kill(id, 'KILL')
    await until(async () => (await docker.container('one'))?.state === 'exited')
    t.match(await docker.container('one'), { exitCode: 137 })
    await docker.stop(id, 1)
    await docker.rename(id, 'two')
    t.equal((await docker.container('two'))?.id, id)
    await docker.remove(id)
    await docker.remove(id)
    t.same(await docker.containers(), [])
  })

  await t.test('events are heard, and so is the loss and the return of the engine', async (t) => {
    t.match(
      events.find(({ action }) => action === 'kill'),
      { name: 'one', commanded: true, attributes: { signal: '9' } }
    )
    t.match(
      events.find(({ action }) => action === 'rename'),
      { name: 'two', commanded: true, attributes: { oldName: 'one' } }
    )
    t.notOk(
      events.some(({ action }) => /password|exit 3/.test(action)),
      'no command line of an exec is told'
    )
    t.ok(events.some((event) => event.type === 'container' && event.action === 'die' && event.exitCode === 137))
    await engine.stop('SIGKILL')
    await until(() => events.at(-1)?.action === 'lost')
    t.equal(await docker.ping(), null)
    await engine.start()
    await until(() => events.some((event, at) => event.action === 'connected' && at > 0))
    t.match(await docker.ping(), /^\d+\./)
  })

  await t.test('a refusal carries the engine’s words', async (t) => {
    await t.rejects(docker.create('bad', { Image: 'test/absent:1' }), { message: /No such image/i })
    await t.rejects(
      docker.pull('localhost:9/none:1', null, () => {}, never),
      { message: /refused/ }
    )
  })
})
