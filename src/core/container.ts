// A container, wanted and seen.
import type { Scope } from './resource.ts'

/** Bounds the engine can change while a container runs, in its own units; 0 and '' are none. */
export interface ContainerResources {
  /** Bytes. */
  readonly memory: number
  /** Bytes of memory and swap together; -1: swap has no bound. */
  readonly memorySwap: number
  /** Bytes. */
  readonly memoryReservation: number
  /** Billionths of a CPU. */
  readonly nanoCpus: number
  readonly cpuShares: number
  /** Microseconds of each period. */
  readonly cpuQuota: number
  /** Microseconds; 0: the kernel's 100 ms. */
  readonly cpuPeriod: number
  readonly cpuset: string
  readonly pids: number
  /** `no`, `always`, `unless-stopped`, `on-failure`, `on-failure:3`. */
  readonly restart: string
}

/** A container as the engine should run it; the normalised form of one service of the document. */
export interface ContainerSpec {
  readonly scope: Scope
  readonly name: string
  readonly image: string
  /** sha256 of everything below that the engine bakes in at creation; a difference means a new container. */
  readonly hash: string
  /** Body of POST /containers/create, labels and name left out; the resources are in it, though not in the hash. */
  readonly create: Readonly<Record<string, unknown>>
  readonly resources: ContainerResources
  /** Why one made from it can not start while another of its name runs; null: it can. */
  readonly alone: string | null
  readonly labels: Readonly<Record<string, string>>
  /**
   * `service`: kept running. `once`: runs to its end once per boot. `scheduled`: runs to its end at the times of its label
   * `cron.schedule`. `volumes`: created, never started.
   */
  readonly run: 'service' | 'once' | 'scheduled' | 'volumes'
  /** When an ended container is started again: always, when it ended with an error, or never within a boot. */
  readonly again: 'always' | 'on-failure' | 'never'
  /** Seconds between SIGTERM and SIGKILL when it is stopped. */
  readonly stopSeconds: number
  /** Why no container can be made of the definition; null: one can. */
  readonly broken: string | null
  /** A file it needs that is not there, though it may come; null: none is missing. */
  readonly missing: string | null
  /** False when a person stopped the service: it is kept, not started. */
  readonly up: boolean
  /** A person took the container away: it is not there until the service is wanted up again. */
  readonly down?: boolean
}

/** A container's, as its engine has it; milliseconds since 1970, null: never. */
export interface Life {
  readonly created: number
  readonly started: number | null
  /** null also while it runs. */
  readonly ended: number | null
  /** Of its newest end. */
  readonly exitCode: number
}

/** When a job ran and runs, in ISO times. */
export interface Timetable {
  /** Its newest run; null: it has not run yet. */
  readonly last: { readonly started: string; readonly ended: string | null; readonly exitCode: number | null } | null
  /** The time it should have been started at; null: nothing is due. */
  readonly due: string | null
  /** The first time that came while it still ran; null: none did. */
  readonly skipped: string | null
  /** null: never again. */
  readonly next: string | null
}

/** What an interrupted replacement left beside a container. */
export interface Leftover {
  readonly id: string
  readonly name: string
  readonly running: boolean
}

export interface ContainerSeen {
  readonly id: string
  /** The service's own; with `.new` or `.old` when a replacement was interrupted between two names. */
  readonly name: string
  readonly leftovers: readonly Leftover[]
  readonly hash: string
  /** Without those that this kernel can not bound. */
  readonly resources: Partial<ContainerResources>
  readonly alone: string | null
  /** What it was made from, as a function, so that no plan, ledger or state made of this ever carries its secrets. */
  readonly definition: () => ContainerDefinition
  readonly image: string
  readonly state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead'
  readonly exitCode: number
  /** Docker's health: `none` where the container declares no check. */
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy'
  /** True when it was started since this boot of the machine. */
  readonly ranThisBoot: boolean
  /** Of one that is started at set times; null: it is not. */
  readonly times: Timetable | null
  readonly labels: Readonly<Record<string, string>>
  /** Services it starts again with whose containers were made after it started; absent: none. */
  readonly outlived?: readonly string[]
  /** A definition that was tried in its place and was no good; absent: none. */
  readonly rolledBack?: { readonly hash: string; readonly why: string }
  /** Networks it is attached to; absent: not known. */
  readonly networks?: readonly string[]
}

/** What the engine made a container from: its words for the create call, the image's own defaults filled in. */
export interface ContainerDefinition {
  readonly config: Readonly<Record<string, unknown>>
  readonly host: Readonly<Record<string, unknown>>
}
