// What a machine must live through: engines killed and hung, a registry that is away, slow or lying, no place to write, and
// the agent itself failing in the middle of each. Afterwards it is as its document says and nothing is lost.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { ready, testMachine } from '../support/machine.ts'
import type { Status } from '../../src/core/condition.ts'
import { until } from '../support/loop.ts'
import { noRegistry, testRegistry } from '../support/registry.ts'
import { writeTestImage } from '../support/test-image.ts'
import { chaosOf } from './support/chaos.ts'

const skip = process.getuid?.() === 0 ? (noRegistry() ?? false) : 'a machine of namespaces needs root'
const REF = 'test/busybox:1'
const PASSES = 300
t.setTimeout(900_000)

t.test('a machine in trouble', { skip }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'rosd-chaos-'))
  const test = await testMachine({ kind: 'namespaces', disks: [join(dir, 'state')] }, 3)
  const { machine } = test
  const { room, beside, standing, crash, sound } = chaosOf(test)
  t.teardown(async () => {
    await machine.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  const registry = await testRegistry(hostOf(machine.host), 'app')
  t.teardown(() => registry.stop())
  const idle = `{image: '${REF}', command: sleep 1d, stop_signal: SIGKILL}`
  const document = (ttl: number, ...more: readonly string[]) =>
    [
      '#cloud-config',
      'write_files:',
      `  - {path: /etc/chaos, content: 'ttl ${ttl}'}`,
      'mounts:',
      '  - [tmpfs, /mnt/chaos, tmpfs, size=1m]',
      'rancher:',
      `  docker: {insecure_registry: ['${registry.name}']}`,
      '  sysctl:',
      `    net.ipv4.ip_default_ttl: '${ttl}'`,
      '  services:',
      `    stays: ${idle}`,
      ...more.map((line) => `    ${line}`),
      ''
    ].join('\n')
  const resource = (key: string) => room.agent<Status>('GET', `/v1/resources/${key}`)
  const isReady = async (key: string) => ready(await resource(key).catch(() => ({ conditions: [] }) as never)) // not wanted yet
  const isSet = async (ttl: number) =>
    (await beside('cat /proc/sys/net/ipv4/ip_default_ttl /etc/chaos')) === `${ttl}\nttl ${ttl}`

  writeTestImage(room.at('/var/lib/rancher/preload/docker/test.tar'), REF)
  await beside('ros wait --timeout 120')
  await room.save(document(70))
  await until(() => isReady('container/user/stays'), 60_000, 'a service')
  await beside('ros wait --timeout 120')
  let before = await standing()

  await t.test('both engines are killed and the agent fails', async () => {
    await beside('kill -9 $(cat /run/docker.pid) $(cat /run/system-docker.pid)')
    await crash()
    // User Docker’s own end is its container’s: it is started again.
    before = await sound(before, ['system/docker'])
  })

  await t.test('both containerds are killed and the agent fails', async () => {
    await beside(
      'kill -9 $(cat /run/docker/containerd/containerd.pid) $(cat /run/system-docker/containerd/containerd.pid)'
    )
    await crash()
    before = await sound(before)
  })

  await t.test('both engines hang for a while', async () => {
    const pids = '$(cat /run/docker.pid) $(cat /run/system-docker.pid)'
    await beside(`kill -STOP ${pids}`)
    await room.save(document(71))
    await sleep(3_000)
    await beside(`kill -CONT ${pids}`)
    await until(() => isSet(71), 60_000, 'the document')
    before = await sound(before)
  })

  await t.test(`${PASSES} passes leave nothing behind`, async (t) => {
    const half = []
    for (let part = 0; part < 2; part++) {
      for (let i = 0; i < PASSES / 2; i++) await room.pass()
      half.push(room.resident())
    }
    const [first = 0, second = 0] = half
    t.ok(second < first * 1.15, `${first} kB after a half, ${second} kB after all`)
    before = await sound(before)
  })

  await t.test('the registry is away, then lies about what it has; the service comes when it is honest', async (t) => {
    const image = `image/user/${registry.name}/app:1`
    registry.manner = 'cut'
    await room.save(document(72, `pulled: {image: '${registry.name}/app:1', command: sleep 1d, stop_signal: SIGKILL}`))
    const failed = async () => (await resource(image)).conditions.find(({ type }) => type === 'Degraded')
    await until(
      async () => (await failed().catch(() => undefined))?.reason === 'ImageUnreachable',
      60_000,
      'a failed pull'
    )
    t.ok(await isSet(72), 'all else of the document is so')
    registry.manner = 'lying'
    registry.asked()
    await room.agent('POST', '/v1/reconcile')
    await until(async () => /digest|verif/i.test((await failed())?.message ?? ''), 60_000, 'a complaint of the digest')
    t.ok(registry.asked() > 0)
    t.notMatch(await beside('docker images'), /app/, 'nothing of what it sent is kept')
    registry.manner = 'slow'
    await room.agent('POST', '/v1/reconcile')
    await until(() => registry.asked() > 0, 30_000, 'a pull under way')
    await crash()
    registry.manner = 'honest'
    await until(() => isReady('container/user/pulled'), 60_000, 'the service')
    before = await sound(before, ['user/pulled'])
  })

  await t.test('200 documents come in 20 seconds and the agent fails half way', async (t) => {
    for (let i = 0; i < 200; i++) {
      const began = performance.now()
      const more = i % 20 < 10 ? [`flaps: ${idle}`] : []
      await room.save(document(100 + (i % 100), ...more))
      if (i === 100) await crash()
      await sleep(Math.max(0, 100 - (performance.now() - began)))
    }
    await until(() => isSet(199), 60_000, 'the last document')
    before = await sound(before, ['user/flaps', 'user/pulled'])
    t.notOk(before.containers.has('user/flaps'))
    t.notOk(before.containers.has('user/pulled'))
  })

  await t.test('the state cannot be written and the agent fails', async (t) => {
    await beside(
      'mount --bind /var/lib/rancher/state /var/lib/rancher/state && mount -o remount,bind,ro /var/lib/rancher/state'
    )
    await room.save(document(73))
    await beside('docker kill stays')
    await until(() => isReady('container/user/stays'), 60_000, 'the service')
    await crash()
    await until(() => isSet(73), 60_000, 'the document')
    await beside('umount /var/lib/rancher/state')
    before = await sound(before, ['user/stays'])
    t.equal(await beside('ls -A /var/lib/rancher/state | grep -c tmp || true'), '0\n', 'no draft is left')
  })
})

/** The other end of the machine’s cable. */
function hostOf(guest: string): string {
  return guest.replace(/\d+$/, (last) => String(Number(last) - 1))
}
