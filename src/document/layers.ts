import type { Section } from '../repository/index.ts'

/**
 * Where a layer comes from. Low to high: the image's own document, definitions of repositories that it asks
 * for, the OEM partition's, DHCP leases, values the system
 * made for itself, cloud-config.d in the order of names (datasources write there), cloud-config.yml, the kernel
 * command line and what stands on it after `--`. Metadata is none of them: it fills in what they leave open.
 */
export type LayerKind =
  | 'image'
  | 'repository'
  | 'definition'
  | 'oem'
  | 'lease'
  | 'machine'
  | 'conf'
  | 'user'
  | 'metadata'
  | 'cmdline'
  | 'arguments'

/** What a definition is for. */
export interface Offer {
  /** null: for any of them. */
  readonly section: Section | null
  /** As the document names it: a name, a path or an address. */
  readonly name: string
  /** The repository it lies in, empty for the image's own; null: it is here by itself, as a copy or a person's own file. */
  readonly from: string | null
  /** Where it comes from, for people. */
  readonly url: string
  /** A copy that is not what it was when it was taken. */
  readonly altered: boolean
}

export interface Layer {
  /** What people call it: `cloud-config.yml`, `cloud-config.d/10-net.yml`, `kernel command line`. */
  readonly name: string
  /** Path it was read from. */
  readonly file: string
  readonly kind: LayerKind
  readonly text: string
  /** Why it could not be read, when it is there. */
  readonly unreadable?: string
  /** Of an index: the name of its repository; empty for the image's own. */
  readonly repository?: string
  readonly offer?: Offer
}

/** Layers people write by hand: they are told about keys without effect and about a missing first line. */
export function isByHand(kind: LayerKind): boolean {
  return kind === 'conf' || kind === 'user'
}

/** Where the layers lie; `root` stands before every path. */
export interface DocumentPaths {
  readonly root: string
  readonly image: string
  readonly oem: string
  readonly leases: string
  readonly machine: string
  readonly conf: string
  readonly user: string
  readonly metadata: string
}

/** The machine's paths, or the same below another root for a test or an unpacked image. */
export function documentPaths(root = ''): DocumentPaths {
  return {
    root,
    image: '/usr/share/ros/os-config.yml',
    oem: '/usr/share/ros/oem/oem-config.yml',
    leases: '/run/ros/leases',
    machine: '/var/lib/rancher/conf/machine.yml',
    conf: '/var/lib/rancher/conf/cloud-config.d',
    user: '/var/lib/rancher/conf/cloud-config.yml',
    metadata: '/var/lib/rancher/conf/metadata'
  }
}

/**
 * Indices of layers, low to high. What repositories offer is read after all others, for these say which there are, and counts just above
 * the image.
 */
export function upwards(layers: readonly Layer[]): readonly number[] {
  const rank = ({ kind }: Layer) => (kind === 'image' ? 0 : kind === 'repository' || kind === 'definition' ? 1 : 2)
  return layers
    .map((layer, at) => [rank(layer), at] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, at]) => at)
}
