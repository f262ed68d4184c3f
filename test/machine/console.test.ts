// Consoles of distributions' images on a real machine: what people do there, what stays, and the way back where nobody gets in.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { StatusView } from '../../src/api/view.ts'
import { debianImage, muslImage, shellessImage } from '../support/distribution.ts'
import { engineRoom } from '../support/engine-room.ts'
import { testMachine } from '../support/machine.ts'
import { writeTestImage } from '../support/test-image.ts'

t.setTimeout(600_000)
const skip = process.getuid?.() === 0 ? false : 'a machine of namespaces needs root'

t.test('consoles of other images', { skip, timeout: 600_000 }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'rosd-console-'))
  const one = await testMachine({ kind: 'namespaces', disks: [join(dir, 'state')] }, 6)
  const { machine, until } = one
  t.teardown(async () => {
    await machine.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  const room = engineRoom(one)
  const preload = (name: string) => room.at(`/var/lib/rancher/preload/${name}.tar`)
  writeTestImage(preload('docker/web'), 'test/busybox:1')
  await debianImage(preload('system-docker/debian'), 'test/debian:13')
  await muslImage(preload('system-docker/musl'), 'test/musl:1')
  shellessImage(preload('system-docker/shell-less'), 'test/shell-less:1')

  /** As somebody beside the machine types it: in no ssh session, and in no console. */
  const local = async (line: string) => {
    const { code, stdout, stderr } = await machine.nsenter(['sh', '-c', line], { timeout: 100_000 })
    if (code !== 0) throw new Error(`'${line}' ended with ${code}: ${stdout}${stderr}`)
    return stdout.trim()
  }
  const status = async () => JSON.parse((await machine.nsenter(['ros', 'status', '--json'])).stdout) as StatusView
  const typed = async (line: string) => {
    const { code, stdout, stderr } = await machine.ssh(line, { timeout: 60_000 })
    return { code, out: stdout.trim(), err: stderr.trim() }
  }
  const console = (image: string) =>
    `rancher:\n  services:\n    console: {image: '${image}'}\n    web: {image: 'test/busybox:1', command: sleep 1d}\n`
  const web = () => local("docker inspect -f '{{.Id}} {{.State.Pid}}' web")
  await room.save(`#cloud-config\n${console('rosd/console:${VERSION}')}`)
  await room.settled()
  const before = await web()

  const use = async (image: string) => {
    await room.save(`#cloud-config\n${console(image)}`)
    await until(
      `the console is ${image}`,
      async () => {
        const { phase } = await status()
        return phase === 'Ready' && (await local("system-docker inspect -f '{{.Config.Image}}' console")) === image
      },
      30
    )
  }

  for (const [image, release, shell, own] of [
    ['test/debian:13', /Debian GNU\/Linux 13/, '/bin/bash', 'true'],
    ['test/musl:1', /Like Alpine/, '/bin/sh', 'test "$(musl-program)" = /home/rancher']
  ] as const) {
    await t.test(`${image} is a console`, async (t) => {
      await use(image)
      t.match((await typed('cat /etc/os-release')).out, release, 'ssh leads into the image')
      t.same(await typed('id -un; echo $SHELL; pwd'), { code: 0, out: `rancher\n${shell}\n/home/rancher`, err: '' })
      t.equal((await typed(own)).code, 0, 'programs of the image run by its own C library')
      t.equal(
        (
          await typed(
            'sudo id -u; sudo -n -u docker id -un; cd /tmp; sudo pwd; sudo A=b sh -c "echo \\$A \\$SUDO_USER"'
          )
        ).out,
        '0\ndocker\n/tmp\nb rancher'
      )
      t.match(await typed('docker ps --format {{.Names}}'), { code: 0, out: 'web' }, 'docker needs no root')
      t.match((await typed('sudo system-docker ps --format {{.Names}}')).out, /^console$/m)
      t.match(await typed('sudo ros status'), { code: 0, out: /generation/ })
      t.match((await typed('sudo ros config get hostname')).code, 0)
      t.equal(await web(), before, 'containers of people went on')
    })

    await t.test(`what is done in ${image} stays when its container starts again`, async (t) => {
      await typed('sudo touch /etc/kept /usr/kept')
      await local('ros service restart console')
      await machine.answers(60)
      t.equal((await typed('ls /etc/kept /usr/kept')).out, '/etc/kept\n/usr/kept')
    })
  }

  await t.test('where nobody would get in the console before goes on', async (t) => {
    await room.save(`#cloud-config\n${console('test/shell-less:1')}`)
    await until('it is told', async () => (await status()).phase === 'Degraded', 120)
    await machine.answers(60)
    t.match((await typed('cat /etc/os-release; ls /usr/kept')).out, /Like Alpine[^]*kept/)
    t.match(JSON.stringify((await status()).notReady), /does not pass its health check[^"]*; the old one runs again/)
    t.equal(await web(), before)
  })
})
