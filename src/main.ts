// The agent's entry: composes the parts and starts them; the only file that knows everything. As PID 1 it first brings the
// machine to where the loop can work; as an ordinary process it is a daemon that looks after the machine it runs on.
import { recovering } from './init/first.ts'
import { mkdirSync, readFileSync } from 'node:fs'
import { hostname, release, uptime } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import pino from 'pino'
import { distinctUntilChanged, map, merge, Subject, Subscription, tap } from 'rxjs'
import pkg from '../package.json' with { type: 'json' }
import { createAdopt } from './agent/adopt.ts'
import { openBootRecord } from './agent/boot-record.ts'
import { createCatalogue } from './agent/catalogue.ts'
import { openEventLog } from './agent/event-log.ts'
import { createClientCertificates } from './agent/client-certificates.ts'
import { createEngineCertificates } from './agent/engine-certificates.ts'
import { createCreatedEngines } from './agent/created-engines.ts'
import { createEngines } from './agent/engines.ts'
import { createEvents } from './agent/events.ts'
import { factsOf } from './agent/facts.ts'
import { stopSteps } from './agent/going-down.ts'
import { ensureHostKeys } from './agent/host-keys.ts'
import { openJournal } from './agent/journal.ts'
import { openLedger } from './agent/ledger.ts'
import { openLogFile } from './agent/log-file.ts'
import { createLoop, type Loop } from './agent/loop.ts'
import { operatorPath } from './agent/operator-path.ts'
import { createMetrics } from './agent/metrics.ts'
import { milestones } from './agent/milestones.ts'
import { networkView } from './agent/network-view.ts'
import { noConsole } from './agent/no-console.ts'
import { setPassword } from './agent/password.ts'
import { openPast } from './agent/past.ts'
import { createPinning } from './agent/pinning.ts'
import { openHold } from './agent/hold.ts'
import { openPolicy } from './agent/policy.ts'
import { readings } from './agent/readings.ts'
import { registryAuth } from './agent/registry-auth.ts'
import { tellRuns } from './agent/runs.ts'
import { HELD_CONSOLE, HELD_ENGINE } from './agent/holds.ts'
import { openConsoleRebuilds } from './agent/console-rebuilds.ts'
import { createConsoles } from './agent/consoles.ts'
import { createServices } from './agent/services.ts'
import { openStopped } from './agent/stopped.ts'
import { imageAfter, stageImage } from './agent/stage.ts'
import { createStore } from './agent/store.ts'
import { sweepDrafts } from './agent/sweep.ts'
import { tellWarnings } from './agent/warnings.ts'
import type { AgentForApi, PowerRequest, Progress } from './api/agent.ts'
import { createConfigFiles } from './api/config-files.ts'
import type { Edit } from './api/edits.ts'
import { createMetricsServer } from './api/metrics-server.ts'
import { startServer } from './api/server.ts'
import { planView } from './api/view.ts'
import { agentSettings } from './core/agent-settings.ts'
import { salvage } from './document/salvage.ts'
import { documentPaths } from './document/layers.ts'
import { readLayers } from './document/read.ts'
import type { CloudConfig } from './document/types.gen.ts'
import { watchDocument } from './document/watch.ts'
import { linuxHost } from './host/linux.ts'
import { archives } from './host/linux/archives.ts'
import { docker } from './host/linux/docker.ts'
import { linuxLogFiles } from './host/linux/log-files.ts'
import { peerOf } from './host/linux/peer.ts'
import { bootMachine } from './init/boot.ts'
import { type BootLog, consoleEnds, openBootLog } from './init/boot-log.ts'
import { watchHeap } from './init/heap.ts'
import { mountEarly } from './init/mounts.ts'
import { isInNamespaces } from './init/namespaces.ts'
import { startReaper } from './init/reap.ts'
import { recoveryShell } from './init/recovery.ts'
import { rescue } from './init/rescue.ts'
import { nextRestart, reexec, restartOf } from './init/reexec.ts'
import { shutdown } from './init/shutdown.ts'
import { powerSignals } from './init/signals.ts'
import { forgetRolledBack } from './kinds/container/rolled-back.ts'
import { kinds } from './kinds/index.ts'
import { openForwarding } from './logs/forwarding.ts'
import { createLogs } from './logs/logs.ts'

const SOCKET = '/run/ros/agent.sock'
const LOG = '/var/log/rosd.log'
const EVENTS = '/var/log/events.ndjson'
/** Milliseconds for an image that the next boot begins with to be fetched. */
const STAGING_LIMIT = 900_000
const paths = documentPaths()
const isInit = process.pid === 1
const namespaces = isInNamespaces(process.env)
const restart = restartOf(process.env)

const cmdline = () => readFileSync('/proc/cmdline', 'utf8').trim()
const upMs = () => uptime() * 1000
const iso = () => new Date().toISOString()
const layers = () => readLayers(paths, cmdline())

/** How the machine goes down; until the agent runs there is nothing to stop first. */
let goDown = (request: PowerRequest): Promise<void> =>
  shutdown({ action: request.action, deadlineMs: 20_000, steps: [], inNamespaces: namespaces, log: bootLog })

/** Of the signals that ask for an end. */
let hearing = Subscription.EMPTY

const bootLog = openBootLog(isInit ? consoleEnds(namespaces) : { uptime: () => process.uptime(), write: () => {} })
if (!recovering) {
  void main().catch(async (thrown: unknown) => {
    if (!isInit) throw thrown
    hearing.unsubscribe()
    await rescue(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown), namespaces)
  })
}

async function main(): Promise<void> {
  if (isInit) {
    mountEarly(namespaces)
    startReaper()
    hearing = powerSignals().subscribe(({ action, reason }) => {
      bootLog.say(`${action}: ${reason}`)
      void goDown({ action, force: false, delaySeconds: 0 })
    })
    bootLog.say(
      restart.why === 'boot'
        ? `rosd ${pkg.version} starts`
        : `rosd ${pkg.version} started anew: ${restart.reason.split('\n')[0] ?? ''}`
    )
    // Layers that lie on the state partition do not count for finding it.
    const early = agentSettings(salvage(await layers()).document.data)
    await bootMachine({ state: early.state, inNamespaces: namespaces, restarted: restart.why !== 'boot' }, bootLog)
    if (early.recovery && restart.why === 'boot') {
      await recoveryShell({
        reason: 'the kernel command line asks for it (rancher.recovery)',
        exitMeans: 'goes on booting',
        inNamespaces: namespaces
      })
    }
  }
  await runAgent(bootLog)
}

async function runAgent(log: BootLog): Promise<void> {
  // Also the folder of the leases: chokidar waits for a missing one by subscribing anew at every change beside it, for ever.
  mkdirSync('/run/ros/leases', { recursive: true, mode: 0o755 })
  const logger = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime },
    isInit ? openLogFile(LOG, iso) : pino.destination({ dest: 1, sync: false })
  )
  const progress = new Subject<Progress>()
  let data: CloudConfig = {}
  const host = linuxHost({
    registryAuth: (ref) => registryAuth(ref, data),
    progress: (key, message) => progress.next({ key, message }),
    log: (level, fields, message) => logger[level](fields, message)
  })

  const follow = (next: CloudConfig) => {
    const [before, now] = [agentSettings(data), agentSettings(next)]
    data = next
    logger.level = now.logLevel
    if (!isInit || now.password === before.password) return
    void setPassword(host, now.password).catch((thrown: Error) => log.say(`FAILED: the password: ${thrown.message}`))
  }

  const file = (path: string) => ({
    read: () => host.files.read(path),
    write: (text: string) => host.files.writeAtomic(path, text, { mode: 0o600 })
  })
  const store = createStore()
  const events = createEvents(iso, openEventLog(EVENTS))
  const past = await openPast({
    files: host.files,
    probes: host.probes,
    paths,
    layers,
    trial: { file: file('/var/lib/rancher/state/trial.json'), mark: file('/run/ros/boot-mark') },
    store,
    events,
    log: (level, fields, message) => logger[level](fields, message),
    offer: (offer) => loop.offer(offer),
    resume: (why) => policy.pause.resume(why),
    now: iso,
    clock: () => performance.now(),
    uptime: upMs
  })
  const { history, announced, restorer, trial, chronicle } = past

  data = salvage(await layers()).document.data
  await log.try(
    'made ssh host keys',
    () => ensureHostKeys(host, data, paths.machine),
    (types) => types.join(', ') || 'kept'
  )
  const { password } = agentSettings(data)
  if (isInit)
    await log.try(
      'set the password',
      async () => password !== null && setPassword(host, password),
      (done) => (done === false ? 'none given' : 'rancher')
    )

  const ledger = await openLedger(
    kinds,
    { brief: file('/run/ros/owned.json'), lasting: file('/var/lib/rancher/state/owned.json') },
    (damage) => host.log('error', { damage }, 'the ledger is damaged; what it named stays as it is')
  )
  const journal = await openJournal(file('/run/ros/journal.json'))
  const swept = await sweepDrafts(host.files, kinds, new Set([...ledger.owned.keys(), ...journal.unfinished]))
  if (swept.length > 0) host.log('warn', { files: swept }, 'half-written files of an earlier agent removed')
  const stopped = await openStopped(host.files)
  const boot = await openBootRecord(host)
  const heldConsole = await openHold(host.files, HELD_CONSOLE)
  const heldEngine = await openHold(host.files, HELD_ENGINE)
  const rebuilds = await openConsoleRebuilds(host.files)
  const shipped = await archives().shipped()
  const facts = factsOf({
    host,
    stopped,
    version: pkg.version,
    namespaces,
    shipped,
    boot,
    console: heldConsole,
    rebuilds
  })
  const again = new Subject<void>()
  const policy = await openPolicy({
    host,
    events,
    engine: heldEngine,
    store,
    files: { pause: file('/run/ros/pause.json'), drift: file('/run/ros/drift.json') },
    data: () => data,
    clock: () => performance.now(),
    uptime: upMs
  })
  const metrics = createMetrics({ store, events, version: pkg.version })
  const scraped = createMetricsServer({ text: () => metrics.text(), store, events })
  const loop: Loop = createLoop({
    ...policy.forLoop,
    meter: metrics.meter,
    kinds,
    host,
    readings: readings({ read: layers, history, announced, ticks: merge(watchDocument(paths), again) }).pipe(
      tap((reading) => (reading.ok ? follow(reading.document.data) : undefined))
    ),
    chronicle,
    planned: (generation, plan) => chronicle.planned(generation, planView(kinds, plan)),
    facts,
    store,
    events,
    ledger,
    journal,
    boot,
    now: iso,
    clock: () => performance.now(),
    random: Math.random
  })

  let goingDown = false
  const power = async (request: PowerRequest): Promise<void> => {
    if (!isInit) throw new Error('only a machine whose PID 1 is rosd can be switched off by it')
    if (goingDown) return
    goingDown = true
    void sleep(request.delaySeconds * 1000)
      .then(() => loop.stop(5_000))
      .then(async () => {
        // Engines wait for whoever still listens to their events before they end.
        watching.unsubscribe()
        await history.written()
        const steps = await stopSteps(host, loop.wants())
        const deadlineMs = agentSettings(data).shutdownSeconds * 1000
        await shutdown({ action: request.action, deadlineMs, steps, inNamespaces: namespaces, log })
      })
  }

  goDown = power
  const restartAgent = async (fault: boolean): Promise<void> => {
    if (!isInit) throw new Error('only as PID 1 the agent starts itself anew')
    // The answer leaves first.
    void sleep(100).then(async () => {
      if (fault) throw new Error('asked to fail (ros agent restart --fault)')
      await loop.stop(30_000)
      reexec(nextRestart(restart, 'command', 'by command', Date.now()))
    })
  }
  const logs = createLogs({
    host,
    files: linuxLogFiles,
    folder: '/var/log',
    wants: () => loop.wants(),
    uptime: upMs,
    now: Date.now
  })
  const forwarding = await openForwarding({
    logs,
    events,
    file: file('/var/lib/rancher/state/logging.json'),
    hostname,
    booted: new Date(Date.now() - upMs()).toISOString()
  })
  const certificates = createEngineCertificates({
    host,
    layers,
    machineFile: paths.machine,
    events,
    clients: createClientCertificates({ host, file: file('/var/lib/rancher/state/client-keys.json'), events })
  })
  const config = createConfigFiles({ paths, cmdline, announced, changed: () => again.next() })
  const catalogue = createCatalogue({
    root: paths.root,
    host,
    layers,
    data: () => loop.inForce() ?? {},
    store,
    events,
    changed: () => again.next(),
    now: Date.now
  })
  const machine = { version: pkg.version, kernel: release() }
  const staged = (service: string) => async (edit: Edit) =>
    stageImage(host, await imageAfter(config, edit, service, machine), AbortSignal.timeout(STAGING_LIMIT))
  const pinning = createPinning({ root: paths.root, catalogue, layers, announced, changed: () => again.next() })
  const engines = createEngines({
    host,
    store,
    config,
    catalogue,
    events,
    hold: heldEngine,
    reconcile: (limit) => loop.reconcile(limit),
    retry: () => forgetRolledBack(host, 'container/system/docker'),
    stage: staged('docker'),
    needs: () => loop.wants().get('container/system/docker')?.needs ?? [],
    data: () => loop.inForce() ?? data
  })
  const agent: AgentForApi = {
    version: pkg.version,
    store,
    events,
    loop,
    pause: policy.pause,
    metrics: () => metrics.text(),
    kinds,
    config,
    adopt: createAdopt({ kinds, host, loop, config, facts }),
    network: () => networkView(host, store.value, loop.wants()),
    services: createServices({ host, loop, stopped, store, layers }),
    certificates,
    logs,
    catalogue,
    pinning,
    consoles: createConsoles({
      docker: host.docker.system,
      hold: heldConsole,
      store,
      config,
      data: () => data,
      pin: (name, by) => pinning.pin('consoles', [name], by, AbortSignal.timeout(60_000)),
      offered: async () =>
        (await catalogue.list()).items.flatMap((one) => (one.section === 'consoles' ? [one.name] : [])),
      version: pkg.version,
      kernel: release(),
      retry: () => forgetRolledBack(host, 'container/system/console'),
      stage: staged('console'),
      tick: () => loop.tick()
    }),
    engines,
    createdEngines: createCreatedEngines({
      host,
      store,
      config,
      stopped,
      engines,
      events,
      ask: (socket) => docker('user', socket).ping(),
      needs: (key) => loop.wants().get(key)?.needs ?? [],
      data: () => loop.inForce() ?? data
    }),
    history,
    restorer,
    trial,
    peer: peerOf,
    path: (peer) => operatorPath(host, async () => (await facts({})).links, peer),
    uptime: upMs,
    power,
    restart: restartAgent,
    progress
  }
  await startServer(agent, { socketPath: SOCKET, logger })
  if (isInit) {
    log.say('agent listens on /run/ros/agent.sock')
    watchHeap({ idle: () => loop.stop(30_000), log: (text) => log.say(text) })
    milestones(
      store,
      () => loop.wants(),
      (line) => log.say(line)
    )
    void helpWithoutConsole(
      noConsole(store, () => loop.wants().get('container/system/console')?.needs ?? []),
      log
    )
    tellWarnings(events, (line) => log.say(line))
  }
  const watching = loop.start()
  watching.add(policy.start(loop))
  watching.add(tellRuns(store, events))
  watching.add(catalogue.follow())
  const compared = store.changes.pipe(
    map((state) => state.observedGeneration),
    distinctUntilChanged()
  )
  watching.add(compared.subscribe(() => void scraped.listen(agentSettings(loop.inForce() ?? {}).metricsListen)))
  watching.add(compared.subscribe(() => void certificates.ensure()))
  watching.add(compared.subscribe(() => forwarding.to(agentSettings(loop.inForce() ?? {}).logging)))
  watching.add(past.follow())
  watching.add(rebuilds.follow({ store, events, config, data: () => loop.inForce() ?? {}, tick: () => loop.tick() }))
  for (const hold of [heldConsole, heldEngine]) watching.add(hold.follow({ store, data: () => loop.inForce(), host }))
  watching.add(certificates.start())
}

/** The agent goes on trying beside the shell. */
async function helpWithoutConsole(waiting: Promise<string | null>, log: BootLog): Promise<void> {
  const reason = await waiting
  if (reason === null) return
  log.say(reason)
  const shell = recoveryShell({ reason, exitMeans: 'leaves the machine trying', inNamespaces: namespaces })
  await shell.catch((thrown: Error) => log.say(`no recovery shell: ${thrown.message}`))
}
