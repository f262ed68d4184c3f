// Consoles of distributions' images on a real machine: what people do there, what stays, and the way back where nobody gets in.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { Summary } from '../../src/agent/history.ts'
import type { StatusView } from '../../src/api/view.ts'
import { run } from '../../src/vm/run.ts'
import { debian, muslLike, shellLess, writeDistribution } from '../support/distribution.ts'
import { engineRoom } from '../support/engine-room.ts'
import { testMachine } from '../support/machine.ts'
import { noRegistry, testRegistry } from '../support/registry.ts'
import { writeTestImage } from '../support/test-image.ts'

t.setTimeout(900_000)
const skip = process.getuid?.() === 0 ? (noRegistry() ?? false) : 'a machine of namespaces needs root'

t.test('consoles of other images', { skip, timeout: 900_000 }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'rosd-console-'))
  const one = await testMachine({ kind: 'namespaces', disks: [join(dir, 'state')] }, 6)
  const { machine, until } = one
  t.teardown(async () => {
    await machine.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  const room = engineRoom(one)
  const registry = await testRegistry(
    machine.host.replace(/\d+$/, (last) => String(Number(last) - 1)),
    ''
  )
  t.teardown(() => registry.stop())
  await registry.push('debian', await debian('bookworm'))
  const preload = (name: string) => room.at(`/var/lib/rancher/preload/${name}.tar`)
  writeTestImage(preload('docker/web'), 'test/busybox:1')
  writeDistribution(preload('system-docker/debian'), 'test/debian:13', await debian('trixie'))
  writeDistribution(preload('system-docker/musl'), 'test/musl:1', await muslLike())
  writeDistribution(preload('system-docker/shell-less'), 'test/shell-less:1', shellLess())

  /** As somebody beside the machine types it: in no ssh session, and in no console. */
  const local = async (line: string) => {
    const { code, stdout, stderr } = await machine.nsenter(['sh', '-c', line], { timeout: 150_000 })
    if (code !== 0) throw new Error(`'${line}' ended with ${code}: ${stdout}${stderr}`)
    return stdout.trim()
  }
  const typed = async (line: string) => {
    const { code, stdout, stderr } = await machine.ssh(line, { timeout: 60_000 })
    return { code, out: stdout.trim(), err: stderr.trim() }
  }
  const status = async () => JSON.parse((await machine.nsenter(['ros', 'status', '--json'])).stdout) as StatusView
  const running = (name: string, engine = 'docker') => local(`${engine} inspect -f '{{.Id}} {{.State.Pid}}' ${name}`)
  const document = (more = '') => `#cloud-config
rancher:
  system_docker: {insecure_registry: ['${registry.name}']}
  services:
    web: {image: 'test/busybox:1', command: sleep 1d}
${more}`
  await room.save(document())
  await until('web runs', () =>
    running('web').then(
      () => true,
      () => false
    )
  )
  await room.settled()
  const web = await running('web')

  for (const [image, release, shell, own] of [
    ['test/debian:13', /Debian GNU\/Linux 13/, '/bin/bash', 'sha256sum --version'],
    [`${registry.name}/debian:1`, /Debian GNU\/Linux 12/, '/bin/bash', 'sha256sum --version'],
    ['test/musl:1', /Like Alpine/, '/bin/sh', 'test "$(musl-program)" = /home/rancher']
  ] as const) {
    await t.test(`people are at home in ${image}`, async (t) => {
      t.match(await local(`ros console switch -f ${image} --wait 120`), /settled/)
      t.match(await local('ros console list'), new RegExp(`^current {2}${image}$`, 'm'))
      t.match((await typed('cat /etc/os-release')).out, release, 'ssh leads into the image')
      t.same(await typed('id -un; echo $SHELL; pwd'), { code: 0, out: `rancher\n${shell}\n/home/rancher`, err: '' })
      t.equal((await typed(own)).code, 0, 'programs of the image run by its own C library')
      const words =
        'sudo id -u; sudo -n -u docker id -un; cd /tmp; sudo pwd; sudo A=b sh -c "echo \\$A \\$SUDO_USER"; sudo -i pwd'
      t.equal((await typed(words)).out, '0\ndocker\n/tmp\nb rancher\n/root')
      t.match(await typed('docker ps --format {{.Names}}'), { code: 0, out: 'web' }, 'docker needs no root')
      t.match((await typed('sudo system-docker ps --format {{.Names}}')).out, /^console$/m)
      t.match(await typed('sudo ros status'), { code: 0, out: /generation/ })
      const copied = join(dir, 'copied')
      const ssh = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'].flatMap((o) => [
        '-o',
        o
      ])
      const there = `${machine.user}@${machine.host}:/etc/os-release`
      await run(['scp', '-F', 'none', ...ssh, '-i', machine.identity, '-P', String(machine.port), there, copied])
      t.match((await run(['cat', copied])).stdout, release, 'files are copied out of it')
      t.equal(await running('web'), web, 'containers of people went on')
    })
  }

  await t.test('what is done in it stays over a reboot', async (t) => {
    await typed('sudo touch /etc/kept /usr/kept')
    const boots = () => machine.log().split('all services are ready').length
    const before = boots()
    await local('ros reboot -f')
    await until('it has booted again', async () => boots() > before, 60)
    await machine.answers(120)
    t.equal((await typed('ls /etc/kept /usr/kept')).out, '/etc/kept\n/usr/kept')
  })

  await t.test('where nobody would get in the console and the document from before come back', async (t) => {
    const held = '    console: {healthcheck: {start_period: 5s}}\n  console: test/musl:1\n'
    await room.save(document(held))
    await room.settled()
    await local('ros console switch -f test/shell-less:1')
    const history = async () =>
      (JSON.parse(await local('ros history --json')) as { readonly items: readonly Summary[] }).items
    await until('it is taken back', async () => (await history()).at(-1)?.by.how === 'rollback', 40)
    const [failed, back] = (await history()).slice(-2)
    t.match(failed?.outcome, { is: 'rolled back', message: /^it failed: container\/system\/console: .*health check/ })
    t.match(back?.by, { how: 'rollback' })
    t.equal(await local('cat /var/lib/rancher/conf/cloud-config.yml'), document(held).trim())
    t.match(await local('ros events'), /RolledBack +- +generation \d+ is restored: it failed/)
    await machine.answers(60)
    t.match((await typed('cat /etc/os-release; ls /usr/kept')).out, /Like Alpine[^]*kept/, 'with all that was in it')
  })

  await t.test('one that is enabled waits for the boot', async (t) => {
    const before = await running('console', 'system-docker')
    await local('ros console enable default --wait 120')
    t.match(await local('ros console list'), /^enabled {2}default$[^]*^current {2}test\/musl:1$/m)
    t.equal(await running('console', 'system-docker'), before)
  })

  await t.test('it is made anew where that is asked for, once', async (t) => {
    await local('ros config set rancher.force_console_rebuild true')
    await until(
      'the key is back',
      async () => (await local('ros config get rancher.force_console_rebuild')) === 'false'
    )
    await until('it is Ready', async () => (await status()).phase === 'Ready', 30)
    await machine.answers(60)
    t.match(await typed('cat /etc/os-release; ls /usr/kept'), { code: 1, out: /Like Alpine/ })
  })

  await t.test(
    'a session that asks for another console goes with its own, and the next one is in the other',
    async (t) => {
      const web = await running('web')
      await typed('sudo ros console switch -f default')
      const release = async () => (await typed('cat /etc/os-release')).out
      await until('people get there', async () => (await release()).includes('ID="rosd"'))
      t.match(await local('ros console list'), /^current {2}default$/m)
      t.equal(await running('web'), web, 'containers of people went on')
    }
  )
})
