// A whole machine in memory, as plain data that can be copied, and a host over it: every kind has something to work on.
import { Subject } from 'rxjs'
import type { Scope } from '../../src/core/resource.ts'
import type { DockerEvent, Host, MountEntry, SwapEntry } from '../../src/host/ports.ts'
import { type MemoryFile, machine, type Program } from '../support/fake-host.ts'
import { dockerOf, eventOf, logged, wpaCli } from './engine.ts'
import { changeNetwork, FIXED, LINK, networkPrograms, type NetworkState } from './network.ts'

export interface Container {
  readonly scope: Scope
  readonly id: string
  name: string
  readonly image: string
  state: 'created' | 'running' | 'exited'
  readonly body: Readonly<Record<string, unknown>>
  readonly files: Map<string, MemoryFile>
  /** What stood in the files it reads when it last read them. */
  heard: string
}

export interface World extends NetworkState {
  readonly files: Map<string, MemoryFile>
  mounts: readonly MountEntry[]
  swaps: readonly SwapEntry[]
  containers: readonly Container[]
  images: ReadonlySet<string>
  /** System Docker's process. */
  daemon: number | null
  /** Its file, as it has read it. */
  read: string
  /** The last number given to anything. */
  last: number
}

export function copyOf(world: World): World {
  const files = (some: Map<string, MemoryFile>) => new Map([...some].map(([path, one]) => [path, { ...one }]))
  const containers = world.containers.map((one) => ({ ...one, files: files(one.files) }))
  return { ...world, files: files(world.files), containers }
}

const ROOT: MountEntry = {
  id: 1,
  target: '/',
  source: 'overlay',
  type: 'overlay',
  device: '0:1',
  options: ['rw', 'relatime'],
  superOptions: ['rw'],
  root: '/'
}
const BRIDGE = '/proc/sys/net/bridge/bridge-nf-call-iptables'

/** A machine nobody has worked on, but with things of its own. */
export function newWorld(): World {
  const file = (text: string, mode = 0o644): MemoryFile => ({ bytes: Buffer.from(text), mode, uid: 0, gid: 0 })
  return {
    files: new Map([
      ['/etc/passwd', file('root:x:0:0::/root:/bin/sh\nrancher:x:1100:1100::/home/rancher:/bin/sh\n')],
      ['/etc/group', file('root:x:0:\nrancher:x:1100:\n')],
      ['/etc/hosts', file('127.0.0.1 localhost\n10.0.0.9 mine\n')],
      ['/etc/hostname', file('image\n')],
      ['/etc/resolv.conf', file('nameserver 192.0.2.1\n')],
      ['/etc/motd', file('hand-made\n', 0o600)],
      ['/srv/data/f', file('here\n')],
      ['/srv/one', file('one\n')],
      ['/home/rancher/.ssh/authorized_keys', file('ssh-ed25519 THEIRS them\n', 0o600)],
      ['/proc/modules', file('loop 1 0 - Live 0x0\n')],
      ['/proc/sys/kernel/hostname', file('image\n')],
      ['/proc/sys/kernel/osrelease', file('6.12\n')],
      ['/proc/sys/vm/swappiness', file('60\n')],
      ['/proc/sys/vm/min_free_kbytes', file('64\n')]
    ]),
    mounts: [ROOT],
    swaps: [{ device: '/dev/vdb', priority: -2 }],
    links: [
      LINK,
      { ...LINK, index: 2, name: 'eth0', mac: '52:54:00:00:00:02', mtu: 1500 },
      { ...LINK, index: 3, name: 'eth1', mac: '52:54:00:00:00:03', mtu: 1500, up: false },
      { ...LINK, index: 4, name: 'eth2', mac: '52:54:00:00:00:04', mtu: 1500, up: false },
      { ...LINK, index: 5, name: 'wlan0', mac: '52:54:00:00:00:05', mtu: 1500, up: false }
    ],
    addresses: [{ ...FIXED, dev: 'eth0', cidr: '10.9.9.9/24', family: 4, protocol: '', dynamic: false }],
    routes: [],
    vlans: {},
    tunnels: {},
    containers: [],
    images: new Set(),
    daemon: null,
    read: '',
    last: 100
  }
}

/** The host of a world. What is done through it is done to `world` itself. */
export function hostOf(world: World): Host {
  const network = new Subject<void>()
  const mounts = new Subject<void>()
  const events = { system: new Subject<DockerEvent>(), user: new Subject<DockerEvent>() }
  const made = machine({
    kernel: (path, text) =>
      path.endsWith('min_free_kbytes') ? `${Math.ceil(Number(text) / 4) * 4}\n` : `${text.trim()}\n`,
    programs: {
      ...mountPrograms(world, mounts),
      ...networkPrograms(world, () => network.next()),
      ...otherPrograms(world, events)
    },
    parts: {
      wall: { now: () => 0 },
      runner: { startDaemon: (argv, options) => startDaemon(world, argv, options.env ?? {}, events) },
      mounts: {
        list: async () => world.mounts,
        swaps: async () => world.swaps,
        device: async (source) => (/^\/dev\/vd[bc]$/.test(source) ? source : null),
        names: async () => []
      },
      network: {
        look: async () => ({ links: world.links, addresses: world.addresses, routes: world.routes }),
        marksAddresses: async () => true,
        async change(...all) {
          for (const argv of all) changeNetwork(world, argv)
          network.next()
        }
      },
      archives: {
        find: async (scope, ref) => `/archives/${scope}/${ref}`,
        preloaded: async () => [],
        stamp: async () => '',
        note: async () => {}
      },
      kernel: { network, mounts },
      docker: { system: dockerOf(world, 'system', events.system), user: dockerOf(world, 'user', events.user) }
    }
  })
  // The files of the host are the world's own.
  for (const [path, one] of world.files) made.files.set(path, one)
  Object.assign(world, { files: made.files })
  return made.host
}

/** Writes a file of the machine. */
export function put(world: World, path: string, text: string): void {
  world.files.set(path, { bytes: Buffer.from(text), mode: 0o644, uid: 0, gid: 0 })
}

/** A number nothing else has. */
export function next(world: World): number {
  world.last += 1
  return world.last
}

function mountPrograms(world: World, changed: Subject<void>): Readonly<Record<string, Program>> {
  const FLAGS = ['nosuid', 'noexec', 'noatime']
  const program =
    (work: (argv: readonly string[]) => number): Program =>
    (argv) => {
      const code = work(argv)
      changed.next()
      return code
    }
  return {
    mount: program((argv) => {
      const words = argv[argv.indexOf('-o') + 1]?.split(',') ?? []
      const [source = '', target = ''] = argv.slice(-2)
      const size = words.find((word) => word.startsWith('size='))
      const superOptions = ['rw', ...(size === undefined ? [] : [size])]
      const options = [words.includes('ro') ? 'ro' : 'rw', 'relatime', ...FLAGS.filter((flag) => words.includes(flag))]
      if (words.includes('remount')) {
        const top = world.mounts.findLast((one) => one.target === target)
        world.mounts = world.mounts.map((one) => (one === top ? { ...one, options, superOptions } : one))
        return 0
      }
      const id = next(world)
      const bind = words.includes('bind')
      const type = argv[1] === '-t' ? (argv[2] ?? '') : 'ext4'
      const fresh = { ...ROOT, id, target, options }
      const entry = bind ? { ...fresh, root: source } : { ...fresh, source, type, superOptions, device: `0:${id}` }
      world.mounts = [...world.mounts, entry]
      return 0
    }),
    umount: program(([, target]) => {
      const top = world.mounts.findLast((one) => one.target === target)
      world.mounts = world.mounts.filter((one) => one !== top)
      return top === undefined ? 32 : 0
    }),
    swapon: program((argv) => {
      const priority = argv[1] === '-p' ? Number(argv[2]) : -2
      world.swaps = [...world.swaps, { device: argv.at(-1) ?? '', priority }]
      return 0
    }),
    swapoff: program(([, device]) => {
      world.swaps = world.swaps.filter((one) => one.device !== device)
      return 0
    })
  }
}

function otherPrograms(
  world: World,
  events: Readonly<Record<Scope, Subject<DockerEvent>>>
): Readonly<Record<string, Program>> {
  return {
    modprobe([, name = '']) {
      const loaded = world.files.get('/proc/modules')?.bytes.toString() ?? ''
      // `br-alias` is another name of the bridge's module.
      const real = name === 'br-alias' || name === 'br_alias' ? 'br_netfilter' : name
      if (!loaded.includes(`${real} `)) put(world, '/proc/modules', `${loaded}${real} 1 0 - Live 0x0\n`)
      if (real === 'br_netfilter' && !world.files.has(BRIDGE)) put(world, BRIDGE, '1\n')
      return 0
    },
    kill([, signal, pid]) {
      if (String(world.daemon) !== pid) return 1
      if (signal === '-HUP') {
        world.read = engineFile(world)
        return 0
      }
      world.daemon = null
      for (const name of ['cmdline', 'environ', 'stat']) world.files.delete(`/proc/${pid}/${name}`)
      events.system.next(eventOf('connection', 'lost'))
      return 0
    },
    sh: (argv) => logged(world, argv),
    wpa_cli: (argv) => wpaCli(world, argv)
  }
}

/** What System Docker reads when it starts or is told to. */
export function engineFile({ files }: World): string {
  return files.get('/etc/docker/system-docker.json')?.bytes.toString() ?? ''
}

function startDaemon(
  world: World,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  events: Readonly<Record<Scope, Subject<DockerEvent>>>
) {
  if (world.daemon !== null) return { pid: next(world), exited: Promise.resolve(1), kill: () => {} }
  const pid = next(world)
  world.daemon = pid
  world.read = engineFile(world)
  put(world, '/run/system-docker.pid', String(pid))
  put(world, `/proc/${pid}/cmdline`, `${argv.join('\0')}\0`)
  put(
    world,
    `/proc/${pid}/environ`,
    `${Object.entries({ PATH: '/bin', ...env })
      .map((pair) => pair.join('='))
      .join('\0')}\0`
  )
  put(world, `/proc/${pid}/stat`, `${pid} (dockerd) S 1`)
  events.system.next(eventOf('connection', 'regained'))
  return { pid, exited: new Promise<number>(() => {}), kill: () => {} }
}
