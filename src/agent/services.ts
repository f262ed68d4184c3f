// The services of the document as people command them: listed, read, started, stopped. What is started and stopped here is
// what the loop wants; the loop does it.
import { demux } from '../core/docker-log.ts'
import { Refusal } from '../api/refusal.ts'
import type { LogOptions, Service, Services } from '../api/agent.ts'
import { keyOf } from '../compose/project.ts'
import type { Status } from '../core/condition.ts'
import type { ContainerSpec } from '../core/container.ts'
import type { Key, Scope, Want } from '../core/resource.ts'
import { nameOf } from '../core/resource.ts'
import type { Layer } from '../document/layers.ts'
import { origins } from '../document/origins.ts'
import { isFields } from '../document/value.ts'
import type { ContainerInfo, Host } from '../host/ports.ts'
import type { Loop } from './loop.ts'
import { timesIn } from './runs.ts'
import { buildService } from './service-build.ts'
import { pullImage } from '../kinds/image/pull.ts'
import type { Store } from './store.ts'
import { restartNetwork } from './network-restart.ts'
import type { Stopped } from './stopped.ts'

/** Starting it anew is to apply the network anew; its container only holds the DHCP clients, which go on. */
const NETWORK = keyOf('system', 'network')

export interface ServicesParts {
  readonly host: Host
  readonly loop: Loop
  readonly stopped: Stopped
  readonly store: Pick<Store, 'value'>
  /** The layers of the document. */
  readonly layers: () => Promise<readonly Layer[]>
}

export function createServices({ host, loop, stopped, store, layers }: ServicesParts): Services {
  const wanted = (): readonly Want<'container'>[] =>
    [...loop.wants().values()].filter((want): want is Want<'container'> => want.key.startsWith('container/'))

  const find = (name: string): ContainerSpec => {
    const want = wanted().find((candidate) => shortName(candidate.key) === name)
    if (want !== undefined) return want.spec
    throw new Refusal('ROS_API_NO_SERVICE', `there is no service '${name}'; 'ros service list --all' names them`)
  }

  const running = async (spec: ContainerSpec): Promise<ContainerInfo | null> =>
    host.docker[spec.scope].container(spec.name)

  const takeAway = async (spec: ContainerSpec, timeoutSeconds: number): Promise<void> => {
    const docker = host.docker[spec.scope]
    const info = await docker.container(spec.name)
    if (info === null) return
    await docker.stop(info.id, timeoutSeconds)
    await docker.remove(info.id)
  }

  return {
    async list() {
      const infos = new Map<string, ContainerInfo>()
      for (const scope of ['system', 'user'] as const) {
        if ((await host.docker[scope].ping()) === null) continue
        for (const info of await host.docker[scope].containers()) infos.set(keyOf(scope, info.name), info)
      }
      const builtIn = ofImage(await layers())
      return wanted()
        .map((want) => serviceOf(want, builtIn, infos.get(want.key) ?? null, store.value.resources.get(want.key)))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
    },
    async *logs(name, options) {
      const spec = find(name)
      const info = await running(spec)
      if (info === null)
        throw new Refusal('ROS_API_NO_SERVICE', `service '${name}' has no container yet; 'ros status' says why`)
      yield* logLines(host, spec.scope, info.id, options)
    },
    async start(name) {
      const spec = find(name)
      await stopped.remove(keyOf(spec.scope, spec.name))
      loop.tick()
    },
    async stop(name, timeoutSeconds) {
      const spec = find(name)
      await stopped.add(keyOf(spec.scope, spec.name))
      const info = await running(spec)
      if (info !== null) await host.docker[spec.scope].stop(info.id, timeoutSeconds)
      loop.tick()
    },
    async create(name) {
      const spec = find(name)
      if ((await running(spec))?.state === 'running') return
      await stopped.add(keyOf(spec.scope, spec.name))
      loop.tick()
    },
    async recreate(name, timeoutSeconds) {
      const spec = find(name)
      await stopped.remove(keyOf(spec.scope, spec.name))
      await takeAway(spec, timeoutSeconds)
      loop.tick()
    },
    async down(name, timeoutSeconds) {
      const spec = find(name)
      await stopped.add(keyOf(spec.scope, spec.name), 'down')
      await takeAway(spec, timeoutSeconds)
      loop.tick()
    },
    async remove(name, force) {
      const spec = find(name)
      const key = keyOf(spec.scope, spec.name)
      if (!force && (await running(spec))?.state === 'running')
        throw new Refusal('ROS_API_BAD_REQUEST', `${name} runs; stop it first, or force it (-f)`)
      if (stopped.list().includes(key)) await stopped.add(key, 'down')
      await takeAway(spec, 10)
      loop.tick()
    },
    async kill(name, signal) {
      const spec = find(name)
      const info = await running(spec)
      if (info?.state !== 'running') throw new Refusal('ROS_API_BAD_REQUEST', `${name} does not run`)
      await host.docker[spec.scope].kill(info.id, signal)
      loop.tick()
    },
    async pull(name, signal) {
      const { scope, image: ref } = find(name)
      const docker = host.docker[scope]
      const archive = await host.archives.find(scope, ref)
      if (archive !== null)
        throw new Refusal(
          'ROS_API_BAD_REQUEST',
          `the image ${ref} of ${name} lies on this machine (${archive}), and is not pulled`
        )
      const before = await docker.image(ref)
      await pullImage(host, scope, ref, signal)
      return { name, image: ref, before, after: await docker.image(ref) }
    },
    async restart(name, timeoutSeconds) {
      const spec = find(name)
      await stopped.remove(keyOf(spec.scope, spec.name))
      if (keyOf(spec.scope, spec.name) === NETWORK) {
        await restartNetwork(host, loop.wants().keys())
        loop.tick()
        return
      }
      const info = await running(spec)
      if (info !== null) await host.docker[spec.scope].restart(info.id, timeoutSeconds)
      loop.tick()
    },
    async *build(name, how, signal) {
      const { scope, image } = find(name)
      const want = loop.wants().get(`image/${scope}/${image}`) as Want<'image'> | undefined // by its key
      yield* buildService(host, want, name, how, signal)
      loop.tick(['image'])
    }
  }
}

/** Names of the image's own services, whatever changes a part of them. */
function ofImage(layers: readonly Layer[]): ReadonlySet<string> {
  const own = origins(layers, ['rancher', 'services']).find(({ kind }) => kind === 'image')?.value ?? {}
  return new Set(isFields(own) ? Object.keys(own) : [])
}

function serviceOf(
  want: Want<'container'>,
  builtIn: ReadonlySet<string>,
  info: ContainerInfo | null,
  status: Status | undefined
): Service {
  const times = status === undefined ? null : timesIn(status)
  return {
    name: want.spec.name,
    scope: want.spec.scope,
    builtIn: builtIn.has(want.spec.name),
    enabled: want.spec.up,
    image: want.spec.image,
    state: info?.state ?? 'missing',
    status: info?.status ?? '',
    id: info?.id ?? '',
    run: times === null ? null : { last: times.last, next: want.spec.up ? times.next : null }
  }
}

async function* logLines(host: Host, scope: Scope, id: string, options: LogOptions): AsyncIterable<string> {
  const stream = await host.docker[scope].logs(id, { follow: options.follow, tail: options.tail })
  const close = () => (stream as NodeJS.ReadableStream & { destroy?: () => void }).destroy?.()
  options.signal.addEventListener('abort', close, { once: true })
  try {
    yield* demux(stream)
  } catch (error) {
    if (!options.signal.aborted) throw error
  } finally {
    options.signal.removeEventListener('abort', close)
    close()
  }
}

function shortName(key: Key): string {
  return nameOf(key).replace(/^(system|user)\//, '')
}
