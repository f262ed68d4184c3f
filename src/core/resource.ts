// The vocabulary of the loop: what is wanted, what is seen, what we own. Plain data, one entry per kind in `Kinds`, so
// that a key decides every type. Longer than most files here for that one table.
import type { Build } from '../compose/build.ts'
import type { PortVlans } from './bridge-vlans.ts'
import type { ContainerSeen, ContainerSpec } from './container.ts'
import type { LinkSeen, LinkSpec } from './link.ts'
import type { WifiState } from './supplicant.ts'

/** Which Docker engine a thing belongs to: `system` (System Docker) or `user` (User Docker). */
export type Scope = 'system' | 'user'

/** Of an address: null is for ever. */
export interface Lifetimes {
  readonly valid: number | null
  readonly preferred: number | null
}

export type RouteType = 'unicast' | 'blackhole' | 'unreachable' | 'prohibit'

/** One of several ways of a route; packets are spread by weight. */
export interface Nexthop {
  readonly via: string | null
  readonly dev: string
  readonly weight: number
  readonly onlink: boolean
}

export interface RouteSpec {
  /** Prefix in canonical spelling; `default` is IPv4's, `::/0` IPv6's. */
  readonly to: string
  readonly via: string | null
  /** '' where the kernel names no single link (multipath, blackhole), or is to find it by the gateway. */
  readonly dev: string
  /** null: the kernel's own default (0 for IPv4, 1024 for IPv6). */
  readonly metric: number | null
  readonly table: number
  readonly onlink: boolean
  readonly type: RouteType
  /** `global`, `link`, `host` or a number; null: IPv6, which has none. */
  readonly scope: string | null
  /** Address that packets of the machine itself get as their source; null: the kernel chooses. */
  readonly source: string | null
  /** Bytes; null: the link's. */
  readonly mtu: number | null
  /** Empty: one way, told by `via` and `dev`. */
  readonly nexthops: readonly Nexthop[]
}

export interface NameServer {
  readonly address: string
  /** Who named it, for people: `DHCP on eth0`, `rancher.network.dns`; null: the file does not say. */
  readonly from: string | null
}

/** What resolv.conf(5) holds. */
export interface NameService {
  readonly nameservers: readonly NameServer[]
  readonly search: readonly string[]
  readonly options: readonly string[]
}

export interface ProbeSpec {
  readonly target:
    | { readonly is: 'tcp'; readonly host: string; readonly port: number }
    /** `status` null: any from 200 to 399. */
    | { readonly is: 'http'; readonly url: string; readonly status: number | null }
    /** `in` null: beside the agent. */
    | {
        readonly is: 'command'
        readonly argv: readonly string[]
        readonly in: { readonly scope: Scope; readonly name: string } | null
      }
  readonly intervalMs: number
  readonly timeoutMs: number
  /** Failures in a row that count. */
  readonly retries: number
}

/** What a kind wants and what it sees. A seen value of `null` means: looked, and it is not there. */
export interface Kinds {
  module: { spec: { readonly params: string }; seen: { readonly builtin: boolean } }
  sysctl: {
    spec: { readonly value: string }
    seen: {
      readonly value: string
      /** What we wrote when the kernel reads back something else for it (a rounded number); null: it reads as written. */
      readonly wrote: string | null
      /** What stood there when the parameter appeared after we first looked; null: known from the first look. */
      readonly before: string | null
    }
  }
  hostname: {
    /** `file`, `hosts`: false when the document writes /etc/hostname or /etc/hosts itself. */
    spec: { readonly name: string; readonly file: boolean; readonly hosts: boolean }
    /** `file`: what /etc/hostname says; `hosts`: the names of 127.0.1.1 in /etc/hosts. */
    seen: { readonly name: string; readonly file: string | null; readonly hosts: string | null }
  }
  hosts: {
    /** `lines`: address and names of `rancher.network.hosts`, as in /etc/hosts. */
    spec: { readonly lines: readonly string[] }
    seen: { readonly lines: readonly string[] }
  }
  mount: {
    spec: {
      readonly source: string
      /** `bind` for both `bind` and `rbind`; `auto` lets the filesystem say. */
      readonly type: string
      readonly options: readonly string[]
      /** Why it can not be mounted whatever the machine has; null: it can. */
      readonly broken: string | null
    }
    seen: {
      readonly id: number
      /** Every name its source goes by. */
      readonly sources: readonly string[]
      readonly type: string
      readonly options: readonly string[]
      readonly superOptions: readonly string[]
      /** What we gave mount(8) for it; null when we did not mount it. */
      readonly given: { readonly source: string; readonly type: string; readonly options: readonly string[] } | null
    }
  }
  swap: {
    /** null: as the kernel likes. */
    spec: { readonly priority: number | null }
    seen: { readonly device: string; readonly priority: number }
  }
  file: {
    spec: {
      /** Name of the system container whose file it is; null: the machine's own (which the default console shares). */
      readonly container: string | null
      /** A function, so that no plan, ledger or state made of this ever carries the bytes. */
      readonly bytes: () => Buffer
      readonly sha256: string
      readonly mode: number
      /** Names or numbers. */
      readonly user: string
      readonly group: string
      /** Who is to be told after a change: a system container by SIGHUP or by a new start, or (null) System Docker. */
      readonly tell:
        | { readonly container: string; readonly by: 'hangup' | 'restart' }
        | { readonly container: null; readonly by: 'hangup' }
        | null
      /** Why no file can be made of the entry; null: one can. */
      readonly broken: string | null
    }
    seen: {
      /** Empty when it is no plain file. */
      readonly sha256: string
      readonly mode: number
      readonly uid: number
      readonly gid: number
      /** Every name of the uid and the gid. */
      readonly users: readonly string[]
      readonly groups: readonly string[]
      /** base64 of what stands there, for restoring it; null when too large to keep. */
      readonly content: string | null
    }
  }
  'ssh-key': {
    spec: { readonly keys: readonly string[]; readonly home: string; readonly uid: number; readonly gid: number }
    seen: { readonly keys: readonly string[]; readonly mode: number; readonly uid: number; readonly gid: number }
  }
  command: {
    spec: { readonly commands: readonly (string | readonly string[])[]; readonly where: 'host' | 'console' }
    /** `running` without an action under way: the agent ended before the commands did. */
    seen: { readonly state: 'running' | 'done' | 'failed'; readonly message: string }
  }
  hook: {
    /** `of`: digest of the commands and of what they belong to. */
    spec: { readonly lines: readonly string[]; readonly of: string }
    /** `running` without an action under way: the agent ended before the commands did. */
    seen: { readonly of: string; readonly state: 'running' | 'done' | 'failed'; readonly message: string }
  }
  link: { spec: LinkSpec; seen: LinkSeen }
  ethtool: {
    /** Offloads by the names `ethtool -k` shows; `wake`: its letters, null: as they are. */
    spec: { readonly offloads: Readonly<Record<string, boolean>>; readonly wake: string | null }
    seen: {
      readonly offloads: Readonly<Record<string, { readonly on: boolean; readonly fixed: boolean }>>
      /** '' where the card can not wake anything up. */
      readonly wake: string
      readonly supports: string
    }
  }
  rule: {
    /** `words`: arguments of `ip rule add`, as rules.ts orders them. */
    spec: { readonly family: 4 | 6; readonly words: readonly string[] }
    seen: { readonly family: 4 | 6; readonly words: readonly string[]; readonly ours: boolean }
  }
  'bridge-vlan': {
    spec: { readonly vlans: PortVlans }
    /** `self`: of the bridge itself, not of a port. */
    seen: { readonly vlans: PortVlans; readonly self: boolean }
  }
  wireguard: {
    spec: {
      /** Of keys and peers, but not of where these are. */
      readonly digest: string
      /** Whether it says which port. */
      readonly port: boolean
      readonly endpoints: string
      readonly peers: number
      /** A function, so that no plan, ledger or state made of this ever carries the keys. */
      readonly config: () => string
    }
    /** `anyPort`: the digest of all but the port. */
    seen: { readonly digest: string; readonly anyPort: string; readonly peers: number }
  }
  address: {
    /** One address, or (`only`) the rule that a link carries no fixed addresses but these. */
    spec:
      | {
          readonly dev: string
          readonly cidr: string
          /** Seconds; null: for ever. Left out by agents that knew of none. */
          readonly valid?: number | null
          readonly preferred?: number | null
        }
      | { readonly dev: string; readonly only: readonly string[] }
    /** `strangers`: fixed addresses of the link that the document does not name and we did not give it. */
    seen:
      | {
          readonly dev: string
          readonly cidr: string
          readonly origin: 'static' | 'ours' | 'dynamic' | 'kernel'
          /** Of IPv6, whether another machine has it (duplicate address detection, RFC 4862). */
          readonly state: 'usable' | 'tentative' | 'duplicate'
          /** Seconds left when it was looked at, as far as they matter: `due` says so. */
          readonly lifetimes: Lifetimes
        }
      | { readonly dev: string; readonly strangers: readonly string[] }
  }
  route: {
    /** `broken`: why the document's words can not become a route; null: they can. */
    spec: RouteSpec & { readonly broken: string | null }
    seen: RouteSpec & { readonly protocol: string }
  }
  dhcp: {
    /**
     * Arguments of dhcpcd without the interface, and lines of dhcpcd.conf(5) for what no argument says; `broken`: why they
     * can not be used.
     */
    spec: {
      readonly dev: string
      readonly args: readonly string[]
      readonly config: readonly string[]
      readonly broken: string | null
    }
    seen: {
      /** null: it was started once and runs no more. */
      readonly pid: number | null
      /** null: somebody else started it. */
      readonly args: readonly string[] | null
      readonly config: readonly string[]
      /** True when a lease is in force and its layer of the document was taken away. */
      readonly lost: boolean
    }
  }
  wifi: {
    spec: {
      /** Names (SSIDs) of the networks it may join, the one to be tried first at the head. */
      readonly networks: readonly string[]
      /** Of the configuration, too costly to guess passphrases by. */
      readonly digest: string
      /** A function, so that no plan, ledger or state made of this ever carries keys. */
      readonly config: () => string
    }
    seen: WifiState & {
      /** null: it was started once and runs no more. */
      readonly pid: number | null
      /** What its file says; a function for the same reason. null: the file is not there. */
      readonly config: () => string | null
      /** Others than root may read or write the file. */
      readonly open: boolean
      /** Networks that refused it, and networks in reach, as wpa_cli prints them; empty once it has joined one. */
      readonly refused: readonly string[]
      readonly inReach: readonly string[]
      /** It has not run for long enough to know what is in reach. */
      readonly fresh: boolean
    }
  }
  resolver: {
    spec: NameService
    /** `text`: the whole of /etc/resolv.conf. */
    seen: NameService & { readonly text: string }
  }
  firewall: {
    /** The table as `nft -f` reads it. */
    spec: { readonly text: string }
    seen: {
      /** The table as nft prints it, without counters. */
      readonly printed: string
      /** What was loaded last, and what nft printed of it right after; null: not known. */
      readonly loaded: { readonly text: string; readonly printed: string } | null
    }
  }
  engine: {
    spec: {
      readonly scope: Scope
      readonly argv: readonly string[]
      readonly environment: readonly string[]
      /** File that its next start writes its log to; '' where it is a container's. */
      readonly log: string
    }
    seen: {
      readonly pid: number | null
      readonly argv: readonly string[] | null
      /** `NAME=value` it was started with; null where argv is. */
      readonly environment: readonly string[] | null
      /** '' while it does not answer. */
      readonly version: string
      /** It runs and has not answered for so long that it will not any more. */
      readonly hung: boolean
    }
  }
  preload: {
    spec: { readonly scope: Scope }
    seen: {
      /** Names of archives that are not loaded yet, as they are now. */
      readonly fresh: readonly string[]
      readonly loaded: number
      readonly bad: readonly { readonly name: string; readonly why: string }[]
    }
  }
  image: {
    /**
     * `id`: the exact image, known for those that came with this system; null: whatever the reference names. `build`: what it is made
     * from where it is not there; absent: it is loaded or pulled.
     */
    spec: { readonly scope: Scope; readonly ref: string; readonly id: string | null; readonly build?: Build }
    seen: { readonly id: string }
  }
  container: { spec: ContainerSpec; seen: ContainerSeen }
  probe: {
    spec: ProbeSpec
    seen: {
      readonly spec: ProbeSpec
      /** `new`: not tried yet, or so far in vain and forgiven. */
      readonly state: 'new' | 'passes' | 'fails'
      /** For people: what the last try came to. */
      readonly message: string
    }
  }
}

export type Kind = keyof Kinds
export type Spec<K extends Kind = Kind> = Kinds[K]['spec']
export type Seen<K extends Kind = Kind> = Kinds[K]['seen']

/** `kind/name`, as in `sysctl/vm.swappiness`; the name may hold further slashes. */
export type Key<K extends Kind = Kind> = { [P in K]: `${P}/${string}` }[K]

/** How far something must be for what needs it to go on. */
export interface Gate {
  /** `started`: it need not be ready; `completed`: it has ended well since the machine started. */
  readonly until: 'started' | 'ready' | 'healthy' | 'completed'
  /** True: what needs it goes on without it where it is not there or has failed. */
  readonly optional: boolean
}

/** One thing the document asks for. */
export interface Want<K extends Kind = Kind> {
  readonly key: Key<K>
  readonly spec: Spec<K>
  /** Keys that must be settled first. */
  readonly needs: readonly Key[]
  /**
   * It comes after these and what needs them, whatever becomes of those: it waits while they may still come, not for what has
   * failed. Nothing may need what follows.
   */
  readonly follows?: readonly Key[]
  /** What is asked of a need beyond that it is settled and ready, by its key. */
  readonly gates?: Readonly<Record<Key, Gate>>
  /** Where the document says so: `cloud-config.yml:12:5 rancher.sysctl`. */
  readonly from: string
}

/** What we wrote, and what stood there before. */
export interface Owned<K extends Kind = Kind> {
  readonly key: Key<K>
  readonly spec: Spec<K>
  /** What was about to be written when it was last heard of: either of the two may stand there. Absent: nothing else. */
  readonly next?: Spec<K>
  readonly before: Seen<K> | null
  /** As recorded when it was made: deletions run these backwards. */
  readonly needs: readonly Key[]
}

/** The kind part of a key. */
export function kindOf<K extends Kind>(key: Key<K>): K {
  return key.slice(0, key.indexOf('/')) as K // a key is `kind/name` by its type
}

/** True for text that is made like a key, of whatever kind. */
export function looksLikeKey(value: unknown): value is Key {
  return typeof value === 'string' && /^[a-z-]+\/./.test(value)
}

/** The name part of a key: all after the first slash. */
export function nameOf(key: Key): string {
  return key.slice(key.indexOf('/') + 1)
}
