// The real machine: every port of Host on Linux. Only src/main.ts and the command's read-only plan build it.
import { filter, map, type Observable, share } from 'rxjs'
import type { Host, RegistryAuth } from './ports.ts'
import { withAdopted } from './linux/adopted.ts'
import { archives } from './linux/archives.ts'
import { docker } from './linux/docker.ts'
import { linuxFiles } from './linux/files.ts'
import { linuxNetwork } from './linux/ip.ts'
import { type KernelEvent, kernelEvents } from './linux/kernel-events.ts'
import { linuxMounts } from './linux/mounts.ts'
import { networkLooker } from './linux/network-look.ts'
import { createProbes } from './linux/probes.ts'
import { run, startDaemon } from './linux/spawn.ts'
import { createWallClock } from './linux/wall-clock.ts'

export const SOCKET = { system: '/run/system-docker.sock', user: '/run/docker.sock' } as const

/** Marks of adopted containers; they outlive a boot, as the containers do. */
const ADOPTED = '/var/lib/rancher/state/adopted'

export interface LinuxOptions {
  readonly registryAuth: (ref: string) => RegistryAuth | null
  readonly progress: (key: string, message: string) => void
  readonly log: Host['log']
  /** Sockets of the engines, where they are not the machine's own. */
  readonly sockets?: { readonly system: string; readonly user: string }
}

export function linuxHost(options: LinuxOptions): Host {
  const events: Observable<KernelEvent> = kernelEvents().pipe(share())
  const of = (wanted: 'network' | 'mount' | 'firewall') =>
    events.pipe(
      filter((event) => event === wanted),
      map(() => undefined)
    )
  const sockets = options.sockets ?? SOCKET
  const runner = { run, startDaemon }
  const engines = { system: docker('system', sockets.system), user: withAdopted(docker('user', sockets.user), ADOPTED) }
  return {
    files: linuxFiles,
    runner,
    mounts: linuxMounts,
    network: linuxNetwork(run, networkLooker()),
    probes: createProbes({ runner, docker: engines }),
    wall: createWallClock(),
    docker: engines,
    kernel: {
      network: of('network'),
      mounts: of('mount'),
      firewall: of('firewall'),
      changes: events.pipe(filter((event) => typeof event === 'object'))
    },
    archives: archives(),
    registryAuth: options.registryAuth,
    progress: options.progress,
    log: options.log
  }
}
