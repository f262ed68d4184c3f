// Services on a real engine: what a document wants, planned and carried out as the loop does, without its time and memory.
import { join } from 'node:path'
import { NEVER } from 'rxjs'
import type { Complaint, KindDef } from '../../src/core/kind.ts'
import { type Action, plan, type Registry, type Waiting } from '../../src/core/plan.ts'
import type { ContainerSeen } from '../../src/core/container.ts'
import type { Key, Owned, Seen, Want } from '../../src/core/resource.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'
import type { Docker, DockerEvent, Host } from '../../src/host/ports.ts'
import { container } from '../../src/kinds/container.ts'
import { away } from './away.ts'
import { desiredOf } from './desired.ts'
import { startEngine, type TestEngine } from './dockerd.ts'
import { until } from './loop.ts'
import { writeTestImage } from './test-image.ts'

export type Services = NonNullable<NonNullable<CloudConfig['rancher']>['services']>

export const IMAGE = 'test/busybox:1'

export interface ServiceMachine {
  readonly engine: TestEngine
  readonly docker: Docker
  /** Container events as `action name`, since the engine started. */
  readonly events: readonly DockerEvent[]
  /** Milliseconds by which the machine's clock is ahead of the engine's; a test may change it. */
  readonly clock: { ahead: number }
  look(): Promise<ReadonlyMap<Key, ContainerSeen>>
  actions(services: Services): Promise<readonly Action[]>
  /** What waits, and for what. */
  waiting(services: Services): Promise<readonly Waiting[]>
  /** As a boot does: every container ends, and nothing counts as started any more. */
  reboot(): Promise<void>
  /** Plans and acts until nothing is to do; the ids of what was done. `docker` stands in for the engine. */
  settle(services: Services, docker?: Docker): Promise<readonly string[]>
  /** What is wrong with one although nothing is to be done. */
  complaint(services: Services, key: Key<'container'>): Promise<string | Complaint | null>
  /** As a person's `ros reconcile`. */
  forgive(): Promise<void>
  /** Carries out one action, unless it is called off. */
  act(action: Action, docker?: Docker, called?: AbortSignal): Promise<void>
  destroy(): Promise<void>
}

/** A service of the system engine without network that ends within a second. */
export function service(more: Services[string] = {}): Services[string] {
  const { labels, ...rest } = more
  return {
    image: IMAGE,
    command: 'sleep 1000',
    net: 'none',
    stop_grace_period: '1s',
    stop_signal: 'SIGKILL',
    ...rest,
    labels: { 'io.rancher.os.scope': 'system', ...labels }
  }
}

export async function serviceMachine(): Promise<ServiceMachine> {
  const engine = await startEngine()
  const archive = join(engine.dir, 'image.tar')
  writeTestImage(archive, IMAGE)
  const signal = AbortSignal.timeout(600_000)
  await engine.docker.load(archive, () => {}, signal)
  const events: DockerEvent[] = []
  const heard = engine.docker.events().subscribe((event) => events.push(event))
  await until(() => events.some(({ action }) => action === 'connected'))
  const texts = new Map<string, string>()
  const write = async (path: string, text: string) => void texts.set(path, text)
  const files = {
    list: async (folder: string) =>
      [...texts.keys()].flatMap((path) => (path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : [])),
    read: async (path: string) => texts.get(path) ?? null,
    writeInPlace: write,
    writeAtomic: write,
    remove: async (path: string) => void texts.delete(path)
  }
  const clock = { ahead: 0 }
  const wall = { now: () => Date.now() + clock.ahead, ring: () => {}, rings: NEVER }
  const hostOf = (docker: Docker): Host => ({ docker: { system: docker, user: away }, files, wall }) as unknown as Host // all that the kind asks for
  // A registry is asked with keys of any kind; this one is only ever given its own.
  const kinds: Registry = new Map([['container', container as unknown as KindDef]])
  const look = async () => await container.observe(hostOf(engine.docker), [], signal)
  const act = async (action: Action, docker = engine.docker, called = signal) =>
    container.act(hostOf(docker), action as unknown as Action<'container'>, AbortSignal.any([signal, called]))
  const wantsOf = (services: Services) => {
    const wants = new Map<Key, Want<'container'>>()
    for (const want of container.want(desiredOf({ rancher: { services } })))
      wants.set(want.key, { ...want, needs: want.needs.filter((need) => need.startsWith('container/')) })
    return wants
  }
  const planned = async (services: Services) => {
    const wants = wantsOf(services)
    const seen = await look()
    const owned = new Map<Key, Owned>()
    for (const [key, value] of seen) {
      const claim = container.claims?.(key, value) ?? null
      if (claim !== null) owned.set(key, claim)
    }
    // Its engine answers: that is another kind's.
    const withoutLens = new Map(
      [...kinds].map(([kind, def]) => [kind, { ...def, lens: undefined } as unknown as KindDef])
    )
    return plan(withoutLens, { wants, seen: seen as ReadonlyMap<Key, Seen>, owned })
  }
  const actions = async (services: Services) => (await planned(services)).actions

  return {
    engine,
    docker: engine.docker,
    events,
    clock,
    look,
    actions,
    waiting: async (services) => (await planned(services)).waiting,
    async reboot() {
      for (const { id } of await engine.docker.containers()) await engine.docker.stop(id, 0)
      for (const path of texts.keys()) if (path.startsWith('/run/')) texts.delete(path)
    },
    act,
    async complaint(services, key) {
      const [want, seen] = [wantsOf(services).get(key), (await look()).get(key)]
      return want === undefined || seen === undefined ? null : (container.complain?.(want, seen) ?? null)
    },
    async forgive() {
      await container.forgive?.(hostOf(engine.docker))
    },
    async settle(services, docker) {
      const done: string[] = []
      for (let round = 0; round < 8; round += 1) {
        const todo = await actions(services)
        if (todo.length === 0) return done
        for (const action of todo) {
          // What it comes after may not be as far as it asks.
          if (action.after.length > 0 && !(await actions(services)).some(({ id }) => id === action.id)) continue
          await act(action, docker)
          done.push(action.id)
        }
      }
      throw new Error(`it does not settle: ${done.join(', ')}`)
    },
    async destroy() {
      heard.unsubscribe()
      await engine.destroy()
    }
  }
}
