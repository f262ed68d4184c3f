// Services by name on a machine that runs: enabled from a directory, with an image that lies on the machine; taken down, let up
// again and taken away; and a boot without the repository.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { testMachine } from '../support/machine.ts'
import { writeTestImage } from '../support/test-image.ts'
import { REF, system, user } from './support/services.ts'

const skip = process.getuid?.() === 0 ? false : 'a machine of namespaces needs root'
t.setTimeout(900_000)

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
  await apply(`#cloud-config
bootcmd: [echo boot said]
runcmd: [echo run said]
rancher:
  repositories: {here: {url: /opt/repository}}
  network: {pre_cmds: ['echo network said']}
`)

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
    for (const [name, line] of [
      ['bootcmd', 'boot'],
      ['runcmd', 'run'],
      ['network-hooks', 'network']
    ] as const)
      t.match(await root(`ros logs ${name}`), new RegExp(`^20\\S+Z  ${name} +${line} said$`, 'm'))
  })

  await t.test('is taken away', async (t) => {
    await root('ros service disable quiet --wait 100')
    t.notMatch(await names(), /quiet/)
    t.match(await root('ros service list'), /^disabled quiet$/m)
  })

  await t.test('is a file beside the document as well, told of and taken away by its name', async (t) => {
    const file = '/var/lib/rancher/conf/hello.yml'
    const says = 'sh -c "echo hello from the service; sleep 1d"'
    await put(file, `hello:\n  image: ${REF}\n  command: ${says}\n  stop_signal: SIGKILL\n`)
    t.match(await root(`ros service enable --wait 120 ${file}`), /settled/)
    t.match(await root('ros service list'), new RegExp(`^enabled +${file}$`, 'm'))
    await until('it has spoken', async () => (await root('ros logs hello')).includes('hello from the service'))
    await root('ros service down hello')
    t.equal(await root('docker ps -aq --filter name=hello'), '')
    await root(`ros service delete --wait 120 ${file}`)
    t.equal(await root('docker ps -aq --filter name=hello'), '')
  })

  await t.test('says its lines to syslog where it is told to, on either engine', async (t) => {
    await apply(`#cloud-config
rancher:
  services:
    sys: ${JSON.stringify(system({ log_driver: 'syslog', command: ['sh', '-c', 'echo sys said; exec sleep 1d'] }))}
    usr: ${JSON.stringify(user({ log_driver: 'syslog', log_opt: { tag: 'mine' }, command: ['sh', '-c', 'echo usr said; exec sleep 1d'] }))}
`)
    const said = async (name: string, line: RegExp) =>
      await until(`${name}: ${line}`, async () => line.test(await root(`ros logs ${name}`)))
    await said('syslog', /^\S+  syslog +[0-9a-f]{12}\[\d+\]: sys said$/m)
    await said('syslog', /^\S+  syslog +mine\[\d+\]: usr said$/m)
    t.match(await root('grep said /var/log/messages'), / daemon\.info mine\[\d+\]: usr said$/m)
  })

  await t.test('no log of the machine outgrows its bounds', async (t) => {
    // As cron does it, which may just do it.
    const rotate = `system-docker exec system-cron ${(await root("grep -o 'logrotate .*' /etc/crontabs/root")).trim()}`
    const logs = ['boot.log', 'bootcmd.log', 'network-hooks.log', 'rosd.log', 'runcmd.log', 'system-docker.log', 'wtmp']
    await root(`
      set -e
      cd /var/log
      mkdir docker # as rancher.defaults.system_docker_logs may name it
      for round in 1 2 3 4 5 6; do
        for log in docker/system.log ${logs.join(' ')}; do head -c 5500000 /dev/zero | tr '\\0' x | fold -w 99 >> $log; done
        ${rotate} || { sleep 5; ${rotate}; }
      done`)
    t.equal(
      await root('cd /var/log/docker; echo *'),
      'system.log system.log.1 system.log.2 system.log.3 system.log.4\n'
    )
    await root('rm -r /var/log/docker')
    const files = await root('cd /var/log; for file in *; do echo "$file $(stat -c %s $file)"; done')
    const sizes = new Map(
      files
        .trim()
        .split('\n')
        .map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])])
    )
    t.same(
      [...sizes.keys()].map((name) => name.replace(/\.\d$/, '')).filter((name, at, all) => all.indexOf(name) === at),
      [...logs, 'events.ndjson', 'messages'].toSorted(),
      'there is none whose bounds nobody knows'
    )
    for (const log of logs) {
      t.same(
        [1, 2, 3, 4, 5].filter((number) => sizes.has(`${log}.${number}`)),
        [1, 2, 3, 4],
        log
      )
      t.ok((sizes.get(log) ?? 0) < 1_000_000, `${log} begins anew`)
    }
    await root('kill -HUP "$(cat /run/system-docker.pid)"')
    await until('System Docker writes on', async () => /reload/.test(await root('cat /var/log/system-docker.log')))
    t.ok(Number(await root('stat -c %s /var/log/system-docker.log')) < 1_000_000, 'at the beginning of the file')
  })

  await t.test('no line is lost while the log daemon rotates, nor for who follows', async (t) => {
    const count = 150_000
    await root('ros logs -f syslog > /run/followed 2>&1 & echo $! > /run/follower; sleep 3')
    await root(`seq ${count} | sed "s/$/ $(head -c 90 /dev/zero | tr '\\0' x)/" | logger -t flood`)
    const numbers = `sed -n 's/.* flood: \\([0-9]*\\) .*/\\1/p'`
    await until(
      'the follower has them',
      async () => (await root(`${numbers} /run/followed | sort -nu | wc -l`)).trim() === String(count)
    )
    await root('kill "$(cat /run/follower)"')
    t.equal(await root(`cat /var/log/messages* | ${numbers} | sort -nu | wc -l`), `${count}\n`)
    for (let times = 0; times < 2; times += 1) await root(`ros logs syslog --lines 100000 | cut -d' ' -f4- | logger`)
    const bytes = await root("stat -c %s /var/log/messages* | awk '{ n += $1; f += 1 } END { print f, n }'")
    t.match(bytes, /^5 \d+$/m)
    t.ok(Number(bytes.split(' ')[1]) < 5 * 4_300_000, bytes)
  })
})
