// Services by name on a machine that runs: enabled from a directory, with an image that lies on the machine; taken down, let up
// again and taken away; and a boot without the repository.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { testMachine } from '../support/machine.ts'
import { writeTestImage } from '../support/test-image.ts'
import { REF } from './support/services.ts'

const skip = process.getuid?.() === 0 ? false : 'a machine of namespaces needs root'
t.setTimeout(600_000)

t.test('a service of a repository', { skip }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'rosd-services-'))
  const { machine, root, until, apply } = await testMachine({ kind: 'namespaces', disks: [join(dir, 'state')] }, 6)
  t.teardown(async () => {
    await machine.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  const names = () => root("docker ps -a --format '{{.Names}} {{.State}}'")
  const image = join(dir, 'test.tar')
  writeTestImage(image, REF)
  const put = async (path: string, text: string | Buffer) => {
    const line = `mkdir -p $(dirname ${path}) && base64 -d > ${path}`
    const { code } = await machine.ssh(['sudo', 'sh', '-c', line], {
      stdin: Buffer.from(text).toString('base64')
    })
    if (code !== 0) throw new Error(`${path} could not be written`)
  }
  await put('/var/lib/rancher/preload/docker/test.tar', readFileSync(image))
  await put('/opt/repository/index.yml', 'services: [quiet]\n')
  await put(
    '/opt/repository/q/quiet.yml',
    `quiet:\n  image: ${REF}\n  command: sleep 1d\n  restart: always\n  stop_signal: SIGKILL\n`
  )
  await root('ros wait --timeout 300')
  await apply('#cloud-config\nrancher: {repositories: {here: {url: /opt/repository}}}\n')

  await t.test('is enabled by its name and runs', async (t) => {
    t.match(await root('ros service list'), /^disabled quiet$/m)
    t.match(
      await root('ros service enable quiet --wait 300'),
      /^quiet: [0-9a-f]{12} from here \/opt\/repository\/q\/quiet\.yml$/m
    )
    t.match(await names(), /^quiet running$/m)
    t.match(
      await root('ros service describe quiet'),
      /^from: +\/var\/lib\/rancher\/conf\/pinned\/services\/quiet\.yml:3:3$/m
    )
  })

  await t.test('is taken down until it is let up again', async (t) => {
    t.equal(await root('ros service down quiet -t 1'), 'quiet is down\n')
    await root('ros wait --timeout 100')
    t.notMatch(await names(), /quiet/)
    await root('ros service up quiet --wait 100')
    t.match(await names(), /^quiet running$/m)
    await root('ros service rm -f quiet')
    await until('it is back', async () => (await names()).includes('quiet running'))
  })

  await t.test('runs after a boot without its repository', async (t) => {
    await root('mv /opt/repository /opt/gone')
    await root('ros reboot -f || true').catch(() => '')
    await machine.logged(/all services are ready[^]*all services are ready/, 300)
    await machine.answers(300)
    await root('ros wait --timeout 300')
    t.match(await names(), /^quiet running$/m)
  })

  await t.test('is taken away', async (t) => {
    await root('ros service disable quiet --wait 100')
    t.notMatch(await names(), /quiet/)
    t.match(await root('ros service list'), /^disabled quiet$/m)
  })
})
