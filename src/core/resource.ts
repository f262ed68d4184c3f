// The vocabulary of the loop: what is wanted, what is seen, what we own. Plain data, one entry per kind in `Kinds`, so
// that a key decides every type.

/** Which Docker engine a thing belongs to: `system` (System Docker) or `user` (User Docker). */
export type Scope = 'system' | 'user'

/** A container as the engine should run it; the normalised form of one service of the document. */
export interface ContainerSpec {
  readonly scope: Scope
  readonly name: string
  readonly image: string
  /** sha256 of everything below that the engine bakes in at creation; a difference means a new container. */
  readonly hash: string
  /** Body of POST /containers/create, labels and name left out. */
  readonly create: Readonly<Record<string, unknown>>
  readonly labels: Readonly<Record<string, string>>
  /** `service`: kept running. `once`: runs to its end once per boot. `volumes`: created, never started. */
  readonly run: 'service' | 'once' | 'volumes'
  /** When an ended container is started again: always, when it ended with an error, or never within a boot. */
  readonly again: 'always' | 'on-failure' | 'never'
  /** Seconds between SIGTERM and SIGKILL when it is stopped. */
  readonly stopSeconds: number
  /** Why no container can be made of the definition; null: one can. */
  readonly broken: string | null
  /** False when a person stopped the service: it is kept, not started. */
  readonly up: boolean
}

export interface ContainerSeen {
  readonly id: string
  readonly hash: string
  readonly image: string
  readonly state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead'
  readonly exitCode: number
  /** Docker's health: `none` where the container declares no check. */
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy'
  /** True when it was started since this boot of the machine. */
  readonly ranThisBoot: boolean
  readonly labels: Readonly<Record<string, string>>
}

export interface RouteSpec {
  readonly to: string
  readonly via: string | null
  readonly dev: string
  readonly metric: number | null
  readonly table: number
  readonly onlink: boolean
}

/** What a kind wants and what it sees. A seen value of `null` means: looked, and it is not there. */
export interface Kinds {
  module: { spec: { readonly params: string }; seen: { readonly builtin: boolean } }
  sysctl: { spec: { readonly value: string }; seen: { readonly value: string } }
  hostname: {
    spec: { readonly name: string }
    seen: { readonly name: string; readonly hosts: string | null; readonly file: string | null }
  }
  mount: {
    spec: { readonly source: string; readonly type: string; readonly options: readonly string[] }
    seen: { readonly id: number; readonly source: string; readonly type: string; readonly options: readonly string[] }
  }
  swap: { spec: Readonly<Record<never, never>>; seen: { readonly device: string } }
  file: {
    spec: {
      /** Name of the system container whose file it is; null: the machine's own (which the default console shares). */
      readonly container: string | null
      readonly content: string
      readonly encoding: 'utf8' | 'base64'
      readonly sha256: string
      readonly mode: number
      readonly uid: number
      readonly gid: number
      /** Container that gets SIGHUP after the file changed. */
      readonly reload: string | null
      /** Secrets are never shown in state or plans. */
      readonly secret: boolean
    }
    seen: {
      readonly sha256: string
      readonly mode: number
      readonly uid: number
      readonly gid: number
      /** base64 of what stands there, for restoring it; null when too large to keep. */
      readonly content: string | null
    }
  }
  'ssh-key': {
    spec: { readonly keys: readonly string[]; readonly home: string; readonly uid: number; readonly gid: number }
    seen: { readonly keys: readonly string[] }
  }
  command: {
    spec: { readonly commands: readonly (string | readonly string[])[]; readonly where: 'host' | 'console' }
    seen: { readonly state: 'done' | 'failed'; readonly message: string }
  }
  link: {
    spec: { readonly mtu: number | null; readonly up: boolean }
    seen: { readonly index: number; readonly mac: string; readonly mtu: number; readonly up: boolean; readonly carrier: boolean }
  }
  address: {
    spec: { readonly dev: string; readonly cidr: string }
    seen: { readonly dev: string; readonly cidr: string; readonly origin: 'static' | 'dynamic' | 'kernel' }
  }
  route: { spec: RouteSpec; seen: RouteSpec & { readonly protocol: string } }
  dhcp: {
    spec: { readonly args: readonly string[] }
    seen: { readonly pid: number; readonly args: readonly string[] | null }
  }
  resolver: {
    spec: { readonly nameservers: readonly string[]; readonly search: readonly string[] }
    seen: { readonly nameservers: readonly string[]; readonly search: readonly string[] }
  }
  engine: {
    spec: { readonly scope: Scope; readonly argv: readonly string[]; readonly environment: readonly string[] }
    seen: { readonly pid: number | null; readonly argv: readonly string[] | null; readonly version: string }
  }
  image: {
    /** `id`: the exact image, known for those that came with this system; null: whatever the reference names. */
    spec: { readonly scope: Scope; readonly ref: string; readonly id: string | null }
    seen: { readonly id: string }
  }
  container: { spec: ContainerSpec; seen: ContainerSeen }
}

export type Kind = keyof Kinds
export type Spec<K extends Kind = Kind> = Kinds[K]['spec']
export type Seen<K extends Kind = Kind> = Kinds[K]['seen']

/** `kind/name`, as in `sysctl/vm.swappiness`; the name may hold further slashes. */
export type Key<K extends Kind = Kind> = { [P in K]: `${P}/${string}` }[K]

/** One thing the document asks for. */
export interface Want<K extends Kind = Kind> {
  readonly key: Key<K>
  readonly spec: Spec<K>
  /** Keys that must be settled first. */
  readonly needs: readonly Key[]
  /** Where the document says so: `cloud-config.yml:12:5 rancher.sysctl`. */
  readonly from: string
}

/** What we wrote, and what stood there before. */
export interface Owned<K extends Kind = Kind> {
  readonly key: Key<K>
  readonly spec: Spec<K>
  readonly before: Seen<K> | null
  /** As recorded when it was made: deletions run these backwards. */
  readonly needs: readonly Key[]
}

/** The kind part of a key. */
export function kindOf<K extends Kind>(key: Key<K>): K {
  return key.slice(0, key.indexOf('/')) as K // a key is `kind/name` by its type
}

/** The name part of a key: all after the first slash. */
export function nameOf(key: Key): string {
  return key.slice(key.indexOf('/') + 1)
}
