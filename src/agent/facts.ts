// The facts wants may depend on besides the document.
import { release } from 'node:os'
import type { Facts } from '../core/kind.ts'
import type { Host } from '../host/ports.ts'
import type { BootRecord } from './boot-record.ts'
import type { Stopped } from './stopped.ts'

export interface FactsParts {
  readonly host: Host
  readonly stopped: Stopped
  readonly version: string
  readonly namespaces: boolean
  readonly shipped: Readonly<Record<string, string>>
  readonly boot: BootRecord
}

export function factsOf({ host, stopped, version, namespaces, shipped, boot }: FactsParts): () => Promise<Facts> {
  return async () => {
    const { links } = await host.network.look()
    const standing = boot.standing()
    return {
      // The engine's ends of its containers come and go; no document names them.
      links: links
        .filter((link) => !(link.kind === 'veth' && link.name.startsWith('veth')))
        .map(({ name, mac, kind }) => ({ name, mac, kind, ...(kind === '' ? host.network.card(name) : {}) })),
      version,
      kernel: release(),
      namespaces,
      stopped: stopped.list(),
      shipped,
      ...(standing === undefined ? {} : { standing })
    }
  }
}
