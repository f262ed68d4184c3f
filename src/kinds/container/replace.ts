// A new container in the place of an old one, with as little of a gap as can be (decision 0023). The agent may end between any
// two calls: what is left then is known by its name (`.new`, `.old`), and `putInOrder` takes it up.
import { RosError } from '../../core/errors.ts'
import type { ContainerSpec } from '../../core/resource.ts'
import type { ContainerInfo, Docker, Host } from '../../host/ports.ts'
import { lastWords, verdict } from './gate.ts'
import { bearer, FRESH, type Instances, isRunning, OLD } from './instances.ts'
import { runs } from './judge.ts'

/** One empty file per container started since this boot; /run forgets them with the boot. */
export const RAN = '/run/ros/ran'

/** Creates it; its id. */
export async function make(docker: Docker, spec: ContainerSpec, name: string): Promise<string> {
  try {
    return await docker.create(name, { ...spec.create, Labels: spec.labels })
  } catch (cause) {
    // What has the name but not our mark is never destroyed.
    if ((await docker.container(name)) !== null) throw new Error(inTheWay(name), { cause })
    throw cause
  }
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
export async function discard(docker: Docker, one: ContainerInfo): Promise<void> {
  if (isRunning(one)) await docker.stop(one.id, await patience(docker, one.id))
  await docker.remove(one.id)
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
      await docker.remove(id)
      throw new Error(`the new one ${wrong}; the old one runs on`)
    }
  }
  signal.throwIfAborted()
  await docker.rename(main.id, spec.name + OLD)
  await docker.rename(id, spec.name)
  await takeOver(host, docker, spec, { id, running: beside, orBack: isRunning(main) }, main, signal)
}

/** Brings what an interrupted replacement left to one container of the name, the one that served or the one that was to. */
export async function putInOrder(
  host: Host,
  docker: Docker,
  spec: ContainerSpec,
  instances: Instances,
  signal: AbortSignal
): Promise<void> {
  const main = bearer(instances)
  if (main === null) return
  const { fresh, old } = instances
  if (fresh !== null && fresh !== main) await docker.remove(fresh.id)
  if (instances.main === null) await docker.rename(main.id, spec.name)
  const running = isRunning(main)
  if (old !== null && old !== main)
    await takeOver(host, docker, spec, { id: main.id, running, orBack: true }, old, signal)
  else if (!running && instances.main === null && runs(spec) && spec.run === 'service')
    await start(host, docker, main.id)
}

/** Null when the new one runs as it should beside the old one; else what is wrong, with its last words. */
async function tryOut(
  host: Host,
  docker: Docker,
  spec: ContainerSpec,
  id: string,
  signal: AbortSignal
): Promise<string | null> {
  const refused = await refusal(start(host, docker, id))
  if (refused !== null) return `does not start: ${refused.message}`
  const wrong = await verdict(docker, id, spec, 'beside', signal)
  return wrong === null ? null : wrong + (await lastWords(docker, id))
}

interface Successor {
  readonly id: string
  readonly running: boolean
  /** False where there is nothing to go back to: the old one did not run either. */
  readonly orBack: boolean
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
  const orBack = next.orBack && runs(spec) && spec.run === 'service'
  if (!next.running) {
    if (isRunning(old)) await docker.stop(old.id, await patience(docker, old.id))
    const refused = runs(spec) ? await refusal(start(host, docker, next.id)) : null
    if (refused !== null && orBack)
      await goBack(host, docker, spec, next.id, old, `does not start: ${refused.message}`, refused)
    if (refused !== null) {
      await docker.remove(old.id)
      throw refused
    }
  }
  const wrong = orBack ? await verdict(docker, next.id, spec, 'instead', signal) : null
  if (wrong !== null) await goBack(host, docker, spec, next.id, old, wrong + (await lastWords(docker, next.id)))
  await discard(docker, old)
}

async function refusal(call: Promise<void>): Promise<Error | null> {
  try {
    await call
    return null
  } catch (cause) {
    return cause instanceof Error ? cause : new Error(String(cause))
  }
}

/** Always throws. It is not tried again by itself: each time would take the service away for a moment. */
async function goBack(
  host: Host,
  docker: Docker,
  spec: ContainerSpec,
  failed: string,
  old: ContainerInfo,
  wrong: string,
  cause?: Error
): Promise<never> {
  await docker.remove(failed)
  await docker.rename(old.id, spec.name)
  await start(host, docker, old.id)
  throw new RosError(
    'ROS_CONTAINER',
    `container ${spec.name}: the new one ${wrong}; the old one runs again. Correct the service; to try this one again: 'ros reconcile'`,
    'never',
    cause
  )
}

async function patience(docker: Docker, id: string): Promise<number> {
  const definition = await docker.definition(id)
  return Number(definition?.config.StopTimeout ?? 10)
}
