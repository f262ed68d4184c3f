import t from 'tap'
import { kernelLine, namespaceLine } from '../../src/vm/kernel-line.ts'
import { qemuArgv, type QemuSetup } from '../../src/vm/qemu-argv.ts'

const plain: QemuSetup = {
  qemu: 'qemu-system-x86_64',
  version: 7,
  accel: 'tcg',
  image: '/i',
  disks: [],
  configDrive: null,
  nics: 1,
  netdevs: [],
  memory: 1024,
  cpus: 1,
  sshPort: 2222,
  reboot: true,
  unsafe: false,
  console: 'log',
  log: '/l',
  qmp: ['/q']
}

/** The values that follow a flag, in order. */
function after(flag: string, setup: Partial<QemuSetup> = {}): string[] {
  const argv = qemuArgv({ ...plain, ...setup })
  return argv.filter((_, i) => argv[i - 1] === flag)
}

t.test('the whole command line of a plain machine', async (t) => {
  t.equal(
    qemuArgv(plain).join(' '),
    'qemu-system-x86_64 -nodefaults -no-user-config -name rosd -display none -vga none -accel tcg -cpu max -smp 1 ' +
      '-m 1024 -kernel /i/vmlinuz -initrd /i/initrd -append console=ttyS0 quiet loglevel=3 panic=10 ' +
      '-chardev file,id=console,path=/l -serial chardev:console ' +
      '-chardev socket,id=qmp0,path=/q,server=on,wait=off -mon chardev=qmp0,mode=control -device virtio-rng-pci ' +
      '-drive if=none,id=root,format=raw,file=/i/rootfs.squashfs,readonly=on -device virtio-blk-pci,drive=root ' +
      '-netdev user,id=net0,hostfwd=tcp:127.0.0.1:2222-:22 ' +
      '-device virtio-net-pci,netdev=net0,mac=52:54:00:72:6f:00,romfile='
  )
})

t.test('the root comes first, then the disks as given, then the config-drive', async (t) => {
  const setup = { disks: ['/a', '/b'], configDrive: '/c' }
  t.strictSame(
    after('-device', setup).filter((device) => device.startsWith('virtio-blk')),
    ['root', 'disk0', 'disk1', 'config'].map((id) => `virtio-blk-pci,drive=${id}`)
  )
  t.strictSame(after('-drive', setup).slice(1), [
    'if=none,id=disk0,format=raw,file=/a,cache=writeback',
    'if=none,id=disk1,format=raw,file=/b,cache=writeback',
    'if=none,id=config,format=raw,file=/c,readonly=on'
  ])
  t.match(after('-append', setup)[0], 'rancher.state.autoformat=[/dev/vdb]')
})

t.test('only disks asked to be unsafe are', async (t) => {
  t.match(after('-drive', { disks: ['/a'], unsafe: true })[1], 'cache=unsafe')
  t.notMatch(after('-drive', { disks: ['/a'] }).join(), 'unsafe')
})

t.test('several processors are emulated in one thread before QEMU 10', async (t) => {
  t.strictSame(after('-accel', { cpus: 2 }), ['tcg,thread=single'])
  t.strictSame(after('-accel', { cpus: 2, version: 10 }), ['tcg'])
  t.strictSame(after('-accel', { cpus: 2, accel: 'kvm' }), ['kvm'])
})

t.test('cards after the first are networks of their own with no way out', async (t) => {
  t.strictSame(after('-netdev', { nics: 3 }), [
    'user,id=net0,hostfwd=tcp:127.0.0.1:2222-:22',
    'user,id=net1,restrict=on,net=10.0.3.0/24',
    'user,id=net2,restrict=on,net=10.0.4.0/24'
  ])
  t.strictSame(after('-netdev', { nics: 0 }), [])
})

t.test('cards on networks of the caller come after those, each with a number of its own', async (t) => {
  const netdevs = ['tap,ifname=tap0,script=no,downscript=no', 'user']
  t.strictSame(after('-netdev', { nics: 2, netdevs }).slice(2), [
    'tap,id=net2,ifname=tap0,script=no,downscript=no',
    'user,id=net3'
  ])
  t.match(after('-device', { nics: 8, netdevs }).at(-1), 'netdev=net9,mac=52:54:00:72:6f:09')
})

t.test('a terminal gets console and monitor, and the log is written all the same', async (t) => {
  t.strictSame(after('-chardev', { console: 'terminal' })[0], 'stdio,id=console,mux=on,signal=off,logfile=/l')
  t.strictSame(after('-mon', { console: 'terminal' })[0], 'chardev=console,mode=readline')
})

t.test('a reboot ends the machine only when asked to', async (t) => {
  t.notOk(qemuArgv(plain).includes('-no-reboot'))
  t.ok(qemuArgv({ ...plain, reboot: false }).includes('-no-reboot'))
})

t.test('commas in paths are doubled, as QEMU wants them', async (t) => {
  t.match(after('-drive', { disks: ['/a,b'] })[1], 'file=/a,,b,cache')
})

t.test("the caller's words come last on the kernel line, so that they win", async (t) => {
  t.equal(
    kernelLine({ state: true, append: 'panic=1' }),
    'console=ttyS0 quiet loglevel=3 panic=10 rancher.state.dev=LABEL=RANCHER_STATE ' +
      'rancher.state.autoformat=[/dev/vdb] rancher.state.wait panic=1'
  )
  const veth = { name: 'v', host: '10.213.0.1', guest: '10.213.0.2', prefix: 30 }
  t.equal(
    namespaceLine({ veth, append: 'x' }),
    'console=ttyS0 quiet loglevel=3 panic=10 rancher.network.interfaces.eth0.dhcp=false ' +
      'rancher.network.interfaces.eth0.address=10.213.0.2/30 rancher.network.interfaces.eth0.gateway=10.213.0.1 x'
  )
})
