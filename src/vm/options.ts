/** What a machine is started with. Everything has a default; the flags of `npm run vm` are these, one for one. */
export interface MachineOptions {
  /** A virtual machine in QEMU, or fresh namespaces on this host (root only, seconds instead of a minute). */
  readonly kind?: MachineKind
  /** Folder with vmlinuz, initrd and rootfs.squashfs. Default: build dist/image when something in it changed. */
  readonly image?: string
  readonly kernel?: KernelFlavour
  /** Build the image without compression: quicker to make, larger. */
  readonly fast?: boolean
  /** Path of a cloud-config handed to the machine at boot. */
  readonly config?: string
  /** More words for the kernel line, after ours. */
  readonly append?: string
  /** `FILE[:SIZE]`, created sparse when missing (4G). With namespaces: one folder, the machine's state. */
  readonly disks?: readonly string[]
  readonly nics?: number
  /** Networks of further cards, as QEMU's `-netdev` has them but for the id: `tap,ifname=tap0,script=no,downscript=no`. */
  readonly netdevs?: readonly string[]
  /** Megabytes. */
  readonly memory?: number
  readonly cpus?: number
  /** Local port that leads to the machine's port 22. Default: a free one. */
  readonly sshPort?: number
  /** Seconds the machine may live in all; then it is killed and `exited` gives 124. */
  readonly timeout?: number
  /** Resolve only when ssh answers as user rancher. Default true. */
  readonly sshWait?: boolean
  /** Seconds to wait for that answer. Default 300. */
  readonly sshTimeout?: number
  /** Leave the run directory (config-drive, sockets) in place at the end. */
  readonly keep?: boolean
  /** Start again when the machine asks for a reboot. Default true; otherwise `exited` gives 3. */
  readonly reboot?: boolean
  /** Never flush disk writes to the host's disk: quick, and nothing is left of them after a crash of the host. */
  readonly unsafe?: boolean
  readonly accel?: 'auto' | 'kvm' | 'tcg'
  /** Where the serial console goes: a log file only, or the terminal and the log file. Default `log`. */
  readonly console?: 'log' | 'terminal'
  /** The log file. Default: a new file in .vm/log. */
  readonly log?: string
  /** Called with one line for each step worth telling a person. */
  readonly report?: (line: string) => void
}

export type MachineKind = 'qemu' | 'namespaces'
export type KernelFlavour = 'cloud' | 'generic' | 'small'

export const kernelFlavours: readonly KernelFlavour[] = ['cloud', 'generic', 'small']

/** How a machine ended, as exit status: of `npm run vm`, and what `exited` gives. */
export const exits = { poweredOff: 0, failed: 1, usage: 2, rebooted: 3, timedOut: 124, stopped: 143 } as const

export const defaults = {
  nics: 1,
  memory: 1024,
  cpus: 1,
  diskSize: '4G',
  sshTimeout: 300,
  user: 'rancher'
} as const
