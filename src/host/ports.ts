// The machine behind narrow interfaces. src/host/linux.ts builds the real one; tests build fakes that throw on anything
// unexpected. Longer than most files here: all that the agent may ask of a machine is to be read in one place.
import type { Observable } from 'rxjs'
import type { Build } from '../compose/build.ts'
import type { ContainerDefinition, Life } from '../core/container.ts'
import type { LinkSeen } from '../core/link.ts'
import type { RouteSpec, Scope, Seen, Spec } from '../core/resource.ts'

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
  writeAtomic(
    path: string,
    bytes: Buffer | string,
    attributes?: { mode?: number; uid?: number; gid?: number }
  ): Promise<void>
  /**
   * Same inode, written over: for kernel files and for files that are bind-mounted into containers. One that is cut short
   * leaves line ends behind the new text, never an empty file. A missing file is made (0644), but never in /proc or /sys: there
   * it rejects with ENOENT.
   */
  writeInPlace(path: string, bytes: Buffer | string): Promise<void>
  chmod(path: string, mode: number): Promise<void>
  chown(path: string, uid: number, gid: number): Promise<void>
  /** Nothing happens when it is not there. */
  remove(path: string): Promise<void>
  makeDirectory(path: string, mode?: number): Promise<void>
  /** False where it stays: something lies in it or is mounted on it, or it is none. */
  removeDirectory(path: string): Promise<boolean>
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
    options?: {
      input?: string
      signal?: AbortSignal
      timeoutMs?: number
      env?: Readonly<Record<string, string>>
      cwd?: string
      check?: boolean
    }
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
  /** `major:minor`: equal for two views of one filesystem. */
  readonly device: string
  /** Of this mount: `ro`, `nosuid`, `relatime` … */
  readonly options: readonly string[]
  /** Of the filesystem, as it prints them itself: `rw`, `size=64k`, `discard` … */
  readonly superOptions: readonly string[]
  /** Root of the mount within its filesystem: `/dir` for a bind mount of /dir. */
  readonly root: string
}

export interface SwapEntry {
  readonly device: string
  readonly priority: number
}

export interface Mounts {
  /** In the order they were made: of several on one target the last is the one that is seen. */
  list(): Promise<readonly MountEntry[]>
  /** Swap areas in use. */
  swaps(): Promise<readonly SwapEntry[]>
  /** The device or file that `LABEL=…`, `UUID=…`, `PARTLABEL=…`, `PARTUUID=…` or a path names, links resolved; null: not there. */
  device(source: string): Promise<string | null>
  /** The other names of a device: `LABEL=…`, `UUID=…`, `PARTLABEL=…`, `PARTUUID=…`, links below /dev/disk. */
  names(device: string): Promise<readonly string[]>
}

/** A link of the machine. */
export interface IpLink extends LinkSeen {
  readonly name: string
}

export interface IpAddress {
  readonly dev: string
  /** address/length in canonical spelling. */
  readonly cidr: string
  readonly family: 4 | 6
  /** Who made it, as the kernel's number: `1` loopback, `2` router advertisement, `3` link-local, `82` us; '' where it says none. */
  readonly protocol: string
  /** True when it has a limited lifetime (DHCP, router advertisement). */
  readonly dynamic: boolean
  /** `global`, `link`, `host`, or else its number. */
  readonly scope: string
  /** The other end of a link between two points. */
  readonly peer: string | null
  /** Seconds left; null: without an end. */
  readonly valid: number | null
  /** Seconds for which it is taken for new connections; 0: it is deprecated. */
  readonly preferred: number | null
  /** False: it is used at once, without a look whether another machine has it. IPv4 has no such look: true. */
  readonly dad: boolean
  /** `tentative`: it is being looked whether another machine has it; `duplicate`: one has. */
  readonly state: 'usable' | 'tentative' | 'duplicate'
}

export interface IpRoute extends RouteSpec {
  readonly family: 4 | 6
  /** Routing protocol: `kernel`, `boot`, `static`, `dhcp`, `ra`, else its number: `82` is ours. */
  readonly protocol: string
}

export interface NetworkLook {
  readonly links: readonly IpLink[]
  readonly addresses: readonly IpAddress[]
  readonly routes: readonly IpRoute[]
}

export interface Network {
  /** One look at links, addresses and routes; a single process. */
  look(): Promise<NetworkLook>
  /**
   * `ip ARGV`, or several one after the other; rejects with the kernel's words for the first that fails. Those who ask at once share one
   * process, in the order they asked; links they delete go together.
   */
  change(...all: readonly (readonly string[])[]): Promise<void>
  /** Driver and place of a card, as sysfs has them; what it does not have is left out. */
  card(name: string): { readonly driver?: string; readonly pci?: string }
  /** Whether `ip address` takes a protocol number (iproute2 6.4 and later). */
  marksAddresses(): Promise<boolean>
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
  /** Names of the networks it is attached to; absent: not known. */
  readonly networks?: readonly string[]
}

export interface PullProgress {
  readonly status: string
  /** Layer id; empty for lines about the whole. */
  readonly layer: string
  readonly current: number
  readonly total: number
}

export interface ContainerProcess {
  readonly name: string
  readonly pid: number
  readonly stopSignal: string
  /** Seconds it gets between that signal and SIGKILL. */
  readonly seconds: number
}

/** What a registry is shown (engine API, AuthConfig): a name and a password, or a token in their place. */
export interface RegistryAuth {
  readonly username: string
  readonly password: string
  readonly serveraddress: string
  /** A refresh token: access tokens are had with it. */
  readonly identitytoken?: string
  /** An access token, shown as it is. */
  readonly registrytoken?: string
}

/** As `docker build` has them. */
export interface BuildOptions {
  readonly noCache?: boolean
  readonly forceRemove?: boolean
  readonly pull?: boolean
}

export interface Docker {
  readonly scope: Scope
  /**
   * Engine version; null when it does not answer now. Kinds that ask in the same turn get the same answer: an engine can not
   * be away for one and there for the other.
   */
  ping(): Promise<string | null>
  /** Milliseconds since it last answered (or since the first try); 0 when it did at the last try. */
  silentFor(): number
  /** Containers with the label `io.rancher.os.key`, or (with `all`) every one. */
  containers(all?: boolean): Promise<readonly ContainerInfo[]>
  container(nameOrId: string): Promise<ContainerInfo | null>
  /** How it is at this moment: the engine's list is a little behind. null: it is not there. */
  stateOf(id: string): Promise<Pick<ContainerInfo, 'state' | 'exitCode' | 'health'> | null>
  /** When it was made, started and ended, at this moment. null: it is not there. */
  life(id: string): Promise<Life | null>
  /**
   * What it was made from, and what was changed of that since; without the bounds this kernel does not have. Remembered while
   * events are heard, until one says that it changed. null: it is not there.
   */
  definition(id: string): Promise<ContainerDefinition | null>
  create(name: string, body: Readonly<Record<string, unknown>>): Promise<string>
  start(id: string): Promise<void>
  stop(id: string, seconds: number): Promise<void>
  restart(id: string, seconds: number): Promise<void>
  kill(id: string, signal: string): Promise<void>
  unpause(id: string): Promise<void>
  rename(id: string, name: string): Promise<void>
  /** Changes bounds and the restart policy (keys of HostConfig) without a new start. */
  update(id: string, body: Readonly<Record<string, unknown>>): Promise<void>
  remove(id: string): Promise<void>
  /**
   * Gives a container that somebody else made labels beside its own, which its engine can not do; null takes them back. Absent:
   * this engine's containers are never adopted.
   */
  adopt?(id: string, labels: Readonly<Record<string, string>> | null): Promise<void>
  /** Running containers with the process to signal when the engine itself is gone. */
  processes(): Promise<readonly ContainerProcess[]>
  /** Resolves with the exit code. */
  wait(id: string, signal: AbortSignal): Promise<number>
  /**
   * Of its log, as it is read; `since` in seconds since 1970, `timestamps` puts the time before each line. Without `follow` it ends
   * with what is there.
   */
  logs(
    id: string,
    options: { follow: boolean; tail: number; since?: string; timestamps?: boolean }
  ): Promise<NodeJS.ReadableStream>
  exec(
    id: string,
    argv: readonly string[],
    options?: { env?: readonly string[]; signal?: AbortSignal; detach?: boolean }
  ): Promise<{ readonly code: number; readonly output: string }>
  /** A file in a container's own file system (running or not). */
  readFile(
    id: string,
    path: string
  ): Promise<{ readonly bytes: Buffer; readonly mode: number; readonly uid: number; readonly gid: number } | null>
  /** Folders that are missing there are made (root's, 0755). */
  writeFile(
    id: string,
    path: string,
    bytes: Buffer,
    attributes: { mode: number; uid: number; gid: number }
  ): Promise<void>
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
  /** Builds an image called `ref`; one that is there under this name loses it. */
  build(
    ref: string,
    from: Build,
    how: BuildOptions,
    progress: (progress: PullProgress) => void,
    signal: AbortSignal
  ): Promise<void>
  /** Attaches a container to a network beside those it is on. */
  connect(id: string, network: string, endpoint: Readonly<Record<string, unknown>>): Promise<void>
  /** Emits on every engine event worth a look and when the connection is lost or regained. */
  events(): Observable<DockerEvent>
}

export interface DockerEvent {
  readonly type: 'container' | 'image' | 'network' | 'connection'
  /** The engine's word, without the command line of an exec: `die`, `update`, `health_status: healthy`, `exec_start`. */
  readonly action: string
  readonly name: string
  readonly exitCode: number | null
  /** Of the container or network; an image's name or id; '' for the connection. */
  readonly id: string
  /** True where the engine tells this only of what somebody asked it for; a container also dies and starts by itself. */
  readonly commanded: boolean
  /** As the engine tells it, where it does: `signal` of a kill, `oldName` of a rename, `exitCode` of an end. */
  readonly attributes: Readonly<Partial<Record<'signal' | 'oldName' | 'exitCode', string>>>
}

/** Where in the network something was changed; `dev` null: the kernel did not say. */
export type NetworkPlace =
  | { readonly is: 'address'; readonly cidr: string; readonly dev: string | null }
  | { readonly is: 'route'; readonly to: string; readonly metric: number | null; readonly table: number }

/** A change of the network that a process asked the kernel for. */
export interface NetworkChange {
  readonly place: NetworkPlace
  /** For people: `ip (pid 4711)`. */
  readonly by: string
}

/** What has to answer, tried at intervals. */
export interface Probes {
  /** Begins to try it, at once; what was found of one of that name is forgotten. */
  start(name: string, spec: Spec<'probe'>): void
  /** Nothing happens where there is none. */
  stop(name: string): void
  /** Forgets what was found and tries all of them at once. */
  again(): void
  list(): ReadonlyMap<string, Seen<'probe'>>
  /** Ticks when one comes to something else. */
  readonly changes: Observable<void>
}

/** The clock that people and time servers set. */
export interface WallClock {
  /** Milliseconds since 1970. */
  now(): number
  /** Has `rings` tick when it is `at`, however it comes to be that time; of one name only the newest counts. null: never. */
  ring(name: string, at: number | null): void
  readonly rings: Observable<void>
}

/** A program at the other end of a unix socket. */
export interface Peer {
  readonly pid: number
  readonly name: string
  /** When the ssh session it was started in began, in milliseconds of uptime; null: it was started in none. */
  readonly session: number | null
  /** Address that session comes from; empty: not known, or none. */
  readonly from: string
  /** Address of ours it came to; empty as `from`. */
  readonly to: string
}

export interface LogReading {
  /** ISO time: files that were not written to since need not be read. null: all. */
  readonly since: string | null
  /** Goes on with each new line until `signal` aborts. */
  readonly follow: boolean
  readonly signal: AbortSignal
}

/** Logs on this machine, read line by line; what is not there, or may not be read, has no lines. */
export interface LogFiles {
  /**
   * Those of a file and, before them, of its older ones (`NAME.1`, or `NAME.0` and so on), over rotation by whichever means; null
   * once, where what was there ends.
   */
  lines(path: string, reading: LogReading): AsyncIterable<string | null>
  /** Records of /dev/kmsg, and null as above. */
  kernel(reading: LogReading): AsyncIterable<string | null>
}

/** An archive in a preload folder. */
export interface Preloaded {
  readonly path: string
  readonly name: string
  /** `loaded` and `bad` are of the archive as it is now: one that was replaced is `fresh`. */
  readonly state: 'fresh' | 'loaded' | 'bad'
  /** Milliseconds since it was last written to. */
  readonly ageMs: number
  /** What is wrong with a bad one. */
  readonly why: string
}

/** Image archives on this machine: those of the system and the preload folders. */
export interface Archives {
  /** Path of an archive that holds `ref`; null when none does. */
  find(scope: Scope, ref: string): Promise<string | null>
  /** Those of the preload folder, without what is being written at this moment. */
  preloaded(scope: Scope): Promise<readonly Preloaded[]>
  /** What an archive holds; rejects with what is wrong with it. Of one that only engines can unpack nothing is known. */
  check(path: string): Promise<ReadonlyMap<string, string>>
  /** Says an archive from the one that replaces it; to be asked before it is read. */
  stamp(path: string): Promise<string>
  /** Notes beside an archive of a preload folder what became of the one with that stamp; `failure` null: it is loaded. */
  note(path: string, stamp: string, failure: string | null): Promise<void>
  /** Ticks when archives may have come or changed. */
  readonly changes: Observable<void>
}

export interface Host {
  readonly files: Files
  readonly runner: Runner
  readonly mounts: Mounts
  readonly network: Network
  readonly probes: Probes
  readonly wall: WallClock
  readonly docker: Readonly<Record<Scope, Docker>>
  /** Ticks of the kernel, payload-free. */
  readonly kernel: {
    readonly network: Observable<void>
    readonly mounts: Observable<void>
    /** Of our table of nftables alone; absent: nobody asks it. */
    readonly firewall?: Observable<void>
    /** Who changed addresses and routes, where the kernel says so; absent: nobody asks it. */
    readonly changes?: Observable<NetworkChange>
  }
  readonly archives: Archives
  /** Credentials for the registry of `ref`, from the document's registry_auths. */
  registryAuth(ref: string): RegistryAuth | null
  /** Says what an action is doing right now (image pull progress): shown in status, never stored. */
  progress(key: string, message: string): void
  log(level: 'debug' | 'info' | 'warn' | 'error', fields: Readonly<Record<string, unknown>>, message: string): void
}
