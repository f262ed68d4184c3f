import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import type { StateConfig } from '../../src/core/agent-settings.ts'
import { loopDevice, noLoop } from './support/loop.ts'
import { boot, cannot, type Machine, said } from './support/machine.ts'

const namespaces = { skip: cannot, timeout: 30_000 }
const withDisk = { skip: cannot || noLoop, timeout: 60_000 }

async function booted(t: Test, state: Partial<StateConfig>, devices: readonly string[] = []): Promise<Machine> {
  const machine = boot('boots.ts', { work: t.testdir(), devices, env: { BOOT: JSON.stringify(state) } })
  t.equal(await machine.ended, 0, 'the boot ends')
  return machine
}

function emptyDisk(t: Test): { image: string; device: string } {
  const image = join(mkdtempSync(join(tmpdir(), 'rosd-state-')), 'disk')
  t.teardown(() => rmSync(dirname(image), { recursive: true }))
  writeFileSync(image, '')
  truncateSync(image, 64 * 1024 * 1024)
  return { image, device: loopDevice(t, image) }
}

t.test(
  'without a state the machine runs from memory, says so, and everything is where it belongs',
  namespaces,
  async (t) => {
    const machine = await booted(t, {})
    t.match(said(machine, 'report'), {
      state: { at: '/state', device: null, type: 'tmpfs', what: 'memory: nothing survives a reboot' }
    })
    t.strictSame(said(machine, 'again'), [], 'a second boot, as after a re-exec, mounts nothing')
    t.equal(said(machine, 'spread'), 1, 'a mount below a persistent directory is one mount')
    t.equal(said(machine, 'deviceUse'), true)
    t.equal(said(machine, 'seeded'), '{}', "the image's files are there")
    t.strictSame(said(machine, 'links'), ['/proc/self/fd', 'pts/ptmx', '/proc/self/mounts'])
    t.match(said(machine, 'types'), {
      '/': 'tmpfs shared',
      '/dev/pts': 'devpts shared',
      '/dev/shm': 'tmpfs shared',
      '/dev/mqueue': 'mqueue shared',
      '/run': 'tmpfs shared',
      '/tmp': 'tmpfs shared',
      '/state': 'tmpfs',
      '/var/lib/system-docker': 'tmpfs shared',
      '/var/lib/user-docker': 'tmpfs shared'
    })
    t.match(said(machine, 'modes'), {
      '/var/lib/rancher': '755 0:0',
      '/var/lib/rancher/conf': '700 0:0',
      '/var/lib/system-docker': '710 0:0',
      '/home/rancher': '755 1100:1100',
      '/home/docker': '755 1101:1101'
    })
    const lines = said(machine, 'log') as string[]
    t.match(lines[0], /^rosd: mounted the system filesystems \(\d+ mounts\) \d\.\d\d s$/)
    t.match(lines[1], /^rosd: mounted control groups \(version [12].*\) \d\.\d\d s$/)
    t.match(lines[2], /^rosd: mounted \/state \(memory: nothing survives a reboot\) \d\.\d\d s$/)
    t.equal(lines[4], 'rosd: again', 'the log of the boot goes on after a re-exec')
  }
)

t.test('an empty disk is formatted once, and what is written there is there at the next boot', withDisk, async (t) => {
  const { device } = emptyDisk(t)
  const state = { dev: device, autoformat: ['/dev/no-such-disk', device], required: true }
  const first = await booted(t, state, [device])
  t.match(first.output(), `rosd: formatted ${device} (ext4, LABEL=RANCHER_STATE)`)
  t.match(said(first, 'report'), { state: { device, type: 'ext4', what: `ext4, LABEL=RANCHER_STATE, ${device}` } })
  t.equal(said(first, 'kept'), null)
  const second = await booted(t, state, [device])
  t.notMatch(second.output(), 'rosd: formatted')
  t.equal(said(second, 'kept'), 'x')
  const elsewhere = await booted(t, { ...state, directory: 'machines/one' }, [device])
  t.equal(said(elsewhere, 'kept'), null, 'a directory of the state is a state of its own')
  const third = await booted(t, state, [device])
  t.equal(said(third, 'kept'), 'xx')
})

t.test('a disk that holds something else is neither formatted nor mounted', withDisk, async (t) => {
  const { image, device } = emptyDisk(t)
  writeFileSync(image, 'somebody wrote here', { flag: 'r+' })
  const machine = await booted(t, { dev: device, autoformat: [device] }, [device])
  t.match(machine.output(), `FAILED mounted /state: ${device} has no filesystem that the state could lie on`)
  t.match(said(machine, 'report'), { state: { device: null } }, 'the machine runs from memory instead')
})

t.test('a file system beyond automatic repair is left alone', withDisk, async (t) => {
  const { device } = emptyDisk(t)
  execFileSync('mke2fs', ['-q', '-t', 'ext4', '-L', 'RANCHER_STATE', device])
  execFileSync('debugfs', ['-w', '-R', 'clri <2>', device], { stdio: 'ignore' })
  execFileSync('debugfs', ['-w', '-R', 'ssv state 2', device], { stdio: 'ignore' })
  const machine = await booted(t, { dev: device }, [device])
  t.match(machine.output(), new RegExp(`e2fsck -p ${device} exited with \\d+: .*; repair it by hand with e2fsck`))
  t.match(said(machine, 'report'), { state: { device: null } })
})

t.test('a state that is required and not there is an error that says what there is', namespaces, async (t) => {
  const machine = await booted(t, { dev: 'LABEL=NOT_HERE', required: true })
  t.match(said(machine, 'failed'), /^no device LABEL=NOT_HERE; there is /)
})
