/**
 * Where a layer comes from. Low to high: the image's own document, the OEM partition's, DHCP leases, values the system
 * made for itself, cloud-config.d in the order of names (datasources write there), cloud-config.yml, the kernel
 * command line and what stands on it after `--`. Metadata is none of them: it fills in what they leave open.
 */
export type LayerKind = 'image' | 'oem' | 'lease' | 'machine' | 'conf' | 'user' | 'metadata' | 'cmdline' | 'arguments'

export interface Layer {
  /** What people call it: `cloud-config.yml`, `cloud-config.d/10-net.yml`, `kernel command line`. */
  readonly name: string
  /** Path it was read from. */
  readonly file: string
  readonly kind: LayerKind
  readonly text: string
  /** Why it could not be read, when it is there. */
  readonly unreadable?: string
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
