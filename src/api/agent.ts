// What the API needs of the agent. src/main.ts builds it; tests build it from the same store and loop with fake kinds.
import type { Observable } from 'rxjs'
import type { Adopt } from '../agent/adopt.ts'
import type { Catalogue } from '../agent/catalogue.ts'
import type { EngineCertificates } from '../agent/engine-certificates.ts'
import type { Consoles } from '../agent/consoles.ts'
import type { CreatedEngines } from '../agent/created-engines.ts'
import type { Engines } from '../agent/engines.ts'
import type { Events } from '../agent/events.ts'
import type { History } from '../agent/history.ts'
import type { Loop } from '../agent/loop.ts'
import type { Pause } from '../agent/pause.ts'
import type { Pinning } from '../agent/pinning.ts'
import type { OnTrial } from '../agent/on-trial.ts'
import type { Restorer } from '../agent/restorer.ts'
import type { Store } from '../agent/store.ts'
import type { OperatorPath } from '../core/operator-path.ts'
import type { Condition } from '../core/condition.ts'
import type { Registry } from '../core/plan.ts'
import type { Timetable } from '../core/container.ts'
import type { Scope } from '../core/resource.ts'
import type { Logs } from '../logs/logs.ts'
import type { BuildOptions, Peer } from '../host/ports.ts'
import type { ConfigFiles } from './config-files.ts'
import type { NetworkView } from './network.ts'

export interface AgentForApi {
  readonly version: string
  readonly store: Store
  readonly events: Events
  readonly loop: Loop
  /** Figures as Prometheus reads them. */
  readonly metrics: () => Promise<string>
  readonly adopt: Adopt
  readonly pause: Pick<Pause, 'pause' | 'resume'>
  readonly kinds: Registry
  readonly config: ConfigFiles
  readonly services: Services
  readonly logs: Logs
  readonly certificates: Pick<EngineCertificates, 'server' | 'client'>
  readonly catalogue: Pick<Catalogue, 'list' | 'refresh'>
  readonly pinning: Pinning
  readonly consoles: Consoles
  readonly engines: Engines
  readonly createdEngines: CreatedEngines
  /** The network as it is now, without who asks. */
  readonly network: () => Promise<Omit<NetworkView, 'path'>>
  readonly history: Pick<History, 'newest' | 'list' | 'read'>
  readonly restorer: Pick<Restorer, 'undo'>
  readonly trial: Pick<OnTrial, 'heard' | 'confirm'>
  /** The program at the other end of a socket, by our descriptor of it; null: not known. */
  readonly peer: (descriptor: number) => Peer | null
  /** Over what the ssh session of a program came; null: it has none. */
  readonly path: (peer: Peer) => Promise<OperatorPath | null>
  /** Milliseconds the machine has been up. */
  readonly uptime: () => number
  /** Resolves when the request is accepted, before the machine goes down. */
  readonly power: (request: PowerRequest) => Promise<void>
  /**
   * The agent starts itself anew; engines and containers do not notice. With `fault` by way of an error nobody catches, to
   * see that this path works. Resolves when the request is accepted.
   */
  readonly restart: (fault: boolean) => Promise<void>
  /** What actions say about themselves while they run. */
  readonly progress: Observable<Progress>
}

export interface PowerRequest {
  readonly action: 'reboot' | 'poweroff' | 'halt'
  /** Goes down although the newest document is refused. Everything is stopped in order all the same. */
  readonly force: boolean
  readonly delaySeconds: number
}

export interface Progress {
  /** Key of the resource the action is about. */
  readonly key: string
  /** For people; `42 %` anywhere in it is understood as how far the action is. */
  readonly message: string
}

/** One service of the document and the container that stands for it. */
export interface Service {
  readonly name: string
  readonly scope: Scope
  /** It belongs to the image's own document; left out of `ros service list` without --all, as RancherOS does. */
  readonly builtIn: boolean
  /** In the document in force; false: known, and switched off. */
  readonly enabled: boolean
  readonly image: string
  /** Docker's word for the container (`running`, `exited` …); `missing` when there is none. */
  readonly state: string
  /** Docker's own sentence: `Up 5 minutes (healthy)`; empty when there is no container. */
  readonly status: string
  /** Container id; empty when there is none. */
  readonly id: string
  /** Of one that is started at set times (`cron.schedule`); null: it is not. `next` null: never again. */
  readonly run: Pick<Timetable, 'last' | 'next'> | null
}

/** What asking a registry for an image came to. */
export interface PulledImage {
  /** The service it was asked for. */
  readonly name: string
  readonly image: string
  /** Ids; null: it was not there, or is gone again. */
  readonly before: string | null
  readonly after: string | null
}

/** Everything about one service. */
export interface ServiceDetail extends Service {
  /** As the document in force has it, secrets veiled. */
  readonly definition: unknown
  /** Which layers and definitions say something of it, with file:line:column, the one that wins first. */
  readonly places: readonly string[]
  /** Keys it waits for. */
  readonly needs: readonly string[]
  readonly conditions: readonly Condition[]
}

export interface LogOptions {
  readonly follow: boolean
  /** Lines from the end; Infinity: all there are. */
  readonly tail: number
  /** Ends a followed log. */
  readonly signal: AbortSignal
}

/**
 * The services of the document. A name that is not one rejects with a `Refusal` of code ROS_API_NO_SERVICE; an engine that does
 * not answer or refuses rejects with its RosError.
 */
export interface Services {
  list(): Promise<readonly Service[]>
  /** Lines without their line ends, standard output and error in the order Docker kept them. */
  logs(name: string, options: LogOptions): AsyncIterable<string>
  /** A service a person stopped is wanted again. Resolves when the loop has been told, not when it runs. */
  start(name: string): Promise<void>
  /** Stops it and keeps it stopped until `start` or the next boot. */
  stop(name: string, timeoutSeconds: number): Promise<void>
  restart(name: string, timeoutSeconds: number): Promise<void>
  /** Has its container made without starting it; nothing happens where it runs. */
  create(name: string): Promise<void>
  /** Takes its container away, and has another one made and started. */
  recreate(name: string, timeoutSeconds: number): Promise<void>
  /** Takes its container away until `start` or the next boot. */
  down(name: string, timeoutSeconds: number): Promise<void>
  /** The same of one that is stopped; of one that is wanted the container comes back. One that runs is refused without `force`. */
  remove(name: string, force: boolean): Promise<void>
  /** One that is wanted and ends by it is started again. */
  kill(name: string, signal: string): Promise<void>
  /** Asks the registry for its image again. A container that runs goes on with the image it has. */
  pull(name: string, signal: AbortSignal): Promise<PulledImage>
  /** Builds its image anew; throws at the first line where it is not built from a folder. */
  build(name: string, how: BuildOptions, signal: AbortSignal): AsyncIterable<BuildLine>
}

export interface BuildLine {
  readonly service: string
  readonly line: string
  /** True: the build failed, and the line says why. */
  readonly failed: boolean
}
