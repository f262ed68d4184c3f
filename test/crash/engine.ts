// The engines of a machine in memory: containers and images as plain data, and the DHCP clients and supplicants that run in one of them.
import type { Subject } from 'rxjs'
import type { Scope } from '../../src/core/resource.ts'
import type { ContainerInfo, Docker, DockerEvent } from '../../src/host/ports.ts'
import { FIXED } from './network.ts'
import { type Container, next, put, type World } from './world.ts'

/** One engine of a machine in memory. */
export function dockerOf(world: World, scope: Scope, events: Subject<DockerEvent>): Partial<Docker> {
  const answers = () =>
    world.daemon !== null &&
    (scope === 'system' || world.containers.some(({ name, state }) => name === 'docker' && state === 'running'))
  const mine = () => {
    if (!answers()) throw new Error(`the ${scope} engine does not answer`)
    return world.containers.filter((one) => one.scope === scope)
  }
  const one = (nameOrId: string) => mine().find(({ id, name }) => id === nameOrId || name === nameOrId)
  const known = (nameOrId: string) => {
    const found = one(nameOrId)
    if (found === undefined) throw new Error(`no such container: ${nameOrId}`)
    return found
  }
  const say = (type: DockerEvent['type'], action: string, name = '') => events.next(eventOf(type, action, name))
  return {
    scope,
    ping: async () => (answers() ? '26' : null),
    silentFor: () => 0,
    containers: async () => mine().map(infoOf),
    async container(nameOrId) {
      const found = one(nameOrId)
      return found === undefined ? null : infoOf(found)
    },
    async stateOf(id) {
      const found = one(id)
      return found === undefined ? null : infoOf(found)
    },
    async definition(id) {
      const { HostConfig = {}, ...config } = one(id)?.body ?? {}
      return one(id) === undefined ? null : { config, host: HostConfig as Readonly<Record<string, unknown>> } // as it was made
    },
    async create(name, body) {
      if (one(name) !== undefined) throw new Error(`the name ${name} is in use`)
      const id = String(next(world)).padStart(64, '0')
      const image = String(body.Image)
      const fresh: Container = { scope, id, name, image, state: 'created', body, files: new Map(), heard: '' }
      world.containers = [...world.containers, fresh]
      say('container', 'create', name)
      return id
    },
    async start(id) {
      known(id).state = 'running'
      known(id).heard = readBy(world, known(id))
      say('container', 'start', known(id).name)
      if (known(id).name === 'docker') say('connection', 'regained')
    },
    async stop(id) {
      const found = one(id)
      if (found !== undefined) found.state = 'exited'
      say('container', 'die', id)
    },
    async restart(id) {
      known(id).state = 'running'
      known(id).heard = readBy(world, known(id))
      say('container', 'start', known(id).name)
    },
    async kill(id, signal) {
      if (signal === 'SIGHUP') known(id).heard = readBy(world, known(id))
    },
    async rename(id, name) {
      known(id).name = name
      say('container', 'rename', name)
    },
    async remove(id) {
      const found = one(id)
      // User Docker's containers lie in what is its own.
      world.containers = world.containers.filter(
        (other) => other !== found && !(found?.name === 'docker' && other.scope === 'user')
      )
      say('container', 'destroy', found?.name)
    },
    async exec(nameOrId, argv) {
      const found = known(nameOrId)
      if (found.state !== 'running') throw new Error(`${found.name} is not running`)
      if (argv[0] === 'rm') found.files.delete(argv.at(-1) ?? '')
      else if (argv[0]?.endsWith('dhcpcd') === true) dhcpcd(world, argv.slice(1))
      else if (argv[0]?.endsWith('wpa_supplicant') === true) supplicant(world, argv)
      else logged(world, argv)
      return { code: 0, output: '' }
    },
    readFile: async (id, path) => known(id).files.get(path) ?? null,
    writeFile: async (id, path, bytes, attributes) => void known(id).files.set(path, { bytes, ...attributes }),
    images: async () => {
      mine()
      const own = [...world.images].filter((ref) => ref.startsWith(`${scope}/`))
      return new Map(own.map((ref) => [ref.slice(scope.length + 1), `sha256:${ref}`]))
    },
    async load(archive) {
      mine()
      world.images = new Set([...world.images, archive.slice('/archives/'.length)])
      say('image', 'load')
    },
    events: () => events
  }
}

export function eventOf(type: DockerEvent['type'], action: string, name = ''): DockerEvent {
  return { type, action, name, exitCode: null, id: '', commanded: false, attributes: {} }
}

/** What the machine's own files are to a service that reads them; any other reads its own. */
const READS: Readonly<Record<string, RegExp>> = {
  console: /^\/(etc\/ssh\/|run\/ros\/console\.env)/,
  docker: /^\/etc\/docker\/daemon\.json$/
}

/** What a service reads when it starts or is told to. */
export function readBy({ files }: World, container: Container): string {
  const machine = READS[container.name]
  const read = machine === undefined ? [...container.files] : [...files].filter(([path]) => machine.test(path))
  return JSON.stringify(
    read.map(([path, { bytes }]) => [path, bytes.toString()]).toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))
  )
}

function infoOf({ id, name, image, state, body }: Container): ContainerInfo {
  const labels = (body.Labels ?? {}) as Readonly<Record<string, string>> // a create body's
  return { id, name, image, state, exitCode: 0, health: 'none', createdAt: 0, status: state, labels }
}

/** The client of a link: a pid file, a process, an address with a lifetime. */
function dhcpcd(world: World, args: readonly string[]): void {
  const dev = args.at(-1) ?? ''
  const pidFile = `/run/dhcpcd/${dev}-4.pid`
  const pid = world.files.get(pidFile)?.bytes.toString() ?? ''
  if (args.includes('--release') || args.includes('--exit')) {
    world.files.delete(pidFile)
    world.files.delete(`/proc/${pid}/cmdline`)
    world.addresses = world.addresses.filter((one) => one.dev !== dev || !one.dynamic || args.includes('--exit'))
  } else if (pid === '') {
    const fresh = String(next(world))
    put(world, pidFile, fresh)
    put(world, `/proc/${fresh}/cmdline`, `dhcpcd\0${dev}\0`)
    const times = { valid: 3600, preferred: 1800 }
    const lease = { ...FIXED, ...times, dev, cidr: '10.1.0.7/24', family: 4, protocol: '', dynamic: true } as const
    world.addresses = [...world.addresses.filter((one) => one.dev !== dev || !one.dynamic), lease]
  }
}

/** The supplicant of a link: a pid file, and a process that has joined what its file said when it began. */
function supplicant(world: World, argv: readonly string[]): void {
  const after = (word: string) => argv[argv.indexOf(word) + 1] ?? ''
  const pid = String(next(world))
  put(world, after('-P'), pid)
  put(world, `/proc/${pid}/cmdline`, argv.join('\0'))
  put(world, joinedBy(after('-i')), textOf(world, after('-c')))
}

/** `wpa_cli -i LINK WORD`. */
export function wpaCli(world: World, argv: readonly string[]): string {
  const [dev = '', word] = [argv[argv.indexOf('-i') + 1], argv.at(-1)]
  const [pidFile, file] = [`/run/ros/wifi/${dev}.pid`, `/run/ros/wifi/${dev}.conf`]
  const pid = textOf(world, pidFile)
  if (!world.files.has(`/proc/${pid}/cmdline`)) return ''
  if (word === 'status') return 'wpa_state=COMPLETED\n'
  if (word === 'reconfigure') put(world, joinedBy(dev), textOf(world, file))
  else for (const path of [pidFile, `/proc/${pid}/cmdline`, joinedBy(dev)]) world.files.delete(path)
  return 'OK\n'
}

const joinedBy = (dev: string) => `/proc/net/wireless/${dev}`

function textOf(world: World, path: string): string {
  return world.files.get(path)?.bytes.toString() ?? ''
}

/** What `sh -c LOGGED sh LOG LINE COMMAND…` leaves in its log. */
export function logged(world: World, argv: readonly string[]): number {
  const path = argv[4] ?? ''
  put(world, path, `${world.files.get(path)?.bytes.toString() ?? ''}${argv[5] ?? ''}\n`)
  return 0
}
