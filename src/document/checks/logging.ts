import { SYSTEM_LOGS } from '../../core/log-destinations.ts'
import type { CloudConfig } from '../types.gen.ts'
import { doubtful, type Finding, guesses, quoted, wrong } from './finding.ts'
import { certificatesFault } from './pem.ts'

/** Syslog servers: whether each can be reached by what is said of it. */
export function* logging(data: CloudConfig): Iterable<Finding> {
  const known = [...SYSTEM_LOGS, ...Object.keys(data.rancher?.services ?? {})]
  const meant = guesses(() => known)
  for (const [name, { host, protocol = 'udp', ca_cert: ca, sources }] of Object.entries(data.rancher?.logging ?? {})) {
    const path = ['rancher', 'logging', name]
    if (host === undefined)
      yield {
        ...wrong('ROS_DOC_TARGET', path, 'names no server', 'a `host`', 'add `host`; an empty one sends nothing'),
        at: 'key'
      }
    const fault = ca === undefined || ca.trim() === '' ? null : certificatesFault(ca)
    if (fault !== null)
      yield wrong(
        'ROS_DOC_PEM',
        [...path, 'ca_cert'],
        fault,
        'certificates in PEM, from -----BEGIN to -----END, indented as a block after `|`',
        'paste them again'
      )
    else if (ca !== undefined && protocol !== 'tls')
      yield doubtful(
        'ROS_DOC_CONFLICT',
        [...path, 'ca_cert'],
        `does not count over ${protocol}, where nobody shows a certificate`,
        '`protocol: tls`',
        'add it, or take `ca_cert` out'
      )
    for (const [at, source] of (sources ?? []).entries()) {
      if (known.includes(source)) continue
      yield doubtful(
        'ROS_DOC_TARGET',
        [...path, 'sources', at],
        `there is no log of ${quoted(source)}${meant(source)}`,
        `a service, or one of ${SYSTEM_LOGS.join(', ')}`,
        'correct the name'
      )
    }
  }
}
