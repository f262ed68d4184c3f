// A whole agent on a model machine: the real store, loop, events and document files; kernel parameters are a Map, services an
// array. Time stands still at AT.
import { mkdtemp, readFile, rm, mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pino from 'pino'
import { EMPTY, NEVER, Subject } from 'rxjs'
import { createAdopt } from '../../../src/agent/adopt.ts'
import { createCatalogue } from '../../../src/agent/catalogue.ts'
import { createEngineCertificates } from '../../../src/agent/engine-certificates.ts'
import { openHold } from '../../../src/agent/hold.ts'
import { HELD_CONSOLE } from '../../../src/agent/holds.ts'
import { createConsoles } from '../../../src/agent/consoles.ts'
import type { Beside } from '../../../src/agent/created-engines.ts'
import type { Engine } from '../../../src/agent/engines.ts'
import { createEvents } from '../../../src/agent/events.ts'
import { openJournal } from '../../../src/agent/journal.ts'
import { openLedger } from '../../../src/agent/ledger.ts'
import type { TextFile } from '../../../src/agent/kept-file.ts'
import { createLoop, type Loop } from '../../../src/agent/loop.ts'
import { createMetrics } from '../../../src/agent/metrics.ts'
import { openPast } from '../../../src/agent/past.ts'
import { createPinning } from '../../../src/agent/pinning.ts'
import { openPolicy } from '../../../src/agent/policy.ts'
import { readings } from '../../../src/agent/readings.ts'
import { createStore } from '../../../src/agent/store.ts'
import type { AgentForApi, PowerRequest, Progress, Service } from '../../../src/api/agent.ts'
import { createConfigFiles } from '../../../src/api/config-files.ts'
import type { NetworkView } from '../../../src/api/network.ts'
import { createApi, startServer } from '../../../src/api/server.ts'
import { Refusal } from '../../../src/api/refusal.ts'
import { RosError } from '../../../src/core/errors.ts'
import type { KindDef } from '../../../src/core/kind.ts'
import { planView } from '../../../src/api/view.ts'
import type { OperatorPath } from '../../../src/core/operator-path.ts'
import type { Registry } from '../../../src/core/plan.ts'
import { type Key, nameOf } from '../../../src/core/resource.ts'
import { documentPaths } from '../../../src/document/layers.ts'
import { readLayers } from '../../../src/document/read.ts'
import { linuxFiles } from '../../../src/host/linux/files.ts'
import { linuxLogFiles } from '../../../src/host/linux/log-files.ts'
import { adoptSysctl } from '../../../src/kinds/adopt/system.ts'
import type { Docker, Files, Host, Peer } from '../../../src/host/ports.ts'
import { createLogs } from '../../../src/logs/logs.ts'
import { bootRecord, memory, until } from '../../support/loop.ts'

export const AT = '2026-01-01T00:00:00.000Z'

const NO_NETWORK: Omit<NetworkView, 'path'> = {
  links: [],
  addresses: [],
  routes: [],
  rules: [],
  dns: { nameservers: [], search: [], options: [] },
  leases: [],
  wifi: [],
  notReady: []
}

/** An engine with the default console in it, and one image. */
const CONSOLE_ENGINE = {
  ping: async () => '26.1.5',
  container: async () => ({ labels: { 'io.rancher.os.console': 'default' } }),
  image: async (ref: string) => (ref === 'here:1' ? 'sha256:1' : null)
} as unknown as Docker // asked for nothing else

function fileOf({ read, write }: TextFile): Pick<Files, 'read' | 'writeAtomic' | 'remove'> {
  return { read: () => read(), writeAtomic: (_path, text) => write(String(text)), remove: () => write('null') }
}
const CI: Beside = {
  name: 'ci',
  service: 'docker-ci',
  network: '172.30.0.0/24',
  address: '172.30.0.2',
  socket: '/run/m-user-docker/ci.sock',
  state: 'enabled',
  version: '26.1.5'
}
const ENGINES: readonly Engine[] = [
  { name: 'docker-20.10', state: 'enabled', version: '' },
  { name: 'docker-26.1', state: 'current', version: '26.1.5' },
  { name: 'docker-28.5', state: 'disabled', version: '' }
]

/** A value of this name fails to be written. */
const BROKEN = 'broken'

export interface ModelAgentOptions {
  /** The image's own document. */
  readonly image?: string
  /** cloud-config.yml at the start; absent: there is none. */
  readonly user?: string
  readonly cmdline?: string
  /** Milliseconds the machine has been up. */
  readonly uptime?: () => number
  /** What an earlier agent kept of what is on trial. */
  readonly trial?: TextFile
  readonly peer?: () => Peer
  /** The network as the kernel has it. */
  readonly network?: Omit<NetworkView, 'path'>
  /** Over what an ssh session of that peer came. */
  readonly path?: OperatorPath
  /** How kernel parameters stand at the start; one that is not here can not be written. */
  readonly sysctls?: Readonly<Record<string, string>>
  /** Milliseconds from one look at repositories to the next; absent: there is one for each document. */
  readonly roundMs?: number
  /** What lies in /var/log. */
  readonly logs?: Readonly<Record<string, string>>
}

export async function modelAgent(options: ModelAgentOptions = {}) {
  const root = await mkdtemp(join(tmpdir(), 'rosd-api-'))
  const paths = documentPaths(root)
  const cmdline = () => options.cmdline ?? ''
  const put = async (path: string, text: string) => {
    await mkdir(dirname(root + path), { recursive: true })
    await writeFile(root + path, text)
  }
  if (options.image !== undefined) await put(paths.image, options.image)
  if (options.user !== undefined) await put(paths.user, options.user)
  for (const [name, text] of Object.entries(options.logs ?? {})) await put(`/var/log/${name}`, text)

  const machine = new Map(Object.entries(options.sysctls ?? { 'vm.swappiness': '60', 'kernel.sysrq': '0' }))
  const kinds: Registry = new Map([['sysctl', sysctlsOf(machine) as unknown as KindDef]]) // as src/kinds/index.ts does
  const store = createStore()
  const events = createEvents(() => AT)
  const progress = new Subject<Progress>()
  const read = new Subject<void>()
  const engine = { events: () => EMPTY }
  const host = {
    log: () => {},
    progress: () => {},
    docker: { system: engine, user: engine },
    kernel: {}
  } as unknown as Host // the model kind asks it for nothing
  const layers = () => readLayers(paths, cmdline())
  const uptime = options.uptime ?? (() => 0)
  const past = await openPast({
    files: linuxFiles,
    probes: { again: () => {}, list: () => new Map(), changes: NEVER },
    paths,
    layers,
    trial: { file: options.trial ?? memory(), mark: memory() },
    store,
    events,
    log: host.log,
    offer: (offer) => loop.offer(offer),
    resume: (why) => policy.pause.resume(why),
    now: () => AT,
    clock: () => 0,
    uptime
  })
  const { history, announced, restorer, trial, chronicle } = past
  const policy = await openPolicy({
    host,
    events,
    engine: { held: () => null },
    store,
    files: { pause: memory(), drift: memory() },
    data: () => loop.inForce() ?? {},
    clock: () => performance.now(),
    uptime: () => performance.now()
  })
  const metrics = createMetrics({ store, events, version: '1.2.3' })
  const facts = async () => ({ links: [], version: '1', kernel: '', namespaces: false, stopped: [], shipped: {} })
  const loop: Loop = createLoop({
    ...policy.forLoop,
    meter: metrics.meter,
    kinds,
    host,
    readings: readings({ read: layers, history, announced, ticks: read }),
    chronicle,
    planned: (generation, plan) => chronicle.planned(generation, planView(kinds, plan)),
    facts,
    store,
    events,
    ledger: await openLedger(kinds, { brief: memory(), lasting: memory() }),
    journal: await openJournal(memory()),
    boot: await bootRecord(),
    now: () => AT,
    clock: () => performance.now(),
    random: () => 1
  })
  const powered: PowerRequest[] = []
  const done: string[] = []
  const config = createConfigFiles({ paths, cmdline, announced, changed: () => read.next() })
  const catalogue = createCatalogue({
    root,
    host: { files: linuxFiles, log: host.log },
    layers,
    data: () => loop.inForce() ?? {},
    store,
    events,
    changed: () => read.next(),
    now: () => Date.parse(AT),
    pauses: { tryMs: 1, roundMs: options.roundMs ?? 1e9 }
  })
  const pinning = createPinning({ root, catalogue, layers, announced, changed: () => read.next() })
  const hold = await openHold(fileOf(memory()), HELD_CONSOLE)
  const agent: AgentForApi = {
    version: '1.2.3',
    store,
    events,
    loop,
    kinds,
    pause: policy.pause,
    metrics: () => metrics.text(),
    config,
    catalogue,
    pinning,
    engines: {
      list: async () => ENGINES,
      enable: async (name) => void done.push(`enable engine ${name}`),
      switch: async (name) =>
        name === 'docker-28.5'
          ? { switched: false, message: 'docker-28.5 did not come up: it ended; User Docker is docker-26.1 as before' }
          : { switched: true, message: `User Docker is ${name} (20.10.24)` },
      offered: async () => ({})
    },
    createdEngines: {
      list: async () => [CI],
      create: async (name, asked, _by, seconds) => {
        if (name === 'ci') throw new Refusal('ROS_API_BAD_REQUEST', "there is a service 'docker-ci' already")
        done.push(`create engine ${name} ${JSON.stringify(asked)} ${seconds}`)
        return { ...CI, name }
      },
      remove: async (name, _by, seconds) => void done.push(`remove engine ${name} ${seconds}`)
    },
    adopt: createAdopt({ kinds, host, loop, config, facts }),
    history,
    restorer,
    trial,
    peer: () => options.peer?.() ?? null,
    network: async () => options.network ?? NO_NETWORK,
    path: async (peer) => (peer.session === null ? null : (options.path ?? null)),
    uptime,
    services: {
      list: async () => SERVICES,
      async *logs(name, { tail, follow, signal }) {
        yield* [`${name} says one`, `${name} says two`].slice(-tail)
        if (follow) await new Promise((resolve) => signal.addEventListener('abort', resolve))
        done.push(`logs ${name}`)
      },
      start: async (name) => void done.push(`start ${name}`),
      stop: async (name, seconds) => {
        if (name === 'syslog') throw new RosError('ROS_CONTAINER', 'System Docker does not answer', 'soon')
        done.push(`stop ${name} ${seconds}`)
      },
      restart: async (name, seconds) => void done.push(`restart ${name} ${seconds}`),
      create: async (name) => void done.push(`create ${name}`),
      recreate: async (name, seconds) => void done.push(`recreate ${name} ${seconds}`),
      down: async (name, seconds) => void done.push(`down ${name} ${seconds}`),
      remove: async (name, force) => {
        if (name === 'web' && !force)
          throw new Refusal('ROS_API_BAD_REQUEST', 'web runs; stop it first, or force it (-f)')
        done.push(`remove ${name}${force ? ' by force' : ''}`)
      },
      kill: async (name, signal) => void done.push(`kill ${name} ${signal}`),
      pull: async (name) => {
        if (name === 'job') throw new RosError('ROS_IMAGE_PULL', 'image alpine could not be pulled: no', 'soon')
        const after = name === 'web' ? 'sha256:2222222222222222' : 'sha256:1111111111111111'
        return { name, image: name === 'web' ? 'nginx' : 'rosd/base', before: 'sha256:1111111111111111', after }
      },
      async *build(name, how) {
        if (name === 'syslog') throw new Refusal('ROS_API_NOT_BUILT', "service 'syslog' is not built")
        done.push(`build ${name}${how.noCache === true ? ' anew' : ''}`)
        yield { service: name, line: 'Step 1/1 : FROM base', failed: false }
        if (name === 'job') yield { service: name, line: 'no such file', failed: true }
      }
    },
    certificates: createEngineCertificates({
      host: { files: linuxFiles, wall: { now: () => Date.parse(AT), ring: () => {}, rings: NEVER } },
      layers,
      machineFile: root + paths.machine,
      events,
      clients: { remember: async (folder) => void done.push(`keys in ${folder}`), renew: async () => null }
    }),
    logs: createLogs({
      host,
      files: { lines: linuxLogFiles.lines, kernel: kernelSays },
      folder: join(root, 'var/log'),
      wants: () => loop.wants(),
      uptime: () => 60_000,
      now: () => Date.parse(AT)
    }),
    consoles: createConsoles({
      docker: CONSOLE_ENGINE,
      hold,
      store,
      config,
      data: () => loop.inForce() ?? {},
      pin: async (name) => void done.push(`pin ${name}`),
      offered: async () => ['alpine', 'debian'],
      version: '1.2.3',
      kernel: '6',
      retry: async () => void done.push('may try again'),
      stage: async () => void done.push('has its image'),
      tick: () => done.push('looks at the console again')
    }),
    power: async (request) => {
      if (request.action === 'halt' && !request.force) throw new Refusal('ROS_API_BAD_REQUEST', 'not like this')
      powered.push(request)
    },
    restart: async (fault) => void done.push(`restart agent${fault ? ' by fault' : ''}`),
    progress
  }
  const logger = pino({ level: 'silent' })
  const api = createApi(agent, logger)
  const running = loop.start()
  running.add(hold.follow({ store, data: () => loop.inForce(), host }))
  running.add(policy.start(loop))
  running.add(catalogue.follow())
  running.add(past.follow())
  await until(() => store.value.generation > 0)
  const socket = join(root, 'run/ros/agent.sock')
  let server: { close(): Promise<void> } | null = null
  return {
    agent,
    api,
    machine,
    powered,
    done,
    held: () => hold.held(),
    progress,
    store,
    socket,
    root,
    listen: async () => {
      server = await startServer(agent, { socketPath: socket, logger })
    },
    /** Ends what listens, and all its streams. */
    away: async () => {
      await server?.close()
      server = null
    },
    userText: () => readFile(root + paths.user, 'utf8'),
    settled: () => until(() => store.value.settled && store.value.observedGeneration === store.value.generation),
    /** Writes cloud-config.yml behind the agent's back and has it read. */
    edit: async (text: string) => {
      await put(paths.user, text)
      read.next()
    },
    stop: async () => {
      running.unsubscribe()
      await server?.close()
      await api.close()
      await history.written()
      // A pass that was under way may still write.
      await rm(root, { recursive: true, maxRetries: 5 })
    }
  }
}

async function* kernelSays() {
  yield '4,7,2500000,-;eth0: link is down\n SUBSYSTEM=net'
  yield null
}

function sysctlsOf(machine: Map<string, string>): KindDef<'sysctl'> {
  return {
    kind: 'sysctl',
    resync: 1e9,
    adopt: adoptSysctl,
    *want(desired) {
      for (const [name, value] of Object.entries(desired.data.rancher?.sysctl ?? {})) {
        const key: Key<'sysctl'> = `sysctl/${name}`
        yield { key, spec: { value: String(value) }, needs: [], from: desired.from(['rancher', 'sysctl', name]) }
      }
    },
    judge(want, seen, owned) {
      const wanted = want === null ? (owned?.before?.value ?? null) : want.spec.value
      if (wanted === null || seen?.value === wanted) return null
      if (want === null) return { verb: 'delete', why: 'no longer wanted' }
      return seen === null
        ? { verb: 'create', why: 'no such parameter yet' }
        : { verb: 'update', why: `${seen.value} -> ${wanted}` }
    },
    watch: () => EMPTY,
    observe: async (_host, keys) =>
      new Map(
        keys.flatMap((key) => {
          const value = machine.get(nameOf(key))
          return value === undefined ? [] : [[key, { value, wrote: null, before: null }] as const]
        })
      ),
    async act(_host, action) {
      const value = action.to?.value ?? action.owned?.before?.value ?? ''
      if (value === BROKEN) throw new RosError('ROS_SYSCTL_WRITE', `the kernel takes no '${BROKEN}'`, 'never')
      machine.set(nameOf(action.key), value)
    }
  }
}

const SERVICES: readonly Service[] = [
  {
    name: 'web',
    scope: 'user',
    builtIn: false,
    enabled: true,
    image: 'nginx',
    state: 'running',
    status: 'Up 5 minutes (healthy)',
    id: '0123456789abcdef',
    run: null
  },
  {
    name: 'job',
    scope: 'user',
    builtIn: false,
    enabled: false,
    image: 'alpine',
    state: 'missing',
    status: '',
    id: '',
    run: null
  },
  {
    name: 'syslog',
    scope: 'system',
    builtIn: true,
    enabled: true,
    image: 'rosd/base',
    state: 'running',
    status: 'Up 5 minutes',
    id: 'fedcba9876543210',
    run: null
  }
]
