// Services, consoles and logs as words, in the virtual machine: what boot.test.ts asks of its machine about them.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { muslLike, writeDistribution } from '../support/distribution.ts'
import { engineArchive } from '../support/engine-machine.ts'
import type { TestMachine } from '../support/machine.ts'

/** Beside cloud-config.yml, where people keep their own definitions. */
const HELLO = '/var/lib/rancher/conf/hello.yml'
const ENGINE = 'engine-docker-20.10'
/** Where System Docker takes images from. */
const PRELOAD = '/var/lib/rancher/preload/system-docker'

/** `image`: one of User Docker's, with a shell. `dir`: a folder of the host. */
export async function choices(
  t: Test,
  { machine, root, tried, write, until }: TestMachine,
  image: string,
  dir: string
) {
  /** Bytes as the command's input, in base64. */
  const put = async (bytes: Buffer, command: string) => {
    const { code, stderr } = await machine.ssh(['sudo', 'sh', '-c', command], { stdin: bytes.toString('base64') })
    if (code !== 0) throw new Error(`'${command}' ended with ${code}: ${stderr}`)
  }

  await t.test('a service of a file is enabled, told of and taken away by its name', async (t) => {
    await write(HELLO, `hello:\n  image: ${image}\n  command: sh -c "echo hello from the service; sleep 1d"\n`)
    const enabled = await root(`ros service enable --wait 120 ${HELLO}`)
    t.match(enabled, /settled/)
    t.match(await root('ros service list'), new RegExp(`^enabled +${HELLO}$`, 'm'))
    await until('it has spoken', async () => (await root('ros logs hello')).includes('hello from the service'))
    await root('ros service down hello')
    t.equal(await root('docker ps -aq --filter name=hello'), '')
    await root(`ros service delete --wait 120 ${HELLO}`)
    t.equal(await root('docker ps -aq --filter name=hello'), '')
  })

  await t.test('an engine stands beside User Docker, with groups and a network of its own', async (t) => {
    t.match(await root('ros engine create ci'), /^docker-ci is docker \S+ at 172\.30\.0\.2 in 172\.30\.0\.0\/24$/m)
    await root(`docker save ${image} | docker-ci load`)
    const says = 'while :; do echo here | nc -l -p 80; done'
    await root(`docker-ci run -d --name apart --memory 16m -p 8080:80 ${image} sh -c '${says}'`)
    t.equal(await root('docker-ci exec apart cat /sys/fs/cgroup/memory.max'), `${16 * 1024 * 1024}\n`)
    await until('it answers', async () => (await tried('nc -w 5 172.30.0.2 8080 < /dev/null')).text === 'here\n')
    t.equal(await root('docker ps -aq --filter name=apart'), '')
    t.match(await root('ros engine list'), /^enabled {2}ci$/m)
    await root('ros engine rm -f ci')
    t.notMatch(await root('ros engine list'), /ci/)
    // Consoles do not see it.
    t.equal(await root('ls /proc/1/root/var/lib/m-user-docker'), '')
  })

  await t.test('User Docker is an older engine, and its own again', async (t) => {
    const packed = execFileSync('gzip', ['-1', '-c', await engineArchive(ENGINE)], { maxBuffer: 2 ** 30 })
    await put(packed, `base64 -d > ${PRELOAD}/engine.tar.gz`)
    await root(`docker run -d --name kept --restart unless-stopped -v kept:/kept ${image} sleep 1d`)
    await root("docker exec kept sh -c 'echo before > /kept/told'")
    const id = await root('docker ps -q --no-trunc --filter name=kept')
    for (const [name, version] of [
      ['docker-20.10', /^20\.10\./],
      ['default', /^26\.1/]
    ] as const) {
      t.match(await tried(`ros engine switch -f ${name}`), { code: 0, text: /^User Docker is docker-/ })
      t.match(await root('docker version -f {{.Server.Version}}'), version)
      await until('kept runs again', async () => (await root('docker ps -q --no-trunc --filter name=kept')) === id, 60)
      t.equal(await root('docker exec kept cat /kept/told'), 'before\n', 'its volume is as it was')
      await until('web answers', async () => (await tried('wget -qO- http://10.0.2.15:8080/marker')).code === 0, 60)
    }
    await root('docker rm -fv kept && docker volume rm kept')
  })

  await t.test('the console is one of another image, with a C library of its own, and the old one again', async (t) => {
    const containers = await root('docker ps --no-trunc --format "{{.ID}} {{.Names}}" | sort')
    const archive = join(dir, 'musl.tar')
    writeDistribution(archive, 'test/musl:1', await muslLike())
    await put(readFileSync(archive), 'base64 -d > /tmp/musl.tar && ros preload -s /tmp/musl.tar')
    // It takes the session that asks for it along.
    await tried('ros console switch -f test/musl:1').catch(() => undefined)
    const release = async () => (await tried('cat /etc/os-release')).text
    await until('people get there', async () => (await release()).includes('Like Alpine'), 60)
    t.match(await root('ros console list'), /^current {2}test\/musl:1$/m)
    await root('ros wait --timeout 300')
    t.equal(await root('docker ps --no-trunc --format "{{.ID}} {{.Names}}" | sort'), containers)
    await tried('ros console switch -f default').catch(() => undefined)
    await until('people are back', async () => (await release()).includes('ID="rosd"'), 60)
    await root('ros wait --timeout 300')
    t.match(await root('ros console list'), /^current {2}default$/m)
    t.equal(await root('docker ps --no-trunc --format "{{.ID}} {{.Names}}" | sort'), containers)
  })
}
