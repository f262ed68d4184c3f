// A link, wanted and seen.

/** How a link is made. */
export interface Make {
  /** The kernel's name of its kind. */
  readonly kind: string
  /** The link it stands on; null: on none. */
  readonly on: string | null
  /** The other end of a veth; null for all others. */
  readonly peer: string | null
  /** In the words and values of link-kinds.ts. */
  readonly options: Readonly<Record<string, string>>
}

/** A link as the document wants it; null: whatever it has. */
export interface LinkSpec {
  /** null: it is there, or it is waited for. */
  readonly make: Make | null
  readonly up: boolean
  readonly mtu: number | null
  readonly mac: string | null
  readonly txqueuelen: number | null
  readonly alias: string | null
  /** The bridge, bond or VRF it belongs to. */
  readonly master: string | null
  /** Its master is a bond: it goes down for a moment to join. */
  readonly bonded: boolean
  /** What its bridge keeps of it, in the words and values of link-kinds.ts. */
  readonly port: Readonly<Record<string, string>>
}

export interface LinkSeen {
  readonly index: number
  readonly mac: string
  readonly mtu: number
  readonly up: boolean
  readonly carrier: boolean
  /** '' for hardware; veth, bridge, vlan … otherwise. */
  readonly kind: string
  readonly alias: string
  readonly txqueuelen: number
  /** The link it stands on, or the other end of a veth; '' for none, or one of another namespace. */
  readonly on: string
  /** What it belongs to: a bridge, a bond, a VRF; '' for nothing. */
  readonly master: string
  /** What the kernel keeps of its kind, in the words of link-kinds.ts; what is not set is left out. */
  readonly options: Readonly<Record<string, string>>
  /** What its bridge keeps of it; null: it is no port of one. */
  readonly port: Readonly<Record<string, string>> | null
}
