// Containers of both engines: what rancher.services says, kept running. System containers are started only here, so that
// their order holds also after a crash; user containers keep the engine's own restart policy beside it.
import { concat, filter, map, merge, of, switchMap, timer } from 'rxjs'
import { LABEL, NO_CONTAINER, project } from '../compose/project.ts'
import { RosError } from '../core/errors.ts'
import type { Judgement, KindDef } from '../core/kind.ts'
import { type ContainerSeen, type ContainerSpec, type Key, nameOf, type Scope } from '../core/resource.ts'
import { standOn } from '../core/standing.ts'
import type { ContainerInfo, Docker, Host } from '../host/ports.ts'

/** One empty file per container started since this boot; /run forgets them with the boot. */
const RAN = '/run/ros/ran'
/** Milliseconds. */
const LIST_LAG = 250

export const container: KindDef<'container'> = {
  kind: 'container',
  resync: 60_000,
  width: 4,
  deadline: 180_000,

  *want({ data, facts, from }) {
    for (const { key, spec, needs } of project(standOn(data, facts.standing), facts)) {
      yield { key, spec, needs, from: from(['rancher', 'services', spec.name]) }
    }
  },

  judge(want, seen) {
    if (want === null) return seen === null ? null : { verb: 'delete', why: 'no longer wanted' }
    if (want.spec.broken !== null) return { verb: seen === null ? 'create' : 'replace', why: want.spec.broken }
    if (seen === null) return { verb: 'create', why: 'not there' }
    if (seen.hash !== want.spec.hash)
      return {
        verb: 'replace',
        why: seen.image === want.spec.image ? 'its definition changed' : `image ${seen.image} -> ${want.spec.image}`
      }
    return judgeState(want.spec, seen)
  },

  ready(want, seen) {
    if (seen === null || want.spec.run === 'volumes') return true
    if (want.spec.run === 'once')
      return seen.state === 'exited' && seen.ranThisBoot ? true : 'it has not run to its end yet'
    // Stopped by command is as wanted; what comes after it is not held up by it.
    if (!want.spec.up) return true
    if (seen.state !== 'running') return want.spec.again === 'always' ? `it is ${seen.state}` : true
    if (seen.health === 'unhealthy') return 'its health check fails'
    return seen.health === 'starting' ? 'its health check has not passed yet' : true
  },

  complain(want, seen) {
    if (want.spec.run === 'once' && seen.state === 'exited' && seen.exitCode !== 0)
      return `ended with exit code ${seen.exitCode}`
    return seen.health === 'unhealthy' ? 'its health check fails' : null
  },

  claims(key, seen) {
    return {
      key,
      spec: { ...NO_CONTAINER, scope: scopeOf(key), name: shortName(key), hash: seen.hash },
      before: null,
      needs: (seen.labels[LABEL.needs] ?? '').split(',').filter((need): need is Key => need !== '')
    }
  },

  show: ({ labels: _labels, ...seen }) => seen,

  lens: (key) => `engine/${scopeOf(key)}`,

  // The engine tells of some changes (pause) a moment before its list shows them: a second look follows the first.
  watch: (host) =>
    merge(host.docker.system.events(), host.docker.user.events()).pipe(
      filter(
        (event) =>
          event.type === 'connection' || (event.type === 'container' && !/^(exec|top|attach|resize)/.test(event.action))
      ),
      switchMap(() => concat(of(undefined), timer(LIST_LAG))),
      map(() => undefined)
    ),

  async observe(host) {
    const seen = new Map<Key<'container'>, ContainerSeen>()
    const ran = new Set(await host.files.list(RAN))
    for (const scope of ['system', 'user'] as const) {
      if ((await host.docker[scope].ping()) === null) continue
      for (const info of await host.docker[scope].containers()) {
        const key = info.labels[LABEL.key]
        // A name in the making (see `replace`) is not the container itself.
        if (key !== `container/${scope}/${info.name}`) continue
        seen.set(`container/${scope}/${info.name}`, seenOf(info, ran))
      }
    }
    return seen
  },

  async act(host, action, signal) {
    if (action.to?.broken)
      throw new RosError('ROS_CONTAINER', `service ${action.to.name}: ${action.to.broken}`, 'never')
    const docker = host.docker[scopeOf(action.key)]
    const name = shortName(action.key)
    try {
      if (action.to === null) {
        if (action.from !== null) await remove(docker, action.from.id, 10)
      } else if (action.verb === 'create') await create(host, docker, action.to)
      else if (action.verb === 'replace') await replace(host, docker, action.to, action.from)
      else if (action.from !== null && !action.to.up) await docker.stop(action.from.id, action.to.stopSeconds)
      else if (action.from?.state === 'paused') await docker.unpause(action.from.id)
      else if (action.from !== null) await start(host, docker, action.from.id)
    } catch (cause) {
      signal.throwIfAborted()
      throw new RosError(
        'ROS_CONTAINER',
        `container ${name}: ${cause instanceof Error ? cause.message : String(cause)}`,
        'soon',
        cause
      )
    }
  }
}

function judgeState(spec: ContainerSpec, seen: ContainerSeen): Judgement | null {
  const on = seen.state === 'running' || seen.state === 'restarting'
  if (spec.run === 'volumes' || seen.state === 'removing') return null
  if (spec.run === 'once')
    return on || (seen.state === 'exited' && seen.ranThisBoot)
      ? null
      : { verb: 'update', why: 'start it: it has not run since the machine started' }
  if (!spec.up) return on ? { verb: 'update', why: 'stop it, as commanded' } : null
  if (on) return null
  if (seen.state === 'paused') return { verb: 'update', why: 'resume it: it is paused' }
  if (!seen.ranThisBoot) return { verb: 'update', why: 'start it: it has not run since the machine started' }
  const ended = `it is ${seen.state}${seen.state === 'exited' ? ` with code ${seen.exitCode}` : ''}`
  const again = spec.again === 'always' || (spec.again === 'on-failure' && seen.exitCode !== 0)
  return again ? { verb: 'update', why: `start it: ${ended}` } : null
}

async function create(host: Host, docker: Docker, spec: ContainerSpec): Promise<void> {
  // What has our name but not our mark is in the way; it is set aside, never destroyed.
  const other = await docker.container(spec.name)
  if (other !== null && other.labels[LABEL.key] !== spec.labels[LABEL.key]) {
    throw new Error(
      `a container of that name exists that rosd did not make; rename or remove it: docker rename ${spec.name} ${spec.name}-old`
    )
  }
  const id = other?.id ?? (await docker.create(spec.name, bodyOf(spec)))
  if (spec.run !== 'volumes' && spec.up) await start(host, docker, id)
}

/** The new one is created before the old one is stopped: a definition the engine refuses costs nothing. */
async function replace(host: Host, docker: Docker, spec: ContainerSpec, old: ContainerSeen | null): Promise<void> {
  const temporary = `${spec.name}.new`
  const left = await docker.container(temporary)
  if (left !== null) await docker.remove(left.id)
  const id = await docker.create(temporary, bodyOf(spec))
  if (old !== null) await remove(docker, old.id, spec.stopSeconds)
  await docker.rename(id, spec.name)
  if (spec.run !== 'volumes' && spec.up) await start(host, docker, id)
}

async function start(host: Host, docker: Docker, id: string): Promise<void> {
  // First the mark: a look in between would else take a running container for one of an earlier boot.
  await host.files.writeInPlace(`${RAN}/${id}`, '')
  await docker.start(id)
}

async function remove(docker: Docker, id: string, seconds: number): Promise<void> {
  await docker.stop(id, seconds)
  await docker.remove(id)
}

function bodyOf(spec: ContainerSpec): Readonly<Record<string, unknown>> {
  return { ...spec.create, Labels: spec.labels }
}

function seenOf(info: ContainerInfo, ran: ReadonlySet<string>): ContainerSeen {
  return {
    id: info.id,
    hash: info.labels[LABEL.hash] ?? '',
    image: info.image,
    state: info.state as ContainerSeen['state'], // the engine's own list of states
    exitCode: info.exitCode,
    health: info.health,
    ranThisBoot: ran.has(info.id),
    labels: info.labels
  }
}

function scopeOf(key: Key): Scope {
  return nameOf(key).startsWith('system/') ? 'system' : 'user'
}

function shortName(key: Key): string {
  return nameOf(key).slice(scopeOf(key).length + 1)
}
