// A new container in the place of an old one, with as little of a gap as can be (decision 0023). The agent may end between any
// two calls: what is left then is known by its name (`.new`, `.old`), and `putInOrder` takes it up.
import { endpointsOf } from '../../compose/networks.ts'
import { LABEL } from '../../compose/project.ts'
import { type Retry, RosError } from '../../core/errors.ts'
import type { ContainerSpec } from '../../core/container.ts'
import { RAN } from '../../core/container-marks.ts'
import { CONSOLE } from '../../core/write-files.ts'
import type { ContainerInfo, Docker, Host } from '../../host/ports.ts'
import { carriesEngine, changesEngine, engineVerdict, holdings, standDown } from './engine-change.ts'
import { type Fault, lastWords, pause, verdict } from './gate.ts'
import { bearer, FRESH, type Instances, isRunning, OLD } from './instances.ts'
import { runs } from './judge.ts'
import { forgetRolledBack, noteRolledBack } from './rolled-back.ts'

/** Milliseconds: as long as most containers take to stop, and between two tries. */
const PORT_WAIT = 15_000
const PORT_STEP = 250

/** Creates it; its id. */
export async function make(docker: Docker, spec: ContainerSpec, name: string): Promise<string> {
  const { NetworkingConfig: _all, ...create } = spec.create
  const [first, ...others] = Object.entries(endpointsOf(spec.create))
  const network = first === undefined ? {} : { NetworkingConfig: { EndpointsConfig: Object.fromEntries([first]) } }
  const id = await docker.create(name, { ...create, ...network, Labels: spec.labels }).catch(async (cause: unknown) => {
    // What has the name but not our mark is never destroyed.
    if ((await docker.container(name)) !== null) throw new Error(inTheWay(name), { cause })
    throw cause
  })
  for (const [other] of others) await attach(docker, spec, id, other)
  return id
}

/** Attaches it to one more of its networks. */
export async function attach(docker: Docker, spec: ContainerSpec, id: string, network: string): Promise<void> {
  await docker.connect(id, network, endpointsOf(spec.create)[network] ?? {})
}

function inTheWay(name: string): string {
  return `a container '${name}' exists that rosd did not make; rename or remove it: docker rename ${name} ${name}-kept`
}

export async function start(host: Host, docker: Docker, id: string): Promise<void> {
  // First the mark: a look in between would else take a running container for one of an earlier boot.
  await host.files.writeInPlace(`${RAN}/${id}`, '')
  await docker.start(id)
}

/** Stops it in the time it was made with, and removes it. */
export async function discard(host: Host, docker: Docker, one: ContainerInfo): Promise<void> {
  await stop(docker, one)
  await remove(host, docker, one.id)
}

/** The mark goes last: a container that is there still must not look as one of an earlier boot. */
async function remove(host: Host, docker: Docker, id: string): Promise<void> {
  await docker.remove(id)
  await host.files.remove(`${RAN}/${id}`)
}

async function stop(docker: Docker, one: ContainerInfo): Promise<void> {
  if (!isRunning(one)) return
  const definition = await docker.definition(one.id)
  await docker.stop(one.id, Number(definition?.config.StopTimeout ?? 10))
}

/**
 * The new one is created before the old one is touched: a definition the engine refuses costs nothing. Both change names while
 * the old one still runs, so that a stop and a start are all that lies between the two; where nothing is in the way, not even that.
 */
export async function replace(
  host: Host,
  docker: Docker,
  spec: ContainerSpec,
  main: ContainerInfo,
  beside: boolean,
  signal: AbortSignal
): Promise<void> {
  if ((await docker.container(spec.name + OLD)) !== null) throw new Error(inTheWay(spec.name + OLD))
  const id = await make(docker, spec, spec.name + FRESH)
  if (beside) {
    const wrong = await tryOut(host, docker, spec, id, signal)
    if (wrong !== null) {
      const why = `${wrong.what}; the old one runs on`
      if (wrong.ill) await noteRolledBack(host, spec, why)
      await remove(host, docker, id)
      if (wrong.ill) throw rolledBack(spec, why)
      throw new Error(`the new one ${why}`)
    }
  }
  signal.throwIfAborted()
  await docker.rename(main.id, spec.name + OLD)
  await docker.rename(id, spec.name)
  await takeOver(host, docker, spec, { id, running: beside, served: isRunning(main) }, main, signal)
}

/**
 * Brings what an interrupted replacement left to one container of the name, the one that served or the one that was to.
 * `noted`: the hash of the definition that was no good.
 */
export async function putInOrder(
  host: Host,
  docker: Docker,
  spec: ContainerSpec,
  instances: Instances,
  noted: string | null,
  signal: AbortSignal
): Promise<void> {
  const main = bearer(instances)
  if (main === null) return
  const { fresh, old } = instances
  if (fresh !== null && fresh !== main) await remove(host, docker, fresh.id)
  const running = isRunning(main)
  if (instances.main === null) {
    // The name comes last here, too. One that does not start any more is replaced all the same.
    if (!running && runs(spec) && spec.run === 'service') await refusal(start(host, docker, main.id))
    await docker.rename(main.id, spec.name)
  }
  if (old === null || old === main) return
  const tried = main.labels[LABEL.hash] ?? ''
  if (tried !== spec.hash || tried === noted) {
    // Nobody asks for it any more, or it was no good: whether the old one may go is for the next replacement to find out.
    if (carriesEngine(spec) && main.image !== old.image) await standDown(host, () => stop(docker, main), signal)
    await goBack(host, docker, spec, main.id, old, runs(spec) && spec.run === 'service')
    return
  }
  await takeOver(host, docker, spec, { id: main.id, running, served: true }, old, signal)
}

/** Null when the new one runs as it should beside the old one; else what is wrong, with its last words in it. */
async function tryOut(
  host: Host,
  docker: Docker,
  spec: ContainerSpec,
  id: string,
  signal: AbortSignal
): Promise<Fault | null> {
  const refused = await refusal(start(host, docker, id))
  if (refused !== null) return { what: `does not start: ${refused.message}`, ill: false }
  const wrong = await verdict(docker, id, spec, 'beside', signal)
  return wrong === null ? null : { ...wrong, what: wrong.what + (await lastWords(docker, id)) }
}

interface Successor {
  readonly id: string
  readonly running: boolean
  /** Whether the old one ran, as far as is known. */
  readonly served: boolean
}

/** `next` has the name, and `old` that with a suffix: the one goes into service, the other away, or all back. */
async function takeOver(
  host: Host,
  docker: Docker,
  spec: ContainerSpec,
  next: Successor,
  old: ContainerInfo,
  signal: AbortSignal
): Promise<void> {
  const lasts = runs(spec) && spec.run === 'service'
  // At a boot the old console does not run, and one that lets nobody in must not take its place all the same.
  const served = lasts && (next.served || (spec.scope === 'system' && spec.name === CONSOLE))
  const engine = carriesEngine(spec) && runs(spec)
  const other = changesEngine(spec, old)
  const before = engine && !next.running ? await holdings(host.docker.user) : null
  if (!next.running) {
    await (other ? standDown(host, () => stop(docker, old), signal) : stop(docker, old))
    const refused = runs(spec) ? await startWhenFree(host, docker, next.id, signal) : null
    if (refused !== null) {
      await goBack(host, docker, spec, next.id, old, served)
      const rest = served ? 'runs again' : 'is there still'
      throw failed(spec, `does not start: ${refused.message}; the old one ${rest}`, 'soon', refused)
    }
  }
  const wrong = engine
    ? await engineVerdict(host, next.id, before, signal)
    : served
      ? ((await verdict(docker, next.id, spec, 'instead', signal))?.what ?? null)
      : null
  if (wrong !== null) {
    const why = `${wrong}${await lastWords(docker, next.id)}; the old one runs again`
    // Each try takes the service away until the check has failed.
    await noteRolledBack(host, spec, why)
    if (other) await standDown(host, () => docker.stop(next.id, spec.stopSeconds), signal)
    await goBack(host, docker, spec, next.id, old, true)
    throw rolledBack(spec, why)
  }
  await forgetRolledBack(host, `container/${spec.scope}/${spec.name}`)
  await (next.running ? discard(host, docker, old) : remove(host, docker, old.id))
}

function rolledBack({ name }: ContainerSpec, why: string): RosError {
  const way = "Correct the service, or try again: 'ros reconcile'"
  return new RosError('ROS_ROLLED_BACK', `container ${name}: the new one ${why}. ${way}`, 'never')
}

async function refusal(call: Promise<void>): Promise<Error | null> {
  try {
    await call
    return null
  } catch (cause) {
    return new Error(cause instanceof Error ? cause.message.trim() : String(cause), { cause })
  }
}

/** The name comes last: until then it is known that the old one is to run. */
async function goBack(
  host: Host,
  docker: Docker,
  spec: ContainerSpec,
  next: string,
  old: ContainerInfo,
  starts: boolean
): Promise<void> {
  await remove(host, docker, next)
  if (starts) await start(host, docker, old.id)
  await docker.rename(old.id, spec.name)
}

function failed({ name }: ContainerSpec, wrong: string, retry: Retry, cause?: Error): RosError {
  return new RosError('ROS_CONTAINER', `container ${name}: the new one ${wrong}`, retry, cause)
}

/** null: it was started. A port of another container may be about to come free: two services that change ports with each other. */
async function startWhenFree(host: Host, docker: Docker, id: string, signal: AbortSignal): Promise<Error | null> {
  const began = performance.now()
  for (;;) {
    const refused = await refusal(start(host, docker, id))
    if (refused?.message.includes('port is already allocated') !== true) return refused
    if (performance.now() - began >= PORT_WAIT) return refused
    await pause(PORT_STEP, signal)
  }
}
