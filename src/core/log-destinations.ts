// Where the machine's logs are sent (rancher.logging). Pure.
import type { CloudConfig } from '../document/types.gen.ts'

/** Names of the machine's own logs; all others are services'. */
export const SYSTEM_LOGS = [
  'agent',
  'boot',
  'bootcmd',
  'kernel',
  'network-hooks',
  'runcmd',
  'syslog',
  'system-docker'
] as const

export interface LogDestination {
  readonly name: string
  readonly protocol: 'udp' | 'tcp' | 'tls'
  readonly host: string
  readonly port: number
  /** Certificates of authorities, PEM; null: those of the system. */
  readonly ca: string | null
  readonly format: 'rfc5424' | 'rfc3164'
  /** Names of logs as `ros logs` has them; null: all. */
  readonly sources: readonly string[] | null
}

/** RFC 3164 and RFC 5425, 4.1. */
const PORTS = { udp: 514, tcp: 514, tls: 6514 } as const

/** Those the document names, by name; one without a host is none. */
export function logDestinations({ rancher }: CloudConfig): readonly LogDestination[] {
  return Object.entries(rancher?.logging ?? {}).flatMap(([name, entry]) => {
    const { protocol = 'udp', host, port, ca_cert: ca = '', format = 'rfc5424', sources } = entry
    if (host === undefined || host === '') return []
    const given = ca.trim() === '' ? null : ca
    return [{ name, protocol, host, port: port ?? PORTS[protocol], ca: given, format, sources: sources ?? null }]
  })
}
