// Real namespaces with a stand-in for the agent: a shell script as PID 1 of a root tree that holds Busybox and nothing else.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import t from 'tap'
import { hostHierarchies } from '../../src/vm/cgroup.ts'
import { type Machine, startMachine } from '../../src/vm/machine.ts'
import { exits, type MachineOptions } from '../../src/vm/options.ts'

const busybox = '/bin/busybox'
const skip =
  process.getuid?.() !== 0
    ? 'namespaces need root'
    : existsSync(busybox)
      ? false
      : `no ${busybox} (Debian's busybox-static)`

const init = `#!/bin/busybox sh
export PATH=/bin
exec </dev/console >/dev/console 2>&1
boot=$(($(cat /state/boots 2>/dev/null || echo 0) + 1))
echo $boot >/state/boots
ip address add "$(sed -n 's/.*eth0.address=\\([^ ]*\\).*/\\1/p' /proc/cmdline)" dev eth0
ip link set eth0 up
trap 'poweroff -f' PWR
echo "boot $boot, PID $$, container $container, on $(tty)"
case "$(cat /proc/cmdline)" in *test.reboot=$boot*) reboot -f ;; *test.off*) poweroff -f ;; esac
(while :; do nc -l -p 22 -e echo SSH-2.0-stand-in; done) &
while :; do read -r line && echo "read: $line" || sleep 0.05; done
`

/** Made once: machines only read it. */
function rootTree(): string {
  const root = t.testdir()
  for (const dir of ['bin', 'usr/sbin', 'tmp']) mkdirSync(join(root, dir), { recursive: true })
  symlinkSync('usr/sbin', join(root, 'sbin'))
  copyFileSync(busybox, join(root, 'bin/busybox'))
  for (const name of execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n')) {
    if (name !== 'busybox') symlinkSync('busybox', join(root, 'bin', name))
  }
  writeFileSync(join(root, 'usr/sbin/init'), init, { mode: 0o755 })
  return root
}

const image = skip === false ? rootTree() : ''

function start(options: MachineOptions = {}): Promise<Machine> {
  return startMachine({ kind: 'namespaces', image, sshWait: false, timeout: 30, ...options })
}

/** Everything on this host that belongs to a running machine: folder, control groups, link. */
async function belongings(pid: number, host: string): Promise<string[]> {
  const name = /rosd-vm-\w+/.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[0] ?? 'no control group of its own'
  const groups = (await hostHierarchies()).map(({ version, mount, own }) => join(mount, version === 2 ? '' : own, name))
  const routes = JSON.parse(execFileSync('ip', ['-j', '-4', 'route', 'get', host], { encoding: 'utf8' }))
  return [join(tmpdir(), name), ...groups, join('/sys/class/net', (routes as { dev: string }[])[0]?.dev ?? 'no link')]
}

/** The first words a server says, as soon as there is one. */
async function greeting(host: string, port: number): Promise<string> {
  const deadline = Date.now() + 5000
  for (;;) {
    const socket = connect({ host, port })
    try {
      const [bytes] = (await once(socket, 'data')) as [Buffer]
      return bytes.toString()
    } catch (error) {
      if (Date.now() > deadline) throw error
    } finally {
      socket.destroy()
    }
  }
}

t.test('a machine of namespaces', { skip, timeout: 60_000 }, async (t) => {
  t.test('starts again when it reboots, keeps its state, and ends with 0 at power-off', async (t) => {
    const state = t.testdir()
    const machine = await start({ disks: [state], append: 'test.reboot=1 test.off' })
    t.equal(await machine.exited, exits.poweredOff)
    t.match(machine.log(), /boot 1, PID 1, container rosd-namespaces, on \/dev\/console\s+boot 2, PID 1/)
    t.equal(readFileSync(join(state, 'boots'), 'utf8'), '2\n')
  })

  t.test('ends with 3 at a reboot when it may not reboot', async (t) => {
    const machine = await start({ append: 'test.reboot=1', reboot: false })
    t.equal(await machine.exited, exits.rebooted)
  })

  t.test('that cannot start says why', async (t) => {
    const empty = t.testdir({ usr: { sbin: { init: '' } } })
    await t.rejects(start({ image: empty }), { message: /^the namespaces could not be made: .*umount: not found/ })
  })

  t.test('hears the power button', async (t) => {
    const machine = await start()
    await machine.logged('boot 1', 5)
    await t.rejects(machine.qmp('quit'), { message: /no quit/ })
    await machine.qmp('system_powerdown')
    t.equal(await machine.exited, exits.poweredOff)
  })

  t.test('is killed when its time is over', async (t) => {
    const machine = await start({ timeout: 1 })
    t.equal(await machine.exited, exits.timedOut)
  })

  t.test("sees its own root, kernel line, document and terminal, and not what is the host's", async (t) => {
    const config = join(t.testdir({ 'c.yml': 'hostname: inside\n' }), 'c.yml')
    const machine = await start({ config, append: 'a.word=of the test' })
    const inside = async (script: string): Promise<string> =>
      (await machine.nsenter(['sh', '-c', script])).stdout.trim()
    t.match(await inside('cat /proc/cmdline'), /^console=ttyS0 .* a\.word=of the test$/)
    t.equal(await inside('cat /media/config-2/openstack/latest/user_data'), 'hostname: inside')
    t.match(await inside('cat /media/config-2/openstack/latest/meta_data.json'), 'ssh-ed25519 ')
    t.equal(await inside('ls /mnt'), '', "the host's root is out of sight")
    t.equal(await inside('sed 1d /proc/swaps'), '')
    t.equal(await inside('test -c /dev/null && test -c /dev/ttyS0 && echo both'), 'both')
    t.equal(await inside('hostname not-the-host && hostname'), 'not-the-host')
    t.not(execFileSync('hostname', { encoding: 'utf8' }).trim(), 'not-the-host')
    if (existsSync('/proc/self/ns/time')) t.ok(Number.parseFloat(await inside('cat /proc/uptime')) < 30, 'just started')
    const kept = BigInt(`0x${await inside("sed -n 's/CapBnd:\\t//p' /proc/1/status")}`)
    t.equal(kept & ((1n << 16n) | (1n << 25n)), 0n, 'neither CAP_SYS_MODULE nor CAP_SYS_TIME')
    t.match(await inside('ls /sys/class/net'), /^eth0\s+lo$/)
    await machine.stop()
    t.equal(await machine.exited, exits.stopped)
  })

  t.test('lives beside others, and each can be reached', async (t) => {
    const machines = await Promise.all([start(), start(), start()])
    t.equal(new Set(machines.map(({ host }) => host)).size, 3)
    for (const machine of machines) {
      await machine.logged('boot 1', 5)
      t.match(await greeting(machine.host, machine.port), 'SSH-2.0-stand-in')
    }
    await Promise.all(machines.map((machine) => machine.stop()))
  })

  t.test('that does not answer by ssh is stopped, with the end of its log in the error', async (t) => {
    const said = '.*\\.log\\):\\n(.*\\n)*boot 1, PID 1'
    await t.rejects(start({ sshWait: true, sshTimeout: 1 }), {
      message: new RegExp(`^ssh did not answer within 1 s: ${said}`),
      exit: exits.failed
    })
    await t.rejects(start({ sshWait: true, timeout: 1 }), {
      message: new RegExp(`^1 s are over; ${said}`),
      exit: exits.timedOut
    })
  })

  t.test('leaves nothing behind, not even when the process that started it is killed', async (t) => {
    const main = new URL('../../src/vm/main.ts', import.meta.url).pathname
    const argv = [main, '--namespaces', '--headless', '--no-ssh-wait', '--image', image]
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'ignore'] })
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    const { pid, host, qmp } = JSON.parse(line) as { pid: number; host: string; qmp: null }
    t.equal(qmp, null)
    const things = [`/proc/${pid}`, ...(await belongings(pid, host))]
    t.ok(things.length >= 4)
    t.strictSame(
      things.filter((path) => !existsSync(path)),
      []
    )
    child.kill('SIGKILL')
    const deadline = Date.now() + 5000
    while (things.some((path) => existsSync(path)) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    t.strictSame(
      things.filter((path) => existsSync(path)),
      []
    )
  })
})
