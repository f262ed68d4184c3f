// One Docker engine through dockerode. What is already as wanted (304, 404 on removal, 409) counts as done.
import Dockerode from 'dockerode'
import { finalize, share, tap } from 'rxjs'
import type { Scope } from '../../core/resource.ts'
import type { ContainerInfo, Docker } from '../ports.ts'
import { buildContext } from './build-context.ts'
import { firstFile, putFile } from './docker-archive.ts'
import { createDefinitions } from './docker-definitions.ts'
import { dockerEvents } from './docker-events.ts'
import { createLoads } from './docker-loads.ts'
import { follow } from './docker-progress.ts'
import { createPulls } from './docker-pulls.ts'
import { statusOf } from './docker-status.ts'

const LABEL = 'io.rancher.os.key'
/** Milliseconds an engine has to answer a ping. */
const PING_LIMIT = 15_000
/** Milliseconds for somebody else's removal of a container to end. */
const REMOVAL_LIMIT = 30_000

export function docker(scope: Scope, socketPath: string): Docker {
  const engine = new Dockerode({ socketPath })
  const definitions = createDefinitions(engine)
  // One connection however many listen. What is remembered is forgotten before anybody hears that he should look.
  const events = dockerEvents(engine).pipe(tap(definitions.hear), finalize(definitions.deaf), share())
  let version: string | null = null
  let pinging: Promise<string | null> | null = null
  let silentSince: number | null = null

  const ping = async (): Promise<string | null> => {
    const answer = await withinLimit(engine.ping())
    if (answer === null) {
      silentSince ??= performance.now()
      version = null
      return null
    }
    silentSince = null
    version ??= (await engine.version().catch(() => null))?.Version ?? null
    return version
  }

  const one = async (nameOrId: string): Promise<ContainerInfo | null> => {
    const filters = {
      [/^[0-9a-f]{64}$/.test(nameOrId) ? 'id' : 'name']: [
        /^[0-9a-f]{64}$/.test(nameOrId) ? nameOrId : `^/${escape(nameOrId)}$`
      ]
    }
    const [found] = await engine.listContainers({ all: true, filters })
    return found === undefined ? null : infoOf(found)
  }

  return {
    scope,
    // Those who ask in the same turn of the event loop share one question.
    ping() {
      pinging ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        pinging = null
        return ping()
      })
      return pinging
    },
    silentFor: () => (silentSince === null ? 0 : performance.now() - silentSince),
    async containers(all = false) {
      const found = await engine.listContainers({ all: true, ...(all ? {} : { filters: { label: [LABEL] } }) })
      return found.map(infoOf)
    },
    container: one,
    async stateOf(id) {
      try {
        const { State } = await engine.getContainer(id).inspect()
        const health = (State.Health?.Status ?? 'none') as ContainerInfo['health'] // the engine's own list
        return { state: State.Status, exitCode: State.ExitCode, health }
      } catch (error) {
        if (statusOf(error) === 404) return null
        throw error
      }
    },
    async life(id) {
      try {
        const { Created, State } = await engine.getContainer(id).inspect()
        const started = timeOf(State.StartedAt)
        const ended = timeOf(State.FinishedAt)
        const busy = State.Running || State.Paused || State.Restarting
        // The engine notes the start after the fact: what ended at once ended before that.
        const over = ended === null || started === null ? started : Math.max(started, ended)
        return { created: Date.parse(Created), started, ended: busy ? null : over, exitCode: State.ExitCode }
      } catch (error) {
        if (statusOf(error) === 404) return null
        throw error
      }
    },
    definition: definitions.of,
    async create(name, body) {
      return (await engine.createContainer({ ...body, name })).id
    },
    start: (id) => done(engine.getContainer(id).start(), 304),
    stop: (id, seconds) => done(engine.getContainer(id).stop({ t: seconds }), 304, 404),
    restart: (id, seconds) => done(engine.getContainer(id).restart({ t: seconds })),
    kill: (id, signal) => done(engine.getContainer(id).kill({ signal }), 409),
    unpause: (id) => done(engine.getContainer(id).unpause(), 409),
    rename: (id, name) => done(engine.getContainer(id).rename({ name })),
    async update(id, body) {
      try {
        await engine.getContainer(id).update(body)
      } finally {
        definitions.forget(id)
      }
    },
    async remove(id) {
      try {
        await done(engine.getContainer(id).remove({ force: true, v: true }), 404)
      } catch (error) {
        if (statusOf(error) !== 409) throw error
        // Somebody else removes it already: done when that is.
        const abortSignal = AbortSignal.timeout(REMOVAL_LIMIT)
        await done(engine.getContainer(id).wait({ condition: 'removed', abortSignal }), 404)
      }
    },
    async processes() {
      const found = await engine.listContainers()
      const all = await Promise.all(found.map(({ Id }) => engine.getContainer(Id).inspect()))
      // One that waits to be started again is listed and has no process: its pid is 0, and a signal to that is one to our own group.
      const running = all.filter(({ State }) => State.Pid > 0)
      return running.map(({ Name, State, Config }) => {
        const { StopSignal = 'SIGTERM', StopTimeout = 10 } = Config as { StopSignal?: string; StopTimeout?: number } // missing in the types
        return { name: Name.replace(/^\//, ''), pid: State.Pid, stopSignal: StopSignal, seconds: StopTimeout }
      })
    },
    async wait(id, abortSignal) {
      const { StatusCode } = (await engine.getContainer(id).wait({ abortSignal })) as { StatusCode: number } // the API's shape
      return StatusCode
    },
    logs: (id, options) => logOf(engine, id, options),
    exec: (id, argv, options = {}) => execIn(engine, id, argv, options),
    async readFile(id, path) {
      try {
        return await firstFile(await engine.getContainer(id).getArchive({ path }))
      } catch (error) {
        if (statusOf(error) === 404) return null
        throw error
      }
    },
    writeFile: (id, path, bytes, attributes) => putFile(engine.getContainer(id), path, bytes, attributes),
    async image(ref) {
      try {
        return (await engine.getImage(ref).inspect()).Id
      } catch (error) {
        if (statusOf(error) === 404) return null
        throw error
      }
    },
    async images() {
      const all = await engine.listImages()
      return new Map(
        all.flatMap((image) =>
          [...(image.RepoTags ?? []), ...(image.RepoDigests ?? [])]
            // What engines before 24 say of an image without one.
            .filter((ref) => !ref.startsWith('<none>'))
            .map((ref) => [ref, image.Id] as const)
        )
      )
    },
    load: createLoads(engine),
    pull: createPulls(engine),
    async build(ref, { dir, dockerfile }, { noCache, forceRemove, pull }, progress, signal) {
      const how = { nocache: noCache === true, forcerm: forceRemove === true, pull: pull === true }
      const context = buildContext(dir, dockerfile)
      try {
        const stream = await engine.buildImage(context, { t: ref, dockerfile, ...how })
        await follow(stream, progress, signal)
      } finally {
        context.destroy()
      }
    },
    connect: (id, network, endpoint) =>
      done(engine.getNetwork(network).connect({ Container: id, EndpointConfig: endpoint })),
    events: () => events
  }
}

/** null when it fails or takes longer than an engine may. */
function withinLimit<T>(asked: Promise<T>): Promise<T | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PING_LIMIT, null)
    const answer = (value: T | null) => {
      clearTimeout(timer)
      resolve(value)
    }
    asked.then(answer, () => answer(null))
  })
}

/** The engine says year 1 for never. */
function timeOf(text: string): number | null {
  const at = Date.parse(text)
  return at > 0 ? at : null
}

function infoOf(found: Dockerode.ContainerInfo): ContainerInfo {
  const status = found.Status ?? ''
  return {
    id: found.Id,
    name: (found.Names[0] ?? '').replace(/^\//, ''),
    image: found.Image,
    state: found.State,
    exitCode: Number(/^(?:Exited|Restarting) \((-?\d+)\)/.exec(status)?.[1] ?? 0),
    health: status.includes('(healthy)')
      ? 'healthy'
      : status.includes('(unhealthy)')
        ? 'unhealthy'
        : status.includes('(health: starting)')
          ? 'starting'
          : 'none',
    createdAt: found.Created,
    status,
    labels: found.Labels,
    networks: Object.keys(found.NetworkSettings?.Networks ?? {})
  }
}

/** dockerode itself keeps a log that is not followed in memory as a whole. */
function logOf(
  engine: Dockerode,
  id: string,
  { follow, tail, since, timestamps }: { follow: boolean; tail: number; since?: string; timestamps?: boolean }
): Promise<NodeJS.ReadableStream> {
  const lines = tail === Number.POSITIVE_INFINITY ? 'all' : tail
  return new Promise((resolve, reject) => {
    engine.modem.dial(
      {
        path: `/containers/${id}/logs?`,
        method: 'GET',
        isStream: true,
        statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
        options: { stdout: true, stderr: true, follow, tail: lines, since, timestamps }
      },
      (error: Error | null, stream: unknown) => {
        if (error === null)
          resolve(stream as NodeJS.ReadableStream) // by isStream
        else reject(error)
      }
    )
  })
}

/** A command in a running container; its output (both streams, in order) and exit code. */
async function execIn(
  engine: Dockerode,
  id: string,
  argv: readonly string[],
  options: { env?: readonly string[]; signal?: AbortSignal; detach?: boolean }
): Promise<{ code: number; output: string }> {
  const exec = await engine.getContainer(id).exec({
    Cmd: [...argv],
    Env: [...(options.env ?? [])],
    AttachStdout: options.detach !== true,
    AttachStderr: options.detach !== true
  })
  if (options.detach === true) {
    await exec.start({ Detach: true })
    return { code: 0, output: '' }
  }
  const stream = await exec.start({ hijack: false, stdin: false })
  const chunks: Buffer[] = []
  const { PassThrough } = await import('node:stream')
  const sink = new PassThrough()
  sink.on('data', (chunk: Buffer) => chunks.push(chunk))
  engine.modem.demuxStream(stream, sink, sink)
  await new Promise<void>((resolve, reject) => {
    stream.on('end', resolve)
    stream.on('close', resolve)
    stream.on('error', reject)
    options.signal?.addEventListener('abort', () => reject(abortError(options.signal)), { once: true })
  })
  const { ExitCode } = await exec.inspect()
  return { code: ExitCode ?? -1, output: Buffer.concat(chunks).toString('utf8') }
}

async function done(call: Promise<unknown>, ...fine: readonly number[]): Promise<void> {
  try {
    await call
  } catch (error) {
    if (!fine.includes(statusOf(error))) throw error
  }
}

function escape(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function abortError(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error('aborted')
}
