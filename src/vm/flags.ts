import { parseArgs } from 'node:util'
import { defaults, exits, kernelFlavours, type MachineOptions } from './options.ts'

/** The command line is wrong: exit status 2 and a pointer to --help. */
export class UsageError extends Error {}

export interface Flags {
  readonly options: MachineOptions
  readonly headless: boolean
  readonly help: boolean
}

interface Flag {
  readonly arg?: string
  readonly many?: boolean
  readonly about: string
}

const flags: Readonly<Record<string, Flag>> = {
  config: { arg: 'FILE', about: 'cloud-config handed to the machine at boot (QEMU: on a config-drive)' },
  append: { arg: '"ARGS"', many: true, about: 'more words for the kernel line; may be repeated' },
  disk: {
    arg: 'FILE[:SIZE]',
    many: true,
    about: `a disk, made sparse when missing (${defaults.diskSize}); may be repeated, the first keeps the state. With --namespaces: one folder that keeps it`
  },
  nics: { arg: 'N', about: `network cards (${defaults.nics}); ssh comes in by the first` },
  netdev: {
    arg: 'SPEC',
    many: true,
    about:
      "one more card, on a network as QEMU's -netdev has it, such as tap,ifname=tap0,script=no,downscript=no; may be repeated"
  },
  memory: { arg: 'MB', about: `memory in megabytes (${defaults.memory})` },
  cpus: { arg: 'N', about: `processors (${defaults.cpus})` },
  'ssh-port': { arg: 'N', about: "local port that leads to the machine's ssh (a free one)" },
  headless: {
    about:
      'no console: one line of JSON on standard output (host, port, user, identity, log, pid, qmp) once ssh answers'
  },
  timeout: { arg: 'S', about: `kill the machine after S seconds and exit ${exits.timedOut}` },
  'no-ssh-wait': { about: 'with --headless: print the line at once' },
  'no-reboot': { about: `end with exit status ${exits.rebooted} when the machine wants to reboot` },
  namespaces: {
    about: 'no virtual machine: the same root tree and agent as PID 1 of fresh namespaces on this host (root)'
  },
  image: {
    arg: 'DIR',
    about:
      'folder with vmlinuz, initrd, rootfs.squashfs; with --namespaces: root tree (dist/image, built when out of date)'
  },
  kernel: { arg: kernelFlavours.join('|'), about: 'which kernel the image is built with (cloud)' },
  fast: { about: 'build the image without compression' },
  accel: { arg: 'auto|kvm|tcg', about: 'KVM, software emulation, or what is found to work (auto)' },
  unsafe: { about: 'do not flush disk writes to the host (for disks of tests)' },
  keep: { about: 'leave the run directory (config-drive, sockets) behind' },
  log: { arg: 'FILE', about: 'the console log (a new file in .vm/log)' },
  help: { about: 'this text' }
}

/** Reads the words after `npm run vm --`. Throws UsageError with a sentence that names the word. */
export function parseFlags(argv: readonly string[]): Flags {
  const given = parse(argv)
  const options: Mutable<MachineOptions> = {
    kind: given.has('namespaces') ? 'namespaces' : 'qemu',
    fast: given.has('fast'),
    keep: given.has('keep'),
    unsafe: given.has('unsafe'),
    reboot: !given.has('no-reboot'),
    sshWait: !given.has('no-ssh-wait'),
    disks: given.get('disk') ?? []
  }
  const append = given.get('append')?.join(' ').trim()
  if (append !== undefined && append !== '') options.append = append
  const netdevs = given.get('netdev')
  if (netdevs !== undefined) options.netdevs = netdevs
  for (const name of ['config', 'image', 'log'] as const) {
    const value = given.get(name)?.[0]
    if (value !== undefined) options[name] = value
  }
  for (const [name, key, least, most] of numbers) {
    const value = given.get(name)?.[0]
    if (value !== undefined) options[key] = wholeNumber(name, value, least, most)
  }
  const kernel = oneOf('kernel', kernelFlavours, given.get('kernel')?.[0])
  if (kernel !== undefined) options.kernel = kernel
  const accel = oneOf('accel', ['auto', 'kvm', 'tcg'] as const, given.get('accel')?.[0])
  if (accel !== undefined) options.accel = accel
  refuseContradictions(options)
  return { options, headless: given.has('headless'), help: given.has('help') }
}

/** The text of --help. */
export function help(): string {
  const heads = Object.entries(flags).map(([name, { arg }]) => `--${name}${arg === undefined ? '' : ` ${arg}`}`)
  const width = Math.max(...heads.map((head) => head.length))
  const lines = Object.values(flags).map(({ about }, i) => `  ${heads[i]?.padEnd(width)}  ${about}`)
  return [
    'usage: npm run -s vm -- [FLAG...]',
    '',
    'Boots the image in QEMU with the console on this terminal (leave with Ctrl-A X).',
    '',
    ...lines,
    '',
    'Exit status: 0 the machine powered itself off, 1 it could not start or ended otherwise, 2 usage,',
    `${exits.rebooted} it wanted to reboot (--no-reboot), ${exits.timedOut} --timeout is over, ${exits.stopped} stopped by a signal.`,
    ''
  ].join('\n')
}

type Mutable<T> = { -readonly [P in keyof T]: T[P] }

const numbers = [
  ['nics', 'nics', 0, 8],
  ['memory', 'memory', 128, 1_048_576],
  ['cpus', 'cpus', 1, 255],
  ['ssh-port', 'sshPort', 1, 65_535],
  ['timeout', 'timeout', 1, 86_400]
] as const

function parse(argv: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const config = Object.entries(flags).map(([name, { arg }]) => [
    name,
    { type: arg === undefined ? ('boolean' as const) : ('string' as const), multiple: true }
  ])
  // --append takes words that start with a dash or not at all; parseArgs wants those glued on with '='.
  const glued: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? ''
    const next = argv[i + 1]
    const takes = word.startsWith('--') && flags[word.slice(2)]?.arg !== undefined
    if (takes && next !== undefined && !next.startsWith('--')) {
      glued.push(`${word}=${next}`)
      i++
    } else glued.push(word)
  }
  let values: Record<string, unknown>
  try {
    values = parseArgs({ args: glued, options: Object.fromEntries(config), allowPositionals: false }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
  const given = new Map<string, readonly string[]>()
  for (const [name, value] of Object.entries(values)) {
    const words = (value as readonly unknown[]).map(String)
    if (words.length > 1 && flags[name]?.arg !== undefined && flags[name]?.many !== true) {
      throw new UsageError(`--${name} can be given once only`)
    }
    given.set(name, words)
  }
  return given
}

function wholeNumber(name: string, value: string, least: number, most: number): number {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
  if (number >= least && number <= most) return number
  throw new UsageError(`--${name} ${value}: expected a whole number from ${least} to ${most}`)
}

function oneOf<T extends string>(name: string, allowed: readonly T[], value: string | undefined): T | undefined {
  if (value === undefined) return undefined
  const found = allowed.find((word) => word === value)
  if (found !== undefined) return found
  throw new UsageError(`--${name} ${value}: expected ${allowed.join(', ')}`)
}

function refuseContradictions(options: MachineOptions): void {
  if (options.nics === 0 && options.sshWait !== false) {
    throw new UsageError('--nics 0 leaves no way in by ssh: add --no-ssh-wait')
  }
  if (options.image !== undefined && (options.kernel !== undefined || options.fast === true)) {
    throw new UsageError('--image is an image already built: --kernel and --fast cannot change it')
  }
  if (options.kind !== 'namespaces') return
  if ((options.disks ?? []).length > 1) throw new UsageError('--namespaces takes one --disk, the folder of the state')
  for (const [name, key] of qemuOnly) {
    if (options[key] !== undefined) throw new UsageError(`--${name} has no meaning with --namespaces`)
  }
}

const qemuOnly = [
  ['nics', 'nics'],
  ['netdev', 'netdevs'],
  ['memory', 'memory'],
  ['cpus', 'cpus'],
  ['ssh-port', 'sshPort'],
  ['accel', 'accel']
] as const
