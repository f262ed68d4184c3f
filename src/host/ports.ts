// The machine behind narrow interfaces. src/host/linux.ts builds the real one; tests build fakes that throw on anything
// unexpected.
import type { Observable } from 'rxjs'
import type { Scope } from '../core/resource.ts'

export interface FileStat {
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  readonly kind: 'file' | 'directory' | 'other'
}

export interface Files {
  /** null when it is not there. */
  read(path: string): Promise<string | null>
  readBytes(path: string): Promise<Buffer | null>
  stat(path: string): Promise<FileStat | null>
  /** Temporary file, fsync, rename; parent directories are made (0755). */
  writeAtomic(path: string, bytes: Buffer | string, attributes?: { mode?: number; uid?: number; gid?: number }): Promise<void>
  /** Same inode, truncated and written: for kernel files and for files that are bind-mounted into containers. */
  writeInPlace(path: string, bytes: Buffer | string): Promise<void>
  chmod(path: string, mode: number): Promise<void>
  chown(path: string, uid: number, gid: number): Promise<void>
  /** Nothing happens when it is not there. */
  remove(path: string): Promise<void>
  makeDirectory(path: string, mode?: number): Promise<void>
  list(path: string): Promise<readonly string[]>
}

export interface RunResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface Runner {
  /** Rejects on a non-zero exit unless `check` is false. */
  run(
    argv: readonly string[],
    options?: { input?: string; signal?: AbortSignal; timeoutMs?: number; env?: Readonly<Record<string, string>>; cwd?: string; check?: boolean }
  ): Promise<RunResult>
  /** A process with its own session whose output goes to a file; it outlives a re-exec of the agent. */
  startDaemon(
    argv: readonly string[],
    options: { logFile: string; env?: Readonly<Record<string, string>> }
  ): { readonly pid: number; readonly exited: Promise<number> }
}

export interface MountEntry {
  readonly id: number
  readonly target: string
  readonly source: string
  readonly type: string
  readonly options: readonly string[]
  /** Root of the mount within its filesystem: `/dir` for a bind mount of /dir. */
  readonly root: string
}

export interface Mounts {
  list(): Promise<readonly MountEntry[]>
  /** Swap devices in use. */
  swaps(): Promise<readonly string[]>
}

/** What `ip -json` shows of one link. */
export interface IpLink {
  readonly index: number
  readonly name: string
  readonly mac: string
  readonly mtu: number
  readonly up: boolean
  readonly carrier: boolean
  /** `''` for hardware; veth, bridge, vlan … otherwise. */
  readonly kind: string
  readonly alias: string
}

export interface IpAddress {
  readonly dev: string
  /** address/prefix, as the kernel writes it. */
  readonly cidr: string
  readonly family: 4 | 6
  /** The kernel's protocol word or number (`kernel_ll`, `dhcp`, `82` …); '' where it says none. */
  readonly protocol: string
  /** True when it has a limited lifetime (DHCP, router advertisement). */
  readonly dynamic: boolean
  readonly scope: string
}

export interface IpRoute {
  readonly family: 4 | 6
  /** `default` or prefix. */
  readonly to: string
  readonly via: string | null
  readonly dev: string
  readonly metric: number | null
  readonly table: number
  /** Routing protocol: `kernel`, `boot`, `static`, `dhcp`, `82` (ours) … */
  readonly protocol: string
}

export interface Network {
  /** One look at links, addresses and routes; a single process. */
  look(): Promise<{ readonly links: readonly IpLink[]; readonly addresses: readonly IpAddress[]; readonly routes: readonly IpRoute[] }>
  /** `ip ARGV`; rejects with the kernel's words. */
  change(argv: readonly string[]): Promise<void>
}

export interface ContainerInfo {
  readonly id: string
  readonly name: string
  readonly image: string
  readonly state: string
  readonly exitCode: number
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy'
  readonly createdAt: number
  /** Docker's own words: `Up 5 minutes (healthy)`. */
  readonly status: string
  readonly labels: Readonly<Record<string, string>>
}

export interface PullProgress {
  readonly status: string
  /** Layer id; empty for lines about the whole. */
  readonly layer: string
  readonly current: number
  readonly total: number
}

export interface RegistryAuth {
  readonly username: string
  readonly password: string
  readonly serveraddress: string
}

export interface Docker {
  readonly scope: Scope
  /** Engine version; null when it does not answer. */
  ping(): Promise<string | null>
  /** Containers with the label `io.rancher.os.key`, or (with `all`) every one. */
  containers(all?: boolean): Promise<readonly ContainerInfo[]>
  container(nameOrId: string): Promise<ContainerInfo | null>
  create(name: string, body: Readonly<Record<string, unknown>>): Promise<string>
  start(id: string): Promise<void>
  stop(id: string, seconds: number): Promise<void>
  restart(id: string, seconds: number): Promise<void>
  kill(id: string, signal: string): Promise<void>
  unpause(id: string): Promise<void>
  rename(id: string, name: string): Promise<void>
  remove(id: string): Promise<void>
  /** Resolves with the exit code. */
  wait(id: string, signal: AbortSignal): Promise<number>
  logs(id: string, options: { follow: boolean; tail: number }): Promise<NodeJS.ReadableStream>
  exec(
    id: string,
    argv: readonly string[],
    options?: { env?: readonly string[]; signal?: AbortSignal; detach?: boolean }
  ): Promise<{ readonly code: number; readonly output: string }>
  /** A file in a container's own file system (running or not). */
  readFile(id: string, path: string): Promise<{ readonly bytes: Buffer; readonly mode: number; readonly uid: number; readonly gid: number } | null>
  writeFile(id: string, path: string, bytes: Buffer, attributes: { mode: number; uid: number; gid: number }): Promise<void>
  /** Image id of a reference; null when it is not there. */
  image(ref: string): Promise<string | null>
  images(): Promise<ReadonlyMap<string, string>>
  load(archive: string, progress: (progress: PullProgress) => void, signal: AbortSignal): Promise<void>
  pull(
    ref: string,
    auth: RegistryAuth | null,
    progress: (progress: PullProgress) => void,
    signal: AbortSignal
  ): Promise<void>
  /** Emits on every engine event worth a look and when the connection is lost or regained. */
  events(): Observable<DockerEvent>
}

export interface DockerEvent {
  readonly type: 'container' | 'image' | 'network' | 'connection'
  readonly action: string
  readonly name: string
  readonly exitCode: number | null
}

export interface Host {
  readonly files: Files
  readonly runner: Runner
  readonly mounts: Mounts
  readonly network: Network
  readonly docker: Readonly<Record<Scope, Docker>>
  /** Ticks of the kernel, payload-free. */
  readonly kernel: { readonly network: Observable<void>; readonly mounts: Observable<void> }
  /** Image archives on this machine: those of the system and the preload folders. */
  readonly archives: {
    /** Path of an archive that holds `ref`; null when none does. */
    find(scope: Scope, ref: string): Promise<string | null>
  }
  /** Credentials for the registry of `ref`, from the document's registry_auths. */
  registryAuth(ref: string): RegistryAuth | null
  /** Says what an action is doing right now (image pull progress): shown in status, never stored. */
  progress(key: string, message: string): void
  log(level: 'info' | 'warn' | 'error', fields: Readonly<Record<string, unknown>>, message: string): void
}
