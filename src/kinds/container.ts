// Containers of both engines: what rancher.services says, kept running. System containers are started only here, so that
// their order holds also after a crash; user containers keep the engine's own restart policy beside it.
import { merge } from 'rxjs'
import { aloneBecause } from '../compose/alone.ts'
import { withConsole } from '../compose/console.ts'
import { LABEL, NO_CONTAINER, project } from '../compose/project.ts'
import { resourceChanges, seenResources, updateBody } from '../compose/resources.ts'
import { ifAnswers } from '../core/engine-answer.ts'
import { RosError } from '../core/errors.ts'
import type { KindDef } from '../core/kind.ts'
import type { ContainerSeen, ContainerSpec } from '../core/container.ts'
import { RAN } from '../core/container-marks.ts'
import { type Key, nameOf, type Scope } from '../core/resource.ts'
import { standOn } from '../core/standing.ts'
import type { Docker, Host } from '../host/ports.ts'
import { disturbs, fields, irreversible } from './container/effects.ts'
import { heard } from './container/heard.ts'
import { bearer, type Instances, instancesByKey, isRunning, NOBODY } from './container/instances.ts'
import { account, failedRun, timesFor } from './container/job.ts'
import { reached } from './container/reached.ts'
import {
  isKept,
  isRolledBack,
  judge,
  leftOver,
  outlived,
  runs,
  switches,
  stateDue,
  unattached
} from './container/judge.ts'
import { outlivedOf } from './container/outlived.ts'
import { forgetRolledBack, forgiveRolledBack, type RolledBack, rolledBack } from './container/rolled-back.ts'
import { attach, discard, make, putInOrder, replace, start } from './container/replace.ts'
import { adoptContainer } from './adopt/container.ts'

export const container: KindDef<'container'> = {
  kind: 'container',
  resync: 60_000,
  width: 10,
  deadline: 180_000,

  *want({ data, facts, from }) {
    for (const planned of project(standOn(withConsole(data, facts.console), facts.standing), facts)) {
      yield { ...planned, from: from(['rancher', 'services', planned.spec.name]) }
    }
  },

  judge: (want, seen) => judge(want?.spec ?? null, seen),

  ready(want, seen, until) {
    if (until !== undefined && until !== 'ready') return reached(want.spec, seen, until)
    if (seen === null || want.spec.run === 'volumes' || want.spec.run === 'scheduled') return true
    if (want.spec.run === 'once')
      return seen.state === 'exited' && seen.ranThisBoot ? true : 'it has not run to its end yet'
    // Stopped by command is as wanted; what comes after it is not held up by it.
    if (!want.spec.up) return true
    if (seen.state !== 'running') return want.spec.again === 'always' ? `it is ${seen.state}` : true
    if (seen.health === 'unhealthy') return 'its health check fails'
    return seen.health === 'starting' ? 'its health check has not passed yet' : true
  },

  complain(want, seen) {
    if (want.spec.missing !== null) return want.spec.missing
    if (isRolledBack(want.spec, seen))
      return { reason: 'RolledBack', message: `the definition before is in force: the new one ${seen.rolledBack?.why}` }
    if (want.spec.run === 'once' && seen.state === 'exited' && seen.exitCode !== 0)
      return `ended with exit code ${seen.exitCode}`
    if (want.spec.run === 'scheduled') return failedRun(seen.times)
    return seen.health === 'unhealthy' ? 'its health check fails' : null
  },

  remark(want, seen) {
    if (isKept(want.spec, seen))
      return 'it is not made anew, as its label io.docker.compose.rebuild says; its definition changed'
    return want.spec.run !== 'scheduled' || seen.times === null ? null : account(seen.times)
  },

  claims(key, seen) {
    return {
      key,
      spec: { ...NO_CONTAINER, scope: scopeOf(key), name: shortName(key), hash: seen.hash },
      before: null,
      needs: (seen.labels[LABEL.needs] ?? '').split(',').filter((need): need is Key => need !== '')
    }
  },

  show: ({ labels: _labels, definition: _definition, ...seen }) => seen,

  disturbs,
  irreversible,
  fields,

  lens: (key) => `engine/${scopeOf(key)}`,

  forgive: forgiveRolledBack,

  adopt: adoptContainer,

  watch: (host) => merge(host.wall.rings, heard(host)),

  async observe(host) {
    const seen = new Map<Key<'container'>, ContainerSeen>()
    const [marks, notes] = [host.files.list(RAN), rolledBack(host)]
    const lookThrough = async (scope: Scope) => {
      const docker = host.docker[scope]
      const listed = await ifAnswers(docker, docker.containers())
      if (listed === null) return
      const around: Around = { found: instancesByKey(listed), ran: new Set(await marks), notes: await notes }
      await Promise.all(
        [...around.found.keys()].map(async (key) => {
          if (scopeOf(key) !== scope) return
          const one = await look(host, docker, key, around)
          if (one !== null) seen.set(key, one)
        })
      )
    }
    await Promise.all([lookThrough('system'), lookThrough('user')])
    return seen
  },

  async act(host, { key, to: spec, verb }, signal) {
    if (spec?.broken) throw new RosError('ROS_CONTAINER', `service ${spec.name}: ${spec.broken}`, 'never')
    if (spec !== null && spec.missing !== null && verb !== 'update')
      throw new RosError('ROS_CONTAINER', `service ${spec.name}: ${spec.missing}`)
    const docker = host.docker[scopeOf(key)]
    try {
      const found = instancesByKey(await docker.containers())
      const instances = found.get(key) ?? NOBODY
      const ran = new Set(await host.files.list(RAN))
      const seen = await look(host, docker, key, { found, ran, notes: await rolledBack(host) })
      // What has changed since the plan is the next plan's.
      if (judge(spec, seen)?.verb !== verb) return
      if (spec === null || spec.down === true) await removeAll(host, docker, key, instances)
      else if (seen === null) await create(host, docker, spec)
      else if (leftOver(spec, seen).length > 0)
        await putInOrder(host, docker, spec, instances, seen.rolledBack?.hash ?? null, signal)
      else if (verb === 'update') await update(host, docker, spec, seen)
      else if (instances.main !== null) await replace(host, docker, spec, instances.main, switches(spec, seen), signal)
    } catch (cause) {
      signal.throwIfAborted()
      if (cause instanceof RosError) throw cause
      const message = cause instanceof Error ? cause.message : String(cause)
      throw new RosError('ROS_CONTAINER', `container ${shortName(key)}: ${message}`, 'soon', cause)
    }
  }
}

/** What is known of all containers of an engine. */
interface Around {
  readonly found: ReadonlyMap<Key<'container'>, Instances>
  /** Ids of those started since this boot. */
  readonly ran: ReadonlySet<string>
  readonly notes: ReadonlyMap<Key, RolledBack>
}

/** What is seen of a service; null: nothing is there, or it went while we looked. */
async function look(
  host: Host,
  docker: Docker,
  key: Key<'container'>,
  { found, ran, notes }: Around
): Promise<ContainerSeen | null> {
  const instances = found.get(key) ?? NOBODY
  const info = bearer(instances)
  const definition = info === null ? null : await docker.definition(info.id)
  if (info === null || definition === null) return null
  const { config, host: bounds } = definition
  const note = notes.get(key)
  const others = [instances.main, instances.fresh, instances.old].filter((one) => one !== null && one !== info)
  return {
    id: info.id,
    name: info.name,
    leftovers: others.flatMap((one) => (one === null ? [] : [{ id: one.id, name: one.name, running: isRunning(one) }])),
    hash: info.labels[LABEL.hash] ?? '',
    resources: seenResources(bounds),
    alone: aloneBecause(config, bounds),
    definition: () => definition,
    image: info.image,
    state: info.state as ContainerSeen['state'], // the engine's own list of states
    exitCode: info.exitCode,
    health: info.health,
    ranThisBoot: ran.has(info.id),
    times: await timesFor(host, docker, info),
    labels: info.labels,
    ...(await outlivedOf(docker, scopeOf(key), info, found)),
    ...(note === undefined ? {} : { rolledBack: note }),
    ...(info.networks === undefined ? {} : { networks: info.networks })
  }
}

async function create(host: Host, docker: Docker, spec: ContainerSpec): Promise<void> {
  const id = await make(docker, spec, spec.name)
  if (runs(spec)) await start(host, docker, id)
}

async function removeAll(
  host: Host,
  docker: Docker,
  key: Key<'container'>,
  { fresh, main, old }: Instances
): Promise<void> {
  await forgetRolledBack(host, key)
  for (const one of [fresh, main, old]) {
    if (one === null) continue
    // First the mark: where the agent ends in between and the container is wanted again, it counts as not started yet.
    await host.files.remove(`${RAN}/${one.id}`)
    await discard(host, docker, one)
  }
}

/** Bounds first: what is started then starts with them. */
async function update(host: Host, docker: Docker, spec: ContainerSpec, seen: ContainerSeen): Promise<void> {
  const changes = resourceChanges(spec.resources, seen.resources)
  if (changes.length > 0) await docker.update(seen.id, updateBody(spec.resources, changes))
  for (const network of unattached(spec, seen)) await attach(docker, spec, seen.id, network)
  if (!spec.up) await docker.stop(seen.id, spec.stopSeconds)
  else if (seen.state === 'paused') await docker.unpause(seen.id)
  else if (outlived(spec, seen).length > 0) await docker.restart(seen.id, spec.stopSeconds)
  else if (stateDue(spec, seen).length > 0) await start(host, docker, seen.id)
}

function scopeOf(key: Key): Scope {
  return nameOf(key).startsWith('system/') ? 'system' : 'user'
}

function shortName(key: Key): string {
  return nameOf(key).slice(scopeOf(key).length + 1)
}
