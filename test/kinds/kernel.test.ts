// The kinds on a real kernel, with the real Files, Mounts and Runner: namespaces of their own, and memory over every folder
// they write to, so that nothing reaches this machine.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import t from 'tap'
import type { KindDef } from '../../src/core/kind.ts'
import { plan, showPlan } from '../../src/core/plan.ts'
import type { Key, Kind, Want } from '../../src/core/resource.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'
import { linuxFiles } from '../../src/host/linux/files.ts'
import { linuxMounts } from '../../src/host/linux/mounts.ts'
import { run, startDaemon } from '../../src/host/linux/spawn.ts'
import { command } from '../../src/kinds/command.ts'
import { file } from '../../src/kinds/file.ts'
import { hostname } from '../../src/kinds/hostname.ts'
import { module } from '../../src/kinds/module.ts'
import { mount } from '../../src/kinds/mount.ts'
import { sshKey } from '../../src/kinds/ssh-key.ts'
import { sysctl } from '../../src/kinds/sysctl.ts'
import { conform } from '../support/conform.ts'
import { desiredOf } from '../support/desired.ts'
import { fakeHost } from '../support/fake-host.ts'

const NAMESPACES = ['--mount', '--pid', '--fork', '--uts', '--ipc', '--net', '--mount-proc', '--propagation', 'private']
const sh = (script: string) =>
  execFileSync('sh', ['-c', `set -e\n${script}`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** Why no namespaces can be made here; false when they can. */
function why(): string | false {
  try {
    execFileSync('unshare', [...NAMESPACES, 'true'], { stdio: 'pipe' })
    return false
  } catch (thrown) {
    const said = String((thrown as { stderr?: Buffer }).stderr ?? thrown).trim() // execFileSync's error carries it
    return `namespaces of our own can not be made here: ${said}`
  }
}

if (process.env['ROSD_TEST_INSIDE'] !== 'yes') {
  const env = { ...process.env, ROSD_TEST_INSIDE: 'yes' }
  const reason = why()
  if (reason !== false) t.plan(0, reason)
  else t.spawn('unshare', [...NAMESPACES, process.execPath, import.meta.filename], { env }, 'inside namespaces')
} else inside()

function inside() {
  sh(`
    passwd=$(cat /etc/passwd) group=$(cat /etc/group)
    for d in /etc /home /mnt /opt /run /srv /var/log; do mkdir -p "$d"; mount -t tmpfs test "$d"; done
    ln -s /proc/self/mounts /etc/mtab
    echo "$passwd" > /etc/passwd; echo "$group" > /etc/group
    printf '127.0.0.1 localhost\\n' > /etc/hosts; echo image > /etc/hostname; hostname image
    mkdir -p /srv/x /home/rancher; echo here > /srv/x/f
  `)
  const host = fakeHost({
    wall: { now: Date.now },
    files: linuxFiles,
    mounts: linuxMounts,
    runner: { run, startDaemon },
    docker: { system: { ping: async () => null } }
  })
  const files = (folders: string) => () =>
    sh(
      `find ${folders} -not -path '/run/ros*' | sort | while read -r path; do stat -c '%n %a %u:%g' "$path"; [ ! -f "$path" ] || cat "$path"; done`
    )
  // What other tests have mounted meanwhile (an engine, a machine) lies in folders of their own, and goes when those go.
  const table = async () => (await linuxMounts.list()).filter(({ target }) => !target.startsWith('/tmp/'))

  /** Looks and acts until nothing is left to do, as the loop would; the plans it made. */
  async function settle<K extends Kind>(kind: KindDef<K>, data: CloudConfig): Promise<readonly string[]> {
    const signal = AbortSignal.timeout(30_000)
    const wants = new Map<Key, Want>([...kind.want(desiredOf(data))].map((want) => [want.key, want]))
    const plans: string[] = []
    for (let pass = 0; pass < 5; pass++) {
      const seen = await kind.observe(host, [...wants.keys()] as Key<K>[], signal) // its own wants
      const { actions } = plan(new Map([[kind.kind, kind as never]]), { wants, seen: new Map(seen), owned: new Map() }) // one kind alone
      if (actions.length === 0) break
      plans.push(showPlan(actions))
      for (const action of actions) await kind.act(host, action as never, signal) // its own actions
    }
    return plans
  }

  t.test('parameters', async (t) => {
    const values = {
      'net.ipv4.ip_local_port_range': '20000 30000',
      'net/ipv4/conf/lo/rp_filter': '2',
      'net.core.somaxconn': '777',
      'net.ipv4.ip_forward': '1'
    }
    const snapshot = () =>
      Object.keys(values).map((name) => readFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, 'utf8'))
    await conform(t, { kind: sysctl, host, snapshot, desired: desiredOf({ rancher: { sysctl: values } }) })
    for (const [name, value, code] of [
      ['net.ipv4.ip_forward', 'many', 'ROS_SYSCTL_WRITE'],
      ['net.no.such', '1', 'ROS_SYSCTL_MISSING']
    ] as const) {
      await t.rejects(settle(sysctl, { rancher: { sysctl: { [name]: value } } }), { code })
    }
  })

  t.test('host name', async (t) => {
    const snapshot = () =>
      sh('hostname; cat /etc/hostname /etc/hosts; ls -li /etc/hosts /etc/hostname | cut -d" " -f1,2')
    await conform(t, { kind: hostname, host, snapshot, desired: desiredOf({ hostname: 'web-1.example.org' }) })
    await settle(hostname, { hostname: 'web-2.example.org' })
    t.equal(
      sh('hostname; cat /etc/hostname; grep 127.0.1.1 /etc/hosts'),
      'web-2.example.org\nweb-2.example.org\n127.0.1.1 web-2.example.org web-2\n'
    )
  })

  t.test('files', async (t) => {
    sh('echo old > /etc/motd; chmod 600 /etc/motd; mkdir -p /opt/deep/er')
    const write_files = [
      { path: '/etc/motd', content: 'new\n', owner: '1100:1100' },
      { path: '/opt/deep/er/run', content: 'IyEvYmluL3NoCg==', encoding: 'b64', permissions: '0755' }
    ] as const
    sh('mkdir -p /run/ros')
    // Those that every document has.
    await settle(file, {})
    await conform(t, {
      kind: file,
      host,
      snapshot: files('/etc /opt'),
      desired: desiredOf({ write_files }),
      without: desiredOf({})
    })
  })

  t.test('ssh keys', async (t) => {
    sh(
      'install -d -o 1100 -g 1100 -m 755 /home/rancher; install -d -o 1100 -g 1100 -m 700 /home/rancher/.ssh; install -d -o 1101 -g 1101 -m 700 /home/docker /home/docker/.ssh'
    )
    const desired = desiredOf({ ssh_authorized_keys: ['ssh-ed25519 AAAA ann', 'ssh-ed25519 BBBB bob'] })
    await conform(t, { kind: sshKey, host, snapshot: files('/home'), desired })
  })

  t.test('modules', async (t) => {
    const key: Key<'module'> = 'module/overlay'
    const present = (await module.observe(host, [key], AbortSignal.timeout(5000))).has(key)
    t.equal(present, /\boverlay\b/.test(readFileSync('/proc/filesystems', 'utf8')))
  })

  t.test('commands run once, and what they say is in the log', async (t) => {
    const desired = desiredOf({ bootcmd: ['echo one; echo two >&2', ['printf', '%s\\n', 'three four']] })
    const log = () => sh("sed 's/^[^ ]*Z +/+/' /var/log/bootcmd.log 2>/dev/null || true")
    await conform(t, { kind: command, host, desired, snapshot: log, stays: 'what ran has run', final: true })
    t.equal(log(), '+ echo one; echo two >&2\none\ntwo\n+ printf %s\\n three four\nthree four\n')
    sh('rm /run/ros/commands/bootcmd.json')
    await t.rejects(settle(command, { bootcmd: ['exit 3', 'echo not me'] }), {
      message: /command 1 of 2 \(exit 3\) ended with code 3/
    })
    sh('rm /run/ros/commands/bootcmd.json')
    await t.rejects(settle(command, { bootcmd: [['/no/such/program']] }), { message: /ended with code 127/ })
    t.notMatch(log(), /not me/)
  })

  t.test('mounts', async (t) => {
    const mounts = [
      ['tmpfs', '/mnt/a b', 'tmpfs', 'size=64m,nosuid,noexec'],
      ['/srv/x', '/mnt/a b/x', 'none', 'bind,ro'],
      ['/srv/x/f', '/mnt/f', 'none', 'bind']
    ]
    await conform(t, { kind: mount, host, desired: desiredOf({ mounts }), snapshot: table })
    const change = async (options: string) => settle(mount, { mounts: [['tmpfs', '/mnt/t', 'tmpfs', options]] })
    const shown = () => sh("grep ' /mnt/t ' /proc/self/mountinfo | cut -d' ' -f1,6,9-")
    await change('size=8m')
    sh('touch /mnt/t/kept')
    for (const [options, expected] of [
      ['size=16m,ro,noexec', /ro,noexec,relatime tmpfs ro,size=16384k/],
      ['size=16m,noatime', /rw,noatime tmpfs rw,size=16384k/],
      ['', / rw,relatime tmpfs rw/]
    ] as const) {
      t.equal((await change(options)).length, 1, `one pass makes it ${options === '' ? 'plain' : options}`)
      t.match(shown(), expected)
      t.equal(sh('ls /mnt/t'), options === '' ? '' : 'kept\n', 'only an option taken away means mounting anew')
    }
    await settle(mount, { mounts: [['/srv/x', '/mnt/v', 'none', 'bind,ro']] })
    t.throws(() => sh('touch /mnt/v/new'), /Read-only/)
    t.notMatch(sh("grep ' /srv ' /proc/self/mountinfo"), / ro[, ]/, 'the folder behind a read-only view stays writable')
    sh('umount /mnt/t; mount -t tmpfs other /mnt/t')
    t.match(
      (await settle(mount, { mounts: [['/srv/x', '/mnt/t', 'none', 'bind']] })).join(),
      /other is mounted there and not ours/
    )
    t.equal(sh('ls /mnt/t'), 'f\n')
  })

  t.test('three looks at a machine that is as wanted change nothing', async (t) => {
    const data = {
      mounts: [['tmpfs', '/mnt/still', 'tmpfs', '']],
      hostname: 'still',
      rancher: { sysctl: { 'net.core.somaxconn': '99' } }
    }
    for (const kind of [mount, hostname, sysctl]) await settle(kind as unknown as KindDef, data)
    const before = [await table(), sh('stat -c "%n %i %Y" /etc/hosts /etc/hostname')]
    for (let pass = 0; pass < 3; pass++) {
      for (const kind of [mount, hostname, sysctl]) t.strictSame(await settle(kind as unknown as KindDef, data), [])
    }
    t.strictSame([await table(), sh('stat -c "%n %i %Y" /etc/hosts /etc/hostname')], before)
  })

  const noLoop = (() => {
    try {
      sh('command -v mke2fs losetup; test -b "$(losetup -f)"')
      return false
    } catch {
      return 'no loop device or no mke2fs here'
    }
  })()

  t.test('a disk by its label', { skip: noLoop }, async (t) => {
    const label = `ros-${process.ppid}-${Date.now() % 100_000}`.slice(0, 16)
    const loop = sh(
      `truncate -s 4M /srv/disk; mke2fs -q -F -t ext4 -L ${label} /srv/disk; losetup -f --show /srv/disk`
    ).trim()
    try {
      const mounts = [[`LABEL=${label}`, '/mnt/disk', 'auto', 'noatime']]
      await conform(t, { kind: mount, host, desired: desiredOf({ mounts }), snapshot: table })
      await settle(mount, { mounts })
      t.strictSame(
        await settle(mount, { mounts: [[loop, '/mnt/disk', 'ext4', 'noatime']] }),
        [],
        'another name of the device is the same mount'
      )
      t.equal((await settle(mount, { mounts: [[`LABEL=${label}`, '/mnt/disk', 'auto', 'ro']] })).length, 1)
      t.match(sh('grep /mnt/disk /proc/self/mounts'), / ro,/)
      const key: Key<'mount'> = 'mount//mnt/disk'
      const [want] = [...mount.want(desiredOf({ mounts }))]
      if (want === undefined) throw new Error('nothing is wanted')
      const seen = (await mount.observe(host, [key], AbortSignal.timeout(5000))).get(key) ?? null
      const action = {
        id: 'a',
        key,
        verb: 'delete',
        why: '',
        place: '',
        from: seen,
        to: null,
        needs: [],
        after: [],
        behind: []
      } as const
      const owned = { key, spec: want.spec, needs: [], before: null }
      const busy = startDaemon(['sh', '-c', 'cd /mnt/disk && exec sleep 60'], { logFile: '/run/busy.log' })
      const until = Date.now() + 5000
      while (!sh(`readlink /proc/${busy.pid}/cwd`).startsWith('/mnt/disk') && Date.now() < until)
        await new Promise(setImmediate)
      await t.rejects(mount.act(host, { ...action, owned }, AbortSignal.timeout(5000)), {
        code: 'ROS_MOUNT',
        message: /\/mnt\/disk is busy/
      })
      busy.kill('SIGKILL')
      await busy.exited
      await mount.act(host, { ...action, owned }, AbortSignal.timeout(5000))
      t.notMatch(sh('cat /proc/self/mounts'), /\/mnt\/disk/)
    } finally {
      sh(`losetup -d ${loop}`)
    }
  })
}
