// The contract a kind fulfils. One file in src/kinds/ per kind; the first half of it is pure, the second touches the machine.
import type { Observable } from 'rxjs'
import type { EnvFiles } from '../compose/env-file.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Host } from '../host/ports.ts'
import type { Adoption, AdoptQuestion } from './adoption.ts'
import type { Action, Disturbance, FieldChange, Verb } from './action.ts'
import type { HeldConsole } from './held-console.ts'
import type { Gate, Key, Kind, Owned, Seen, Want } from './resource.ts'
import type { Standing } from './standing.ts'

/** A network link as selectors (`eth*`, `mac=…`) see it. */
export interface LinkFact {
  readonly name: string
  readonly mac: string
  /** `''` for hardware, else the kernel's link kind: veth, bridge, vlan, bond … */
  readonly kind: string
  /** Of hardware: the kernel's name of its driver. */
  readonly driver?: string
  /** Of hardware on a PCI bus: where it sits, `0000:00:03.0`. */
  readonly pci?: string
}

/** What wants may depend on besides the document: facts that seldom change. */
export interface Facts {
  readonly links: readonly LinkFact[]
  /** Version of rosd, also the tag of its service images. */
  readonly version: string
  /** Kernel release, as `uname -r`. */
  readonly kernel: string
  /** True in a namespace machine: the kernel is the host's. */
  readonly namespaces: boolean
  /** Keys of containers a person stopped by command (`ros service stop`); kept, not started, until started or the next boot. */
  readonly stopped: readonly string[]
  /** Those of them that a person took away (`ros service down`): not made either; absent: none. */
  readonly down?: readonly string[]
  /** Images that came with this system: reference -> image id. */
  readonly shipped: Readonly<Record<string, string>>
  /** Files that services of the document take their environment from; absent: none is there. */
  readonly envFiles?: EnvFiles
  /** What the engines stand on until the next boot; absent where no boot is known: what the document says. */
  readonly standing?: Standing
  /** The console that goes on until the next boot; absent: the one the document says. */
  readonly console?: HeldConsole
  /** How often a person had the console made anew; absent: never. */
  readonly consoleRebuilds?: number
}

/** The validated, merged document with the place of every value, and the facts. */
export interface Desired {
  readonly data: CloudConfig
  readonly facts: Facts
  /** `file:line:column path` of the value that decided. */
  readonly from: (path: readonly (string | number)[]) => string
}

export interface Judgement {
  readonly verb: Verb
  /** `60 -> 0`, `image changed`, `no longer wanted`. */
  readonly why: string
  /** True: it is time for it; nothing had changed that it sets right. */
  readonly timely?: boolean
}

export interface Complaint {
  /** CamelCase, for programs. */
  readonly reason: string
  readonly message: string
}

export interface KindDef<K extends Kind = Kind> {
  readonly kind: K

  /** What the document asks of this kind. Pure. */
  want(desired: Desired): Iterable<Want<K>>
  /**
   * What to do about one key; null: nothing. Pure. `want` null means it is no longer wanted (then `owned` is given);
   * `seen` null means it is not there.
   */
  judge(want: Want<K> | null, seen: Seen<K> | null, owned: Owned<K> | null): Judgement | null
  /** Whether what hangs on it may start; asked when judge finds nothing to do, also of what is not there. Absent: always. A string says why not; `until`: what is asked of it, by default that it is ready. */
  ready?(want: Want<K>, seen: Seen<K> | null, until?: Gate['until']): true | string
  /** What is wrong with it although nothing is to be done (a run-once container that failed); absent or null: nothing. */
  complain?(want: Want<K>, seen: Seen<K>): string | Complaint | null
  /** What there is to say of it where all is as wanted; absent or null: nothing. Pure. */
  remark?(want: Want<K>, seen: Seen<K>): string | null
  /** What this key is seen through (a container through its engine): while that is not ready, nothing is known of the key. */
  lens?(key: Key<K>): Key
  /** Ownership read off a mark on the thing itself (a label, a routing protocol number); absent: the ledger remembers. */
  claims?(key: Key<K>, seen: Seen<K>): Owned<K> | null
  /** What carrying out an action disturbs; absent: nothing. Pure. */
  disturbs?(action: Action<K>): Disturbance
  /** Why an action can not be undone by taking the document back; absent or null: it can. Pure. */
  irreversible?(action: Action<K>): string | null
  /** An action field by field, without secrets; absent: what spec and shown seen have in common, by name. Pure. */
  fields?(action: Action<K>): readonly FieldChange[]
  /**
   * The changes of the document that make it say what is seen; a sentence says why there are none. Absent: it has no meaning
   * for this kind. Pure.
   */
  adopt?(question: AdoptQuestion<K>): Adoption | string
  /** How `seen` is shown to people and in the API; absent: as it is. Secrets and bulk are left out here. */
  show?(seen: Seen<K>): unknown

  /** True: new ones come before old ones go, for they can not be in each other's way. Default: what is taken away goes first. */
  readonly makeFirst?: boolean
  /** True: after an action that succeeded it is ready, so what hangs on it goes at once; else a look says whether it may. */
  readonly lands?: boolean
  /** True: an action has a part that a look does not show, so one that was interrupted is done again. */
  readonly finishes?: boolean
  /** Files of the machine that its actions replace as a whole; an agent that was killed may have left a draft beside them. Pure. */
  writes?(key: Key<K>): readonly string[]
  /** Milliseconds after which it looks even if nothing was heard. */
  readonly resync: number
  /** Actions of this kind at once; default 1. */
  readonly width?: number
  /** Milliseconds one action may take; default 60 s. */
  readonly deadline?: number
  /**
   * True: ownership survives a reboot (ledger in /var/lib); false: it dies with the boot it describes (ledger in /run). A
   * function where it depends on the thing. Default false.
   */
  readonly lasting?: boolean | ((key: Key<K>) => boolean)

  /** A person wants what was given up to be tried again; absent: nothing is remembered of it. */
  forgive?(host: Host): Promise<void>
  /** Emits when something may have changed; never what. */
  watch(host: Host): Observable<void>
  /** Looks; changes nothing. Keys not in the result are not there. May return further keys it finds marked as ours. */
  observe(host: Host, keys: readonly Key<K>[], signal: AbortSignal): Promise<ReadonlyMap<Key<K>, Seen<K>>>
  /** Carries out one action; safe to run twice. */
  act(host: Host, action: Action<K>, signal: AbortSignal): Promise<void>
}
