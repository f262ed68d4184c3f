import { kernelLine } from './kernel-line.ts'

/** Everything QEMU's argument list depends on; nothing is looked up on the machine. */
export interface QemuSetup {
  readonly qemu: string
  /** Major version: multi-threaded emulation of version 7 crashes kernels that patch their own code. */
  readonly version: number
  readonly accel: 'kvm' | 'tcg'
  readonly image: string
  readonly disks: readonly string[]
  readonly configDrive: string | null
  readonly nics: number
  /** Of further cards. */
  readonly netdevs: readonly string[]
  readonly memory: number
  readonly cpus: number
  readonly sshPort: number
  readonly append?: string | undefined
  readonly reboot: boolean
  readonly unsafe: boolean
  readonly console: 'log' | 'terminal'
  readonly log: string
  /** Sockets: one for us, one for whoever else wants to talk to the machine. A QMP server has one client at a time. */
  readonly qmp: readonly string[]
}

/** The command line of one virtual machine: QEMU's path first. */
export function qemuArgv(setup: QemuSetup): string[] {
  const argv = [setup.qemu, '-nodefaults', '-no-user-config', '-name', 'rosd', '-display', 'none', '-vga', 'none']
  argv.push('-accel', accelOption(setup), '-cpu', 'max', '-smp', String(setup.cpus), '-m', String(setup.memory))
  argv.push('-kernel', `${setup.image}/vmlinuz`, '-initrd', `${setup.image}/initrd`)
  argv.push('-append', kernelLine({ state: setup.disks.length > 0, append: setup.append }))
  argv.push(...consoleOptions(setup))
  for (const [i, path] of setup.qmp.entries()) {
    argv.push(
      '-chardev',
      `socket,id=qmp${i},path=${escaped(path)},server=on,wait=off`,
      '-mon',
      `chardev=qmp${i},mode=control`
    )
  }
  argv.push('-device', 'virtio-rng-pci')
  argv.push(...drive('root', `${setup.image}/rootfs.squashfs`, 'readonly=on'))
  for (const [i, file] of setup.disks.entries()) {
    argv.push(...drive(`disk${i}`, file, `cache=${setup.unsafe ? 'unsafe' : 'writeback'}`))
  }
  if (setup.configDrive !== null) argv.push(...drive('config', setup.configDrive, 'readonly=on'))
  const ours = Array.from({ length: setup.nics }, (_, i) => userNetwork(i, setup.sshPort))
  for (const [i, netdev] of [...ours, ...setup.netdevs].entries()) argv.push(...nic(i, netdev))
  if (!setup.reboot) argv.push('-no-reboot')
  return argv
}

function accelOption(setup: QemuSetup): string {
  return setup.accel === 'tcg' && setup.cpus > 1 && setup.version < 10 ? 'tcg,thread=single' : setup.accel
}

function consoleOptions(setup: QemuSetup): string[] {
  // signal=off: Ctrl-C is for the machine; Ctrl-A X ends it.
  const chardev =
    setup.console === 'terminal'
      ? `stdio,id=console,mux=on,signal=off,logfile=${escaped(setup.log)}`
      : `file,id=console,path=${escaped(setup.log)}`
  const monitor = setup.console === 'terminal' ? ['-mon', 'chardev=console,mode=readline'] : []
  return ['-chardev', chardev, '-serial', 'chardev:console', ...monitor]
}

/** Devices are listed one by one, so that the kernel names them /dev/vda, vdb ... in this order. */
function drive(id: string, file: string, more: string): string[] {
  return [
    '-drive',
    `if=none,id=${id},format=raw,file=${escaped(file)},${more}`,
    '-device',
    `virtio-blk-pci,drive=${id}`
  ]
}

/** Only the first card leads out; the others are networks of their own with a DHCP server and nothing behind it. */
function userNetwork(i: number, sshPort: number): string {
  return i === 0 ? `user,hostfwd=tcp:127.0.0.1:${sshPort}-:22` : `user,restrict=on,net=10.0.${i + 2}.0/24`
}

function nic(i: number, network: string): string[] {
  const [type = '', ...more] = network.split(',')
  const netdev = [type, `id=net${i}`, ...more].join(',')
  // No boot ROM: the kernel is handed over directly, and the ROM costs a second of emulated time.
  return ['-netdev', netdev, '-device', `virtio-net-pci,netdev=net${i},mac=52:54:00:72:6f:${macByte(i)},romfile=`]
}

function macByte(i: number): string {
  return i.toString(16).padStart(2, '0')
}

/** QEMU separates options by commas; a comma in a path is written twice. */
function escaped(path: string): string {
  return path.replaceAll(',', ',,')
}
