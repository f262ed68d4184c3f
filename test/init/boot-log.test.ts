import { readFileSync } from 'node:fs'
import t from 'tap'
import { consolePaths, openBootLog } from '../../src/init/boot-log.ts'
import { legacyHierarchies } from '../../src/init/cgroups.ts'
import { storageAliases } from '../../src/init/storage-modules.ts'

t.test('each step is a line with the uptime, its outcome and its time', async (t) => {
  const said: string[] = []
  const times = [3.2141, 12.5, 1234.5678, 9, 9, 9]
  const log = openBootLog({
    uptime: () => times.shift() ?? 0,
    write: (line) => said.push(line.replace(/\d\.\d\d s$/, 'T s'))
  })
  t.equal(
    await log.step(
      'mounted /state',
      async () => 'ext4',
      (type) => `${type}, LABEL=RANCHER_STATE`
    ),
    'ext4'
  )
  await log.step(
    'bound',
    () => [],
    () => ''
  )
  log.say('no /sys/fs/bpf')
  await t.rejects(
    log.step('mounted /x', () => Promise.reject(new Error('ENODEV'))),
    { message: 'ENODEV' }
  )
  t.equal(
    await log.try('mounted /y', () => {
      throw new Error('EPERM')
    }),
    null
  )
  t.strictSame(said, [
    '[   3.214] rosd: mounted /state (ext4, LABEL=RANCHER_STATE) T s',
    '[  12.500] rosd: bound T s',
    '[1234.568] rosd: no /sys/fs/bpf',
    '[   9.000] rosd: FAILED mounted /x: ENODEV T s',
    '[   9.000] rosd: FAILED mounted /y: EPERM T s'
  ])
})

t.test('what was said before there was a file is in it, and so is what comes after', async (t) => {
  const dir = t.testdir()
  const file = `${dir}/var/log/boot.log`
  const first = openBootLog({ uptime: () => 1, write: () => {} })
  first.say('one')
  first.keepIn(file, 'w')
  first.say('two')
  const restarted = openBootLog({ uptime: () => 2, write: () => {} })
  restarted.say('three')
  restarted.keepIn(file, 'a')
  t.equal(readFileSync(file, 'utf8'), '[   1.000] rosd: one\n[   1.000] rosd: two\n[   2.000] rosd: three\n')
  openBootLog({ uptime: () => 3, write: () => {} }).keepIn(file, 'w')
  t.equal(readFileSync(file, 'utf8'), '', 'the next boot begins anew')
})

t.test('a log that can not be kept is said, and keeps nobody from starting', async (t) => {
  const dir = t.testdir({ file: '' })
  const told: string[] = []
  const log = openBootLog({ uptime: () => 1, write: (line) => told.push(line) })
  log.keepIn(`${dir}/file/boot.log`, 'a') // below a file nothing can be made
  t.match(told[0], /boot\.log can not be written: E/)
  log.say('and goes on')
  t.match(told[1], /and goes on/)
})

t.test('the consoles are those the kernel uses, else those it was asked for', async (t) => {
  t.strictSame(consolePaths('tty0 ttyS0\n', ''), ['/dev/tty0', '/dev/ttyS0'])
  t.strictSame(consolePaths('', 'quiet console=ttyS0,115200n8 console=tty1 panic=10'), ['/dev/ttyS0', '/dev/tty1'])
  t.strictSame(consolePaths('', 'console=ttyS0 console=ttyS0,9600'), ['/dev/ttyS0'])
  t.strictSame(consolePaths('', 'quiet rancher.console=x'), ['/dev/console'])
})

t.test('version-1 hierarchies with controllers are found, the named one and version 2 are not', async (t) => {
  t.strictSame(legacyHierarchies('9:name=systemd:/\n8:pids:/\n1:cpu,cpuacct:/x\n0::/\n'), ['pids', 'cpu,cpuacct'])
  t.strictSame(legacyHierarchies('0::/\n'), [])
})

t.test('drivers are asked for only where disks may be', async (t) => {
  const storage = [
    'pci:v00008086d00002922sv00001AF4sd00001100bc01sc06i01',
    'pci:v0000144Dd0000A808sv0000144Dsd0000A801bc01sc08i02',
    'pci:v00001B36d0000000Dsv00001AF4sd00001100bc0Csc03i30',
    'scsi:t-0x00',
    'virtio:d00000002v00001AF4',
    'virtio:d00000008v00001AF4',
    'usb:v0781p5581d0100dc00dsc00dp00ic08isc06ip50in00',
    'xen:vbd'
  ]
  const other = [
    'pci:v00001AF4d00001000sv00001AF4sd00000001bc02sc00i00',
    'pci:v000010DEd00001C82sv00001043sd00008613bc03sc00i00',
    'virtio:d00000001v00001AF4',
    'usb:v046DpC52Bd1201dc00dsc00dp00ic03isc01ip01in00',
    'cpu:type:x86,ven0000fam0006mod003A:feature:,0000',
    'acpi:PNP0C0C:'
  ]
  t.strictSame(storageAliases([...other, ...storage, ...storage]), [...storage].sort())
})
