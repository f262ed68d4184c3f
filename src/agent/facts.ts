// The facts wants may depend on besides the document.
import { release } from 'node:os'
import type { HeldConsole } from '../core/held-console.ts'
import type { Facts } from '../core/kind.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Host } from '../host/ports.ts'
import type { BootRecord } from './boot-record.ts'
import type { ConsoleRebuilds } from './console-rebuilds.ts'
import { envFilesOf } from './env-files.ts'
import type { Hold } from './hold.ts'
import type { Stopped } from './stopped.ts'

export interface FactsParts {
  readonly host: Host
  readonly stopped: Stopped
  readonly version: string
  readonly namespaces: boolean
  readonly shipped: Readonly<Record<string, string>>
  readonly boot: BootRecord
  readonly console: Pick<Hold<HeldConsole>, 'held'>
  readonly rebuilds: Pick<ConsoleRebuilds, 'count'>
}

/** Those of a document: it names the files that services take their environment from. */
export function factsOf({
  host,
  stopped,
  version,
  namespaces,
  shipped,
  boot,
  console,
  rebuilds
}: FactsParts): (data: CloudConfig) => Promise<Facts> {
  return async (data) => {
    const { links } = await host.network.look()
    const kernel = release()
    const standing = boot.standing()
    const held = console.held()
    return {
      // The engine's ends of its containers come and go; no document names them.
      links: links
        .filter((link) => !(link.kind === 'veth' && link.name.startsWith('veth')))
        .map(({ name, mac, kind }) => ({ name, mac, kind, ...(kind === '' ? host.network.card(name) : {}) })),
      version,
      kernel,
      namespaces,
      stopped: stopped.list(),
      down: stopped.down(),
      shipped,
      envFiles: await envFilesOf(host.files, data, { version, kernel }),
      ...(standing === undefined ? {} : { standing }),
      ...(held === null ? {} : { console: held }),
      ...(rebuilds.count() === 0 ? {} : { consoleRebuilds: rebuilds.count() })
    }
  }
}
