// The image in a real virtual machine: our kernel, cgroup v2, modules, DHCP, a disk. One machine of 512 MB, booted twice.
// What does not need a kernel of its own is tested in seconds by test/machine.
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { namespaceOn } from '../support/far-place.ts'
import { ready, testMachine, USER_FILE } from '../support/machine.ts'
import { networkCases } from '../support/network-cases.ts'
import { cabledMachine } from '../support/network-machine.ts'
import { playNetworkCases } from '../support/network-play.ts'
import { writeTestImage } from '../support/test-image.ts'
import { choices } from './choices.ts'

const REF = 'test/busybox:1'
/** Emulated, and beside another test: everything takes ten times as long as on the host. */
const PATIENCE = 10
const skip = existsSync('/usr/bin/qemu-system-x86_64')
  ? false
  : 'no qemu-system-x86_64 (Debian package qemu-system-x86)'
t.setTimeout(2_100_000)

t.test('the image in a virtual machine', { skip }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'rosd-e2e-'))
  const config = join(dir, 'user-data.yml')
  writeFileSync(config, '#cloud-config\nhostname: e2e\nrancher:\n  shutdown_timeout: 120\n')
  const began = performance.now()
  const one = await testMachine(
    {
      kind: 'qemu',
      memory: 512,
      disks: [join(dir, 'state.img')],
      config,
      unsafe: true,
      sshTimeout: 600,
      timeout: 3_000
    },
    PATIENCE
  )
  const { machine, root, tried, write, resource, until } = one
  t.teardown(async () => {
    await machine.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  t.comment(`ssh answered after ${((performance.now() - began) / 1000).toFixed(0)} s`)
  await machine.logged(/all services are ready/, 600)
  await root('ros wait --timeout 300')

  await t.test('boots with 512 MB, quietly, and says each step', async (t) => {
    const log = machine.log()
    for (const step of [
      /formatted \/dev\/vdb \(ext4, LABEL=RANCHER_STATE\)/,
      /mounted \/state/,
      /System Docker is up/,
      /console is up/,
      /User Docker is up/
    ])
      t.match(log, step)
    t.notMatch(log, /Oops|Call Trace|Kernel panic|Out of memory/)
    t.equal(await root('cat /var/log/boot.log | grep -c "all services are ready"'), '1\n')
    const [total, available] = (await root("awk '/MemTotal|MemAvailable/ {print $2}' /proc/meminfo"))
      .trim()
      .split('\n')
      .map(Number)
    t.ok(
      (available ?? 0) > 100 * 1024,
      `MB used: ${(((total ?? 0) - (available ?? 0)) / 1024).toFixed(0)} of ${((total ?? 0) / 1024).toFixed(0)}`
    )
    t.comment(
      `memory used: ${(((total ?? 0) - (available ?? 0)) / 1024).toFixed(0)} MB of ${((total ?? 0) / 1024).toFixed(0)}`
    )
  })

  await t.test('is what the document and the machine say', async (t) => {
    t.equal((await root('hostname')).trim(), 'e2e', 'the config-drive’s document is in force')
    t.match(await root('ip -4 -o addr show eth0'), /inet 10\.0\.2\.15\/24/, 'by DHCP')
    t.match(await root('cat /etc/resolv.conf'), /nameserver 10\.0\.2\.3/, 'the lease’s name server')
    t.equal((await root('cat /sys/fs/cgroup/cgroup.controllers')).includes('memory'), true)
    t.match(await root('findmnt -no FSTYPE / || stat -f -c %T /'), /overlay/)
    t.match(await root('docker info -f "{{.CgroupVersion}} {{.Driver}}"'), '2 overlay2')
    t.match(
      await root("system-docker ps --format '{{.Names}}' | sort | tr '\\n' ' '"),
      'acpid console docker network ntp syslog system-cron udev '
    )
    t.equal(await root('ros plan'), 'nothing to do\n')
  })

  await t.test('editing the file changes the machine', async (t) => {
    const image = join(dir, 'image.tar')
    writeTestImage(image, REF)
    const put = await machine.ssh(['sudo', 'sh', '-c', 'base64 -d > /var/lib/rancher/preload/docker/test.tar'], {
      stdin: readFileSync(image).toString('base64')
    })
    t.equal(put.code, 0)
    const before = await root("system-docker ps --format '{{.Names}} {{.ID}}' | sort")
    await write(
      USER_FILE,
      `#cloud-config
hostname: edited
mounts:
  - [tmpfs, /mnt/mem, tmpfs, "size=1m"]
rancher:
  modules: [overlay, veth, bridge, br_netfilter, nf_conntrack, nft_chain_nat, nft_compat, nft_fib_inet, xt_MASQUERADE, xt_addrtype, xt_comment, xt_conntrack, xt_mark, xt_multiport, xt_nat, xt_tcpudp, dummy]
  sysctl:
    vm.swappiness: 13
  services:
    web:
      image: ${REF}
      command: httpd -f -p 80 -h /etc
      ports: ["8080:80"]
      restart: always
      mem_limit: 16m
      stop_grace_period: 1s
`
    )
    await until('the sysctl is set', async () => (await root('cat /proc/sys/vm/swappiness')).trim() === '13')
    await until(
      'the service answers on its port',
      async () => (await tried('wget -qO- http://10.0.2.15:8080/marker')).code === 0
    )
    await root('ros wait --timeout 120')
    t.equal((await root('hostname')).trim(), 'edited')
    t.equal((await tried('grep -q "^dummy " /proc/modules && grep -q " /mnt/mem " /proc/1/mounts')).code, 0)
    t.equal((await root("docker inspect -f '{{.HostConfig.Memory}}' web")).trim(), String(16 * 1024 * 1024))
    t.match(await root('cat /sys/fs/cgroup/user-docker/*/memory.max'), '16777216', 'the limit is the kernel’s')
    t.equal(await root("system-docker ps --format '{{.Names}} {{.ID}}' | sort"), before, 'and nothing else was touched')
  })

  await t.test('networks of links that only its kernel has come, stay and go without a trace', async (t) => {
    const net = await cabledMachine(t, undefined, await namespaceOn({ machine }))
    for (const card of ['eth0', 'eth1']) await net.ip(`link set ${card} up`)
    const folder = new URL('networks/', import.meta.url)
    for (const file of readdirSync(folder)) await playNetworkCases(t, net, networkCases(new URL(file, folder)))
  })

  await choices(t, one, REF, dir)

  await t.test('killed containers come back, user containers can all be removed', async (t) => {
    await root('system-docker kill syslog; system-docker rm -f acpid; docker rm -f $(docker ps -aq)')
    await until(
      'all are back',
      async () => (await tried('ros wait --timeout 60')).code === 0 && ready(await resource('container/user/web'))
    )
    t.match(
      await root("system-docker ps --format '{{.Names}}' | sort | tr '\\n' ' '"),
      'acpid console docker network ntp syslog system-cron udev '
    )
    t.match(await root('ros events'), /Drifted +container\/system\/acpid/)
  })

  await t.test('killed engines come back, their containers run on', async () => {
    const of =
      "system-docker inspect -f '{{.Name}} {{.State.Pid}}' $(system-docker ps -q) | sort; docker inspect -f '{{.Name}} {{.State.Pid}}' $(docker ps -q)"
    const before = await root(of)
    await root('kill -9 $(cat /run/system-docker.pid)')
    await until('System Docker is back', async () => (await tried(of)).text === before)
    await root('kill -9 $(cat /run/docker.pid)')
    const after = async () => (await tried(of)).text.replace(/^\/docker .*$/m, '')
    await until('User Docker is back', async () => (await after()) === before.replace(/^\/docker .*$/m, ''))
    await root('ros wait --timeout 120')
  })

  await t.test(
    'a signal that would crash the agent is ignored or ends in a clean reboot, never in a hung machine',
    async (t) => {
      await tried('kill -SEGV 1')
      await machine.answers(600)
      t.equal((await tried('ros wait --timeout 300')).code, 0)
    }
  )

  await t.test('a year that passes at once, a signal meanwhile, and the year taken back change nothing', async (t) => {
    const of =
      "docker inspect -f '{{.Id}} {{.State.StartedAt}}' web; system-docker ps --format '{{.Names}} {{.ID}}' | sort"
    const before = await root(of)
    const year = 365 * 86_400
    for (const jump of [year, -year]) {
      await root(`date -s @$(($(date +%s) + ${jump})) && { kill -SEGV 1 || true; }`)
      await until('it is as the document says', async () => (await tried('ros wait --timeout 120')).code === 0)
      t.equal(await root('ros plan'), 'nothing to do\n')
      t.equal(await root(of), before)
    }
  })

  await t.test(
    'a full disk and a fault of the agent lose nothing, and what was held up is done after it',
    async (t) => {
      const text = await root(`cat ${USER_FILE}`)
      const id = await root("docker inspect -f '{{.Id}}' web")
      await root(
        'cd /var/lib/rancher && mkdir full && for size in 1G 100M 10M 1M 64K 4K; do i=0; while fallocate -l $size full/$size.$i; do i=$((i+1)); done; done 2>/dev/null; true'
      )
      t.not((await tried('head -c 65536 /dev/zero > /var/lib/rancher/full/more')).code, 0, 'it is full')
      const refused = await tried('ros config set rancher.sysctl.vm.swappiness 14')
      t.not(refused.code, 0, refused.text)
      t.equal(await root(`cat ${USER_FILE}`), text, 'the document is as it was')
      await root('sysctl -w vm.swappiness=99')
      await root('ros reconcile')
      await until('it is set right', async () => (await root('cat /proc/sys/vm/swappiness')).trim() === '13')
      const faults = machine.log().split('asked to fail').length
      await root('ros agent restart --fault')
      await until('it has started anew', async () => machine.log().split('asked to fail').length > faults)
      await root('rm -r /var/lib/rancher/full')
      await until('it is as the document says', async () => (await tried('ros wait --timeout 120')).code === 0)
      await root('ros config set --wait 120 rancher.sysctl.vm.swappiness 14')
      t.equal((await root('cat /proc/sys/vm/swappiness')).trim(), '14')
      await root('ros config set --wait 120 rancher.sysctl.vm.swappiness 13')
      t.equal(await root('ros plan'), 'nothing to do\n')
      t.equal(await root("docker inspect -f '{{.Id}}' web"), id)
      t.equal(await root('cat /proc/1/comm'), 'MainThread\n', 'the agent is PID 1 as before')
    }
  )

  let hostKey = ''
  await t.test(
    'a disk that the kernel makes read-only ends no agent, keeps none from starting and loses nothing',
    async (t) => {
      await root('sh -c "echo kept > /home/rancher/note"')
      hostKey = await root('cat /etc/ssh/ssh_host_ed25519_key.pub')
      const text = await root(`cat ${USER_FILE}`)
      const starts = machine.log().split('started anew').length
      // As for an error in the file system: also for who has files open in it. Deleted ones keep ext4 from being made writable again.
      await root('echo u > /proc/sysrq-trigger')
      await until('it is read-only', async () => (await tried('touch /var/lib/rancher/conf/x')).code !== 0)
      const refused = await tried('ros config set rancher.sysctl.vm.swappiness 14')
      t.equal(refused.code, 1)
      t.match(refused.text, `${USER_FILE} is as it was: the disk it lies on is read-only`)
      t.equal(await root(`cat ${USER_FILE}`), text)
      t.equal(machine.log().split('started anew').length, starts, 'the agent lives')
      await root('ros agent restart --fault')
      await until('it has started anew', async () => machine.log().split('started anew').length > starts)
      await until('it answers', async () => (await tried('ros plan')).text === 'nothing to do\n')
    }
  )

  await t.test('a reboot makes it writable, keeps state and starts what was running', async (t) => {
    const boots = machine.log().split('all services are ready').length
    await machine.ssh(['sudo', 'reboot'])
    await until('it has booted again', async () => machine.log().split('all services are ready').length > boots, 60)
    await machine.answers(600)
    await root('ros wait --timeout 300')
    t.equal(await root('cat /etc/ssh/ssh_host_ed25519_key.pub'), hostKey)
    t.equal(await root('cat /home/rancher/note'), 'kept\n')
    t.equal((await root('cat /proc/sys/vm/swappiness')).trim(), '13')
    await root('ros config set --wait 120 rancher.sysctl.vm.swappiness 14')
    t.equal((await root('cat /proc/sys/vm/swappiness')).trim(), '14')
    await until(
      'the service answers on its port',
      async () => (await tried('wget -qO- http://10.0.2.15:8080/marker')).code === 0
    )
  })

  await t.test('the power button powers off in order', async (t) => {
    await machine.qmp('system_powerdown')
    t.equal(await machine.exited, 0)
    const last = machine.log().slice(machine.log().lastIndexOf('poweroff: going down'))
    for (const line of [
      /stopped docker/,
      /stopped user containers \(1\)/,
      /stopped System Docker/,
      /unmounted filesystems/,
      /synced disks/
    ])
      t.match(last, line)
    t.notMatch(last, /PASSED OVER|FAILED/)
    t.equal(needsRecovery(join(dir, 'state.img')), false, 'the file system was taken off the machine in order')
  })
})

/** Whether an ext4 has a journal to be replayed: INCOMPAT_RECOVER of its superblock, ext4(5). */
function needsRecovery(image: string): boolean {
  const [at, flag] = [1024 + 0x60, 4]
  const file = openSync(image, 'r')
  const bytes = Buffer.alloc(4)
  readSync(file, bytes, 0, bytes.length, at)
  closeSync(file)
  return (bytes.readUInt32LE() & flag) !== 0
}
