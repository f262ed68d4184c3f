// The network's JSON forms.
import type { Lease } from '../agent/leases.ts'
import type { Contender } from '../core/contest.ts'
import type { OperatorPath } from '../core/operator-path.ts'
import type { Key, NameService } from '../core/resource.ts'
import type { OriginView } from './config-files.ts'

export interface LinkView {
  readonly name: string
  /** Empty for hardware. */
  readonly kind: string
  /** Of hardware, as selectors name them; empty: none. */
  readonly driver: string
  readonly pci: string
  readonly up: boolean
  readonly carrier: boolean
  readonly mtu: number
  readonly mac: string
  /** What it belongs to, and what it stands on; empty: nothing. */
  readonly master: string
  readonly on: string
  /** Megabits a second; null: not told. */
  readonly speed: number | null
  /** Place in the document that asks for it; null: nothing does. */
  readonly from: string | null
}

/** `GET /v1/network`. */
export interface NetworkView {
  readonly links: readonly LinkView[]
  /** Origins: document, DHCP, RA, kernel, others. */
  readonly addresses: readonly {
    readonly dev: string
    readonly cidr: string
    readonly origin: string
    /** `tentative` while it is being looked whether another machine has it, `duplicate` when one has. */
    readonly state: 'usable' | 'tentative' | 'duplicate'
  }[]
  readonly routes: readonly {
    readonly to: string
    readonly family: 4 | 6
    readonly via: string | null
    readonly dev: string
    readonly metric: number | null
    readonly table: number
    readonly origin: string
  }[]
  /** Policy rules of the document, and where it has them. */
  readonly rules: readonly { readonly family: 4 | 6; readonly rule: string; readonly from: string }[]
  /** /etc/resolv.conf, and who named each server. */
  readonly dns: NameService
  readonly leases: readonly Lease[]
  /** Wireless links the document configures. */
  readonly wifi: readonly {
    readonly dev: string
    /** wpa_supplicant's word: `COMPLETED`, `SCANNING` …; empty: it does not answer. */
    readonly state: string
    /** The network it has joined or is joining; null: none. */
    readonly network: string | null
    readonly bssid: string | null
    /** MHz. */
    readonly frequency: number | null
    /** dBm; null: the driver does not say. */
    readonly signal: number | null
    readonly keyManagement: string | null
  }[]
  readonly notReady: readonly { readonly key: Key; readonly reason: string; readonly message: string }[]
  /** Over what the asker's ssh session came; null: it came over no network. */
  readonly path: OperatorPath | null
}

/** `GET /v1/network/:link`. */
export interface LinkExplained {
  readonly name: string
  /** False: the entries are those that would take it. */
  readonly present: boolean
  readonly mac: string
  readonly kind: string
  /** The one that has it first. */
  readonly entries: readonly (Contender & { readonly place: string })[]
  /** Keys of the first entry, and every layer that sets one. */
  readonly keys: readonly OriginView[]
  readonly resources: readonly {
    readonly key: Key
    readonly ready: string
    readonly reason: string
    readonly message: string
  }[]
}
