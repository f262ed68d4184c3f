import type { CloudConfig } from '../types.gen.ts'
import { type Finding, quoted, wrong } from './finding.ts'
import { namesService } from './targets.ts'

const ONE = 'one of tcp, http and command'

/** Probes: what each tries, and where. */
export function* probes(data: CloudConfig): Iterable<Finding> {
  for (const [name, probe] of Object.entries(data.rancher?.probes ?? {})) {
    const path = ['rancher', 'probes', name]
    const [first, second] = (['tcp', 'http', 'command'] as const).filter((key) => probe[key] !== undefined)
    if (first === undefined)
      yield wrong('ROS_DOC_MISSING_KEY', path, 'says nothing to try', ONE, 'add the one that is meant')
    if (second !== undefined)
      yield wrong('ROS_DOC_CONFLICT', [...path, second], `${first} is tried already`, ONE, 'make two probes of it')
    const { tcp, status, http, in: where = 'host', command } = probe
    const port = Number(tcp?.slice(tcp.lastIndexOf(':') + 1) ?? 1)
    if (port < 1 || port > 65_535)
      yield wrong('ROS_DOC_RANGE', [...path, 'tcp'], `${port} is no port`, 'a port from 1 to 65535', 'correct it')
    if (status !== undefined && http === undefined)
      yield wrong('ROS_DOC_CONFLICT', [...path, 'status'], 'only http has a status', 'http beside it', 'take it out')
    if (probe.in !== undefined && command === undefined)
      yield wrong(
        'ROS_DOC_CONFLICT',
        [...path, 'in'],
        'only a command runs somewhere',
        'command beside it',
        'take it out'
      )
    if (where !== 'host' && !namesService(data, where))
      yield wrong(
        'ROS_DOC_TARGET',
        [...path, 'in'],
        `there is no service ${quoted(where)}`,
        '`host`, or the name of a service',
        'correct the name, or define the service'
      )
  }
}
