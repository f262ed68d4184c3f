// Images from a real registry on a real engine: who is let in, what is said of a failure, and that no pull is in another's way.
import Dockerode from 'dockerode'
import { EMPTY } from 'rxjs'
import t from 'tap'
import { registryAuth } from '../../src/agent/registry-auth.ts'
import type { KindDef } from '../../src/core/kind.ts'
import type { Registry } from '../../src/core/plan.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'
import type { Archives } from '../../src/host/ports.ts'
import { createPulls } from '../../src/host/linux/docker-pulls.ts'
import { image } from '../../src/kinds/image.ts'
import { sysctl } from '../../src/kinds/sysctl.ts'
import { noDockerd } from '../support/dockerd.ts'
import { documentLoop } from '../support/document-loop.ts'
import { machine as kernelOf } from '../support/fake-host.ts'
import { auths, imageMachine } from '../support/image-machine.ts'
import { until } from '../support/loop.ts'
import { bearerGate, HTPASSWD, USER } from '../support/registry-credentials.ts'
import { partsOf, pushForeign } from '../support/registry-images.ts'
import { noRegistry, testRegistry } from '../support/registry.ts'

const NONE = { find: async () => null } as unknown as Archives // all that is asked of it

/** The engine as the test has it: it answers, and nothing is to be done about it. */
const engineKind: KindDef<'engine'> = {
  kind: 'engine',
  resync: 1e9,
  *want() {
    yield { key: 'engine/system', spec: { scope: 'system', argv: [], environment: [], log: '' }, needs: [], from: '' }
  },
  judge: () => null,
  watch: () => EMPTY,
  observe: async () =>
    new Map([['engine/system', { pid: 1, argv: null, environment: null, version: '1', hung: false }] as const]),
  act: async () => {}
}
// Each definition is only ever given keys of its own kind.
const KINDS: Registry = new Map([engineKind, sysctl, image].map((def) => [def.kind, def as unknown as KindDef]))

t.setTimeout(120_000)
const never = new AbortController().signal

t.test('images from a registry', { skip: noDockerd() ?? noRegistry() ?? false, timeout: 120_000 }, async (t) => {
  const machine = await imageMachine(t)
  const { engine, said, pull, due } = machine
  const dockerode = new Dockerode({ socketPath: engine.socket })
  const registry = await testRegistry('127.0.0.1', '')
  t.teardown(() => registry.stop())

  await t.test('a name and a password, in both spellings; without them and with wrong ones it is denied', async (t) => {
    const guarded = await testRegistry('127.0.0.1', '', { htpasswd: HTPASSWD, user: USER })
    t.teardown(() => guarded.stop())
    await guarded.push('app', partsOf('guarded', [100]))
    const ref = `${guarded.name}/app:1`
    const [username, password] = [USER.slice(0, 3), USER.slice(4)]
    t.match(await pull(ref), { code: 'ROS_IMAGE_DENIED', retry: 'slowly', message: /asks who we are/ })
    const wrong = await pull(ref, auths(guarded.name, { username, password: 'wr0ng' }))
    t.match(wrong, { code: 'ROS_IMAGE_DENIED', message: /refuses the credentials of rancher\.registry_auths/ })
    t.notMatch(wrong?.message, /wr0ng/)
    t.same(await due(ref), ['not on this machine'])
    t.equal(await pull(ref, auths(guarded.name, { username, password })), null)
    t.equal(await pull(ref, auths(guarded.name, { auth: Buffer.from(USER).toString('base64') })), null)
    t.same(await due(ref), [])
  })

  await t.test('an identity token is changed for an access token, a registry token is shown as it is', async (t) => {
    const gate = bearerGate()
    const guarded = await testRegistry('127.0.0.1', '', { gate: gate.ask })
    t.teardown(() => guarded.stop())
    await guarded.push('app', partsOf('bearer', [100]))
    const ref = `${guarded.name}/app:1`
    t.match(await pull(ref, auths(guarded.name, { identitytoken: 'stale' })), { code: 'ROS_IMAGE_DENIED' })
    t.match(await pull(ref, auths(guarded.name, { registrytoken: 'stale' })), { code: 'ROS_IMAGE_DENIED' })
    t.equal(await pull(ref, auths(guarded.name, { registrytoken: gate.access })), null)
    t.same(gate.granted, [])
    t.equal(await pull(ref, auths(guarded.name, { identitytoken: gate.refresh })), null)
    t.ok(gate.granted.length > 0)
  })

  await t.test('an image named by its digest is seen for what it is, with or without a tag', async (t) => {
    const digest = await registry.push('pinned', partsOf('pinned', [100]))
    const refs = [`${registry.name}/pinned@${digest}`, `${registry.name}/pinned:7@${digest}`]
    t.same(await due(...refs), ['not on this machine', 'not on this machine'])
    for (const ref of refs) t.equal(await pull(ref), null)
    t.same(await due(...refs), [])
  })

  await t.test(
    'what the registry does not have, or not for this processor, is said and seldom tried again',
    async (t) => {
      await pushForeign(registry.port, 'foreign', partsOf('foreign', [100], 's390x'))
      const rows: readonly (readonly [name: string, code: string])[] = [
        ['pinned:2', 'ROS_IMAGE_MISSING'],
        ['none:1', 'ROS_IMAGE_MISSING'],
        [`pinned@sha256:${'0'.repeat(64)}`, 'ROS_IMAGE_MISSING'],
        ['foreign:1', 'ROS_IMAGE_PLATFORM']
      ]
      for (const [name, code] of rows)
        t.match(await pull(`${registry.name}/${name}`), { code, retry: 'slowly' }, `${name} is ${code}`)
      t.match(await pull('10.77.0.1:1/app'), { code: 'ROS_IMAGE_UNREACHABLE', retry: 'soon' })
      t.match(await pull('10.77.0.2:1/app'), { code: 'ROS_IMAGE_UNREACHABLE' })
      t.match(await pull('busybox'), { code: 'ROS_IMAGE_UNREACHABLE', message: /Docker Hub can not be reached/ })
    }
  )

  await t.test('bytes that are not what their digest says are thrown away', async (t) => {
    await registry.push('lied', partsOf('lied', [100]))
    registry.manner = 'lying'
    t.match(await pull(`${registry.name}/lied:1`), { code: 'ROS_IMAGE_DIGEST' })
    registry.manner = 'honest'
    t.same(await due(`${registry.name}/lied:1`), ['not on this machine'])
    t.equal(await pull(`${registry.name}/lied:1`), null)
  })

  await t.test(
    'a pull that is cut off goes on where it stopped, and what was there is not asked for again',
    async (t) => {
      const sizes = [2_000_000, 30_000, 20_000]
      const parts = partsOf('halved', sizes)
      await registry.push('halved', parts)
      registry.fetches()
      registry.manner = 'halving'
      t.equal(await pull(`${registry.name}/halved:1`), null)
      registry.manner = 'honest'
      const fetches = registry.fetches()
      const [large = 0] = parts.layers.map(({ length }) => length)
      const again = fetches.filter(({ from }) => from > 0)
      t.strictSame(
        again.map(({ from }) => from),
        [Math.floor(large / 2)]
      )
      t.equal(fetches.length, 5, 'the description, three layers, and the rest of one')
      t.equal(again[0]?.sent, large - Math.floor(large / 2))
      t.ok(said.some((line) => /^\d of 3 layers, [0-9a-f]{12}: retrying in \d seconds/.test(line)))
    }
  )

  await t.test('ten images at once are pulled a few at a time', async (t) => {
    const names = Array.from({ length: 10 }, (_, at) => `many${at}`)
    for (const name of names) await registry.push(name, partsOf(name, [1000]))
    registry.manner = 'slow'
    registry.most()
    said.length = 0
    t.same(
      await Promise.all(names.map((name) => pull(`${registry.name}/${name}:1`))),
      names.map(() => null)
    )
    registry.manner = 'honest'
    const most = registry.most()
    t.ok(most > 1 && most <= 6, `${most} calls at once: a description and a layer of each of three`)
    t.equal(said.filter((line) => line === `waits for its turn at ${registry.name}`).length, 7)
  })

  await t.test('a registry that says nothing is given up, and holds up no other', async (t) => {
    const hung = await testRegistry('127.0.0.1', '')
    t.teardown(() => hung.stop())
    hung.manner = 'hung'
    const off = new AbortController()
    const hanging = ['a', 'b', 'c', 'd'].map((name) => pull(`${hung.name}/${name}:1`, {}, off.signal))
    t.equal(await pull(`${registry.name}/many0:1`), null)
    await t.rejects(
      createPulls(dockerode, 300)(`${hung.name}/e:1`, null, () => {}, never),
      { message: 'the registry has sent nothing for 0.3 s' }
    )
    off.abort(new Error('off'))
    for (const one of await Promise.all(hanging)) t.match(one, { message: 'off' })
  })

  await t.test(
    'while a pull hangs all else of the document is carried out, and right credentials count at once',
    async (t) => {
      const gate = bearerGate()
      const guarded = await testRegistry('127.0.0.1', '', { gate: gate.ask })
      t.teardown(() => guarded.stop())
      await guarded.push('late', partsOf('late', [100]))
      guarded.manner = 'hung'
      const kernel = kernelOf({ files: { '/proc/sys/vm/swappiness': '60\n' } })
      let data: CloudConfig = {}
      const host = { ...machine.hostOf({}), ...kernel.host, registryAuth: (ref: string) => registryAuth(ref, data) }
      const loop = await documentLoop(KINDS, { ...host, docker: machine.hostOf({}).docker, archives: NONE })
      t.teardown(() => loop.stop())
      const ref = `${guarded.name}/late:1`
      const save = (swappiness: string, registrytoken: string) => {
        const services = { late: { image: ref, labels: { 'io.rancher.os.scope': 'system' } } }
        const registry_auths = { [guarded.name]: { registrytoken } }
        data = { rancher: { services, registry_auths, sysctl: { 'vm.swappiness': swappiness } } }
        loop.save(data)
      }
      const conditions = () => loop.store.value.resources.get(`image/system/${ref}`)?.conditions ?? []
      const is = (type: string) => conditions().find((one) => one.type === type && one.status === 'True')
      save('10', 'stale')
      await until(() => is('Progressing') !== undefined && kernel.text('/proc/sys/vm/swappiness') === '10\n', 20_000)
      save('20', 'stale')
      await until(() => kernel.text('/proc/sys/vm/swappiness') === '20\n', 20_000)
      t.ok(is('Progressing'), 'it hangs still')
      guarded.manner = 'cut'
      guarded.drop()
      await until(() => is('Degraded') !== undefined, 20_000)
      guarded.manner = 'honest'
      await until(() => is('Degraded')?.reason === 'ImageDenied', 20_000, 'a refusal')
      save('20', gate.access)
      await until(() => is('Ready') !== undefined, 20_000, 'the image, well before a slow try would come')
    }
  )
})
